"""boto3 clients of this process: one a service, impatient, because a page waits for the answer."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

_IMPATIENT = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1})


@cache
def client(service: Any) -> Any:
    """`AWS_ENDPOINT_URL` and the region come from the environment, as everywhere."""
    return boto3.client(service, config=_IMPATIENT)
