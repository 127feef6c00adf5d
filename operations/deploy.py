"""`make deploy`: the stack, and what CloudFormation cannot do for it.

CloudFormation cannot activate a receipt rule set, upload prompts and pages, or read a contact flow with ARNs
put in. Every step here may be repeated: what is already as it should be is left alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import mimetypes
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from operations.parked import NOT_THERE, forget_what_is_gone

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_connect import ConnectClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_ses import SESClient

ROOT = Path(__file__).resolve().parent.parent
CODE = ("functions", "layers")
# The other pages stand in for a phone, a mailbox and a handset on one machine.
PAGES = ("chat", "desk")
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
    "WebUrl",
)
CONTENT_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".wav": "audio/wav"}
PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9]+)\}")
# Browsers and the distribution ask each time whether a page changed; a deployment is seen at once.
CACHE_CONTROL = "no-cache"


class Refusal(Exception):
    """Why the deployment stops, in one sentence for the person who started it."""


@dataclass(frozen=True)
class Stack:
    name: str
    parameters: dict[str, str]
    outputs: dict[str, str]

    def output(self, name: str) -> str:
        try:
            return self.outputs[name]
        except KeyError:
            raise Refusal(f"The stack {self.name} has no output named {name}.") from None


def code_hash(root: Path) -> str:
    """Changes with any file a function runs, so that a change in a layer alone publishes new versions too."""
    digest = hashlib.sha256()
    for folder in CODE:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def settings(path: Path, environment: str) -> tuple[str, str, list[str]]:
    """Stack name, region and parameter overrides ("Key=Value") of one environment of samconfig.toml."""
    with path.open("rb") as file:
        config = tomllib.load(file)
    try:
        everywhere = config[environment]["global"]["parameters"]
        deployment = config[environment]["deploy"]["parameters"]
        return everywhere["stack_name"], everywhere["region"], list(deployment["parameter_overrides"])
    except KeyError as missing:
        raise Refusal(f"{path.name} says nothing of {missing} for the environment {environment}.") from None


def sam_commands(environment: str, stack: str, region: str, overrides: list[str]) -> list[list[str]]:
    chosen = ["--config-env", environment]
    target = ["--stack-name", stack, "--region", region]
    return [
        ["sam", "build", *chosen],
        ["sam", "deploy", *chosen, *target, "--parameter-overrides", *overrides],
    ]


def read_stack(cloudformation: CloudFormationClient, name: str) -> Stack:
    (described,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    return Stack(
        name=name,
        parameters={item["ParameterKey"]: item["ParameterValue"] for item in described.get("Parameters", [])},
        outputs={item["OutputKey"]: item["OutputValue"] for item in described.get("Outputs", [])},
    )


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


def fill_flow(text: str, stack: Stack) -> str:
    """A contact flow with every ${OutputName} put in."""
    return PLACEHOLDER.sub(lambda found: stack.output(found.group(1)), text)


def publish_flow(connect: ConnectClient, instance_arn: str, name: str, content: str) -> str:
    """Creates the contact flow, or updates the one of that name; gives created, updated or unchanged."""
    instance = instance_arn.rpartition("/")[2]
    listed = connect.get_paginator("list_contact_flows").paginate(
        InstanceId=instance, ContactFlowTypes=["CONTACT_FLOW"]
    )
    found = [flow["Id"] for page in listed for flow in page["ContactFlowSummaryList"] if flow["Name"] == name]
    try:
        if not found:
            connect.create_contact_flow(
                InstanceId=instance, Name=name, Type="CONTACT_FLOW", Content=content, Status="PUBLISHED"
            )
            return "created"
        current = connect.describe_contact_flow(InstanceId=instance, ContactFlowId=found[0])["ContactFlow"]
        if json.loads(current.get("Content", "null")) == json.loads(content):
            return "unchanged"
        connect.update_contact_flow_content(InstanceId=instance, ContactFlowId=found[0], Content=content)
        return "updated"
    except connect.exceptions.InvalidContactFlowException as error:
        problems = cast("list[dict[str, str]]", error.response.get("problems", []))
        reasons = "; ".join(problem["message"] for problem in problems) or str(error)
        raise Refusal(f"Amazon Connect refuses the contact flow {name}: {reasons}") from error


def finish(session: boto3.Session, stack: Stack, root: Path, replace_receipt_rules: bool) -> list[str]:
    """Everything after `sam deploy`; gives the lines to print."""
    s3: S3Client = session.client("s3")
    put, total = upload_all(s3, stack.output("PromptsBucket"), prompts(root / "flows" / "prompts"))
    lines = [f"prompts        {put} of {total} uploaded"]
    put, total = upload_all(s3, stack.output("WebBucket"), pages(root / "web", stack))
    lines.append(f"pages          {put} of {total} uploaded")
    activated = activate_receipt_rules(session.client("ses"), stack.output("ReceiptRuleSetName"), replace_receipt_rules)
    lines.append(f"receipt rules  {'activated' if activated else 'active already'}")
    # S3 tells the queue of parked work that it was set up, which is no work.
    forget_what_is_gone(s3, session.client("sqs"), stack.output("ParkedBucket"), stack.output("ParkedQueueUrl"))
    number = stack.output("ShortNumber")
    flow_name = f"{stack.name}-{number}"
    content = fill_flow((root / "flows" / "817.json").read_text(encoding="utf-8"), stack)
    instance = stack.parameters.get("ConnectInstanceArn", "")
    if instance:
        change = publish_flow(session.client("connect"), instance, flow_name, content)
        lines.append(f"contact flow   {flow_name} {change}")
    else:
        lines.append("contact flow   left out: no ConnectInstanceArn is set")
    web = stack.output("WebUrl").rstrip("/")
    lines += ["", f"chat           {web}/chat/", f"desk           {web}/desk/"]
    lines.append(f"mail           {stack.output('CareAddress')}")
    return lines


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m operations.deploy", description="Deploy to AWS.")
    parser.add_argument("--config-env", default="default", help="environment of samconfig.toml")
    parser.add_argument(
        "--replace-receipt-rules",
        action="store_true",
        help="make this stack's receipt rule set the active one even if another is",
    )
    parser.add_argument("--only-finish", action="store_true", help="skip sam build and sam deploy")
    chosen = parser.parse_args(arguments)
    try:
        name, region, overrides = settings(ROOT / "samconfig.toml", chosen.config_env)
        if not chosen.only_finish:
            overrides.append(f"CodeHash={code_hash(ROOT)}")
            for command in sam_commands(chosen.config_env, name, region, overrides):
                subprocess.run(command, cwd=ROOT, check=True)
        session = boto3.Session(region_name=region)
        stack = read_stack(session.client("cloudformation"), name)
        print("\n".join(finish(session, stack, ROOT, chosen.replace_receipt_rules)))
    except FileNotFoundError as error:
        print(f"{error.filename} is not here: make deploy installs what it needs.", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"{' '.join(error.cmd[:2])} failed: see above.", file=sys.stderr)
        return 1
    except (Refusal, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
