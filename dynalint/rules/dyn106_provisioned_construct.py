"""Turns tables that CDK, troposphere, Pulumi or PynamoDB make with provisioned capacity into findings."""

from __future__ import annotations

from dynalint.facts import NewTable
from dynalint.rule import Findings, rule


@rule(
    code="DYN106",
    name="provisioned-construct",
    group="guideline",
    since="0.1.0",
    aws="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html",
    proof="doc",
)
def provisioned_construct(table: NewTable) -> Findings:
    """A CDK, troposphere or Pulumi program, or a PynamoDB model, makes a table with provisioned capacity.

    ## Why is this bad?
    [DYN101](DYN101.md) says what is wrong with provisioned capacity. It is what these libraries make where nothing is said: `Table` and `CfnTable` of
    CDK, `Table` of troposphere, which then wants a `ProvisionedThroughput`, and of Pulumi, and every PynamoDB model whose `Meta` has no `billing_mode`.
    Only CDK's `TableV2`, and its `Table` with replicas, are on-demand by themselves.

    ## Example
    ```python
    from aws_cdk import Stack, aws_dynamodb as dynamodb


    class Orders(Stack):
        def __init__(self, scope, id):
            super().__init__(scope, id)
            dynamodb.Table(
                self,
                "Orders",
                partition_key=dynamodb.Attribute(name="order_id", type=dynamodb.AttributeType.STRING),
            )
    ```

    ## Use instead
    ```python
    from aws_cdk import Stack, aws_dynamodb as dynamodb


    class Orders(Stack):
        def __init__(self, scope, id):
            super().__init__(scope, id)
            dynamodb.Table(
                self,
                "Orders",
                partition_key=dynamodb.Attribute(name="order_id", type=dynamodb.AttributeType.STRING),
                billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            )
    ```
    A PynamoDB model says `billing_mode = "PAY_PER_REQUEST"` in its `Meta`, and leaves out `read_capacity_units` and `write_capacity_units`. Where provisioned
    capacity is wanted, name the table in the option `provisioned-tables`, by its name in DynamoDB, or by that of the construct or model.

    ## Limits
    - A model is reported once: where the same file calls its `create_table`, else at its `Meta`; not where the project declares its table in a template, or
      calls its `create_table` with `PAY_PER_REQUEST` elsewhere. A `create_table` in another file is reported where it says `PROVISIONED` itself.
    - The `host` of a model is no sign that nobody pays: its `Meta` is copied, or read from settings, when the table goes to AWS.
    - What is not known is not reported: a billing mode out of a parameter or a condition, arguments out of `**kwargs`, a class that is
      derived from one that nobody here knows, too.
    - What CDK's aspects and Pulumi's transformations change later is not seen.

    ## References
    - [AWS::DynamoDB::Table: the default of BillingMode](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html)
    - [CDK: Table](https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.aws_dynamodb/Table.html), and
      [TableV2](https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.aws_dynamodb/TableV2.html)
    - [PynamoDB: create_table of a Model](https://pynamodb.readthedocs.io/en/stable/api.html#pynamodb.models.Model.create_table)
    - [troposphere: the default of BillingMode, and what it refuses](https://github.com/cloudtools/troposphere/blob/main/troposphere/validators/dynamodb.py)
    - [Pulumi: aws.dynamodb.Table](https://www.pulumi.com/registry/packages/aws/api-docs/dynamodb/table/)
    - [DynamoDB throughput capacity](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html)
    """
    for each in () if table.may_be_provisioned else table.provisioned:
        what = "no billing mode means PROVISIONED, which" if each.by_default else "provisioned capacity"
        yield table.finding(f"{what} is paid for when idle and throttles peaks; use {table.maker.on_demand}", each.place)
