"""The functions as Lambda calls them, in this process, on a table made from the template's own Table resource.

moto stands for DynamoDB, S3, SQS and Step Functions; what sends (SES, SMS, the chat's connections) is recorded here.
Every AWS call a function makes passes `Stage.on_call`, where it is counted and where faults are put in.
"""

import importlib.util
import json
import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol
from urllib.parse import unquote

import boto3
import botocore.client
import botocore.config
import yaml

from care import clients
from care.calling import State
from care.cases.timeline import What
from care.channels import EMAIL
from care.followup.steps import Turn
from care.phone import keyed, to_e164
from care.services.table.commit import Commit
from care.services.table.items import Table
from care.words import CUSTOMER, Awaited, Category, Language, Priority
from local.phone.contact import INSTANCE_ARN
from local.sources.filtering import Filters
from tests import permissions

ROOT = Path(__file__).parents[2]
REGION = "ap-southeast-1"
CARE = "care@care817.example"
FUNCTIONS = (
    "voice",
    "calls",
    "email",
    "chat",
    "sms",
    "desk",
    "status",
    "fanout",
    "followup",
    "step",
    "notify",
    "delivery",
    "provisioning",
    "sms_gateway",
    "repair",
)
QUEUES = ("calls", "email", "sms", "followup", "provisioning", "notify", "delivery")
MACHINE = f"arn:aws:states:{REGION}:123456789012:stateMachine:care-complaint-followup"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "POWERTOOLS_METRICS_NAMESPACE": "Care",
    "POWERTOOLS_SERVICE_NAME": "test",
    "TABLE_NAME": "care",
    "TIME_SCALE": "1",
    "OPERATOR_NAME": "XL",
    "SHORT_NUMBER": "817",
    "CARE_ADDRESS": CARE,
    "SENDER_NAME": "Layanan 817",
    "SMS_ANSWERS": "true",
    "SMS_SENDER": "CARE817",
    "MAIL_BUCKET": "mail",
    "SIGNING_SECRET": f"arn:aws:secretsmanager:{REGION}:123456789012:secret:care-SigningSecret",
    "PARKED_BUCKET": "parked",
    "FOLLOWUP_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/123456789012/care-followup",
    "NOTIFY_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/123456789012/care-notify",
    "PROVISIONING_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/123456789012/care-provisioning",
    "SMS_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/123456789012/care-sms",
    "DELIVERY_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/123456789012/care-delivery",
    "SMS_GATEWAY_SIGNING_SECRET": f"arn:aws:secretsmanager:{REGION}:123456789012:secret:care-SmsGatewaySigningSecret",
    "FOLLOWUP_MACHINE_ARN": MACHINE,
    "CHAT_ENDPOINT": f"https://a1b2c3d4e5.execute-api.{REGION}.amazonaws.com/live",
    "EMAIL_CONFIGURATION_SET": "care-email",
    "SMS_CONFIGURATION_SET": "care-sms",
    "CONNECT_INSTANCE_ARN": permissions.INSTANCE,
}
# Ours of what the template names otherwise on one machine.
NAMES = {
    "mail": "care-rawmailbucket",
    "parked": "care-parked-000000000000",
    INSTANCE_ARN.rpartition("/")[2]: permissions.INSTANCE.rpartition("/")[2],
}
SECRETS = {
    "care-SmsGatewaySigningSecret": "one-machine",
    "care-SigningSecret": '{"current": "one-machine-one-machine-one-machine"}',
}
SENDING = {"SendEmail": "email", "SendTextMessage": "sms", "PostToConnection": "chat"}

Event = dict[str, Any]


@cache
def client(service: str) -> Any:
    """The test's own client of a service; moto knows no endpoints that name the account."""
    config = botocore.config.Config(account_id_endpoint_mode="disabled")
    return boto3.Session(region_name=REGION).client(service, config=config)  # type: ignore[call-overload]


def sample(name: str) -> Event:
    """An event of events/."""
    event: Event = json.loads((ROOT / "events" / f"{name}.json").read_text(encoding="utf-8"))
    return event


@cache
def _template() -> dict[str, Any]:
    """The template's resources."""

    class Loader(yaml.SafeLoader):
        """YAML with CloudFormation's tags, which do not matter here."""

    Loader.add_multi_constructor("!", lambda loader, tag, node: "care")
    resources: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), Loader)["Resources"]
    return resources


@cache
def template_table() -> dict[str, Any]:
    """The Table resource's properties as CreateTable takes them."""
    properties = dict(_template()["Table"]["Properties"])
    for name in ("PointInTimeRecoverySpecification", "TimeToLiveSpecification", "SSESpecification"):
        properties.pop(name)
    properties["StreamSpecification"]["StreamEnabled"] = True
    return properties


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"function_{name}", ROOT / "functions" / name / "app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass
class Context:
    """What a handler is told of its invocation."""

    function_name: str
    memory_limit_in_mb: int = 512
    aws_request_id: str = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:{REGION}:123456789012:function:care-{self.function_name}:live"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


@dataclass
class Stage:
    modules: dict[str, ModuleType]
    counted: Counter[str] = field(default_factory=Counter)
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    before: dict[str, Callable[[], None]] = field(default_factory=dict)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What Connect answers of a contact, by its id; times are texts, as the functions' clients give them."""
    positions: dict[str, int] = field(default_factory=dict)
    """Where contacts stand in Connect's queue, by their ids."""
    refusals: dict[str, str] = field(default_factory=dict)
    """Operation → the error it meets once: its code, and after a blank its reason or message."""
    read: str = ""
    running: bool = False
    function: str = ""
    """The one that is running or ran last, by its logical id."""
    denied: list[str] = field(default_factory=list)
    """What roles of the template do not allow and was done."""

    def invoke(self, function: str, event: Event) -> Any:
        """Call the function's handler with the event as JSON would carry it; counts its calls anew."""
        self.counted.clear()
        self.function = f"{''.join(map(str.title, function.split('_')))}Function"
        self.running = True
        try:
            return self.modules[function].handler(_delivered_to(function, event), Context(function))
        finally:
            self.running = False

    def on_call(self, caller: Any, operation: str, params: dict[str, Any]) -> Any:
        """What a client's call meets first; anything but None is its answer."""
        if not self.running:
            return None
        self._is_allowed(caller.meta.service_model.signing_name, operation, params)
        if operation == "GetSecretValue":
            # Once a process, and so in whichever test comes first.
            return None
        self.counted[f"{caller.meta.service_model.service_name}:{operation}"] += 1
        if operation in self.before:
            happening, function = self.before.pop(operation), self.function
            self.running = False
            happening()
            self.running, self.function = True, function
        if operation in self.refusals:
            code, _, why = self.refusals.pop(operation).partition(" ")
            told = {"Error": {"Code": code, "Message": why or "as told"}, "Reason": why}
            raise caller.exceptions.from_code(code)(told, operation)
        if operation == "DescribeContact":
            return {"Contact": self._of_contact(self.records, caller, operation, params)}
        if operation == "GetContactMetrics":
            value = {"Number": self._of_contact(self.positions, caller, operation, params)}
            return {"MetricResults": [{"Name": "POSITION_IN_QUEUE", "Value": value}]}
        if operation in SENDING:
            self.sent.append((SENDING[operation], params))
            return {"MessageId": f"provider-{len(self.sent)}"}
        return None

    @staticmethod
    def _of_contact(known: Mapping[str, Any], caller: Any, operation: str, params: dict[str, Any]) -> Any:
        if params["ContactId"] not in known:
            told = {"Error": {"Code": "ResourceNotFoundException", "Message": "as told"}}
            raise caller.exceptions.ResourceNotFoundException(told, operation)
        return known[params["ContactId"]]

    def _is_allowed(self, service: str, operation: str, params: dict[str, Any]) -> None:
        values = {"Api": "chatapi", "Stage": "live", **params}
        if why := permissions.asked(self.function, service, operation, values, NAMES):
            self.denied.append(why)

    @property
    def calls(self) -> int:
        return self.counted.total()

    # ---- what lies in the stores ---------------------------------------------------------------------------------

    def make(self) -> None:
        client("dynamodb").create_table(**template_table())
        for bucket in ("mail", "parked"):
            client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        for name, secret in SECRETS.items():
            client("secretsmanager").create_secret(Name=name, SecretString=secret)
        for queue in QUEUES:
            client("sqs").create_queue(QueueName=f"care-{queue}")
        # Read once a start, and so not counted; another test may have rotated them.
        clients.secrets.cache_clear()
        clients.keys()
        client("stepfunctions").create_state_machine(
            name="care-complaint-followup",
            definition='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
            roleArn="arn:aws:iam::123456789012:role/machine",
        )

    def items(self, pk_prefix: str = "", sk_prefix: str = "") -> list[dict[str, Any]]:
        found = client("dynamodb").scan(TableName="care")["Items"]
        return [
            item for item in found if item["pk"]["S"].startswith(pk_prefix) and item["sk"]["S"].startswith(sk_prefix)
        ]

    def put_mail(
        self, event_id: str, raw: bytes, *, source: str = "sari@pelanggan.example", to: str = CARE, **verdicts: str
    ) -> Event:
        """Store a mail as SES's S3 action does; gives the message that follows. Verdicts not named are ``PASS``."""
        key = f"raw/{event_id}"
        client("s3").put_object(Bucket="mail", Key=key, Body=raw.replace(b"\n", b"\r\n"))
        told = json.loads(sample("sqs_email")["Records"][0]["body"])
        told["mail"] |= {"messageId": event_id, "source": source}
        told["receipt"]["recipients"] = [to]
        told["receipt"]["action"]["objectKey"] = key
        for name, status in verdicts.items():
            told["receipt"][f"{name}Verdict"]["status"] = status
        return batch(told)

    def lengthen(self, reference: str, times: int, text: str = "tambahan") -> None:
        """Further words of a customer, stored as a mail's would be, but one by one: moto copies the table for each
        transaction.
        """
        centre = clients.centre()
        draft = centre.edit(centre.store.cases.get(reference), datetime.now(UTC))
        for _ in range(times):
            draft.note(What.MESSAGE_IN, CUSTOMER, text, channel=EMAIL)
        commit = Commit(Table(centre.store.client, "care"), centre.store.retention)
        commit.draft(draft)
        for one in commit.writes[::-1]:
            client("dynamodb").put_item(TableName="care", Item=one["Put"]["Item"])

    def changes(self) -> list[Event]:
        """The stream's new records, as the event source's filter lets them through."""
        streams = client("dynamodbstreams")
        (stream,) = streams.list_streams(TableName="care")["Streams"]
        named = {"StreamArn": stream["StreamArn"]}
        (shard,) = streams.describe_stream(**named)["StreamDescription"]["Shards"]
        # A new iterator each time: moto's lose their shard when a transaction is cancelled.
        place = (
            {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self.read}
            if self.read
            else {"ShardIteratorType": "TRIM_HORIZON"}
        )
        iterator = streams.get_shard_iterator(**named, ShardId=shard["ShardId"], **place)
        new = streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
        self.read = new[-1]["dynamodb"]["SequenceNumber"] if new else self.read
        for record in new:
            record["dynamodb"].pop("ApproximateCreationDateTime", None)
        return [record for record in new if _filters().pass_(record)]

    def waiting(self, queue: str) -> list[str]:
        """Takes the bodies of all messages off a queue."""
        sqs = client("sqs")
        url = sqs.get_queue_url(QueueName=f"care-{queue}")["QueueUrl"]
        bodies = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                bodies.append(message["Body"])
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def executions(self) -> list[str]:
        """Names of the follow-ups started."""
        found = client("stepfunctions").list_executions(stateMachineArn=MACHINE)["executions"]
        return sorted(one["name"] for one in found)

    def walk(self, reference: str, cycle: int = 1, part: int = 1, first: str = "acknowledge") -> str:
        """Take the steps of a follow-up that are due now, as the machine does; gives what it waits for then."""
        do = first
        for _ in range(20):
            do = self.step(do, reference, cycle, part)["do"]
            if do in (*Awaited, Turn.OVER):
                return str(do)
        raise AssertionError(f"it takes step after step: {do}")

    def step(self, name: str, reference: str, cycle: int = 1, part: int = 1) -> dict[str, Any]:
        """Take one step of the machine; gives what is next."""
        answer: dict[str, Any] = self.invoke(
            "step", {"step": name, "reference": reference, "cycle": cycle, "part": part}
        )
        return answer

    # ---- what follows a write ----------------------------------------------------------------------------------------

    def follow(self, dice: random.Random | None = None) -> None:
        """Carry on until nothing is left to do; with dice: shuffled and with some of it delivered twice.

        A started follow-up takes what is due at once, as the machine does before it waits.
        """
        known = set(self.executions())
        for _ in range(20):
            records = _delivered(self.changes(), dice, _item_of)
            if records:
                assert self.invoke("fanout", {"Records": records}) == {"batchItemFailures": []}
            bodies = {
                queue: _delivered(self.waiting(queue), dice, str) for queue in ("followup", "notify", "provisioning")
            }
            for queue, waiting in bodies.items():
                if waiting:
                    assert self.invoke(queue, batch(*waiting)) == {"batchItemFailures": []}
            for name in sorted(set(self.executions()) - known):
                known.add(name)
                _, reference, cycle, part = name.split("-")
                for _ in range(2 if dice else 1):
                    self.walk(reference, int(cycle), int(part))
            if not records and not any(bodies.values()):
                return
        raise AssertionError("it does not come to an end")


def _delivered_to(function: str, event: Event) -> Event:
    """The event as JSON carries it; a queue's messages come from the function's own."""
    told: Event = json.loads(json.dumps(event))
    for record in told.get("Records", []):
        if record.get("eventSource") == "aws:sqs":
            record["eventSourceARN"] = f"arn:aws:sqs:{REGION}:123456789012:care-{function}"
    return told


@cache
def _filters() -> Filters:
    """What of the stream the template lets through."""
    (changes,) = _template()["FanoutFunction"]["Properties"]["Events"].values()
    return Filters(changes["Properties"]["FilterCriteria"], "the stream")


def _item_of(record: Event) -> str:
    return json.dumps(record["dynamodb"]["Keys"], sort_keys=True)


def _delivered(all_: list[Any], dice: random.Random | None, key: Callable[[Any], str]) -> list[Any]:
    """As a stream or a standard queue may deliver: again, and in any order but an item's own."""
    if dice is None:
        return all_
    doubled = [one for one in all_ for _ in range(dice.choice((1, 1, 2)))]
    tickets = [key(one) for one in doubled]
    dice.shuffle(tickets)
    own: dict[str, Iterator[Any]] = {name: iter([one for one in doubled if key(one) == name]) for name in set(tickets)}
    return [next(own[ticket]) for ticket in tickets]


def call_step(
    wish: str,
    step: int = 1,
    *,
    call: str = "call-1",
    caller: str | None = "+6281700000001",
    phone: str = "",
    reference: str = "",
    language: str = "id",
    category: str = "other",
    priority: str = "normal",
) -> Event:
    """A Lambda block of a call, at the question whose answer is one of these wishes: greet, complain, callback, status,
    trouble. ``phone`` was keyed in before: for a status it is the number on the case.
    """
    at = State(place="menu", language=Language(language), category=Category(category), priority=Priority(priority))
    number = to_e164(keyed(phone)) or ""
    match wish:
        case "greet":
            state, keys = at.evolve(place="language"), "1"
        case "complain":
            state, keys = at.evolve(place="consent", then="complaint", number=number), "2"
        case "callback":
            state, keys = at.evolve(number=number), "0"
        case "status" if phone:
            state, keys = at.evolve(place="status_phone", asked=keyed(reference)), phone
        case "status":
            state, keys = at.evolve(place="status"), reference
        case "trouble":
            state, keys = at, phone
        case _:
            raise ValueError(wish)
    operation = "trouble" if wish == "trouble" else "turn"
    return call_block(operation, step, call=call, caller=caller, state=state.write(), keys=keys, queue="none")


def came_to(answer: Mapping[str, str]) -> str:
    """What a step of a call came to: stored, told, need_phone, not_found, too_many, or what trouble came to."""
    if "outcome" in answer:
        return answer["outcome"]
    said = {answer[f"say_{place}"] for place in range(1, int(answer["pieces"]) + 1)}
    if "reference_is" in said:
        return "stored"
    if "status_not_found" in said or answer["ask"] == "status_reference":
        return "not_found"
    if any(one.startswith("status_") for one in said):
        return "told"
    return {"status_too_many": "too_many", "phone_ask": "need_phone", "status_phone": "need_phone"}[answer["ask"]]


def call_block(
    operation: str, step: int = 1, *, call: str = "call-1", caller: str | None = "+6281700000001", **given: str
) -> Event:
    """A Lambda block of a call with its parameters."""
    event = sample("connect")
    details = event["Details"]
    details["ContactData"]["ContactId"] = call
    details["ContactData"]["CustomerEndpoint"] = caller and {"Address": caller, "Type": "TELEPHONE_NUMBER"}
    details["Parameters"] = {"operation": operation, "step": str(step), **given}
    return event


def frame(text: str, id_: str = "message-1", *, session: str = "s" * 32) -> Event:
    """A chatter's message."""
    event = sample("websocket_message")
    event["body"] = json.dumps({"action": "message", "session": session, "id": id_, "text": text})
    return event


def sms(text: str, id_: str = "sms-1", *, sender: str = "+6281700000001") -> Event:
    """A customer's SMS, as a message of its queue."""
    body = {**json.loads(sample("sqs_sms")["Records"][0]["body"]), "messageBody": text}
    return batch({**body, "inboundMessageId": id_, "originationNumber": sender})


def request(method: str, path: str, body: Any = None, *, agent: str = "Rina", **query: str) -> Event:
    """An agent's request, as API Gateway passes it on."""
    route, parameters = _route(method, path)
    event = sample("http_api")
    event["routeKey"] = event["requestContext"]["routeKey"] = route
    event["pathParameters"] = parameters
    event["rawPath"] = event["requestContext"]["http"]["path"] = f"/live{path}"
    event["requestContext"]["http"]["method"] = method
    event["requestContext"]["authorizer"]["jwt"]["claims"] |= {"username": agent, "sub": f"sub-{agent.encode().hex()}"}
    event["queryStringParameters"] = query
    event["body"] = None if body is None else json.dumps(body)
    return event


def _route(method: str, path: str) -> tuple[str, dict[str, str]]:
    """The template's route to the desk that takes it, and the parts of the path by name; else the path itself."""
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    for of, route in re.findall(r'ApiId: !Ref DeskApi, Method: (\w+), Path: "(.+?)"', template):
        found = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route), path)
        if of == method and found:
            return f"{method} {route}", {name: unquote(part) for name, part in found.groupdict().items()}
    return f"{method} {path}", {}


def letter(subject: str, text: str, *, sender: str = "sari@pelanggan.example", **headers: str) -> bytes:
    """A mail."""
    named = {"From": sender, "To": CARE, "Subject": subject, "Message-ID": f"<{abs(hash((subject, text, sender)))}@x>"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    return "".join(f"{name}: {value}\n" for name, value in named.items()).encode() + b"\n" + text.encode()


def batch(*bodies: str | Event) -> Event:
    """Messages as Lambda gets them from a queue."""
    (shape, *_) = sample("sqs_notify")["Records"]
    texts = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
    return {"Records": [{**shape, "messageId": f"m{number}", "body": text} for number, text in enumerate(texts)]}


class Watcher(Protocol):
    """What AWS calls are led past."""

    def on_call(self, caller: Any, operation: str, params: dict[str, Any]) -> Any:
        """What a client's call meets first; anything but None is its answer."""


@contextmanager
def watched(stage: Watcher) -> Iterator[None]:
    """Lead every AWS call of this process past the stage."""
    original = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]

    def call(caller: Any, operation: str, params: dict[str, Any]) -> Any:
        answer = stage.on_call(caller, operation, params)
        return original(caller, operation, params) if answer is None else answer

    botocore.client.BaseClient._make_api_call = call  # type: ignore[attr-defined]
    try:
        yield
    finally:
        botocore.client.BaseClient._make_api_call = original  # type: ignore[attr-defined]


def modules() -> dict[str, ModuleType]:
    """The functions, imported once in the environment they have."""
    os.environ.update(ENVIRONMENT)
    os.environ.pop("AWS_ENDPOINT_URL", None)
    return {name: load(name) for name in FUNCTIONS}
