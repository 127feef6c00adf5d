"""Tells which service and operation an AWS request is for, from its signature, target, path and body."""

import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from botocore.loaders import Loader

# Signing name and path → botocore's name of the service model, where they differ.
MODELS = {
    ("ses", "/v2/email"): "sesv2",
    ("execute-api", ""): "apigatewaymanagementapi",
    ("lambda", ""): "lambda",
    ("scheduler", ""): "scheduler",
    ("apigateway", "/v2"): "apigatewayv2",
    ("connect", ""): "connect",
}

SIGNATURE = {
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
    "X-Amz-Security-Token",
    "AWSAccessKeyId",
    "Signature",
    "Expires",
    "x-amz-security-token",
}

S3_OBJECT = {"GET": "GetObject", "PUT": "PutObject", "HEAD": "HeadObject", "DELETE": "DeleteObject"}
S3_BUCKET = {"GET": "ListObjectsV2", "PUT": "CreateBucket", "HEAD": "HeadBucket", "DELETE": "DeleteBucket"}


def credential(headers: Mapping[str, str], path: str) -> tuple[str, str]:
    """(access key, signing name of the service) of a SigV4 header or a presigned URL; ("", "") without one."""
    match = re.search(r"Credential=([^/]+)/\d{8}/[^/]+/([^/]+)/aws4_request", headers.get("Authorization", ""))
    if match is None:
        match = re.search(r"X-Amz-Credential=([^/]+)/\d{8}/[^/]+/([^/]+)/aws4_request", urllib.parse.unquote(path))
    return (match[1], match[2]) if match else ("", "")


@dataclass(frozen=True)
class Presigned:
    """A presigned S3 request without its signature, and when that ran out."""

    path: str
    access_key: str
    expires_at: float


def presigned(path: str) -> Presigned | None:
    """Reads a presigned URL's path and query (SigV4, or the older form S3 still takes); None when it is none."""
    bare, _, query = path.partition("?")
    if not query:
        return None
    pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
    values = dict(pairs)
    rest = urllib.parse.urlencode([pair for pair in pairs if pair[0] not in SIGNATURE], quote_via=urllib.parse.quote)
    plain = f"{bare}?{rest}" if rest else bare
    try:
        if "X-Amz-Signature" in values:
            signed_at = datetime.strptime(values["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            key = values["X-Amz-Credential"].partition("/")[0]
            return Presigned(plain, key, signed_at.timestamp() + int(values["X-Amz-Expires"]))
        if "AWSAccessKeyId" in values and "Signature" in values:
            return Presigned(plain, values["AWSAccessKeyId"], float(values["Expires"]))
    except (KeyError, ValueError):
        return None
    return None


def operation(service: str, method: str, path: str, headers: Mapping[str, str], body: bytes) -> str:
    """Name of the operation in the service's API; the method where it cannot be told."""
    target = headers.get("X-Amz-Target")
    if target:
        return target.rpartition(".")[2]
    bare, _, query = path.partition("?")
    if rpc := re.fullmatch(r"/service/\w+/operation/(\w+)", bare):
        return rpc[1]
    if service == "s3":
        return _s3_operation(method, bare, query)
    form = headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
    if form and (action := re.search(rb"(?:^|&)Action=(\w+)", body)):
        return action[1].decode()
    for (name, prefix), model in MODELS.items():
        if name == service and bare.startswith(prefix):
            for verb, pattern, found in _rest_operations(model):
                if verb == method and pattern.search(bare):
                    return found
    return method


def _s3_operation(method: str, path: str, query: str) -> str:
    key = path.lstrip("/").partition("/")[2]
    if key:
        if "uploads" in query or "uploadId=" in query:
            return "MultipartUpload"
        return S3_OBJECT.get(method, method)
    if method == "POST" and "delete" in query:
        return "DeleteObjects"
    return S3_BUCKET.get(method, method)


@cache
def _rest_operations(model: str) -> list[tuple[str, re.Pattern[str], str]]:
    """(method, path, operation) of a REST service, the longest paths first."""
    description: dict[str, Any] = Loader().load_service_model(model, "service-2")
    found = []
    for name, shape in description["operations"].items():
        uri = shape["http"]["requestUri"].partition("?")[0]
        pattern = re.sub(r"\\\{[^}]+?\\\}", "[^/]+", re.escape(uri))
        found.append((shape["http"]["method"], re.compile(pattern + "/?$"), name))
    return sorted(found, key=lambda each: -len(each[1].pattern))
