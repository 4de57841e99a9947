"""One module for each form in which findings are shown. They see findings only, never code."""
