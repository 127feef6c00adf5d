"""A radio: lets in who knows the channel, answers on some routes."""

import json
import os
from typing import Any

import boto3

sqs = boto3.client("sqs")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    match event["requestContext"]["routeKey"]:
        case "$connect":
            channel = (event.get("queryStringParameters") or {}).get("channel")
            return {"statusCode": 200 if channel == "16" else 403}
        case "$disconnect" | "quiet":
            sqs.send_message(QueueUrl=os.environ["SEEN_URL"], MessageBody=json.dumps(event))
        case "loud" if "sink" in event["body"]:
            raise RuntimeError("sunk")
    return {"statusCode": 200, "body": json.dumps({"heard": event})}
