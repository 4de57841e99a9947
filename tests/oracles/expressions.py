"""Turns the text of an expression into what dynalite says of it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from dynalint.language.problems import Kind

# A table that is not there: expressions are judged before anybody looks for it, so that no data can have a say.
NO_TABLE = "none"
KEY = {"pk": {"S": "1"}}
REQUESTS: dict[Kind, tuple[str, dict[str, Any]]] = {
    Kind.KEY_CONDITION: ("Query", {}),
    Kind.CONDITION: ("DeleteItem", {"Key": KEY}),
    Kind.FILTER: ("Scan", {}),
    Kind.PROJECTION: ("GetItem", {"Key": KEY}),
    Kind.UPDATE: ("UpdateItem", {"Key": KEY}),
}
HEADERS = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Date": "20260101T000000Z",
    "Authorization": "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=testing",
}


class Judge:
    """dynalite, asked for its opinion on expressions only."""

    def __init__(self, address: str) -> None:
        url = urlsplit(address)
        self.connection = http.client.HTTPConnection(url.hostname or "", url.port)

    def answer(self, text: str, kind: Kind, names: Mapping[str, str], values: Mapping[str, Any]) -> str:
        """The error that it answers with; nothing where it has nothing against the expression."""
        operation, request = REQUESTS[kind]
        given = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
        body = {"TableName": NO_TABLE, kind.value: text, **request, **{key: value for key, value in given.items() if value}}
        answer = self._asked(operation, json.dumps(body))
        return "" if answer["__type"].endswith("ResourceNotFoundException") else str(answer["message"])

    def _asked(self, operation: str, body: str) -> Any:
        for patience in (True, False):
            try:
                self.connection.request("POST", "/", body, {**HEADERS, "X-Amz-Target": f"DynamoDB_20120810.{operation}"})
                return json.loads(self.connection.getresponse().read())
            except (http.client.HTTPException, ConnectionError):
                # node closes a connection that was idle for a few seconds; the next request opens another.
                self.connection.close()
                if not patience:
                    raise
        return None
