"""Lambda's asynchronous invocation: attempts with pauses, then a record of the end to the destination.

Lambda developer guide, "How Lambda handles errors and retries with asynchronous invocation" and "Retaining records
of asynchronous invocations".
"""

import asyncio
import json
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from local.awslambda.destinations import Destinations
from local.awslambda.pool import Pool
from local.cloudformation.stack import Invocation, Stack

# The cloud waits one and then two minutes between the attempts.
RETRY_SECONDS = (1.0, 2.0)


class AsynchronousInvocations:
    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._destinations = Destinations(stack)
        self._pauses = tuple(stack.settings.runtime.get("async_retry_seconds", RETRY_SECONDS))

    async def run(self, pool: Pool, payload: bytes, arn: str) -> None:
        """Run one event to its end; every attempt has the same request id."""
        config = self._properties(pool).get("EventInvokeConfig") or {}
        retries = int(config.get("MaximumRetryAttempts", 2))
        oldest = float(config.get("MaximumEventAgeInSeconds", 21600))
        request_id = str(uuid.uuid4())
        arrived = time.monotonic()
        attempt = 1
        while True:
            invocation = await pool.run(payload, request_id, arn)
            if invocation.error is None:
                condition = "Success"
                break
            if attempt > retries:
                condition = "RetriesExhausted"
                break
            pause = self._pauses[min(attempt, len(self._pauses)) - 1]
            if time.monotonic() + pause - arrived > oldest:
                condition = "EventAgeExceeded"
                break
            await asyncio.sleep(pause)
            attempt += 1
        await self._tell(pool, payload, invocation, condition, attempt)

    async def _tell(self, pool: Pool, payload: bytes, invocation: Invocation, condition: str, attempts: int) -> None:
        properties = self._properties(pool)
        queue = properties.get("DeadLetterQueue")
        if queue and invocation.error:
            await self._destinations.send(queue["TargetArn"], payload.decode(), pool.function.name)
        destinations = (properties.get("EventInvokeConfig") or {}).get("DestinationConfig") or {}
        side = destinations.get("OnFailure" if invocation.error else "OnSuccess") or {}
        if "Destination" not in side:
            return
        response: dict[str, Any] = {"statusCode": 200, "executedVersion": "$LATEST"}
        if invocation.error:
            response["functionError"] = "Unhandled"
        record = {
            "version": "1.0",
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "requestContext": {
                "requestId": invocation.request_id,
                "functionArn": f"{pool.function.arn}:$LATEST",
                "condition": condition,
                "approximateInvokeCount": attempts,
            },
            "requestPayload": json.loads(payload or b"null"),
            "responseContext": response,
            "responsePayload": json.loads(invocation.payload or b"null"),
        }
        await self._destinations.send(str(side["Destination"]), json.dumps(record), f"async/{pool.function.name}")

    def _properties(self, pool: Pool) -> dict[str, Any]:
        return self._stack.template.resources[pool.function.logical_id].properties
