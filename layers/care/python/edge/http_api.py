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


def answer(status: int, said: Mapping[str, Any]) -> dict[str, Any]:
    """An answer in JSON."""
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(said)}
