"""The services that send: SES, SMS and the chat's WebSocket. Each tells a sure refusal from an unknown end."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from care import mail
from care.contact import Message
from care.outbox import OutboxMessage

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_pinpoint_sms_voice_v2 import PinpointSMSVoiceV2Client
    from mypy_boto3_sesv2 import SESV2Client

REFERENCE_TAG = "care_reference"
KEY_TAG = "care_key"
_REFUSED = {
    "MessageRejected",
    "BadRequestException",
    "ValidationException",
    "MailFromDomainNotVerifiedException",
    "AccountSuspendedException",
    "SendingPausedException",
    "NotFoundException",
    "ResourceNotFoundException",
    "ConflictException",
    "AccessDeniedException",
    "ServiceQuotaExceededException",
}
_LATER = {"TooManyRequestsException", "ThrottlingException", "LimitExceededException", "Throttling"}


class Refused(Exception):
    """The service will not send this; trying again changes nothing."""


class TryLater(Exception):
    """The service surely did not send this now, and may later."""


def _named(error: ClientError) -> Exception:
    code = error.response.get("Error", {}).get("Code", "")
    if code in _LATER:
        return TryLater(code)
    return Refused(code) if code in _REFUSED else error


@dataclass(frozen=True)
class EmailSender:
    """SES. It takes no idempotency token and puts its own Message-ID and Date on what it sends."""

    client: "SESV2Client"
    address: str
    name: str
    configuration_set: str

    def send(self, message: OutboxMessage) -> tuple[str, str]:
        """Gives SES's id and the Message-ID it puts on the mail. Raises ``Refused``, ``TryLater``."""
        thread = message.thread
        raw = mail.compose(
            sender=self.address,
            sender_name=self.name,
            to=message.address.value,
            subject=message.subject,
            text=message.text,
            in_reply_to=thread.message_id if thread else "",
            references=thread.references if thread else (),
        )
        try:
            sent = self.client.send_email(
                FromEmailAddress=self.address,
                Destination={"ToAddresses": [message.address.value]},
                Content={"Raw": {"Data": raw}},
                ConfigurationSetName=self.configuration_set,
                EmailTags=[
                    {"Name": REFERENCE_TAG, "Value": message.reference},
                    {"Name": KEY_TAG, "Value": message.key},
                ],
            )
        except ClientError as error:
            raise _named(error) from error
        return sent["MessageId"], message_id(sent["MessageId"], self.client.meta.region_name)


def message_id(ses_id: str, region: str) -> str:
    """The Message-ID SES puts on a mail (SES developer guide, "Header fields"; us-east-1 has a host of its own)."""
    host = "email.amazonses.com" if region == "us-east-1" else f"{region}.amazonses.com"
    return f"<{ses_id}@{host}>"


@dataclass(frozen=True)
class SmsSender:
    """AWS End User Messaging."""

    client: "PinpointSMSVoiceV2Client"
    sender: str
    configuration_set: str

    def send(self, message: OutboxMessage) -> str:
        """Gives the service's id. Raises ``Refused``, ``TryLater``."""
        try:
            sent = self.client.send_text_message(
                DestinationPhoneNumber=message.address.value,
                OriginationIdentity=self.sender,
                MessageBody=message.text,
                MessageType="TRANSACTIONAL",
                ConfigurationSetName=self.configuration_set,
                Context={REFERENCE_TAG: message.reference, KEY_TAG: message.key},
            )
        except ClientError as error:
            raise _named(error) from error
        return sent["MessageId"]


@dataclass(frozen=True)
class ChatSender:
    """The WebSocket API's connections."""

    client: "ApiGatewayManagementApiClient"

    def post(self, connection_id: str, messages: list[Message], reference: str | None) -> bool:
        """Post to a browser; whether it is still there."""
        try:
            self.client.post_to_connection(
                ConnectionId=connection_id, Data=json.dumps(said(messages, reference)).encode()
            )
        except self.client.exceptions.GoneException:
            return False
        return True


def said(messages: list[Message], reference: str | None) -> Mapping[str, Any]:
    """Messages as a browser gets them."""
    return {
        "type": "messages",
        "reference": reference,
        "messages": [
            {
                "seq": one.seq,
                "from": one.sender,
                "text": one.text,
                "buttons": [button.model_dump() for button in one.buttons],
                "at": one.model_dump(mode="json")["at"],
                "id": one.client_id,
            }
            for one in messages
        ],
    }
