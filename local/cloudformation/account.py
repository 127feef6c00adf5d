"""The account and region that everything is in, and clients for them."""

from typing import Any

REGION = "ap-southeast-1"
ACCOUNT = "000000000000"


def blocking_client(service: str, endpoint: str, access_key: str = "runner", **config: Any) -> Any:
    """A boto3 client for a local endpoint. `config` goes to botocore's Config."""
    import boto3
    from botocore.config import Config

    merged = Config(**{"retries": {"mode": "standard", "max_attempts": 3}, "max_pool_connections": 20, **config})
    if service == "s3":
        merged = merged.merge(Config(s3={"addressing_style": "path"}))
    make: Any = boto3.client
    return make(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id=access_key,
        aws_secret_access_key="local",
        config=merged,
    )
