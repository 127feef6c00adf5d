"""What the call centre has stored, read through the AWS interfaces, and the runner's control of its functions."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from care import policy
from care.cases import draft as drafts
from care.cases.case import Case
from care.cases.timeline import What
from care.channels import EMAIL, SMS
from care.contacts.contact import Contact, Entry, EntryKind, Message
from care.customer import Address
from care.doors.email.read import read
from care.policy import Operator
from care.services.table import keys
from care.services.table.attributes import from_item
from care.services.table.cases import CaseFile
from care.services.table.commit import until_stored
from care.services.table.store import Store
from care.words import CARE, CUSTOMER
from tests.e2e.doors import PATIENCE_SECONDS, Sent, http, until

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

OPERATOR = Operator("XL", "817", "Layanan 817", takes_sms=True)


@dataclass(frozen=True)
class ContactFile:
    """All of a contact."""

    contact: Contact
    entries: list[Entry]


@dataclass(frozen=True)
class Records:
    """The store, the executions, the queues and the logs of one running stack."""

    doors: dict[str, str]
    outputs: dict[str, str]

    def client(self, service: str) -> Any:
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self.doors["aws"],
            region_name="ap-southeast-1",
            aws_access_key_id="WHOLOOKSFROMAFAR",
            aws_secret_access_key="none",
            config=Config(retries={"total_max_attempts": 3}, max_pool_connections=32),
        )

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        return self.client("dynamodb")  # type: ignore[no-any-return]

    @cached_property
    def states(self) -> "SFNClient":
        return self.client("stepfunctions")  # type: ignore[no-any-return]

    @cached_property
    def sqs(self) -> "SQSClient":
        return self.client("sqs")  # type: ignore[no-any-return]

    @cached_property
    def s3(self) -> "S3Client":
        return self.client("s3")  # type: ignore[no-any-return]

    @cached_property
    def logs(self) -> "CloudWatchLogsClient":
        return self.client("logs")  # type: ignore[no-any-return]

    @cached_property
    def store(self) -> Store:
        return Store(self.dynamodb, self.outputs["TableName"], policy.load().retention_days)

    # ---- the store ---------------------------------------------------------------------------------------------------

    def items(self) -> list[dict[str, Any]]:
        """Every item of the table."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.outputs["TableName"], ConsistentRead=True)
        return [from_item(item) for page in pages for item in page["Items"]]

    def case(self, reference: str) -> Case:
        return self.store.cases.get(reference)

    def file(self, reference: str) -> CaseFile:
        return self.store.cases.file(reference)

    def contact_of(self, sent: Sent) -> ContactFile:
        """The contact a mail became, once it is stored."""
        contact_id = read(sent.raw, self.doors["care"]).contact_id
        return until(f"the contact of the mail {sent.message_id}", lambda: self.contact(contact_id))

    def contact(self, contact_id: str) -> ContactFile | None:
        """A contact, if there is one."""
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.outputs["TableName"],
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": keys.contact(contact_id)["pk"]}},
            ConsistentRead=True,
        )
        items = {item["sk"]["S"]: from_item(item) for page in pages for item in page["Items"]}
        if keys.CONTACT not in items:
            return None
        entries = [Entry.model_validate(item) for sk, item in items.items() if sk.startswith(keys.ENTRY)]
        return ContactFile(Contact.model_validate(items[keys.CONTACT]), sorted(entries, key=lambda one: one.at))

    def talk(self, contact_id: str, turns: int) -> str:
        """So many more turns of a chat that began, each stored as the chat stores it; gives what was said last."""
        return [until_stored(lambda: self._turn(contact_id)) for _ in range(turns)][-1]

    def _turn(self, contact_id: str) -> str:
        contact, now = self.store.contacts.get(contact_id), datetime.now(UTC)
        asked = Message(seq=contact.length + 1, sender=CUSTOMER, text=f"Pertanyaan {contact.length + 1}", at=now)
        answer = Message(seq=contact.length + 2, sender=CARE, text=f"Jawaban {contact.length + 2}", at=now)
        entry = Entry(
            contact_id=contact_id,
            event_id=f"turn-{asked.seq:06}",
            at=now,
            what=EntryKind.MESSAGE,
            answer={"reference": contact.reference} if contact.reference else {},
            messages=(asked, answer),
        )
        self.store.commit(entry=entry, contact=contact.evolve(length=answer.seq), contact_length=contact.length)
        return answer.text

    def case_of(self, sent: Sent) -> Case:
        """The case a mail opened or joined."""
        reference = self.contact_of(sent).contact.reference
        assert reference, f"the mail {sent.message_id} is in no case"
        return self.case(reference)

    def case_of_number(self, number: str | None) -> Case | None:
        """The newest case of a telephone number, if it has one."""
        address = Address(channel=SMS, value=number or "")
        return next(iter(self.store.cases.of_customer(address.customer_id)), None)

    def becomes(self, reference: str, status: str, *, cycle: int = 1, seconds: float = PATIENCE_SECONDS) -> Case:
        """The case, once it stands there in that cycle."""

        def look() -> Case | None:
            case = self.case(reference)
            return case if (case.status, case.cycle) == (status, cycle) else None

        return until(f"{reference} to be {status} in cycle {cycle}", look, seconds)

    def add(self, reference: str, *texts: str) -> None:
        """Further words of a case's customer, by no door."""
        for text in texts:
            until_stored(partial(self._add, reference, text))

    def _add(self, reference: str, text: str) -> None:
        draft = drafts.edit(self.case(reference), datetime.now(UTC), policy.load(), OPERATOR)
        draft.note(What.MESSAGE_IN, CUSTOMER, text, channel=EMAIL)
        self.store.commit(drafts=[draft])

    # ---- follow-ups --------------------------------------------------------------------------------------------------

    def executions(self, reference: str = "") -> dict[str, str]:
        """Name → status of the follow-ups, of all cases or of one."""
        pages = self.states.get_paginator("list_executions").paginate(
            stateMachineArn=self.outputs["FollowupMachineArn"]
        )
        found = [(one["name"], str(one["status"])) for page in pages for one in page["executions"]]
        names = [name for name, _ in found]
        assert len(names) == len(set(names)), f"two follow-ups of one name: {sorted(names)}"
        return {name: status for name, status in found if reference in name}

    def ended(self, reference: str) -> dict[str, str]:
        """The follow-ups of a case, once none runs."""

        def look() -> dict[str, str]:
            found = self.executions(reference)
            return {} if "RUNNING" in found.values() else found

        return until(f"the follow-ups of {reference} to end", look)

    def execution_data(self, name: str) -> Iterator[tuple[str, str]]:
        """All that a follow-up was given, passed on and answered, with where it stands."""
        arn = self.outputs["FollowupMachineArn"].replace(":stateMachine:", ":execution:") + f":{name}"
        described = self.states.describe_execution(executionArn=arn)
        yield "input", described.get("input", "")
        yield "output", described.get("output", "") or ""
        pages = self.states.get_paginator("get_execution_history").paginate(executionArn=arn)
        for page in pages:
            for event in page["events"]:
                yield str(event["type"]), json.dumps(event, default=str)

    # ---- queues and logs ---------------------------------------------------------------------------------------------

    def waiting(self, queue: str) -> int:
        """How many messages a queue of the outputs holds, in flight and delayed ones too."""
        found = self.sqs.get_queue_attributes(QueueUrl=self.outputs[queue], AttributeNames=["All"])["Attributes"]
        return sum(int(count) for name, count in found.items() if name.startswith("ApproximateNumberOfMessages"))

    def dead_letters(self) -> dict[str, list[str]]:
        """Queue → what lies there, of every dead-letter queue that is not empty."""
        found = {}
        for queue in self.outputs:
            if queue.endswith("DeadLetterQueueUrl") and self.waiting(queue):
                taken = self.sqs.receive_message(
                    QueueUrl=self.outputs[queue], MaxNumberOfMessages=10, VisibilityTimeout=0
                )
                found[queue] = [one["Body"] for one in taken.get("Messages", [])] or ["?"]
        return found

    def parked(self) -> list[str]:
        """Names of the stream records that were parked."""
        listed = self.s3.list_objects_v2(Bucket=self.outputs["ParkedBucket"])
        return [one["Key"] for one in listed.get("Contents", [])]

    def log_lines(self) -> Iterator[str]:
        """Every line the functions logged."""
        groups = self.logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix="/aws/lambda/")
        for name in [group["logGroupName"] for page in groups for group in page["logGroups"]]:
            for page in self.logs.get_paginator("filter_log_events").paginate(logGroupName=name):
                yield from (f"{name} {event['message']}" for event in page["events"])

    def drop_connection(self, connection_id: str) -> None:
        """End a WebSocket from the service's side."""
        self.client("apigatewaymanagementapi").delete_connection(ConnectionId=connection_id)

    # ---- the runner --------------------------------------------------------------------------------------------------

    def control(self, method: str, path: str, values: Any = None) -> Any:
        """The runner's control of its functions."""
        answer = http(method, f"{self.doors['runner']}/{path}", values)
        assert answer.status < 300, f"{method} {path}: {answer.status} {answer.body}"
        return answer.body
