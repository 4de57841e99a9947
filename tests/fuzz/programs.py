"""Turns choices into programs that speak to DynamoDB: handles of every kind, helpers, loops, dicts that change, expressions, conditions.

Whoever chooses decides what comes out: hypothesis, which makes a program that fails small again, or a seeded random.Random, which is fast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from dynalint.service.operations import OPERATIONS

Choose = Callable[[Sequence[Any]], Any]

HEAD = """\
import asyncio, base64, json, time
from datetime import datetime, timedelta, timezone
from decimal import Decimal
import aioboto3, boto3
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
TABLE, CLIENT = boto3.resource("dynamodb").Table("invitations"), boto3.client("dynamodb")
"""
NAMES = ("table", "client", "item", "invitation_item", "items", "response", "key", "x", "n", "self", "batch", "pages", "kwargs", "event", "names", "expression")
FUNCTIONS = ("save", "load", "find_all", "convert", "handler", "get_table", "is_open")
METHODS = ("put", "get", "rows", "table", "__init__", "__call__", "__getattr__")
ATTRIBUTES = ("pk", "sk", "ttl", "status", "name", "createdAt", "a.b", "", "#n", ":v", "data", "größe")
KEYS = ("Items", "Item", "Count", "LastEvaluatedKey", "UnprocessedItems", "UnprocessedKeys", "Attributes", "Responses", *ATTRIBUTES)
PARAMETERS = (
    "Item",
    "Key",
    "TableName",
    "FilterExpression",
    "KeyConditionExpression",
    "UpdateExpression",
    "ConditionExpression",
    "ProjectionExpression",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
    "ExclusiveStartKey",
    "Limit",
    "Select",
    "IndexName",
    "ReturnValues",
    "RequestItems",
    "TransactItems",
    "BillingMode",
    "KeySchema",
    "AttributeDefinitions",
    "ProvisionedThroughput",
    "GlobalSecondaryIndexes",
    "Statement",
    "Parameters",
    "ConsistentRead",
    "ScanFilter",
    "Segment",
    "TimeToLiveSpecification",
    "KeyConditions",
    "Expected",
    "AttributesToGet",
    "ConditionalOperator",
    "AttributeUpdates",
    "Nonsense",
)
TEXTS = (
    "a = :v",
    "#n = :v AND begins_with(sk, :p)",
    "SET n = n + :one REMOVE #n",
    "ADD tags :t",
    "size(status) > :v",
    "a = ",
    "((((",
    "a[0].b <> :v",
    "SELECT * FROM t",
    "attribute_not_exists(pk) OR NOT (x BETWEEN :a AND :b)",
    "PAY_PER_REQUEST",
    "PROVISIONED",
    "COUNT",
    "ALL_NEW",
    "HASH",
    "S",
    "",
    "\\udc80",
    "\\x1b[31m",
    "%s",
    "{}",
)
HANDLES = (
    "boto3.client('dynamodb')",
    "boto3.resource('dynamodb')",
    "boto3.resource('dynamodb').Table('users')",
    "boto3.Session().client('dynamodb', region_name=x)",
    "boto3.resource('dynamodb', endpoint_url='http://localhost:8000').Table(n)",
    "boto3.resource('dynamodb').meta.client",
    "table.batch_writer()",
    "self.table",
    "client.get_paginator('scan')",
    "client.get_waiter('table_exists')",
    "aioboto3.Session().resource('dynamodb')",
    "table.meta.client",
    "boto3.client('s3')",
)
TAKEN = ("", "['Items']", ".get('Item')", "['Items'][0]['name']", ".get('Items', [])", "['Item']")
LEAVES = (
    "1",
    "1.5",
    "0.1",
    "10**400",
    "None",
    "True",
    "b'x'",
    "'text'",
    "''",
    "x",
    "n",
    "[]",
    "{}",
    "()",
    "...",
    "time.time()",
    "int(time.time() * 1000)",
    "3600",
    "datetime.utcnow()",
    "datetime.now(timezone.utc).isoformat()",
    "timedelta(days=1)",
    "Decimal('0.1')",
    "Decimal(0.1)",
    "base64.b64encode(open(x, 'rb').read())",
    "json.loads(event['body'])",
    "event",
    "lambda *a, **k: (a, k)",
    "{1, 'a'}",
    "float(x)",
    "x.isoformat()",
    "len(items)",
    "sum(items)",
    "range(3)",
    "set()",
    "1j",
    "uuid.uuid4()",
    "json.dumps(item)",
    "dict(item)",
    "list(items)",
    "{**item}",
    "item.copy()",
    "f'{x}{n!r:>{n}}'",
    "'a' 'b' f'{x}'",
    "not x",
    "-n",
    "await x",
    "yield",
)
# What people write: {v} is a value, {w} one in wire form, {c} a condition, {s} a text that may be an expression, {t} what is taken of an answer.
DEEDS = (
    "TABLE.put_item(Item={{'pk': {v}, 'ttl': {v}, 'data': {v}}})",
    "CLIENT.put_item(TableName='orders', Item={{'pk': {w}, 'total': {w}, 'data': {v}}})",
    "return TABLE.get_item(Key={{'pk': {v}}}){t}",
    "return CLIENT.get_item(TableName='orders', Key={{'pk': {w}}}, ConsistentRead={v}){t}",
    "return [each for each in TABLE.scan()['Items'] if each['status'] == {v}]",
    "return TABLE.scan(FilterExpression={c}, Limit=10)['Items']",
    "return CLIENT.scan(TableName='orders', FilterExpression={s}, ExpressionAttributeValues={{':v': {w}}}){t}",
    "return TABLE.query(KeyConditionExpression={c}, FilterExpression={c})['Items']",
    "return TABLE.query(KeyConditionExpression={s}, ExpressionAttributeValues={{':v': {v}}}, IndexName='by-status')['Items']",
    "for each in items: TABLE.put_item(Item={{'pk': each, 'name': {v}}})",
    "for each in items: print(TABLE.get_item(Key={{'pk': each}}))",
    "with TABLE.batch_writer() as batch:\n        for each in items: batch.put_item(Item={{'pk': each}})\n        batch.update_item(Key={{'pk': {v}}})",
    "TABLE.update_item(Key={{'pk': 'a'}}, UpdateExpression={s}, ExpressionAttributeNames={{'#n': 'n'}}, ExpressionAttributeValues={{':one': {v}}})",
    "TABLE.update_item(Key={{'pk': 'a'}}, UpdateExpression='SET status = :v', ExpressionAttributeValues={{':v': {v}}}, ReturnValues='ALL_NEW')",
    "TABLE.put_item(Item={{'pk': {v}}}, ConditionExpression={c}, ReturnValues='ALL_NEW')",
    "CLIENT.batch_write_item(RequestItems={{'orders': [{{'PutRequest': {{'Item': {{'pk': {w}}}}}}} for each in items]}})",
    "CLIENT.batch_get_item(RequestItems={{'orders': {{'Keys': [{{'pk': {w}}}, {{'pk': {w}}}]}}}})",
    "CLIENT.execute_statement(Statement=f\"DELETE FROM orders WHERE pk = '{{x}}'\")",
    "found = TABLE.get_item(Key={{'pk': x}})['Item']\n    found['n'] = {v}\n    TABLE.put_item(Item=found)",
    "if 'Item' not in TABLE.get_item(Key={{'pk': x}}):\n        TABLE.put_item(Item={{'pk': x, 'n': {v}}})",
    "answer = TABLE.scan()\n    while 'LastEvaluatedKey' in answer:\n        answer = TABLE.scan(Limit=5)",
    "return len(TABLE.scan()['Items'])",
    "return json.dumps(TABLE.get_item(Key={{'pk': x}}).get('Item'))",
    "TABLE.put_item({v})",
    (
        "CLIENT.create_table(TableName='sessions', BillingMode={s}, KeySchema=[{{'AttributeName': 'pk', 'KeyType': 'HASH'}}],"
        " AttributeDefinitions=[{{'AttributeName': 'sk', 'AttributeType': 'S'}}])"
    ),
)
MOST_DEPTH = 4


class Writer:
    """Writes one program."""

    def __init__(self, choose: Choose) -> None:
        self.choose = choose

    def program(self) -> str:
        """The whole text."""
        kinds = (self.handle, self.function, self.cls, self.statement, self.deed, self.deed)
        parts = [HEAD, *(self.choose(kinds)(0) for _ in range(self.choose(range(1, 7))))]
        return "\n".join(parts) + "\n"

    def handle(self, depth: int) -> str:
        """A name for a way to DynamoDB."""
        return f"{self.choose(NAMES[:2])} = {self.choose(HANDLES)}"

    def function(self, depth: int) -> str:
        """A function, or a coroutine."""
        is_async = self.choose((False, False, True))
        parameters = self.choose(
            ("", "item", "table, item", "client, key, **kwargs", "*items", "x, n=None", "event, context", "table: 'Table', /, item: dict", "self, item")
        )
        decorator = self.choose(("", "", "", "@cache\n", "@contextmanager\n", "@app.route('/')\n"))
        head = f"{decorator}{'async ' if is_async else ''}def {self.choose(FUNCTIONS)}({parameters}):"
        return f"{head}\n{self.block(depth, in_async=is_async)}"

    def deed(self, depth: int) -> str:
        """A function that does what people do with a table, with values of any kind where they would have right ones."""
        text = self.choose(DEEDS).format(
            v=self.expression(MOST_DEPTH - 1), w=self.wire(MOST_DEPTH - 1), c=self.condition(MOST_DEPTH), s=repr(self.choose(TEXTS)), t=self.choose(TAKEN)
        )
        return f"def {self.choose(FUNCTIONS)}(x, items, n=1):\n    {text}"

    def cls(self, depth: int) -> str:
        """A class with methods."""
        methods = [f"def {self.choose(METHODS)}(self, item=None, *x, **kwargs):\n{self.block(depth)}" for _ in range(self.choose(range(1, 4)))]
        body = [self.choose(("table = " + self.choose(HANDLES), "x: int = 1", "pass", "@property\ndef n(self): return self.table")), *methods]
        return f"class {self.choose(('Repo', 'Base', 'Model'))}({self.choose(('', 'Base', 'Repo', 'object', 'dict', 'BaseModel'))}):\n{_indented(body)}"

    def block(self, depth: int, in_async: bool = False) -> str:
        """Some statements, one step further in."""
        lines = [self.statement(depth + 1) for _ in range(self.choose(range(1, 6 - min(depth, 4))))]
        if in_async:
            lines.insert(0, "async with aioboto3.Session().resource('dynamodb') as db: table = await db.Table('t')")
        return _indented(lines)

    def statement(self, depth: int) -> str:
        """One statement, simple or compound."""
        name, other = self.choose(NAMES), self.choose(NAMES)
        simple = (
            lambda: f"{name} = {self.expression(depth)}",
            lambda: f"{name} = {self.call(depth)}",
            lambda: f"{name} = {self.call(depth)}",
            lambda: self.call(depth),
            lambda: self.call(depth),
            lambda: f"{name}[{self.choose(KEYS)!r}] = {self.expression(depth)}",
            lambda: f"{name} += {self.expression(depth)}",
            lambda: f"{name} |= {self.mapping(depth)}",
            lambda: f"{name}.update({self.mapping(depth)})",
            lambda: f"{name}.append({self.expression(depth)})",
            lambda: f"del {name}[{self.choose(KEYS)!r}]",
            lambda: f"{name}.pop({self.choose(KEYS)!r}, None)",
            lambda: f"{name}, *{other} = {self.expression(depth)}",
            lambda: f"self.{name} = {self.expression(depth)}",
            lambda: f"{name}.{other}.{name} = {other}",
            lambda: f"del {name}",
            lambda: f"{name} = {self.choose(FUNCTIONS)}({other}, item={self.mapping(depth)})",
            lambda: "pass",
            lambda: f"assert {self.test(depth)}",
            lambda: f"print({name})",
            lambda: f"{name}: dict = {other}",
            lambda: f"{name} = Repo({other}).{self.choose(METHODS)}(**{other})",
            lambda: f"{name} = [{self.expression(depth)} for {other} in {self.choose(NAMES)} if {self.test(depth)}]",
            lambda: f"{name} = {other} = ({name} := {self.expression(depth)})",
            lambda: f"{name} = {other} if {self.test(depth)} else {self.expression(depth)}",
        )
        if depth >= MOST_DEPTH or self.choose(range(3)):
            line: str = self.choose(simple)()
            return line
        return self.compound(depth, name, other)

    def compound(self, depth: int, name: str, other: str) -> str:
        """A statement with blocks in it."""
        block = self.block(depth)
        text: str = self.choose(
            (
                lambda: f"if {self.test(depth)}:\n{block}\nelif {self.test(depth)}:\n{self.block(depth)}\nelse:\n{self.block(depth)}",
                lambda: f"for {name} in {self.choose((other, self.call(depth), f'{other}.items()', 'range(9)', f'enumerate({other})'))}:\n{block}",
                lambda: f"while {self.choose(('True', self.test(depth), f'{other}[0]'))}:\n{block}\n    if {self.test(depth)}: break\nelse:\n    pass",
                lambda: f"with {self.choose(('table.batch_writer()', 'pytest.raises(KeyError)', self.call(depth)))} as {name}:\n{block}",
                lambda: f"try:\n{block}\nexcept ({name}.exceptions.ConditionalCheckFailedException, KeyError) as e:\n{self.block(depth)}\nfinally:\n    pass",
                lambda: f"try:\n{block}\nexcept* ValueError:\n    raise",
                lambda: (
                    f"match {name}:\n    case {{'Items': [*{other}], **x}}:\n{_indented([block])}\n"
                    f"    case Repo(n=1) | None if {self.test(depth)}: pass\n    case _: pass"
                ),
                lambda: f"while 'LastEvaluatedKey' in {name}:\n    {name} = table.scan(ExclusiveStartKey={name}['LastEvaluatedKey'])\n{block}",
                lambda: self.function(depth),
                lambda: self.cls(depth) if depth < 2 else "pass",
            )
        )()
        return text

    def call(self, depth: int) -> str:
        """A call of an operation, now and then of a name that is none."""
        receiver = self.choose((*NAMES, *HANDLES, "boto3.resource('dynamodb').Table(x)", "get_table()", "self.table", "(yield)", "super()"))
        method = self.choose(
            (*sorted(OPERATIONS), "put_item", "get_item", "query", "scan", "update_item", "create_table", "batch_write_item", "paginate", "wait", "Table")
        )
        arguments = [f"{self.choose(PARAMETERS)}={self.argument(depth)}" for _ in range(self.choose(range(5)))]
        arguments = list({each.partition("=")[0]: each for each in arguments}.values())
        arguments += self.choose(((), (), (), ("**kwargs",), ("**{**item}",)))
        first = self.choose(((), (), (), ("x",), ("*items",)))
        tail = self.choose(("", "", *TAKEN))
        return f"{receiver}.{method}({', '.join([*first, *arguments])}){tail}"

    def argument(self, depth: int) -> str:
        """What an operation is given."""
        kinds = (self.expression, self.mapping, self.condition, self.wire, lambda depth: repr(self.choose(TEXTS)), lambda depth: f"[{self.mapping(depth)}]")
        text: str = self.choose(kinds)(depth)
        return text

    def expression(self, depth: int) -> str:
        """Anything."""
        if depth >= MOST_DEPTH or self.choose(range(2)):
            leaf: str = self.choose((self.choose(LEAVES), self.choose(NAMES), "(x)"))
            return leaf if leaf not in ("yield", "await x") else "(x)"
        inner, other = self.expression(depth + 1), self.choose(NAMES)
        text: str = self.choose(
            (
                lambda: f"({inner}) {self.choose(('+', '-', '*', '/', '%', '//', '|', '&', '**', '@', '<<', 'and', 'or', '==', 'in', 'is not'))} ({other})",
                lambda: self.mapping(depth),
                lambda: f"[{inner}, *({other})]",
                lambda: f"({inner}, {other})",
                lambda: f"({inner})[{self.choose(KEYS)!r}]",
                lambda: f"({inner}).get({self.choose(KEYS)!r}, {other})",
                lambda: f"({inner} if {self.test(depth)} else {other})",
                lambda: f"[x for x in ({inner}) if x['status'] == ({other})]",
                lambda: f"next((x for x in ({inner}) if x.get('a')), None)",
                lambda: f"{{k: v for k, v in ({inner}).items() if v}}",
                lambda: f"sorted(filter(lambda x: x['a'] > 1, {inner}), key=str)",
                lambda: f"f'SET {{{self.choose(NAMES)}}} = :v'",
                lambda: f"str({inner})",
                lambda: f"({inner})[1:{self.choose(range(3))}]",
                lambda: f"({inner}).{self.choose(('encode', 'decode', 'items', 'copy', 'join', 'format', 'timestamp', 'x'))}({other})",
                lambda: f"', '.join([{inner}, {other}])",
                lambda: f"lambda item={inner}: {other}",
                lambda: f"dict(a={inner}, **{self.mapping(depth)})",
                lambda: f"TypeSerializer().serialize({inner})",
            )
        )()
        return text

    def mapping(self, depth: int) -> str:
        """A dict, sometimes with parts that nobody knows."""
        entries = [f"{self.choose(ATTRIBUTES)!r}: {self.expression(depth + 1)}" for _ in range(self.choose(range(4)))]
        return "{" + ", ".join([*entries, *self.choose(((), (), ("**item",), ("x: n",)))]) + "}"

    def wire(self, depth: int) -> str:
        """A value as clients take it."""
        return f"{{{self.choose(ATTRIBUTES)!r}: {{{self.choose(('S', 'N', 'B', 'M', 'L', 'NULL', 'Q'))!r}: {self.expression(depth + 1)}}}}}"

    def condition(self, depth: int) -> str:
        """A condition of boto3's builders."""
        part = f"{self.choose(('Key', 'Attr'))}({self.choose(ATTRIBUTES)!r})"
        method = self.choose(("eq", "ne", "begins_with", "is_in", "exists", "equals", "size", "between"))
        one = f"{part}.{method}({self.choose((self.expression(depth + 1), ''))})"
        if depth >= MOST_DEPTH or self.choose(range(2)):
            return one
        return f"({one}) {self.choose(('&', '|', 'and', 'or', '==', '& ~'))} ({self.condition(depth + 1)})"

    def test(self, depth: int) -> str:
        """A question."""
        name = self.choose(NAMES)
        text: str = self.choose(
            (
                lambda: name,
                lambda: f"not {name}",
                lambda: f"{name} is None",
                lambda: f"{name}['status'] == 'open'",
                lambda: f"'Item' in {name}",
                lambda: f"{name}.get('LastEvaluatedKey')",
                lambda: f"not {name}['Items']",
                lambda: f"len({name}) > 1",
                lambda: f"is_open({name})",
                lambda: f"{name}['ttl'] < time.time()",
                lambda: f"any(x['a'] == 1 for x in {name})",
                lambda: f"{name} and {self.expression(depth + 1)}",
                lambda: "True",
            )
        )()
        return text


def _indented(parts: Sequence[str]) -> str:
    return "\n".join("    " + line for part in parts for line in part.split("\n"))


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Programs, as hypothesis chooses."""
    return Writer(lambda options: draw(st.sampled_from(options))).program()
