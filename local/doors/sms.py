"""AWS End User Messaging SMS (`SendTextMessage`), and the customers' telephones as JSON for a page and tests.

GET  /sms/messages[?to=number]           → [message …], oldest first; `to` finds both sides of a number's talk
POST /sms/messages {from, text[, to]}    → the message; a customer's SMS, published to the two-way topic

A message is {id, at, direction, from, to, text, status, context}. `direction` is "out" (to the customer) or
"in"; `status` is "sent", "delivered", "unreachable" or "received"; `at` is ISO 8601 in UTC. `FATES` has the
numbers that cannot be reached, or of which less or more is told. Customers can answer where the template has a
number that takes answers. Unless that number manages opt-outs itself, the service answers what begins with a keyword,
tells nobody of it, and after STOP sends that customer nothing ("Self managed opt-outs").
Events: "Example event data" and "Example of a two-way SMS message payload" in the service's user guide.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from local.cloudformation.stack import AwsCall, Stack
from local.doors.wire import Background, error, iso, milliseconds, publish

KEPT_MESSAGES = 5000
MAX_LENGTH = 1600
SECONDS_TO_DELIVERY = 0.05
NUMBER = re.compile(r"\+?[1-9][0-9]{1,18}")
GSM = re.compile(r"[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\\[~\]|€\f]*")
NUMBER_TYPES = ("AWS::SMSVOICE::PhoneNumber", "AWS::SMSVOICE::Pool")

# What is told of a message to a number that ends so, and whether that is final ("Event types for SMS, MMS, and voice";
# TEXT_SENT is never told). Receipts of carriers come late, twice over or not at all.
FATES = {
    "0000000": (("QUEUED", False), ("UNREACHABLE", True)),
    "9000001": (("PENDING", False), ("DELIVERED", True)),
    "9000002": (("PENDING", False), ("UNKNOWN", True)),
    "9000003": (("CARRIER_UNREACHABLE", False), ("DELIVERED", True)),
    "9000004": (("UNREACHABLE", True), ("DELIVERED", True)),
}
USUAL = (("QUEUED", False), ("DELIVERED", True))
DESCRIPTIONS = {
    "QUEUED": "Message is queued",
    "PENDING": "Message is on its way",
    "DELIVERED": "Message has been accepted by phone",
    "UNREACHABLE": "Phone is currently unreachable or unavailable",
    "CARRIER_UNREACHABLE": "Phone carrier is currently unreachable or unavailable",
    "UNKNOWN": "Status of the message is unknown",
}


@dataclass
class Message:
    id: str
    at: float
    direction: str
    sender: str
    recipient: str
    text: str
    status: str
    context: dict[str, str] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "at": iso(self.at),
            "direction": self.direction,
            "from": self.sender,
            "to": self.recipient,
            "text": self.text,
            "status": self.status,
            "context": self.context,
        }


class Sms:
    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._messages: deque[Message] = deque(maxlen=KEPT_MESSAGES)
        self._destinations = _destinations(stack)
        self._two_way_topic = _two_way_topic(stack)
        self._keywords = _keywords(stack)
        self._opted_out: set[str] = set()
        self._background = Background()
        stack.serve("sms-voice", "SendTextMessage", self.send_text_message)

    async def close(self) -> None:
        await self._background.close()

    async def send_text_message(self, call: AwsCall) -> web.Response:
        """Answers `{"MessageId": …}`; what becomes of the message is told after."""
        try:
            request = json.loads(call.body)
        except ValueError:
            return error(400, "SerializationException", "The request is not JSON.")
        number, text = str(request.get("DestinationPhoneNumber", "")), request.get("MessageBody") or ""
        configuration_set = str(request.get("ConfigurationSetName") or "").rpartition("/")[2]
        if not NUMBER.fullmatch(number):
            return _invalid("DestinationPhoneNumber")
        if not 0 < len(text) <= MAX_LENGTH:
            return _invalid("MessageBody")
        if len(request.get("Context") or {}) > 5:
            return _invalid("Context")
        if configuration_set and configuration_set not in self._destinations:
            return error(400, "ResourceNotFoundException", f"No configuration set {configuration_set}.")
        if number in self._opted_out:
            return error(
                400, "ConflictException", f"{number} is on the opt-out list.", "DESTINATION_PHONE_NUMBER_OPTED_OUT"
            )
        sender = _identity(str(request.get("OriginationIdentity") or ""))
        message = Message(
            str(uuid.uuid4()), time.time(), "out", sender, number, text, "sent", request.get("Context") or {}
        )
        if not request.get("DryRun"):
            self._messages.append(message)
            self._background.start(self._deliver(message, configuration_set, request.get("MessageType")))
        return web.json_response({"MessageId": message.id})

    async def list(self, request: web.Request) -> web.Response:
        number = request.query.get("to", "").strip().replace(" ", "+", 1)
        return web.json_response(
            [
                message.shown()
                for message in self._messages
                if not number or number in (message.recipient, message.sender)
            ]
        )

    async def reply(self, request: web.Request) -> web.Response:
        try:
            values = await request.json()
            number, text = str(values["from"]).strip(), str(values["text"])
        except (ValueError, KeyError, TypeError):
            return web.json_response({"error": "a message needs from and text"}, status=400)
        if not NUMBER.fullmatch(number) or not text.strip():
            return web.json_response({"error": "from must be a telephone number, text must not be empty"}, status=400)
        if self._two_way_topic is None:
            return web.json_response({"error": "the template has no number that takes answers"}, status=409)
        before = next((m for m in reversed(self._messages) if m.recipient == number and m.direction == "out"), None)
        to = str(values.get("to") or (before.sender if before else _own_number(self._stack)))
        message = Message(str(uuid.uuid4()), time.time(), "in", number, to, text, "received")
        self._messages.append(message)
        keyword = next((one for one in self._keywords if text.strip().upper().startswith(one)), None)
        if keyword is None:
            await publish(self._stack, self._two_way_topic, _two_way(message, before))
        else:
            self._answer(message, keyword)
        return web.json_response(message.shown(), status=201)

    def _answer(self, message: Message, keyword: str) -> None:
        """The service's own answer, of which no event tells."""
        answer = self._keywords[keyword]
        told = Message(str(uuid.uuid4()), time.time(), "out", message.recipient, message.sender, answer, "delivered")
        self._messages.append(told)
        if keyword == "STOP":
            self._opted_out.add(message.sender)

    async def _deliver(self, message: Message, configuration_set: str, kind: str | None) -> None:
        for status, final in FATES.get(message.recipient[-7:], USUAL):
            if final and status in ("DELIVERED", "UNREACHABLE"):
                message.status = status.lower()
            await self._tell(message, configuration_set, kind, status, final=final)
            await asyncio.sleep(SECONDS_TO_DELIVERY)

    async def _tell(
        self, message: Message, configuration_set: str, kind: str | None, status: str, *, final: bool
    ) -> None:
        event = _event(message, kind or "TRANSACTIONAL", status, final)
        for topic, kinds in self._destinations.get(configuration_set, []):
            if kinds & {event["eventType"], "TEXT_ALL", "ALL"}:
                await publish(self._stack, topic, event)


def add_sms_routes(app: web.Application, sms: Sms) -> None:
    app.router.add_get("/sms/messages", sms.list)
    app.router.add_post("/sms/messages", sms.reply)


def _invalid(field_name: str) -> web.Response:
    return error(400, "ValidationException", f"1 validation error detected: {field_name} is invalid.")


def _destinations(stack: Stack) -> dict[str, list[tuple[str, set[str]]]]:
    """Configuration set → (topic, event types) of its enabled destinations on SNS."""
    return {
        resource.physical_id: [
            (destination["SnsDestination"]["TopicArn"], set(destination["MatchingEventTypes"]))
            for destination in resource.properties.get("EventDestinations") or []
            if destination.get("SnsDestination") and destination.get("Enabled") in (True, "true")
        ]
        for resource in stack.resources("AWS::SMSVOICE::ConfigurationSet").values()
    }


def _two_way_topic(stack: Stack) -> str | None:
    """Where a customer's SMS goes, as the template's number or pool says."""
    for type_ in NUMBER_TYPES:
        for resource in stack.resources(type_).values():
            topic = (resource.properties.get("TwoWay") or {}).get("ChannelArn")
            if topic:
                return str(topic)
    return None


def _keywords(stack: Stack) -> dict[str, str]:
    """What the service itself answers, by the keyword that a message begins with; opt-outs may be self-managed."""
    return {
        keyword: str(said["Message"])
        for type_ in NUMBER_TYPES
        for resource in stack.resources(type_).values()
        if resource.properties.get("SelfManagedOptOutsEnabled") not in (True, "true")
        for keyword, said in (resource.properties.get("MandatoryKeywords") or {}).items()
    }


def _own_number(stack: Stack) -> str:
    """The number the phone answers, where local.toml names its parameter."""
    return stack.template.parameters.get(stack.settings.phone.get("number", ""), "")


def _identity(identity: str) -> str:
    """The number or sender id behind an OriginationIdentity, which may be an ARN."""
    return identity.rpartition("/")[2] if identity.startswith("arn:") else identity


def _event(message: Message, kind: str, status: str, final: bool) -> dict[str, Any]:
    return {
        "eventType": f"TEXT_{status}",
        "eventVersion": "1.0",
        "eventTimestamp": milliseconds(),
        "isFinal": final,
        "originationPhoneNumber": message.sender,
        "destinationPhoneNumber": message.recipient,
        "isoCountryCode": "ID" if message.recipient.lstrip("+").startswith("62") else "",
        "isInternationalSend": False,
        "messageId": message.id,
        "messageRequestTimestamp": int(message.at * 1000),
        "messageEncoding": "GSM" if GSM.fullmatch(message.text) else "UNICODE",
        "messageType": kind,
        "messageStatus": status,
        "messageStatusDescription": DESCRIPTIONS[status],
        "context": message.context,
        "totalMessageParts": _parts(message.text),
        "totalMessagePrice": 0.0,
        "totalCarrierFee": 0.0,
    }


def _parts(text: str) -> int:
    """SMS parts: 160 GSM characters in one, 153 in each of several; 70 and 67 in UCS-2."""
    single, several = (160, 153) if GSM.fullmatch(text) else (70, 67)
    return 1 if len(text) <= single else -(-len(text) // several)


def _two_way(message: Message, before: Message | None) -> dict[str, Any]:
    event = {
        "originationNumber": message.sender,
        "destinationNumber": message.recipient,
        "messageKeyword": "KEYWORD_LOCAL",
        "messageBody": message.text,
        "inboundMessageId": message.id,
    }
    return {**event, "previousPublishedMessageId": before.id} if before else event
