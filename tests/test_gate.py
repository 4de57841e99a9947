"""The gate lets every file through in which any operation may be called, and hardly any other."""

from __future__ import annotations

import re

import pytest

from dynalint.gate import HOT, speaks_dynamodb
from dynalint.options import Options
from dynalint.service.model import methods

# What every botocore client has, whatever its service; and two operations that no rule speaks of.
NOT_FOLLOWED = {"can_paginate", "close", "generate_presigned_url", "search_vectors", "start_bulk_put_items"}


@pytest.mark.parametrize("name", sorted(set(methods("client")) - NOT_FOLLOWED))
def test_every_method_of_the_client_makes_a_piece_hot(name: str) -> None:
    assert re.search(HOT, f"client.{name}(TableName='users')")
    assert speaks_dynamodb(f"client = boto3.client('dynamodb')\nclient.{name}()")


@pytest.mark.parametrize(
    "text",
    [
        "users_table.scan()",
        "get_table().query(**kwargs)",
        "config['USERS_TABLE'].scan()",
        "db.put_item(Item=item)",
        "self.db.query(KeyConditionExpression=condition)",
        "client.putItem(TableName='dynamodb')",
        "with shards.batch_writer() as batch: pass",
        "invitation_item = {'email': 'a'}",
        "session_item: dict = dict(user=1)",
        "getattr(db, 'put_item')(Item=item)",
        "getattr(db, 'put_item')(**request)",
        "table.get_item(**wanted)",
        "request['Key'] = {'id': 1}\nstore.delete_item(request)",
        "orders.update_item(\n    Key={'id': 1},\n)",
        "ddb.tag_resource(ResourceArn=arn, Tags=[])",
        "backups.create_backup(TableName=name, BackupName=day)",
        "backups.list_backups(ExclusiveStartBackupArn=arn)",
        "DDB.scan()",
        "catalog.get_table(DatabaseName=lake, Name=name)\nddb.delete_table(TableName=name)",
        "found = {'FilterExpression': Attr('age').gt(3)}",
        "from app.models import User\nusers = list(User.batch_get(ids))",
        "from aws_cdk import aws_dynamodb as dynamodb\ndynamodb.Table(self, 'Users')",
        "import pulumi_aws as aws\naws.dynamodb.Table('users')",
        "from troposphere.dynamodb import Table\nTable('Users')",
        "from pynamodb.models import Model\nclass User(Model): pass",
        "from app.models import User\nusers = list(User.scan(User.age > 3))",
        "from app.models import User\nUser.create_table(wait=True)",
        "class User(Base):\n    @classmethod\n    def all(cls): return cls.by_age.scan()",
    ],
)
def test_speaks(text: str) -> None:
    assert speaks_dynamodb(text)


@pytest.mark.parametrize(
    "text",
    [
        "queue.tag_resource(Tags=[])\nfor item in page['Items']: print(item)",
        "class InvalidDBSnapshot(Exception): pass\nmodel.query(name)",
        "session.query(User).filter(User.name == 'x').all()",
        "op.create_table('users', sa.Column('id', sa.Integer))",
        "scanner.scan(path)",
        "print('put it in')",
        "glue.delete_table(DatabaseName=lake, TableName=name)",
        "def get_item(self, index):\n    return self.items[index]",
        "menu.update_item(1, key=None)\nraise KeyError",
        "db.users.scan()",
        "from aws_cdk import aws_s3 as s3\ns3.Bucket(self, 'Users')",
        "import pulumi_aws as aws\naws.s3.Bucket('users')",
        "from rich.table import Table\nTable('users')",
        "from app.models import User\nfor user in User.objects.all(): user.save()",
        "Base.metadata.create_all(engine)\nwith scanner.batch_write(): pass",
    ],
)
def test_does_not_speak(text: str) -> None:
    assert not speaks_dynamodb(text)


def test_handles_that_the_user_names_open_the_gate() -> None:
    assert speaks_dynamodb("db.users.scan()", Options(tables=("db.users",)))
