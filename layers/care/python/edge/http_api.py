"""Requests of the HTTP API, and their answers.

Contract: API Gateway developer guide, "Working with AWS Lambda proxy integrations for HTTP APIs", format 2.0.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any


def raw_body(request: dict[str, Any]) -> bytes:
    """The body as it was sent."""
    body = request.get("body") or ""
    # What is no character is the reader's to refuse.
    return base64.b64decode(body) if request.get("isBase64Encoded") else body.encode(errors="replace")


def header(request: dict[str, Any], name: str) -> str:
    """A header by its name in small letters, as API Gateway gives it; empty when it is missing."""
    return str((request.get("headers") or {}).get(name, ""))


def query(request: dict[str, Any]) -> dict[str, str]:
    """What stands behind the question mark."""
    return request.get("queryStringParameters") or {}


def parameter(request: dict[str, Any], name: str) -> str:
    """A part of the path by its name in the route."""
    return str(request["pathParameters"][name])


def written(said: Mapping[str, Any]) -> str:
    """JSON as it is sent: characters as themselves, since an escaped emoji is twelve bytes."""
    return json.dumps(said, ensure_ascii=False)


def answer(status: int, said: Mapping[str, Any]) -> dict[str, Any]:
    """An answer in JSON, which nobody keeps a copy of."""
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    return {"statusCode": status, "headers": headers, "body": written(said)}
