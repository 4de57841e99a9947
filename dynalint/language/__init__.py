"""What DynamoDB's expressions say."""
