"""Answers with the event it got."""

import json
import time
from typing import Any


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    path = event["rawPath"]
    if path.endswith("/fall"):
        raise RuntimeError("fell off the pier")
    if path.endswith("/slow"):
        time.sleep(0.6)
    if path.endswith("/bare"):
        return {"things": 3}
    return {
        "statusCode": 201,
        "headers": {"Content-Type": "application/json", "X-Pier": "2"},
        "cookies": ["berth=4; Path=/", "tide=high"],
        "body": json.dumps(event),
    }
