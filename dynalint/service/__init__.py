"""What AWS says of the service itself: operations, parameters, limits. Data, no analysis."""
