"""The operations that dynalint follows, and by which of their parameters DynamoDB can be told from every other service.

Names are botocore's (service model of DynamoDB, API version 2012-08-10) and boto3's resource model.
"""

from __future__ import annotations

# Method name -> parameters that no other library's method of that name has. One of them is proof enough (evidence SHAPED).
DISTINCT: dict[str, frozenset[str]] = {
    "create_table": frozenset(
        """
        KeySchema AttributeDefinitions BillingMode ProvisionedThroughput GlobalSecondaryIndexes LocalSecondaryIndexes StreamSpecification
        """.split()
    ),
    "update_table": frozenset({"AttributeDefinitions", "BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexUpdates", "StreamSpecification"}),
    "put_item": frozenset({"Item"}),
    "get_item": frozenset({"Key"}),
    "update_item": frozenset({"Key", "UpdateExpression", "AttributeUpdates"}),
    "delete_item": frozenset({"Key"}),
    "scan": frozenset(
        """
        TableName FilterExpression ProjectionExpression ExclusiveStartKey TotalSegments ScanFilter ExpressionAttributeNames
        ExpressionAttributeValues AttributesToGet
        """.split()
    ),
    "query": frozenset(
        """
        KeyConditionExpression FilterExpression ProjectionExpression ExclusiveStartKey ScanIndexForward KeyConditions QueryFilter
        ExpressionAttributeValues
        """.split()
    ),
    "batch_write_item": frozenset({"RequestItems"}),
    "batch_get_item": frozenset({"RequestItems"}),
    "transact_write_items": frozenset({"TransactItems"}),
    "transact_get_items": frozenset({"TransactItems"}),
    "update_time_to_live": frozenset({"TimeToLiveSpecification"}),
    "update_continuous_backups": frozenset({"PointInTimeRecoverySpecification"}),
    "batch_writer": frozenset({"overwrite_by_pkeys"}),
    "batch_execute_statement": frozenset(),
    "execute_statement": frozenset(),
    "execute_transaction": frozenset(),
    "describe_table": frozenset(),
    "delete_table": frozenset(),
    "list_tables": frozenset({"ExclusiveStartTableName"}),
}
OPERATIONS = frozenset(DISTINCT)
PAGEABLE = frozenset({"scan", "query", "list_tables", "list_backups", "list_tags_of_resource"})
# Those whose bare names other libraries use for things of their own: a receiver's name alone does not make them DynamoDB's.
COMMON = frozenset(
    """
    query scan execute_statement batch_execute_statement execute_transaction list_tables describe_table delete_table create_table update_table
    """.split()
)

# The client's other methods: no fact is about them, but their parameters are checked.
OTHER = frozenset(
    """
    cancel_bulk_operation create_backup create_global_table delete_backup delete_resource_policy describe_backup describe_bulk_operation
    describe_continuous_backups describe_contributor_insights describe_endpoints describe_export describe_global_table describe_global_table_settings
    describe_import describe_kinesis_streaming_destination describe_limits describe_table_replica_auto_scaling describe_time_to_live
    disable_kinesis_streaming_destination enable_kinesis_streaming_destination export_table_to_point_in_time get_resource_policy import_table list_backups
    list_bulk_operations list_contributor_insights list_exports list_global_tables list_imports list_tags_of_resource put_resource_policy
    restore_table_from_backup restore_table_to_point_in_time tag_resource untag_resource update_contributor_insights update_global_table
    update_global_table_settings update_kinesis_streaming_destination update_table_replica_auto_scaling
    """.split()
)

TABLE_METHODS = frozenset(
    {
        "batch_writer",
        "delete",
        "delete_item",
        "get_available_subresources",
        "get_item",
        "load",
        "put_item",
        "query",
        "reload",
        "scan",
        "update",
        "update_item",
        "wait_until_exists",
        "wait_until_not_exists",
    }
)
RESOURCE_METHODS = frozenset({"Table", "batch_get_item", "batch_write_item", "create_table", "get_available_subresources"})
BATCH_METHODS = frozenset({"put_item", "delete_item"})

# Every parameter that is written in PascalCase is AWS's; a call with any other keyword is somebody's own wrapper.
RESPONSE_KEYS = frozenset(
    """
    Items Item LastEvaluatedKey Count ScannedCount UnprocessedItems UnprocessedKeys Responses Attributes ConsumedCapacity
    """.split()
)
