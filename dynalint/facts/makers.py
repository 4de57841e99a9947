"""Turns what makes tables, in the words of whichever library, into new tables: what they are for, how they are billed, whether items expire."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dynalint.declared import PAY_PER_REQUEST, PROVISIONED, DeclaredTable, at_least_one
from dynalint.facts.tables import TableDefinition
from dynalint.findings import Finding
from dynalint.model.values import Place, Symbol, Text, Value, alternatives, known_text

if TYPE_CHECKING:
    from dynalint.facts.facts import Facts


@dataclass(frozen=True, slots=True)
class Maker:
    """A way to make a table, and its words for what a table can be told."""

    name: str
    on_demand: str
    """What makes the table on-demand."""
    expiry: str
    """What switches time to live on."""
    backup: str = ""
    """What switches point-in-time recovery on."""
    billing: str = "billing_mode"
    """The argument that says how the table is billed."""
    ttl: str = ""
    """The one that says by which attribute items expire."""
    recovery: tuple[str, ...] = ()
    """Those that say whether the table can be restored to a moment; none where others than the table's own say it."""
    table_name: str = "table_name"
    partition_key: str = ""
    sort_key: str = ""
    key_schema: str = ""
    definitions: str = ""
    indexes: tuple[tuple[str, bool], ...] = ()
    """The arguments that list indexes: are they global?"""
    default: str = PROVISIONED
    """How a table is billed of which nothing is said."""
    replicated: str = ""
    """The argument that makes on-demand the default."""
    grows: bool = False
    """Are indexes added to it by methods, which whoever gets hold of it may call?"""
    id: int = 0
    """Which argument is the name that the program itself gives the table."""


BOTO3 = Maker("boto3", "BillingMode=PAY_PER_REQUEST", "call update_time_to_live", "call update_continuous_backups for it")
PYNAMODB = Maker("pynamodb", 'billing_mode="PAY_PER_REQUEST"', "add a TTLAttribute")
_GLOBAL, _LOCAL = ("global_secondary_indexes", True), ("local_secondary_indexes", False)
# The defaults are those that the libraries' own documentation states: aws-cdk-lib 2.275 (aws_dynamodb), AWS::DynamoDB::Table and ::GlobalTable,
# troposphere 4.11 (validators/dynamodb.py), pulumi-aws 7.51 (dynamodb/table.py).
_CDK = Maker(
    "aws_cdk.aws_dynamodb.Table",
    "BillingMode.PAY_PER_REQUEST",
    "set time_to_live_attribute",
    "set point_in_time_recovery_specification",
    recovery=("point_in_time_recovery_specification", "point_in_time_recovery"),
    ttl="time_to_live_attribute",
    partition_key="partition_key",
    sort_key="sort_key",
    replicated="replication_regions",
    grows=True,
    id=1,
)
_CDK_V2 = Maker(
    "aws_cdk.aws_dynamodb.TableV2",
    "Billing.on_demand()",
    "set time_to_live_attribute",
    "set point_in_time_recovery_specification",
    recovery=("point_in_time_recovery_specification", "point_in_time_recovery"),
    billing="billing",
    ttl="time_to_live_attribute",
    partition_key="partition_key",
    sort_key="sort_key",
    indexes=(_GLOBAL, _LOCAL),
    default=PAY_PER_REQUEST,
    grows=True,
    id=1,
)
_CFN = Maker(
    "aws_cdk.aws_dynamodb.CfnTable",
    'billing_mode="PAY_PER_REQUEST"',
    "set time_to_live_specification",
    "set point_in_time_recovery_specification",
    recovery=("point_in_time_recovery_specification",),
    ttl="time_to_live_specification",
    key_schema="key_schema",
    definitions="attribute_definitions",
    indexes=(_GLOBAL, _LOCAL),
    id=1,
)
_TROPOSPHERE = Maker(
    "troposphere.dynamodb.Table",
    'BillingMode="PAY_PER_REQUEST"',
    "set TimeToLiveSpecification",
    "set PointInTimeRecoverySpecification",
    recovery=("PointInTimeRecoverySpecification",),
    billing="BillingMode",
    ttl="TimeToLiveSpecification",
    table_name="TableName",
    key_schema="KeySchema",
    definitions="AttributeDefinitions",
    indexes=(("GlobalSecondaryIndexes", True), ("LocalSecondaryIndexes", False)),
)
_PULUMI = Maker(
    "pulumi_aws.dynamodb.Table",
    'billing_mode="PAY_PER_REQUEST"',
    "set ttl",
    "set point_in_time_recovery",
    recovery=("point_in_time_recovery",),
    ttl="ttl",
    table_name="name",
    partition_key="hash_key",
    sort_key="range_key",
    definitions="attributes",
    indexes=(_GLOBAL, _LOCAL),
)
MAKERS = {each.name: each for each in (_CDK, _CDK_V2, _CFN, _TROPOSPHERE, _PULUMI)} | {"aws_cdk.aws_dynamodb.CfnGlobalTable": replace(_CFN, recovery=())}


@dataclass(frozen=True, slots=True)
class Provisioned:
    """Where a table is given provisioned capacity, or where that would have to be prevented."""

    place: Place
    by_default: bool
    """Does it come from nothing being said?"""


@dataclass(frozen=True, eq=False)
class NewTable:
    """A table that the program makes, or that it stands for."""

    maker: Maker
    facts: Facts = field(repr=False)
    place: Place
    words: tuple[str, ...]
    """All that the code calls it."""
    table: DeclaredTable
    """What is known of it."""
    provisioned: tuple[Provisioned, ...] = ()
    """Where it surely gets provisioned capacity, other than by a call of boto3's."""
    has_ttl: bool | None = None
    """Is time to live switched on? None: don't know."""
    is_recoverable: bool | None = None
    """Can it be restored to a moment? None: don't know."""
    attributes: tuple[str, ...] = ()
    """The attributes by which items might be made to expire from outside of the program; known of models only."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the key attributes, partition key first, as far as they are known."""
        return self.table.keys

    @property
    def may_be_provisioned(self) -> bool:
        """Did the user allow it provisioned capacity, by its name or by what the program calls it?"""
        return any(self.facts.options.may_be_provisioned(name) for name in (self.table.name, self.table.id or None))

    def finding(self, message: str, at: Place | None = None) -> Finding:
        """A finding on what makes the table, or on a part of that."""
        return Finding((at or self.place).span, message)


def table_of_definition(definition: TableDefinition) -> NewTable:
    """The table that a `create_table` of boto3's makes."""
    words = definition.table_words[:-1] if definition.call.receiver else definition.table_words
    table = DeclaredTable(name=pattern(definition.table_value), keys=definition.keys, maker="create_table")
    is_recoverable = None if definition.is_local else definition.gets_backups
    return NewTable(BOTO3, definition.facts, definition.place, words, table, (), definition.gets_ttl, is_recoverable)


def mode_of(value: Value | None) -> str | None:
    """PROVISIONED or PAY_PER_REQUEST, where it is known which of them a value is."""
    if value is None:
        return None
    found = {_mode_of_one(option) for option in alternatives(value)}
    return found.pop() if len(found) == 1 else None


def _mode_of_one(value: Value) -> str | None:
    # A member of an enumeration, its value, or the method that makes CDK's `Billing`.
    said = value.name.removesuffix(".value").rpartition(".")[2] if isinstance(value, Symbol) else known_text(value) or ""
    return {"PROVISIONED": PROVISIONED, "provisioned": PROVISIONED, "PAY_PER_REQUEST": PAY_PER_REQUEST, "on_demand": PAY_PER_REQUEST}.get(said)


def pattern(value: Value | None) -> str | None:
    """A name as `DeclaredTable.name` has it."""
    if isinstance(value, Text):
        return "".join(part if isinstance(part, str) else "${?}" for part in value.parts)
    return (known_text(value) or "${?}") if value is not None else None


def is_switched_on(name: Value | None, facts: Facts) -> bool | None:
    """Is TTL switched on, by boto3 in this module or anywhere else in the project, for this table? Or in this module for one whose name is not known?

    None: don't know.
    """
    text = known_text(name)
    here = (each.is_on for each in facts.ttl_switches if each.table_name is None or text is None or each.table_name == text)
    return at_least_one((*here, facts.expires_elsewhere(name)))
