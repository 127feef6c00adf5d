"""The data plane: ministack as a child process, and the template's data resources made in it."""

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.cloudformation.account import ACCOUNT, REGION, blocking_client
from local.cloudformation.stack import Stack
from local.cloudformation.template import NAME_PROPERTY, Resource, arn_of
from local.machine.children import Server, inherited
from local.machine.refusal import Refusal

ROOT = Path(__file__).resolve().parents[2]
# What ministack's CloudFormation makes and keeps as AWS does, and by its names the services that are then in use.
# Everything else of a template is the runner's.
DATA_TYPES = {
    "AWS::DynamoDB::Table": ("dynamodb", "dynamodbstreams"),
    "AWS::Serverless::SimpleTable": ("dynamodb", "dynamodbstreams"),
    "AWS::SQS::Queue": ("sqs",),
    "AWS::S3::Bucket": ("s3",),
    "AWS::SNS::Topic": ("sns",),
    "AWS::Logs::LogGroup": ("logs",),
    "AWS::CloudWatch::Alarm": ("monitoring",),
    "AWS::CloudWatch::Dashboard": ("monitoring",),
    "AWS::SSM::Parameter": ("ssm",),
    "AWS::SecretsManager::Secret": ("secretsmanager",),
    "AWS::KMS::Key": ("kms",),
    "AWS::KMS::Alias": ("kms",),
    "AWS::Events::EventBus": ("events",),
    "AWS::Scheduler::ScheduleGroup": ("scheduler",),
}
SUBSCRIPTION = "AWS::SNS::Subscription"
# The first makes the resources from what the second holds; functions write to the next two; a destination may be the
# account's own bus.
ALWAYS = ("cloudformation", "s3", "logs", "monitoring", "events")
PATIENCE_SECONDS = 60


def ministack(port: int, state_dir: Path, types: Iterable[str] = DATA_TYPES) -> Server:
    """With the services that resources of these types need. Raises Refusal when it is not installed."""
    # It has an environment of its own: it pins botocore exactly.
    python = ROOT / ".local" / "ministack" / "bin" / "python"
    if not python.exists():
        raise Refusal(f"ministack is not at {python}: `python3 local/install.py run` installs it.")
    services = {*ALWAYS, *(service for type_ in types for service in DATA_TYPES.get(type_, ()))}
    data = state_dir / "ministack-data"
    environment = inherited() | {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "SERVICES": ",".join(sorted(services)),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "PERSIST_STATE": "0",
        "S3_DATA_DIR": str(data / "s3"),
        "STATE_DIR": str(data / "state"),
        "LOG_LEVEL": "WARNING",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    return Server(
        what="ministack",
        command=[str(python), "-m", "local.services.data", *DATA_TYPES, SUBSCRIPTION],
        environment=environment,
        log=state_dir / "logs" / "ministack.log",
        answers_at=f"http://127.0.0.1:{port}/_ministack/health",
        folder=ROOT,
    )


def data_template(stack: Stack) -> dict[str, Any]:
    """The part of the resolved template that ministack makes, with every name put in."""
    kept = {
        logical_id: resource
        for logical_id, resource in stack.template.resources.items()
        if resource.type in DATA_TYPES or _feeds_a_queue(resource)
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            logical_id: {
                "Type": resource.type,
                "Properties": _named(resource),
                "DependsOn": _made_before(stack, logical_id, resource, set(kept)),
            }
            for logical_id, resource in kept.items()
        },
    }


def _feeds_a_queue(resource: Resource) -> bool:
    return resource.type == SUBSCRIPTION and resource.properties.get("Protocol") == "sqs"


def _named(resource: Resource) -> dict[str, Any]:
    property_ = NAME_PROPERTY.get(resource.type)
    return {**resource.properties, **({property_: resource.physical_id} if property_ else {})}


def _made_before(stack: Stack, logical_id: str, resource: Resource, kept: set[str]) -> list[str]:
    """What a resource needs: with its references resolved, ministack cannot see their order by itself."""
    text = json.dumps(resource.properties)
    needed = {
        other
        for other in kept - {logical_id}
        if arn_of(stack.template.resources[other].type, stack.template.resources[other].physical_id) in text
    }
    return sorted(needed | (set(stack.template.depends_on.get(logical_id, [])) & kept))


async def make_resources(stack: Stack) -> None:
    """Create the data resources and wait until they are there; raises Refusal with ministack's reason."""
    template = data_template(stack)
    if not template["Resources"]:
        return
    client = blocking_client("cloudformation", stack.urls["ministack"])
    name = stack.settings.stack
    try:
        await asyncio.to_thread(_create, client, stack, json.dumps(template).encode())
        status = await _settled(client, name)
        if status != "CREATE_COMPLETE":
            reason = await asyncio.to_thread(_first_failure, client, name)
            raise Refusal(f"The stack of {stack.template.path} could not be made: {reason}")
    except (ClientError, BotoCoreError) as error:
        raise Refusal(f"The stack of {stack.template.path} could not be made: {error}") from None


def _create(client: Any, stack: Stack, template: bytes) -> None:
    """By way of a bucket that is gone again: a template in the request may have 51,200 bytes, there a million."""
    objects, bucket = blocking_client("s3", stack.urls["ministack"]), f"{stack.settings.stack}-template"
    objects.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    objects.put_object(Bucket=bucket, Key=bucket, Body=template)
    client.create_stack(
        StackName=stack.settings.stack,
        TemplateURL=f"{stack.urls['ministack']}/{bucket}/{bucket}",
        Capabilities=["CAPABILITY_AUTO_EXPAND", "CAPABILITY_NAMED_IAM"],
    )
    objects.delete_object(Bucket=bucket, Key=bucket)
    objects.delete_bucket(Bucket=bucket)


async def _settled(client: Any, name: str) -> str:
    for _ in range(PATIENCE_SECONDS * 10):
        answer = await asyncio.to_thread(client.describe_stacks, StackName=name)
        status = str(answer["Stacks"][0]["StackStatus"])
        if not status.endswith("IN_PROGRESS"):
            return status
        await asyncio.sleep(0.1)
    return "still in progress"


def _first_failure(client: Any, name: str) -> str:
    events = client.describe_stack_events(StackName=name)["StackEvents"]
    for event in reversed(events):
        if "FAILED" in event["ResourceStatus"]:
            return f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
    return "no reason given"
