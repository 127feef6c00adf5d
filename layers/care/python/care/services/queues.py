"""The queues behind the fan-out, and the messages on them: ids and decisions only, never a customer's words.

What a provider says goes to queues of its own, as the provider says it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import TypeAdapter

from care.telling.outbox import Owner
from care.value import BUILT_AT_USE, Value

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_LARGEST_BATCH = 10
_LONGEST_DELAY = 900


class Queue(StrEnum):
    """Where a message goes."""

    FOLLOWUP = "followup"
    NOTIFY = "notify"
    PROVISIONING = "provisioning"
    DELIVERY = "delivery"
    SMS = "sms"


class _OfFollowup(Value):
    reference: str
    cycle: int
    part: int

    @property
    def ids(self) -> dict[str, str | int]:
        """What a line of the log names of it."""
        return {"case_id": self.reference, "cycle": self.cycle, "part": self.part}


class Start(_OfFollowup):
    """A cycle of a case, or the next part of one, has begun: start its follow-up."""

    action: Literal["start"] = "start"


class Resume(_OfFollowup):
    """A case moved: what its follow-up waits for may have come.

    ``length`` is the case's own number of the change: neither stream nor queue keeps the order.
    """

    action: Literal["resume"] = "resume"
    length: int


class WaitFor(_OfFollowup):
    """The follow-up waits; sent by the state machine itself (``sqs:sendMessage.waitForTaskToken``)."""

    action: Literal["wait"] = "wait"
    length: int
    entered_at: str
    task_token: str


class Stuck(_OfFollowup):
    """The follow-up cannot go on; sent by the state machine itself: a person looks at its case."""

    action: Literal["stuck"] = "stuck"


class Notify(Value):
    """A message is due."""

    action: Literal["notify"] = "notify"
    owner: Owner
    key: str

    @property
    def ids(self) -> dict[str, str | int]:
        """What a line of the log names of it."""
        return {**self.owner.ids, "key": self.key}


class Provision(Value):
    """A package order is to be carried out; ``attempt`` counts from 1."""

    action: Literal["provision"] = "provision"
    reference: str
    attempt: int = 1

    @property
    def ids(self) -> dict[str, str | int]:
        """What a line of the log names of it."""
        return {"case_id": self.reference}


FollowupMessage = Start | Resume | WaitFor | Stuck
FanoutMessage = Start | Resume | Notify | Provision
FOLLOWUP_MESSAGE: TypeAdapter[FollowupMessage] = TypeAdapter(FollowupMessage, config=BUILT_AT_USE)


@dataclass(frozen=True)
class Queues:
    """The queues, through one client; ``urls`` by name."""

    client: "SQSClient"
    urls: dict[Queue, str]

    def send_all(self, queue: Queue, messages: Sequence[Value]) -> set[int]:
        """Send; gives the positions of those the queue did not take. One request for ten messages."""
        failed: set[int] = set()
        for start in range(0, len(messages), _LARGEST_BATCH):
            batch = messages[start : start + _LARGEST_BATCH]
            answer = self.client.send_message_batch(
                QueueUrl=self.urls[queue],
                Entries=[{"Id": str(start + place), "MessageBody": _body(one)} for place, one in enumerate(batch)],
            )
            failed.update(int(one["Id"]) for one in answer.get("Failed", []))
        return failed

    def send_later(self, queue: Queue, message: Value, seconds: float) -> None:
        """Send so that it arrives after ``seconds``, at most 15 minutes. One request."""
        delay = min(_LONGEST_DELAY, max(1, round(seconds)))
        self.client.send_message(QueueUrl=self.urls[queue], MessageBody=_body(message), DelaySeconds=delay)

    def pass_on(self, queue: Queue, said: Mapping[str, object]) -> None:
        """Send what a provider said, in ASCII: half a character, as a cut SMS may have, is none that SQS takes. One
        request."""
        self.client.send_message(QueueUrl=self.urls[queue], MessageBody=json.dumps(said))


@dataclass(frozen=True)
class Redelivery:
    """When a message of a queue that failed is delivered again, through one client."""

    client: "SQSClient"
    queue_arn: str

    def hide(self, receipt_handle: str, seconds: int) -> bool:
        """Deliver a received message again after ``seconds``, at most 12 hours since it came; whether that was taken.

        One request, and one more the first time.
        """
        try:
            self.client.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
            )
        except (ClientError, BotoCoreError):
            return False
        return True

    @cached_property
    def _url(self) -> str:
        account, name = self.queue_arn.split(":")[-2:]
        return self.client.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]


def _body(message: Value) -> str:
    return json.dumps(message.model_dump(mode="json"))
