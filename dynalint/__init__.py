"""dynalint finds misuse of Amazon DynamoDB in Python source, before it costs money or loses data."""

__version__ = "0.1.0"
