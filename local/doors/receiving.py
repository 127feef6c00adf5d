"""Amazon SES receiving: carries out the template's receipt rules for a mail.

The Lambda event's shape: "Contents of notifications for Amazon SES email receiving" and the guide's
"Lambda action" sample. The verdicts here: a body with the GTUBE text fails the spam check, an EICAR test
file fails the virus check. A mail is its author's when the envelope's sender is of the author's domain;
local.toml's table `mail` names domains whose mail is forged (`fail`) and such that publish no policy (`gray`).
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from secrets import token_hex
from typing import Any

from local.cloudformation.account import REGION
from local.cloudformation.data_plane import CallFailed
from local.cloudformation.stack import Stack
from local.doors import mime
from local.doors.wire import iso, publish
from local.machine.refusal import Refusal

log = logging.getLogger(__name__)

MAX_BYTES = 40 * 1024 * 1024
HEADER_BYTES_IN_EVENT = 10 * 1024
ACTIONS = ("S3Action", "LambdaAction", "SNSAction", "AddHeaderAction", "BounceAction", "StopAction")
SPAM_TEST = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
VIRUS_TEST = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class NotAccepted(Exception):
    """The SMTP answer for a mail that a rule refuses or that could not be stored."""


@dataclass(frozen=True)
class Rule:
    name: str
    recipients: list[str]
    actions: list[dict[str, Any]]
    scan: bool

    def accepts(self, address: str) -> bool:
        """SES's conditions: an address (with any +label), a domain, or ".domain" for what is below it."""
        local, _, domain = address.lower().rpartition("@")
        plain = f"{local.split('+')[0]}@{domain}"
        return not self.recipients or any(
            condition in (f"{local}@{domain}", plain, domain)
            or (condition.startswith(".") and domain.endswith(condition))
            for condition in self.recipients
        )


@dataclass(frozen=True)
class Judgement:
    """What SPF, DKIM and DMARC say of a mail, as the notification's verdicts and as header fields put on top of it."""

    source: str
    author: str
    spf: str
    dkim: str
    dmarc: str

    @property
    def verdicts(self) -> dict[str, Any]:
        found = {"spf": self.spf, "dkim": self.dkim, "dmarc": self.dmarc}
        policy = {"dmarcPolicy": "reject"} if self.dmarc == "FAIL" else {}
        return {f"{name}Verdict": {"status": status} for name, status in found.items()} | policy

    @property
    def headers(self) -> bytes:
        """As on mail that SES stored. Words of a stranger are repeated in a quoted string, and on one line."""
        words = {"PASS": "pass", "FAIL": "fail", "GRAY": "none"}
        said = "".join(one for one in self.source if one.isprintable() and one not in '\\"')
        sent = f'client-ip=127.0.0.1; envelope-from="{said}"; helo=localhost'
        signed = f"dkim={words[self.dkim]} header.i=@{self.author}" if self.dkim != "GRAY" else "dkim=none"
        spf = f"{words[self.spf]} (spfCheck: as local.toml says) {sent}"
        return (
            f"Received-SPF: {spf};\r\n"
            f"Authentication-Results: amazonses.com;\r\n"
            f" spf={spf};\r\n"
            f" {signed};\r\n"
            f" dmarc={words[self.dmarc]} header.from={self.author};\r\n"
        ).encode("utf-8", "surrogateescape")


@dataclass(frozen=True)
class Received:
    """One accepted mail, with the header fields SES puts before what the sender wrote."""

    id: str
    at: float
    source: str
    raw: bytes
    recipients: list[str]


class MailReceiver:
    """The receipt rules of the template, in their order."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._rules = list(_rules(stack))
        self._fail, self._gray = (set(stack.settings.mail.get(name, [])) for name in ("fail", "gray"))

    def accepts(self, address: str) -> bool:
        return any(rule.accepts(address) for rule in self._rules)

    async def receive(self, source: str, recipients: list[str], content: bytes) -> str:
        """Carry out the rules for the recipients they match; returns SES's message id.

        Raises NotAccepted when a rule bounces the mail or an object could not be stored.
        """
        id_ = message_id()
        at = time.time()
        trace = _trace(id_, at, source, recipients)
        for rule in self._rules:
            matched = [address for address in recipients if rule.accepts(address)]
            if not matched:
                continue
            judged = self._judge(source, content)
            verdicts = await asyncio.to_thread(_scan, rule, content)
            raw = trace + _verdict_headers(verdicts) + judged.headers + content
            verdicts |= judged.verdicts
            if not await self._carry_out(rule, Received(id_, at, source, raw, matched), verdicts):
                break
        return id_

    def _judge(self, source: str, content: bytes) -> Judgement:
        authors = mime.read_headers(content).addresses("From")
        author = _domain(authors[0]) if authors else ""
        if not re.fullmatch(r"[a-z0-9.-]+", author):
            return Judgement(source, "", "GRAY", "GRAY", "GRAY")
        if author in self._fail:
            return Judgement(source, author, "FAIL", "FAIL", "FAIL")
        if author in self._gray:
            return Judgement(source, author, "GRAY", "GRAY", "GRAY")
        if _domain(source) != author:
            return Judgement(source, author, "PASS" if source else "GRAY", "GRAY", "FAIL")
        return Judgement(source, author, "PASS", "PASS", "PASS")

    async def _carry_out(self, rule: Rule, mail: Received, verdicts: dict[str, Any]) -> bool:
        """Returns False when no further rule may be carried out."""
        raw = mail.raw
        for action in rule.actions:
            kind, values = next(iter(action.items()))
            if kind == "AddHeaderAction":
                raw = f"{values['HeaderName']}: {values['HeaderValue']}\r\n".encode() + raw
            elif kind == "S3Action":
                await self._store(values, mail, raw, verdicts)
            elif kind == "SNSAction":
                await self._tell(values["TopicArn"], mail, verdicts, {"type": "SNS"})
            elif kind == "LambdaAction":
                disposition = await self._call(values, mail, verdicts)
                if disposition == "STOP_RULE":
                    return True
                if disposition == "STOP_RULE_SET":
                    return False
            elif kind == "BounceAction":
                raise NotAccepted(f"{values['SmtpReplyCode']} {values['Message']}")
            else:
                return False
        return True

    async def _store(self, values: dict[str, Any], mail: Received, raw: bytes, verdicts: dict[str, Any]) -> None:
        bucket, key = values["BucketName"], values.get("ObjectKeyPrefix", "") + mail.id
        try:
            await self._stack.plane.put_object(bucket, key, raw)
        except CallFailed as failure:
            log.warning("mail %s not stored in %s: %s", mail.id, bucket, failure)
            raise NotAccepted("451 4.3.0 Requested action aborted: error in processing") from failure
        if topic := values.get("TopicArn"):
            prefix = values.get("ObjectKeyPrefix", "")
            action = {"type": "S3", "bucketName": bucket, "objectKeyPrefix": prefix, "objectKey": key}
            await self._tell(topic, mail, verdicts, action)

    async def _tell(self, topic: str, mail: Received, verdicts: dict[str, Any], action: dict[str, Any]) -> None:
        told = _event(mail, verdicts, action | {"topicArn": topic})
        await publish(self._stack, topic, {"notificationType": "Received", **told})

    async def _call(self, values: dict[str, Any], mail: Received, verdicts: dict[str, Any]) -> str:
        """Returns what a RequestResponse function's `disposition` says, else CONTINUE."""
        function = values["FunctionArn"]
        invocation_type = values.get("InvocationType", "Event")
        action = {"type": "Lambda", "functionArn": function, "invocationType": invocation_type}
        record = {"eventSource": "aws:ses", "eventVersion": "1.0", "ses": _event(mail, verdicts, action)}
        payload = json.dumps({"Records": [record]}).encode()
        if invocation_type == "Event":
            await self._stack.invoke_async(function, payload)
            return "CONTINUE"
        answer = await self._stack.invoke(function, payload)
        if answer.error:
            return "CONTINUE"
        try:
            said = json.loads(answer.payload)
        except ValueError:
            return "CONTINUE"
        return str(said.get("disposition", "CONTINUE")) if isinstance(said, dict) else "CONTINUE"


def message_id() -> str:
    """Forty characters, as the ids of received mail."""
    return token_hex(20)


def _rules(stack: Stack) -> Iterable[Rule]:
    """Enabled rules in template order, each put behind the rule its `After` names.

    Raises Refusal for an action that this machine cannot carry out.
    """
    ordered: list[tuple[str, dict[str, Any]]] = []
    for resource in stack.resources("AWS::SES::ReceiptRule").values():
        rule = resource.properties["Rule"]
        name = rule.get("Name", resource.logical_id)
        names = [known for known, _ in ordered]
        after = resource.properties.get("After")
        ordered.insert(names.index(after) + 1 if after in names else len(ordered), (name, rule))
    for name, rule in ordered:
        for action in rule.get("Actions", []):
            if unknown := set(action) - set(ACTIONS):
                raise Refusal(f"receipt rule {name}: {unknown.pop()} cannot be carried out on one machine.")
        if rule.get("Enabled", False) in (True, "true"):
            recipients = [str(address).lower() for address in rule.get("Recipients", [])]
            scan = rule.get("ScanEnabled", False) in (True, "true")
            yield Rule(name, recipients, rule.get("Actions", []), scan)


def _trace(id_: str, at: float, source: str, recipients: list[str]) -> bytes:
    date = format_datetime(datetime.fromtimestamp(at, UTC))
    return (
        f"Return-Path: <{source}>\r\n"
        f"Received: from localhost ([127.0.0.1])\r\n"
        f" by inbound-smtp.{REGION}.amazonaws.com with SMTP id {id_}\r\n"
        f" for {recipients[0]};\r\n"
        f" {date}\r\n"
    ).encode("utf-8", "surrogateescape")


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower().removesuffix(".")


def _scan(rule: Rule, content: bytes) -> dict[str, Any]:
    spam = virus = "DISABLED"
    if rule.scan:
        parts = [content, *(part.content for part in mime.read(content).attachments)]
        spam = "FAIL" if SPAM_TEST in content else "PASS"
        virus = "FAIL" if any(VIRUS_TEST in part for part in parts) else "PASS"
    return {"spamVerdict": {"status": spam}, "virusVerdict": {"status": virus}}


def _verdict_headers(verdicts: dict[str, Any]) -> bytes:
    spam, virus = verdicts["spamVerdict"]["status"], verdicts["virusVerdict"]["status"]
    return f"X-SES-Spam-Verdict: {spam}\r\nX-SES-Virus-Verdict: {virus}\r\n".encode()


def _event(mail: Received, verdicts: dict[str, Any], action: dict[str, Any]) -> dict[str, Any]:
    parsed = mime.read_headers(mail.raw)
    headers, truncated = _headers_that_fit(parsed)
    common = {
        "returnPath": mail.source,
        "from": parsed.named_addresses("From"),
        "date": parsed.header("Date"),
        "to": parsed.named_addresses("To"),
        "cc": parsed.named_addresses("Cc"),
        "replyTo": parsed.named_addresses("Reply-To"),
        "messageId": parsed.header("Message-ID"),
        "subject": parsed.header("Subject"),
    }
    return {
        "mail": {
            "timestamp": iso(mail.at),
            "source": mail.source,
            "messageId": mail.id,
            "destination": parsed.addresses("To", "Cc") or mail.recipients,
            "headersTruncated": truncated,
            "headers": headers,
            "commonHeaders": {name: value for name, value in common.items() if value or name == "returnPath"},
        },
        "receipt": {
            "timestamp": iso(mail.at),
            "processingTimeMillis": max(1, int((time.time() - mail.at) * 1000)),
            "recipients": mail.recipients,
            **verdicts,
            "action": action,
        },
    }


def _headers_that_fit(mail: mime.Mail) -> tuple[list[dict[str, str]], bool]:
    """Headers up to 10 KB in all; an event with more has the first ones and `headersTruncated`."""
    headers: list[dict[str, str]] = []
    size = 0
    for name, value in mail.fields:
        size += len(name) + len(value.encode()) + 4
        if size > HEADER_BYTES_IN_EVENT:
            return headers, True
        headers.append({"name": name, "value": value})
    return headers, False
