"""Says into a queue which records came, in their order; a poisonous one fails for ever."""

import json
import os
from typing import Any

import boto3

queue = boto3.client("sqs")


def handler(event: dict[str, Any], context: Any) -> Any:
    failures = []
    for record in event["Records"]:
        change = record["dynamodb"]
        image = change.get("NewImage") or change["OldImage"]
        if "raises" in image:
            raise ValueError("a record that raises")
        if "poison" in image:
            failures.append({"itemIdentifier": change["SequenceNumber"]})
            break
        seen = {
            "pk": change["Keys"]["pk"]["S"],
            "sk": change["Keys"]["sk"]["S"],
            "version": int(image.get("version", {"N": "0"})["N"]),
            "event": record["eventName"],
            "sequence": change["SequenceNumber"],
        }
        queue.send_message(QueueUrl=os.environ["LOG"], MessageBody=json.dumps(seen))
    return {"batchItemFailures": failures}
