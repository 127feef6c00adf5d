"""Clients of AWS, one each, made at first use and reused between invocations.

A function pays the import of what it uses alone: each maker imports its own.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.config

from care.config import settings
from care.services.models import session

if TYPE_CHECKING:
    from care.centre import Centre
    from care.line.line import OperatorSystem
    from care.reading.reader import Reader
    from care.sending import Senders
    from care.services.connect import CallRecords, QueuePositions
    from care.services.executions import Executions
    from care.services.objects import MailObjects, ParkedRecords
    from care.services.queues import Queues, Redelivery
    from care.services.secrets import Secrets
    from care.services.senders.port import Sender
    from care.telling.links import Links
    from care.telling.reply_address import ReplyAddresses
    from care.telling.signing import Keys

# What is asked is made of checked values, so botocore checks it not again: that and the header in which it describes
# itself anew for every request were a fifth of a function's time.
_CONFIG = botocore.config.Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    tcp_keepalive=True,
    parameter_validation=False,
    user_agent="care",
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
# A send that timed out may have gone out: only the outbox decides to send again.
SENDING = _CONFIG.merge(botocore.config.Config(retries={"mode": "standard", "total_max_attempts": 1}))
# Links are signed as every region takes them, and for the bucket's host in its region: another redirects until the
# bucket is a day old, and no redirected link verifies (S3 user guide, "Request redirection").
S3 = _CONFIG.merge(
    botocore.config.Config(
        signature_version="s3v4", s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}
    )
)


def _client(service: str, config: botocore.config.Config = _CONFIG, endpoint: str | None = None) -> Any:
    """A client of a service; its type is the one the caller's class names."""
    return session().create_client(service, config=config, endpoint_url=endpoint)


@cache
def centre() -> "Centre":
    """The store and the policy, in the operator's name."""
    from care.centre import Centre
    from care.services.table.store import Store

    env = settings()
    store = Store(_client("dynamodb"), env.TABLE_NAME, env.policy.retention_days)
    return Centre(store, env.policy, env.operator, _operator_system(), _reader(), links if env.SIGNING_SECRET else None)


def _operator_system() -> "OperatorSystem | None":
    """The operator's system, where the function is told of one."""
    env = settings()
    if not env.OPERATOR_SYSTEM_URL:
        return None
    from care.services.operator_http import HttpOperatorSystem

    return HttpOperatorSystem(env.OPERATOR_SYSTEM_URL, lambda: secret(env.OPERATOR_SYSTEM_SECRET))


def _reader() -> "Reader | None":
    """The second reader, where the function is told of one."""
    model = settings().READER_MODEL
    if not model:
        return None
    from care.observability import count, event
    from care.services.bedrock import PATIENCE, BedrockReader

    def failed(why: str) -> None:
        event("reader failed", why=why)
        count("ReaderFailed")

    return BedrockReader(_client("bedrock-runtime", _CONFIG.merge(PATIENCE)), model, failed)


@cache
def secrets() -> "Secrets":
    """What is kept secret."""
    from care.services.secrets import Secrets

    return Secrets(_client("secretsmanager"))


def secret(arn: str) -> str:
    """A secret's words; none where the function is told of none."""
    return secrets().value(arn) if arn else ""


def keys() -> "Keys":
    """The keys that sign, as they are now."""
    from care.telling import signing

    return signing.read(secrets().value(settings().SIGNING_SECRET))


def reply_addresses() -> "ReplyAddresses":
    """The addresses at which customers answer to a case."""
    from care.telling.reply_address import ReplyAddresses

    return ReplyAddresses(keys(), settings().CARE_ADDRESS)


def links() -> "Links":
    """The links to the pages of cases."""
    from care.telling.links import Links

    return Links(keys(), settings().WEB_URL.rstrip("/"))


@cache
def mail_objects() -> "MailObjects":
    """The mail bucket."""
    from care.services.objects import MailObjects

    return MailObjects(_client("s3", S3), settings().MAIL_BUCKET)


@cache
def parked_records() -> "ParkedRecords":
    """The bucket of parked records."""
    from care.services.objects import ParkedRecords

    return ParkedRecords(_client("s3", S3), settings().PARKED_BUCKET)


@cache
def queues() -> "Queues":
    """The queues behind the fan-out, and those that providers' events go to."""
    from care.services.queues import Queue, Queues

    env = settings()
    urls = {
        Queue.FOLLOWUP: env.FOLLOWUP_QUEUE_URL,
        Queue.NOTIFY: env.NOTIFY_QUEUE_URL,
        Queue.PROVISIONING: env.PROVISIONING_QUEUE_URL,
        Queue.DELIVERY: env.DELIVERY_QUEUE_URL,
        Queue.SMS: env.SMS_QUEUE_URL,
    }
    return Queues(_sqs(), urls)


@cache
def redelivery(queue_arn: str) -> "Redelivery":
    """The queue a function reads."""
    from care.services.queues import Redelivery

    return Redelivery(_sqs(), queue_arn)


@cache
def _sqs() -> Any:
    return _client("sqs")


@cache
def executions() -> "Executions":
    """The follow-up machine."""
    from care.services.executions import Executions

    return Executions(_client("stepfunctions"), settings().FOLLOWUP_MACHINE_ARN)


@cache
def call_records() -> "CallRecords | None":
    """Connect's records of calls, where the function is told of an instance."""
    from care.services.connect import CallRecords

    instance = settings().CONNECT_INSTANCE_ARN
    # It answers few a second, and what it refuses comes again by a queue: asked again at once it would answer fewer.
    return CallRecords(_client("connect", SENDING), instance) if instance else None


@cache
def queue_positions() -> "QueuePositions":
    """Where callers stand in Connect's queue."""
    from care.services.connect import QueuePositions

    return QueuePositions(_client("connect", SENDING))


@cache
def senders() -> "Senders":
    """What sends to the customers of each channel. Who calls is written to by SMS."""
    from care.channels import CHAT, EMAIL, SMS, VOICE
    from care.services.senders.chat import ChatSender
    from care.services.senders.email import EmailSender

    env = settings()
    sms = _sms_sender()
    ses = _client("sesv2", SENDING)
    return {
        VOICE: sms,
        SMS: sms,
        EMAIL: EmailSender(
            ses, env.CARE_ADDRESS, env.SENDER_NAME, env.EMAIL_CONFIGURATION_SET, reply_addresses, env.WEB_URL
        ),
        CHAT: ChatSender(_client("apigatewaymanagementapi", _CONFIG, env.CHAT_ENDPOINT), centre().store),
    }


def _sms_sender() -> "Sender":
    """The operator's own gateway, where the function is told of one, else AWS's service."""
    env = settings()
    if env.SMS_GATEWAY_URL:
        from care.services.senders.sms_gateway import GatewaySender

        return GatewaySender(env.SMS_GATEWAY_URL, lambda: secret(env.SMS_GATEWAY_KEY_SECRET), env.SMS_SENDER)
    from care.services.senders.sms import SmsSender

    return SmsSender(_client("pinpoint-sms-voice-v2", SENDING), env.SMS_SENDER, env.SMS_CONFIGURATION_SET)


def region() -> str:
    """The region the function runs in; SES names its mails by it."""
    return str(session().get_config_variable("region") or "")
