"""Presigned S3 links: signed by a function with its own key, which ministack does not know.

ministack checks a link's signature, so the router signs it anew with the key ministack knows. The link keeps the life
its signer gave it (S3 API reference, "Authenticating requests: using query parameters").
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.stack import REGION

KNOWN_TO_MINISTACK = Credentials("test", "test")


def is_presigned(path: str) -> bool:
    """Whether a raw path and query carry a signature."""
    return "X-Amz-Signature=" in path


def sign_anew(method: str, base: str, path: str) -> str | None:
    """The address at ministack with a signature it accepts; None when the link's life is over."""
    parts = urlsplit(path)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    try:
        signed_at = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        life = timedelta(seconds=int(query["X-Amz-Expires"]))
    except (KeyError, ValueError):
        return None
    left = signed_at + life - datetime.now(UTC)
    if left <= timedelta():
        return None
    kept = {name: value for name, value in query.items() if not name.startswith("X-Amz-")}
    address = base + parts.path + (f"?{urlencode(kept, quote_via=quote)}" if kept else "")
    request = AWSRequest(method=method, url=address)
    S3SigV4QueryAuth(KNOWN_TO_MINISTACK, "s3", REGION, expires=max(1, int(left.total_seconds()))).add_auth(request)
    return str(request.url)
