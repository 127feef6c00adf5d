"""Queues with what waits in them, dead letters, and stream records parked in S3."""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

SHOWN_RECORDS = 20
DEAD_LETTER = "-dead-letter"


def read(client: "SQSClient", stack: str) -> list[dict[str, Any]]:
    """Every queue with its visible, in-flight and delayed counts; dead letters and parked notices last."""
    pages = client.get_paginator("list_queues").paginate(QueueNamePrefix=f"{stack}-")
    return sorted(
        (_count(client, url, stack) for page in pages for url in page.get("QueueUrls", [])),
        key=lambda queue: (queue["kind"] != "work", queue["name"]),
    )


def _count(client: "SQSClient", url: str, stack: str) -> dict[str, Any]:
    attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    name = url.rsplit("/", 1)[-1].removeprefix(f"{stack}-")
    redrive = json.loads(attributes.get("RedrivePolicy", "{}"))
    return {
        "name": name,
        "kind": _kind(name),
        "visible": int(attributes.get("ApproximateNumberOfMessages", 0)),
        "in_flight": int(attributes.get("ApproximateNumberOfMessagesNotVisible", 0)),
        "delayed": int(attributes.get("ApproximateNumberOfMessagesDelayed", 0)),
        "tries": redrive.get("maxReceiveCount"),
    }


def _kind(name: str) -> str:
    if name.endswith(DEAD_LETTER):
        return "dead_letter"
    return "parked" if name == "parked" else "work"


def parked(client: "S3Client", bucket: str) -> list[dict[str, Any]]:
    """Stream records that could not be processed, newest first: one whole record an object."""
    listed = client.list_objects_v2(Bucket=bucket, MaxKeys=1000).get("Contents", [])
    newest = sorted(listed, key=lambda item: item["LastModified"], reverse=True)
    return [
        {"key": item["Key"], "size": item["Size"], "at": int(item["LastModified"].timestamp() * 1000)}
        for item in newest[:SHOWN_RECORDS]
    ]
