"""Notes each message in the table; fails those that ask for it, in the way they ask for."""

import json
import os
from typing import Any

import boto3

table = boto3.client("dynamodb")


def handler(event: dict[str, Any], context: Any) -> Any:
    failures = []
    for record in event["Records"]:
        loan = json.loads(record["body"])
        answer = table.update_item(
            TableName=os.environ["TABLE"],
            Key={"pk": {"S": f"loan#{loan['key']}"}, "sk": {"S": "-"}},
            UpdateExpression="ADD received :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
            ReturnValues="UPDATED_NEW",
        )
        received = int(answer["Attributes"]["received"]["N"])
        if received <= loan.get("fail_times", 0):
            match loan.get("how", "item"):
                case "raise":
                    raise ValueError("as the message asked")
                case "unknown id":
                    failures.append({"itemIdentifier": "nobody"})
                case _:
                    failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
