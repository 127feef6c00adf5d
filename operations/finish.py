"""What CloudFormation cannot do for a stack: upload prompts and pages, publish the contact flows, let mail in.

Each step may be repeated: what is already as it should be is left alone.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from operations import versions
from operations.parked import NOT_THERE, forget_what_is_gone
from operations.stack import Refusal, Stack

if TYPE_CHECKING:
    from mypy_boto3_connect import ConnectClient
    from mypy_boto3_connect.literals import ContactFlowTypeType
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_ses import SESClient

# The other pages stand in for a phone, a mailbox and a handset on one machine.
PAGES = ("chat", "desk", "status")
# What a page may know: anybody can read config.json, so no table, queue or bucket is named there.
PUBLIC_OUTPUTS = (
    "CareAddress",
    "ChatSocketUrl",
    "DeskApiUrl",
    "OperatorName",
    "SenderName",
    "ShortNumber",
    "SignInClientId",
    "SignInUrl",
    "StatusApiUrl",
    "WebUrl",
)
CONTENT_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".wav": "audio/wav"}
PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9]+)\}")
INBOUND = "817"
# The flows with what Connect calls their kind, and the placeholder by which the inbound one names them: it comes last.
FLOWS: tuple[tuple[str, ContactFlowTypeType, str], ...] = (
    ("queue", "CUSTOMER_QUEUE", "QueueFlowArn"),
    ("whisper", "AGENT_WHISPER", "WhisperFlowArn"),
    ("survey", "CONTACT_FLOW", "SurveyFlowArn"),
    (INBOUND, "CONTACT_FLOW", "InboundFlowArn"),
)
# Browsers and the distribution ask each time whether a page changed; a deployment is seen at once.
CACHE_CONTROL = "no-cache"


@dataclass(frozen=True)
class Done:
    """What became of one step, as one line; a problem says why and what to do."""

    step: str
    outcome: str
    is_problem: bool = False

    def __str__(self) -> str:
        return f"{self.step:<14} {'not done: ' if self.is_problem else ''}{self.outcome}"


def finish(session: boto3.Session, stack: Stack, root: Path, replace_receipt_rules: bool) -> list[Done]:
    """Everything after `sam deploy`. A step that fails stops no other; mail is let in last, if none failed."""
    s3: S3Client = session.client("s3")
    steps: dict[str, Callable[[], str]] = {
        "prompts": lambda: _upload_prompts(s3, stack, root),
        "pages": lambda: _upload_pages(s3, stack, root),
        "contact flows": lambda: _publish(session, stack, root),
        "parked work": lambda: _forget_test_message(session, stack),
        "old versions": lambda: _prune(session, stack),
    }
    done = [carry_out(name, step) for name, step in steps.items()]
    if any(one.is_problem for one in done):
        return [*done, Done("receipt rules", "mend the above and run make deploy ARGS=--only-finish", is_problem=True)]
    return [*done, carry_out("receipt rules", lambda: _let_mail_in(session, stack, replace_receipt_rules))]


def carry_out(name: str, step: Callable[[], str]) -> Done:
    try:
        return Done(name, step())
    except (Refusal, BotoCoreError, ClientError) as error:
        return Done(name, str(error), is_problem=True)


def addresses(stack: Stack) -> list[str]:
    """Where people find the call centre."""
    web = stack.outputs.get("WebUrl", "").rstrip("/")
    pages = (
        [f"chat           {web}/chat/", f"status         {web}/status/", f"desk           {web}/desk/"] if web else []
    )
    return [*pages, f"mail           {stack.output('CareAddress')}"]


def _upload_prompts(s3: S3Client, stack: Stack, root: Path) -> str:
    put, total = upload_all(s3, stack.output("PromptsBucket"), prompts(root / "flows" / "prompts"))
    return f"{put} of {total} uploaded"


def _upload_pages(s3: S3Client, stack: Stack, root: Path) -> str:
    """A stack without a distribution and without an origin of one's own has no bucket for pages, and no desk."""
    if "WebBucket" not in stack.outputs:
        return (
            "left out, and the desk with them: set WebOrigin, or Distribution=yes (docs/deploy.md, Without CloudFront)"
        )
    put, total = upload_all(s3, stack.output("WebBucket"), pages(root / "web", stack))
    uploaded = f"{put} of {total} uploaded"
    if stack.parameters.get("Distribution") == "no":
        return f"{uploaded}; serve what is in {stack.output('WebBucket')} at {stack.output('WebUrl')}"
    return uploaded


def _publish(session: boto3.Session, stack: Stack, root: Path) -> str:
    instance = stack.parameters.get("ConnectInstanceArn", "")
    if not instance:
        return "left out: no ConnectInstanceArn is set"
    connect, arns, changes = session.client("connect"), dict[str, str](), []
    for file, flow_type, placeholder in FLOWS:
        name = f"{stack.name}-{stack.output('ShortNumber') if file == INBOUND else file}"
        content = fill_flow((root / "flows" / f"{file}.json").read_text(encoding="utf-8"), stack, arns)
        published = publish_flow(connect, instance, name, flow_type, content)
        arns[placeholder] = published.arn
        changes.append(f"{name} {published.change}")
    return ", ".join(changes)


def _forget_test_message(session: boto3.Session, stack: Stack) -> str:
    """S3 tells the queue of parked work that it was set up, which is no work."""
    bucket, queue = stack.output("ParkedBucket"), stack.output("ParkedQueueUrl")
    forget_what_is_gone(session.client("s3"), session.client("sqs"), bucket, queue)
    return "its queue tells of what is there"


def _prune(session: boto3.Session, stack: Stack) -> str:
    deleted, functions = versions.prune(session.client("cloudformation"), session.client("lambda"), stack.name)
    return f"{deleted} deleted, of {functions} functions with snapshots"


def _let_mail_in(session: boto3.Session, stack: Stack, replace: bool) -> str:
    activated = activate_receipt_rules(session.client("ses"), stack.output("ReceiptRuleSetName"), replace)
    return "activated" if activated else "active already"


def activate_receipt_rules(ses: SESClient, rule_set: str, replace: bool) -> bool:
    """Makes the stack's rule set the active one, of which a region has one; True when it was not."""
    active = ses.describe_active_receipt_rule_set().get("Metadata", {}).get("Name")
    if active == rule_set:
        return False
    if active and not replace:
        raise Refusal(
            f"The receipt rule set {active} is active in this region and would stop receiving: "
            "move its rules, or run make deploy ARGS=--replace-receipt-rules."
        )
    ses.set_active_receipt_rule_set(RuleSetName=rule_set)
    return True


def upload(s3: S3Client, bucket: str, key: str, body: bytes) -> bool:
    """Puts an object unless the same bytes are there; True when it put."""
    # Of an object put whole, without a key of one's own, the tag is the MD5 of its bytes, in quotes.
    tag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    try:
        if s3.head_object(Bucket=bucket, Key=key)["ETag"] == tag:
            return False
    except ClientError as error:
        if error.response["Error"]["Code"] not in NOT_THERE:
            raise
    suffix = Path(key).suffix
    content_type = CONTENT_TYPES.get(suffix) or mimetypes.types_map.get(suffix) or "application/octet-stream"
    if content_type.startswith("text/"):
        content_type += "; charset=utf-8"
    s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type, CacheControl=CACHE_CONTROL)
    return True


def prompts(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*.wav")):
        yield path.relative_to(folder).as_posix(), path.read_bytes()


def pages(folder: Path, stack: Stack) -> Iterator[tuple[str, bytes]]:
    """The pages people use, what they share, and config.json, which tells them where the APIs are."""
    for path in sorted(folder.rglob("*")):
        key = path.relative_to(folder)
        if path.is_file() and (len(key.parts) == 1 or key.parts[0] in PAGES):
            yield key.as_posix(), path.read_bytes()
    config = {name: stack.output(name) for name in PUBLIC_OUTPUTS}
    yield "config.json", (json.dumps(config, indent=2) + "\n").encode()


def upload_all(s3: S3Client, bucket: str, files: Iterator[tuple[str, bytes]]) -> tuple[int, int]:
    """(files put, files in all)"""
    changed = [upload(s3, bucket, key, body) for key, body in files]
    return sum(changed), len(changed)


def fill_flow(text: str, stack: Stack, arns: Mapping[str, str]) -> str:
    """A contact flow with every ${Placeholder} put in: of ``arns``, else an output of the stack."""
    return PLACEHOLDER.sub(lambda found: arns.get(found.group(1)) or stack.output(found.group(1)), text)


@dataclass(frozen=True)
class Published:
    """A contact flow in Connect: its ARN, and whether it was created, updated or unchanged."""

    arn: str
    change: str


def publish_flow(
    connect: ConnectClient, instance_arn: str, name: str, flow_type: ContactFlowTypeType, content: str
) -> Published:
    """Creates the contact flow, or updates the one of that name."""
    instance = instance_arn.rpartition("/")[2]
    listed = connect.get_paginator("list_contact_flows").paginate(InstanceId=instance, ContactFlowTypes=[flow_type])
    known = next((one for page in listed for one in page["ContactFlowSummaryList"] if one["Name"] == name), None)
    try:
        if known is None:
            made = connect.create_contact_flow(
                InstanceId=instance, Name=name, Type=flow_type, Content=content, Status="PUBLISHED"
            )
            return Published(made["ContactFlowArn"], "created")
        found = Published(known["Arn"], "unchanged")
        current = connect.describe_contact_flow(InstanceId=instance, ContactFlowId=known["Id"])["ContactFlow"]
        if json.loads(current.get("Content", "null")) == json.loads(content):
            return found
        connect.update_contact_flow_content(InstanceId=instance, ContactFlowId=known["Id"], Content=content)
        return replace(found, change="updated")
    except connect.exceptions.InvalidContactFlowException as error:
        problems = cast("list[dict[str, str]]", error.response.get("problems", []))
        reasons = "; ".join(problem["message"] for problem in problems) or str(error)
        raise Refusal(f"Amazon Connect refuses the contact flow {name}: {reasons}") from error
