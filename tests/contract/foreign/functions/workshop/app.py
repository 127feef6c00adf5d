"""Does what the event's `do` says, so that a test can see what the runner makes of it."""

import json
import os
import time
from typing import Any

import boto3
from shared import EDITION  # type: ignore[import-not-found]

table = boto3.client("dynamodb")
WORD = "first"
state = {"invocations": 0}


def handler(event: dict[str, Any], context: Any) -> Any:
    state["invocations"] += 1
    what = event["do"]
    if what == "greet":
        return {
            "greeting": os.environ["GREETING"],
            "word": WORD,
            "edition": EDITION,
            "pid": os.getpid(),
            "invocations": state["invocations"],
            "request_id": context.aws_request_id,
            "trace": os.environ["_X_AMZN_TRACE_ID"],
            "arn": context.invoked_function_arn,
            "milliseconds_left": context.get_remaining_time_in_millis(),
            "function": context.function_name,
        }
    if what == "raise":
        raise ValueError("as the test asked")
    if what == "raise once":
        if attempts(event["key"]) == 1:
            raise ValueError("as the test asked, once")
        return {"attempt": 2}
    if what == "sleep":
        time.sleep(event["seconds"])
        return "slept"
    if what == "exit":
        os._exit(3)
    if what == "count":
        return {"attempt": attempts(event["key"])}
    if what == "measure":
        print(
            json.dumps(
                {
                    "_aws": {
                        "Timestamp": int(time.time() * 1000),
                        "CloudWatchMetrics": [
                            {
                                "Namespace": "Library",
                                "Dimensions": [["service"]],
                                "Metrics": [{"Name": "BooksRead", "Unit": "Count"}],
                            }
                        ],
                    },
                    "service": "workshop",
                    "BooksRead": 3,
                }
            )
        )
        return "measured"
    raise LookupError(what)


def attempts(key: str) -> int:
    """How often this was called with this key, in whatever process."""
    answer = table.update_item(
        TableName=os.environ["TABLE"],
        Key={"pk": {"S": f"attempts#{key}"}, "sk": {"S": "-"}},
        UpdateExpression="ADD attempts :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
        ReturnValues="UPDATED_NEW",
    )
    return int(answer["Attributes"]["attempts"]["N"])
