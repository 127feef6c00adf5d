"""SMS, by AWS End User Messaging."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from care.services.senders.port import Sent, named, tags
from care.telling.outbox import OutboxMessage

if TYPE_CHECKING:
    from mypy_boto3_pinpoint_sms_voice_v2 import PinpointSMSVoiceV2Client


@dataclass(frozen=True)
class SmsSender:
    """AWS End User Messaging. It takes no idempotency token."""

    client: "PinpointSMSVoiceV2Client"
    sender: str
    configuration_set: str

    def send(self, message: OutboxMessage, now: datetime) -> Sent:
        """Gives the service's id. One request."""
        try:
            sent = self.client.send_text_message(
                DestinationPhoneNumber=message.address.value,
                OriginationIdentity=self.sender,
                MessageBody=message.text,
                MessageType="TRANSACTIONAL",
                ConfigurationSetName=self.configuration_set,
                Context=tags(message),
            )
        except ClientError as error:
            raise named(error) from error
        return Sent(sent["MessageId"])
