"""Reads a SAM template and resolves it as CloudFormation would, with names and addresses of this machine.

Every physical name is decided here (the template's own, else stack name and logical id), so that the whole
template is resolved before anything is made.
"""

import base64
import copy
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from local.cloudformation.account import ACCOUNT, REGION
from local.machine.refusal import Refusal

PARTITION = "aws"
NO_VALUE = object()
# None is bought here: this one is nobody's.
PHONE_NUMBER = "+628001234567"

# Property that holds a type's physical name, where a template may set it.
NAME_PROPERTY = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Serverless::SimpleTable": "TableName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::Serverless::Function": "FunctionName",
    "AWS::Serverless::LayerVersion": "LayerName",
    "AWS::Serverless::StateMachine": "Name",
    "AWS::SES::ConfigurationSet": "Name",
    "AWS::SES::ReceiptRuleSet": "RuleSetName",
    "AWS::SES::EmailIdentity": "EmailIdentity",
    "AWS::SMSVOICE::ConfigurationSet": "ConfigurationSetName",
    "AWS::SSM::Parameter": "Name",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::Scheduler::ScheduleGroup": "Name",
    "AWS::Events::EventBus": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Cognito::UserPoolDomain": "Domain",
}

ARN = {
    "AWS::DynamoDB::Table": "dynamodb:{region}:{account}:table/{name}",
    "AWS::Serverless::SimpleTable": "dynamodb:{region}:{account}:table/{name}",
    "AWS::SQS::Queue": "sqs:{region}:{account}:{name}",
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::SNS::Topic": "sns:{region}:{account}:{name}",
    "AWS::Logs::LogGroup": "logs:{region}:{account}:log-group:{name}:*",
    "AWS::Serverless::Function": "lambda:{region}:{account}:function:{name}",
    "AWS::Serverless::LayerVersion": "lambda:{region}:{account}:layer:{name}:1",
    "AWS::Serverless::StateMachine": "states:{region}:{account}:stateMachine:{name}",
    "AWS::CloudWatch::Alarm": "cloudwatch:{region}:{account}:alarm:{name}",
    "AWS::SES::ConfigurationSet": "ses:{region}:{account}:configuration-set/{name}",
    "AWS::SES::EmailIdentity": "ses:{region}:{account}:identity/{name}",
    "AWS::SMSVOICE::ConfigurationSet": "sms-voice:{region}:{account}:configuration-set/{name}",
    "AWS::SMSVOICE::PhoneNumber": "sms-voice:{region}:{account}:phone-number/{name}",
    "AWS::SSM::Parameter": "ssm:{region}:{account}:parameter/{name}",
    "AWS::SecretsManager::Secret": "secretsmanager:{region}:{account}:secret:{name}",
    "AWS::Scheduler::ScheduleGroup": "scheduler:{region}:{account}:schedule-group/{name}",
    "AWS::Events::EventBus": "events:{region}:{account}:event-bus/{name}",
    "AWS::Events::Rule": "events:{region}:{account}:rule/{name}",
    "AWS::IAM::ManagedPolicy": "iam::{account}:policy/{name}",
    "AWS::IAM::Role": "iam::{account}:role/{name}",
    "AWS::KMS::Key": "kms:{region}:{account}:key/{name}",
    "AWS::Cognito::UserPool": "cognito-idp:{region}:{account}:userpool/{name}",
}

REF_IS_ARN = {
    "AWS::IAM::ManagedPolicy",
    "AWS::SNS::Topic",
    "AWS::SecretsManager::Secret",
    "AWS::Serverless::LayerVersion",
    "AWS::Serverless::StateMachine",
}
LOWER_CASE_NAME = {"AWS::S3::Bucket", "AWS::Cognito::UserPoolDomain"}
API_TYPES = {"AWS::Serverless::HttpApi", "AWS::Serverless::WebSocketApi", "AWS::Serverless::Api"}

# Globals section → the resource type it gives defaults to.
GLOBALS = {
    "Function": "AWS::Serverless::Function",
    "HttpApi": "AWS::Serverless::HttpApi",
    "WebSocketApi": "AWS::Serverless::WebSocketApi",
    "SimpleTable": "AWS::Serverless::SimpleTable",
    "StateMachine": "AWS::Serverless::StateMachine",
    "LayerVersion": "AWS::Serverless::LayerVersion",
}


class TemplateLoader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms (`!Ref x` → {"Ref": "x"})."""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    if suffix in ("Ref", "Condition"):
        return {suffix: value}
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{suffix}": value}


TemplateLoader.add_multi_constructor("!", _intrinsic)
# A version such as 2012-10-17 is text in CloudFormation, not a date.
TemplateLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Addresses:
    """Where this machine answers in place of AWS; no trailing slashes."""

    aws: str
    gateway: str
    issuer: str
    pages: str
    """In place of a CloudFront distribution."""


@dataclass(frozen=True)
class Resource:
    """One resource of the template, its properties resolved.

    `physical_id` is what `Ref` gives, except for functions and layers, where it is the name.
    """

    logical_id: str
    type: str
    properties: dict[str, Any]
    physical_id: str
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Template:
    path: Path
    stack: str
    parameters: dict[str, str]
    resources: dict[str, Resource]
    outputs: dict[str, Any]
    depends_on: dict[str, list[str]] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """What CodeUri, ContentUri and DefinitionUri are relative to."""
        return self.path.parent

    def by_arn(self, arn: str) -> Resource | None:
        """The resource whose ARN this is, or None."""
        return next((r for r in self.resources.values() if arn_of(r.type, r.physical_id) == arn), None)


def read_template(path: Path, stack: str, overrides: Mapping[str, str], addresses: Addresses) -> Template:
    """Read and resolve; raises Refusal with one sentence when that cannot be done."""
    document = _read_document(path)
    parameters = _parameters(document.get("Parameters") or {}, overrides, path)
    resolver = _Resolver(document, stack, parameters, addresses, path)
    resolver.drop_absent()
    raw = resolver.raw_resources
    resources = {}
    for logical_id, body in raw.items():
        properties = resolver.resolve(body.get("Properties") or {}, f"resource {logical_id}")
        metadata = resolver.resolve(body.get("Metadata") or {}, f"resource {logical_id}")
        resources[logical_id] = Resource(logical_id, body["Type"], properties, resolver.name(logical_id), metadata)
    outputs = {
        key: resolver.resolve(output.get("Value"), f"output {key}")
        for key, output in (document.get("Outputs") or {}).items()
        if "Condition" not in output or resolver.condition(output["Condition"])
    }
    depends_on = {key: _as_list(body.get("DependsOn")) for key, body in raw.items()}
    return Template(path, stack, parameters, resources, outputs, depends_on)


def arn_of(type_: str, name: str) -> str:
    """ARN of a resource; a plausible one for a type this runner has no need to know."""
    pattern = ARN.get(type_)
    if pattern is None:
        _, service, kind = [*type_.split("::"), "", ""][:3]
        pattern = f"{service.lower()}:{{region}}:{{account}}:{kind.lower()}/{{name}}"
    return f"arn:{PARTITION}:" + pattern.format(region=REGION, account=ACCOUNT, name=name)


def name_in_arn(arn_or_name: str) -> str:
    """Name of a function, queue, table or bucket from its ARN; a name stays as it is."""
    if not arn_or_name.startswith("arn:"):
        return arn_or_name.partition(":")[0]
    resource = arn_or_name.split(":", 5)[5]
    resource = resource.removeprefix("function:").removeprefix("table/").removeprefix("stateMachine:")
    return resource.partition(":")[0].partition("/")[0]


def _read_document(path: Path) -> dict[str, Any]:
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=TemplateLoader)
    except FileNotFoundError:
        raise Refusal(f"There is no template at {path}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"The template {path} cannot be read: {error}.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be parsed"
        raise Refusal(f"The template {path} is not YAML{where}: {problem}.") from None
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        raise Refusal(f"The template {path} has no Resources.")
    for logical_id, body in document["Resources"].items():
        if not isinstance(body, dict) or not isinstance(body.get("Type"), str):
            raise Refusal(f"The template {path} gives resource {logical_id} no Type.")
    return document


def _parameters(declared: Mapping[str, Any], overrides: Mapping[str, str], path: Path) -> dict[str, str]:
    unknown = sorted(set(overrides) - set(declared))
    if unknown:
        raise Refusal(f"The template {path} has no parameter {unknown[0]}.")
    values = {}
    for name, rule in declared.items():
        value = overrides.get(name, rule.get("Default"))
        if value is None:
            raise Refusal(f"The template {path} needs a value for parameter {name}.")
        value = str(value)
        pattern, allowed = rule.get("AllowedPattern"), rule.get("AllowedValues")
        if (pattern and not re.fullmatch(pattern, value)) or (allowed and value not in [str(each) for each in allowed]):
            raise Refusal(f"Parameter {name} may not be {value!r}: {rule.get('Description', 'see the template')}.")
        values[name] = value
    return values


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _merged(defaults: Any, own: Any) -> Any:
    """SAM's rule for Globals: maps are merged, lists appended, anything else replaced."""
    if isinstance(defaults, dict) and isinstance(own, dict):
        keys = {**defaults, **own}
        return {key: _merged(defaults[key], own[key]) if key in defaults and key in own else keys[key] for key in keys}
    if isinstance(defaults, list) and isinstance(own, list):
        return defaults + own
    return own


class _Resolver:
    """Resolves intrinsic functions against one document."""

    def __init__(
        self,
        document: Mapping[str, Any],
        stack: str,
        parameters: Mapping[str, str],
        addresses: Addresses,
        path: Path,
    ) -> None:
        self.raw_resources: dict[str, Any] = _with_globals(document)
        self._conditions = document.get("Conditions") or {}
        self._mappings = document.get("Mappings") or {}
        self._stack = stack
        self._parameters = parameters
        self._parameter_types = {
            name: str(rule.get("Type", "String")) for name, rule in (document.get("Parameters") or {}).items()
        }
        self._addresses = addresses
        self._path = path
        self._names: dict[str, str] = {}
        self._naming: set[str] = set()
        self._where = ""
        self._pseudo = {
            "AWS::Region": REGION,
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": PARTITION,
            "AWS::StackName": stack,
            "AWS::StackId": f"arn:{PARTITION}:cloudformation:{REGION}:{ACCOUNT}:stack/{stack}/local",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::NoValue": NO_VALUE,
            "AWS::NotificationARNs": [],
        }
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Condition": self.condition,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::If": self._if,
            "Fn::Join": self._join,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::FindInMap": self._find_in_map,
            "Fn::Equals": lambda pair: self._value(pair[0]) == self._value(pair[1]),
            "Fn::And": lambda parts: all(self._value(part) for part in parts),
            "Fn::Or": lambda parts: any(self._value(part) for part in parts),
            "Fn::Not": lambda parts: not self._value(parts[0]),
            "Fn::Base64": lambda text: base64.b64encode(str(self._value(text)).encode()).decode(),
            "Fn::GetAZs": lambda _: [f"{REGION}{zone}" for zone in "abc"],
            "Fn::ToJsonString": lambda value: json.dumps(self._value(value)),
            "Fn::Length": lambda value: len(self._value(value)),
        }

    def drop_absent(self) -> None:
        """Leave out the resources whose condition is false."""
        self.raw_resources = {
            logical_id: body
            for logical_id, body in self.raw_resources.items()
            if "Condition" not in body or self.condition(body["Condition"])
        }

    def resolve(self, value: Any, where: str) -> Any:
        """`where` names the place in an error: "resource Table"."""
        self._where = where
        try:
            return self._local(self._value(value))
        except (TypeError, IndexError, KeyError, ValueError, AttributeError) as error:
            raise Refusal(f"The template {self._path} has a malformed function in {where}: {error}.") from None

    def condition(self, name: str) -> bool:
        if name not in self._conditions:
            raise self._refusal(f"names the condition {name}, which it does not have")
        return bool(self._value(self._conditions[name]))

    def name(self, logical_id: str) -> str:
        """Physical name: the template's, else made of the stack's name and the logical id."""
        if logical_id not in self._names:
            if logical_id in self._naming:
                raise self._refusal(f"names {logical_id} by itself")
            self._naming.add(logical_id)
            self._names[logical_id] = self._made_name(logical_id)
        return self._names[logical_id]

    def _made_name(self, logical_id: str) -> str:
        body = self.raw_resources[logical_id]
        type_ = body["Type"]
        own = (body.get("Properties") or {}).get(NAME_PROPERTY.get(type_, ""))
        if own is not None:
            value = self._value(own)
            if value is not NO_VALUE:
                return str(value)
        if type_ in API_TYPES or type_ in ("AWS::Cognito::UserPoolClient",):
            return re.sub(r"[^a-z0-9]", "", logical_id.lower())
        if type_ == "AWS::Cognito::UserPool":
            return f"{REGION}_{logical_id}"
        name = f"{self._stack}-{logical_id}"
        return name.lower() if type_ in LOWER_CASE_NAME else name

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict):
            if len(value) == 1:
                key, argument = next(iter(value.items()))
                # {"Condition": {…}} is an IAM statement's; a condition's name is text.
                if key in self._functions and (key != "Condition" or isinstance(argument, str)):
                    return self._functions[key](argument)
                if isinstance(key, str) and key.startswith("Fn::"):
                    raise self._refusal(f"uses {key}, which this runner does not know")
            resolved = {key: self._value(item) for key, item in value.items()}
            return {key: item for key, item in resolved.items() if item is not NO_VALUE}
        if isinstance(value, list):
            return [item for item in map(self._value, value) if item is not NO_VALUE]
        return value

    def _ref(self, name: str) -> Any:
        if name in self._parameters:
            value = self._parameters[name]
            kind = self._parameter_types[name]
            return value.split(",") if kind.startswith("List<") or kind == "CommaDelimitedList" else value
        if name in self._pseudo:
            return self._pseudo[name]
        logical_id, _, part = name.partition(".")
        if logical_id not in self.raw_resources:
            if self._is_made_by_sam(logical_id):
                return logical_id
            raise self._refusal(f"refers to {name}, which it does not have")
        type_ = self.raw_resources[logical_id]["Type"]
        physical = self.name(logical_id)
        arn = arn_of(type_, physical)
        if part == "Alias":
            alias = (self.raw_resources[logical_id].get("Properties") or {}).get("AutoPublishAlias")
            if alias is None:
                raise self._refusal(f"refers to {name}, but the function has no AutoPublishAlias")
            return f"{arn}:{self._value(alias)}"
        if part == "Version":
            return f"{arn}:1"
        if type_ == "AWS::SQS::Queue":
            return f"{self._addresses.aws}/{ACCOUNT}/{physical}"
        return arn if type_ in REF_IS_ARN else physical

    def _is_made_by_sam(self, logical_id: str) -> bool:
        """SAM names what it makes after the resource it makes it for (a route, a role, a permission)."""
        return any(
            logical_id.startswith(maker) and body["Type"].startswith("AWS::Serverless::")
            for maker, body in self.raw_resources.items()
        )

    def _get_att(self, argument: Any) -> Any:
        logical_id, attribute = argument if isinstance(argument, list) else argument.split(".", 1)
        if logical_id not in self.raw_resources:
            raise self._refusal(f"refers to {logical_id}, which it does not have")
        type_ = self.raw_resources[logical_id]["Type"]
        physical = self.name(logical_id)
        arn = arn_of(type_, physical)
        match attribute:
            case "Arn" | "TopicArn" | "LayerVersionArn" | "RoleArn" | "AliasArn":
                return arn
            case "StreamArn":
                return f"{arn}/stream/latest"
            case "QueueUrl":
                return self._ref(logical_id)
            case "DomainName" | "RegionalDomainName" if type_ == "AWS::S3::Bucket":
                return f"{physical}.s3.{REGION}.amazonaws.com"
            case "WebsiteURL":
                return f"{self._addresses.aws}/{physical}"
            case "DomainName" if type_ == "AWS::CloudFront::Distribution":
                return f"{physical.lower()}.cloudfront.net"
            case "PhoneNumber":
                return PHONE_NUMBER
            case "ProviderURL":
                return self._addresses.issuer
            case "ApiEndpoint":
                return f"{self._addresses.gateway}/{physical}"
            case "ApiId" | "UserPoolId" | "ClientId":
                return physical
            case _ if attribute.endswith("Name") and attribute != "DomainName":
                return physical
            case _:
                return f"{physical}.{attribute}".lower()

    def _sub(self, argument: Any) -> str:
        text, variables = argument if isinstance(argument, list) else (argument, {})

        def replaced(match: re.Match[str]) -> str:
            name = match[1].strip()
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in variables:
                return str(self._value(variables[name]))
            if name in self._parameters or name in self._pseudo or "." not in name:
                return str(self._ref(name))
            logical_id, attribute = name.split(".", 1)
            if attribute in ("Alias", "Version"):
                return str(self._ref(name))
            return str(self._get_att([logical_id, attribute]))

        return re.sub(r"\$\{([^}]*)\}", replaced, text)

    def _if(self, argument: list[Any]) -> Any:
        name, then, otherwise = argument
        return self._value(then if self.condition(name) else otherwise)

    def _join(self, argument: list[Any]) -> str:
        separator, parts = argument
        return str(separator).join(str(part) for part in self._value(parts))

    def _select(self, argument: list[Any]) -> Any:
        index, values = argument
        return self._value(values)[int(self._value(index))]

    def _split(self, argument: list[Any]) -> list[str]:
        separator, text = argument
        return str(self._value(text)).split(str(separator))

    def _find_in_map(self, argument: list[Any]) -> Any:
        name, top, second = (self._value(part) for part in argument[:3])
        try:
            return self._mappings[name][top][second]
        except KeyError:
            raise self._refusal(f"finds no {name}.{top}.{second} in its Mappings") from None

    def _local(self, value: Any) -> Any:
        """AWS's own web addresses of this stack's APIs, sign-in, buckets and pages, turned into this machine's."""
        if isinstance(value, dict):
            return {key: self._local(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._local(item) for item in value]
        if isinstance(value, str) and "://" in value:
            return self._local_url(value)
        return value

    def _local_url(self, text: str) -> str:
        gateway, plain = self._addresses.gateway, self._addresses.gateway.partition("://")[2]
        api = rf"([a-z0-9]+)\.execute-api\.{REGION}\.amazonaws\.com"
        text = re.sub(rf"wss://{api}", rf"ws://{plain}/\1", text)
        text = re.sub(rf"https://{api}", rf"{gateway}/\1", text)
        pool = rf"https://cognito-idp\.{REGION}\.amazonaws\.com/{REGION}_\w+"
        text = re.sub(pool, self._addresses.issuer, text)
        text = re.sub(rf"https://[\w.-]+\.auth\.{REGION}\.amazoncognito\.com", self._addresses.issuer, text)
        text = re.sub(r"https://[\w-]+\.cloudfront\.net", self._addresses.pages, text)
        return re.sub(rf"https://([a-z0-9.-]+)\.s3\.{REGION}\.amazonaws\.com", rf"{self._addresses.aws}/\1", text)

    def _refusal(self, problem: str) -> Refusal:
        where = f" in {self._where}" if self._where else ""
        return Refusal(f"The template {self._path}{where} {problem}.")


def _with_globals(document: Mapping[str, Any]) -> dict[str, Any]:
    resources: dict[str, Any] = copy.deepcopy(dict(document["Resources"]))
    for section, defaults in (document.get("Globals") or {}).items():
        type_ = GLOBALS.get(section)
        for body in resources.values():
            if body["Type"] == type_:
                body["Properties"] = _merged(copy.deepcopy(defaults), body.get("Properties") or {})
    return resources
