"""Turns what a rule claims into what real implementations say: boto3 itself, and two that answer in DynamoDB's place."""
