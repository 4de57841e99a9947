"""What DynamoDB limits and the service model does not say: each number with the place where AWS says it.

"API" is the API Reference, whose text botocore's service model holds; "Guide" is the Developer Guide, most of it on the page
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html.
"""

from __future__ import annotations

import re

KB = 1024  # Guide, the note at the head of the page: all sizes are binary, 1 KB is 1024 bytes
MB = 1024 * KB

# Items
ITEM_BYTES = 400 * KB  # API BatchWriteItem: "individual items can be up to 400 KB"; Guide: names and values together
PARTITION_KEY_BYTES = 2048  # API BatchWriteItem: "For a partition key, the limit is 2048 bytes"
SORT_KEY_BYTES = 1024  # API BatchWriteItem: "for a sort key, the limit is 1024 bytes"
NESTING_LEVELS = 32  # Guide, "Attributes", nested attribute depth
NUMBER_DIGITS = 38  # Guide, "Data types", Number: up to 38 digits of precision
NUMBER_EXPONENTS = (-130, 125)  # Guide, "Data types", Number: 1E-130 to 9.9999999999999999999999999999999999999E+125, and the same below zero

# Requests
BATCH_WRITES = 25  # API BatchWriteItem: "consisting of up to 25 item put or delete operations", over all tables
BATCH_WRITE_BYTES = 16 * MB  # API BatchWriteItem: "can transmit up to 16MB of data"
BATCH_KEYS = 100  # API BatchGetItem: "as many as 100 items", over all tables
BATCH_GET_BYTES = 16 * MB  # API BatchGetItem: "up to 16 MB of data"
TRANSACTION_BYTES = 4 * MB  # API TransactWriteItems: "The aggregate size of the items in the transaction cannot exceed 4 MB"
PAGE_BYTES = MB  # API Query and Scan: "a maximum of 1 MB of data", counted before the filter

# Expressions
EXPRESSION_BYTES = 4 * KB  # Guide, "Expression parameters": any one expression string
PLACEHOLDER_BYTES = 255  # Guide, "Expression parameters": a name or value placeholder, its first sign included
SUBSTITUTION_BYTES = 2 * MB  # Guide, "Expression parameters": all that placeholders stand for
OPERATORS = 300  # Guide, "Expression parameters": operators and functions in an update expression
IN_OPERANDS = 100  # Guide, "Expression parameters": operands of IN

# Tables and indexes
TABLE_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")  # Guide, "Naming rules"; those of an index are in the service model
ARN = re.compile(r"arn:[^:]*:dynamodb:.*")  # API CreateTable, TableName: "You can also provide the Amazon Resource Name"
GLOBAL_INDEXES = 20  # API CreateTable, GlobalSecondaryIndexes: "the maximum is 20"; a quota that AWS raises on request
LOCAL_INDEXES = 5  # API CreateTable, LocalSecondaryIndexes: "the maximum is 5"
KEYS_OF_A_KIND = 4  # API CreateTable, GlobalSecondaryIndexes: "up to 4 partition keys and up to 4 sort keys"; one of each elsewhere
PROJECTED_ATTRIBUTES = 100  # API Projection, NonKeyAttributes: "must not exceed 100", summed over all indexes of the table

# Expiry
OLDEST_EXPIRY_YEARS = 5  # Guide, "Using time to live": what expired more than five years ago is never deleted

# What DynamoDB asks for although the service model does not, unless one of the second group is given:
# API CreateTable has both as required up to botocore 1.40; a replica of a global table takes them from its source.
REQUIRED_BY_DYNAMODB = {"create_table": (("KeySchema", "AttributeDefinitions"), ("GlobalTableSourceArn",))}

# Where the service model contradicts itself: its list ends at 20, its text counts 100 over all indexes.
CONTRADICTED_MAXIMA = frozenset({"NonKeyAttributeNameList"})
