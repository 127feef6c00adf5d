"""What roles allow: each call of a function, and of the state machines, is held against the template's statements.

A role of this template says Allow, by actions and resources with wildcards; its conditions are taken to hold, and a
statement of another kind is none that this can judge. Who has no role in the template may do all.

Which action and which resources a call needs is from the Service Authorization Reference, by service.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from local.cloudformation.account import ACCOUNT, REGION
from local.cloudformation.stack import AwsCall
from local.cloudformation.template import PARTITION, PHONE_NUMBER, Template, arn_of
from local.machine.http import Answer
from local.machine.refusal import Refusal

FUNCTION = "AWS::Serverless::Function"
MACHINE = "AWS::Serverless::StateMachine"
ROLE = "AWS::IAM::Role"
MANAGED = "AWS::IAM::ManagedPolicy"
NUMBER = "AWS::SMSVOICE::PhoneNumber"
MACHINES = "StepFunctions"
"""All state machines together: their tasks come with one key."""

# An operation whose action has another name.
ACTIONS = {
    "bedrock:Converse": "bedrock:InvokeModel",
    "lambda:Invoke": "lambda:InvokeFunction",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:MultipartUpload": "s3:PutObject",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:SendMessageBatch": "sqs:SendMessage",
}
IN_A_TRANSACTION = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "Get": "GetItem"}
# Their errors come with status 400, as all errors of these protocols; S3 has its own form.
JSON_1 = {"dynamodb", "secretsmanager", "sms-voice", "states"}


@dataclass(frozen=True, order=True)
class Permission:
    """An action on the resources of a pattern, to a function by its logical id."""

    function: str
    action: str
    resource: str

    def allows(self, action: str, resource: str | None) -> bool:
        """``None``: the call does not say which (a task's token names no machine)."""
        return _pattern(self.action.lower()).fullmatch(action.lower()) is not None and (
            resource is None or _pattern(self.resource).fullmatch(resource) is not None
        )


@dataclass(frozen=True)
class Need:
    """What a call has to be allowed."""

    action: str
    resource: str | None


class Permissions:
    def __init__(self, template: Template) -> None:
        """Raises Refusal for a statement that this cannot judge."""
        self._template = template
        self._allowed: dict[str, list[Permission]] = {}
        for resource in template.resources.values():
            role = template.by_arn(str(resource.properties.get("Role", "")))
            if resource.type in (FUNCTION, MACHINE) and role and role.type == ROLE:
                holder = resource.logical_id if resource.type == FUNCTION else MACHINES
                own = [Permission(holder, action, on) for action, on in _statements(template, role.properties)]
                self._allowed.setdefault(holder, []).extend(own)
        self.used: set[Permission] = set()
        self.refused: list[str] = []

    @property
    def allowed(self) -> set[Permission]:
        """All there are."""
        return {permission for own in self._allowed.values() for permission in own}

    def told(self) -> dict[str, Any]:
        """All that is allowed, what was used of it, and what was refused."""
        return {
            "allowed": [astuple(permission) for permission in sorted(self.allowed)],
            "used": [astuple(permission) for permission in sorted(self.used)],
            "refused": self.refused,
        }

    def refusal(self, function: str, service: str, operation: str, values: Mapping[str, Any]) -> str | None:
        """Why a call is not allowed, in AWS's words; ``None`` when it is. ``values`` are the parameters of the call."""
        own = self._allowed.get(function)
        if own is None:
            return None
        for need in self._needs(service, operation, values):
            found = [permission for permission in own if permission.allows(need.action, need.resource)]
            if not found:
                why = f"{function} is not authorized to perform: {need.action} on resource: {need.resource}"
                self.refused.append(why)
                return f"User: {why} because no identity-based policy allows the {need.action} action"
            self.used.update(found)
        return None

    def _needs(self, service: str, operation: str, values: Mapping[str, Any]) -> Iterator[Need]:
        named = f"{service}:{operation}"
        action = ACTIONS.get(named, named)
        match service:
            case "dynamodb":
                yield from _of_table(operation, values)
            case "sqs":
                name = str(values.get("QueueUrl") or values.get("QueueName", "")).rpartition("/")[2]
                yield Need(action, _arn("sqs", name) if name else None)
            case "s3":
                key = values.get("Key")
                yield Need(action, f"arn:{PARTITION}:s3:::{values.get('Bucket', '')}" + (f"/{key}" if key else ""))
            case "ses":
                yield from self._of_mail(action, values)
            case "sms-voice":
                yield from self._of_sms(action, values)
            case "execute-api":
                path = f"{values['Api']}/{values['Stage']}/POST/@connections/{values['ConnectionId']}"
                yield Need("execute-api:ManageConnections", _arn("execute-api", path))
            case "lambda":
                yield Need(action, values.get("FunctionName"))
            case "bedrock":
                yield from _of_model(action, str(values.get("modelId", "")))
            case "connect":
                instance = str(values.get("InstanceId", "")).rpartition("/")[2]
                contact = str(values.get("ContactId") or values.get("InitialContactId", "")).rpartition("/")[2]
                yield Need(action, _arn("connect", f"instance/{instance}/contact/{contact}"))
            case "states":
                yield Need(action, values.get("stateMachineArn") or values.get("executionArn"))
            case _:
                yield Need(action, values.get("SecretId"))

    def _of_mail(self, action: str, values: Mapping[str, Any]) -> Iterator[Need]:
        """A raw mail asks for the action of its own too, as SES's refusals say, whichever operation brings it."""
        actions = [action, "ses:SendRawEmail"] if "Raw" in (values.get("Content") or {}) else [action]
        address = str(values.get("FromEmailAddress", "")).rpartition("<")[2].rstrip(">")
        for each in actions:
            yield Need(each, _arn("ses", f"identity/{address}"))
            if name := values.get("ConfigurationSetName"):
                yield Need(each, _arn("ses", f"configuration-set/{name}"))

    def _of_sms(self, action: str, values: Mapping[str, Any]) -> Iterator[Need]:
        identity = str(values.get("OriginationIdentity", ""))
        numbers = [each for each in self._template.resources.values() if each.type == NUMBER]
        if identity == PHONE_NUMBER and numbers:
            yield Need(action, arn_of(NUMBER, numbers[0].physical_id))
        else:
            yield Need(action, _arn("sms-voice", f"sender-id/{identity}/ID"))
        if name := values.get("ConfigurationSetName"):
            yield Need(action, _arn("sms-voice", f"configuration-set/{name}"))


def values_of(call: AwsCall) -> dict[str, Any]:
    """The parameters of a call that say what it is about."""
    path = unquote(call.path.partition("?")[0]).lstrip("/")
    match call.service:
        case "s3":
            bucket, _, key = path.partition("/")
            return {"Bucket": bucket, "Key": key}
        case "lambda":
            found = re.search(r"functions/([^/]+)/invocations", path)
            return {"FunctionName": found[1]} if found else {}
        case "execute-api":
            api, stage, _, connection = path.split("/", 3)
            return {"Api": api, "Stage": stage, "ConnectionId": connection}
        case "connect" if call.method == "GET":
            *_, instance, contact = ["", *path.split("/")]
            return {"InstanceId": instance, "ContactId": contact}
    try:
        read = json.loads(call.body or b"{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def denied(service: str, why: str) -> Answer:
    """AWS's answer to who may not, in the service's protocol."""
    if service == "s3":
        body = f"<Error><Code>AccessDenied</Code><Message>{why}</Message></Error>"
        return Answer(403, [("Content-Type", "application/xml")], body.encode())
    code = "AccessDenied" if service == "sqs" else "AccessDeniedException"
    body = json.dumps({"__type": code, "message": why})
    headers = [("Content-Type", "application/json"), ("x-amzn-ErrorType", code)]
    return Answer(400 if service in JSON_1 else 403, headers, body.encode())


def _of_model(action: str, model: str) -> Iterator[Need]:
    """A model's id is its maker's and its own name; an inference profile's has where it routes before these."""
    where, *named = model.split(".", 1) if model.count(".") > 1 else ("", model)
    if where:
        yield Need(action, _arn("bedrock", f"inference-profile/{model}"))
    yield Need(action, f"arn:{PARTITION}:bedrock:{REGION}::foundation-model/{named[0]}")


def _of_table(operation: str, values: Mapping[str, Any]) -> Iterator[Need]:
    """A transaction asks for what each of its parts does."""
    if items := values.get("TransactItems"):
        for item in items:
            ((part, details),) = item.items()
            yield Need(f"dynamodb:{IN_A_TRANSACTION.get(part, 'ConditionCheckItem')}", _table(details["TableName"]))
    elif several := values.get("RequestItems"):
        for name in several:
            yield Need(f"dynamodb:{operation}", _table(name))
    else:
        name = values.get("TableName")
        index = f"/index/{values['IndexName']}" if "IndexName" in values else ""
        yield Need(f"dynamodb:{operation}", f"{_table(name)}{index}" if name else None)


def _table(name: str) -> str:
    return name if name.startswith("arn:") else _arn("dynamodb", f"table/{name}")


def _arn(service: str, resource: str) -> str:
    return f"arn:{PARTITION}:{service}:{REGION}:{ACCOUNT}:{resource}"


def _statements(template: Template, role: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each action with each resource of a role's policies, its own and those it is given."""
    documents = [policy["PolicyDocument"] for policy in role.get("Policies") or []]
    for arn in role.get("ManagedPolicyArns") or []:
        managed = template.by_arn(arn)
        if managed is None or managed.type != MANAGED:
            raise Refusal(f"The template {template.path} gives a role {arn}, which it does not make.")
        documents.append(managed.properties["PolicyDocument"])
    for document in documents:
        for statement in _listed(document["Statement"]):
            if statement.get("Effect") != "Allow" or not {"Action", "Resource"} <= set(statement):
                raise Refusal(f"The template {template.path} has a statement that is no plain Allow: {statement}.")
            for action in _listed(statement["Action"]):
                for resource in _listed(statement["Resource"]):
                    yield action, resource


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """IAM's wildcards: any text, any character."""
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)
