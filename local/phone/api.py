"""The part of the Amazon Connect API that a function may call: contacts, their attributes, their place in a queue.

Any instance id will do: there is one instance here. What of a contact is not known is absent, as in the API.
"""

import json
import re
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from local.cloudformation.stack import AwsCall, Stack
from local.phone.agents import Agents
from local.phone.records import Record, Records

SERVICE = "connect"
ATTRIBUTE_NAME = re.compile(r"[A-Za-z0-9_-]{1,32767}")
MAX_ATTRIBUTES_BYTES = 32_768


class ConnectApi:
    """Answers DescribeContact, GetContactAttributes, UpdateContactAttributes and GetContactMetrics."""

    def __init__(self, records: Records, agents: Agents) -> None:
        self._records = records
        self._agents = agents

    def serve(self, stack: Stack) -> None:
        for operation, handler in {
            "DescribeContact": self._describe,
            "GetContactAttributes": self._attributes,
            "UpdateContactAttributes": self._update_attributes,
            "GetContactMetrics": self._metrics,
        }.items():
            stack.serve(SERVICE, operation, handler)

    async def _describe(self, call: AwsCall) -> web.Response:
        contact = self._named(call)
        return web.json_response({"Contact": contact.described()}) if contact else _not_found()

    async def _attributes(self, call: AwsCall) -> web.Response:
        contact = self._named(call)
        return web.json_response({"Attributes": dict(contact.attributes)}) if contact else _not_found()

    async def _update_attributes(self, call: AwsCall) -> web.Response:
        body = _body(call)
        contact = self._records.get(str(body.get("InitialContactId")))
        if contact is None:
            return _not_found()
        new = _attributes(body.get("Attributes"))
        if new is None:
            return _error(400, "InvalidParameterException", "Attributes are texts, by names of A-Z, a-z, 0-9, _ and -.")
        merged = {**contact.attributes, **new}
        if sum(len(text.encode("utf-8", "replace")) for pair in merged.items() for text in pair) > MAX_ATTRIBUTES_BYTES:
            return _error(400, "InvalidRequestException", "Attributes have at most 32,768 bytes in all.")
        contact.attributes.update(new)
        return web.json_response({})

    async def _metrics(self, call: AwsCall) -> web.Response:
        """Only of a contact in a queue; a wait that cannot be told is absent."""
        body = _body(call)
        contact = self._records.get(str(body.get("ContactId")).rpartition("/")[2])
        position = self._agents.position_of(contact.contact_id) if contact else None
        if contact is None or position is None:
            return _not_found()
        values = {"POSITION_IN_QUEUE": float(position), "ESTIMATED_WAIT_TIME": self._agents.estimated_wait(position)}
        asked = body.get("Metrics")
        names = [one.get("Name") for one in asked if isinstance(one, dict)] if isinstance(asked, list) else []
        results = [
            {"Name": name, "Value": {"Number": value}}
            for name in names
            if isinstance(name, str) and (value := values.get(name)) is not None
        ]
        return web.json_response({"MetricResults": results, "Id": contact.contact_id, "Arn": contact.arn})

    def _named(self, call: AwsCall) -> Record | None:
        """The contact that the path ends with."""
        return self._records.get(unquote(call.path.partition("?")[0].rstrip("/").rpartition("/")[2]))


def _body(call: AwsCall) -> dict[str, Any]:
    try:
        body = json.loads(call.body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _attributes(value: Any) -> dict[str, str] | None:
    """None for what are no attributes."""
    if not isinstance(value, dict):
        return None
    fit = all(ATTRIBUTE_NAME.fullmatch(name) and isinstance(text, str) for name, text in value.items())
    return value if fit else None


def _not_found() -> web.Response:
    return _error(404, "ResourceNotFoundException", "There is no such contact, or not in a queue.")


def _error(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"Message": message}, status=status, headers={"x-amzn-ErrorType": code})
