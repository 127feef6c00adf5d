"""The environment of a function, read once and checked."""

import os
from functools import cache

from pydantic import Field

from care.policy import Operator, Policy, load
from care.value import Value


class Settings(Value):
    """Environment variables that ``template.yaml`` sets, by their names. Each function has the part it needs."""

    TABLE_NAME: str
    OPERATOR_NAME: str
    SHORT_NUMBER: str
    CARE_ADDRESS: str
    TIME_SCALE: float = Field(gt=0)
    SENDER_NAME: str = ""
    SMS_ANSWERS: bool = False
    SMS_SENDER: str = ""
    MAIL_BUCKET: str = ""
    REPLY_SECRET: str = ""
    PARKED_BUCKET: str = ""
    FOLLOWUP_QUEUE_URL: str = ""
    NOTIFY_QUEUE_URL: str = ""
    FOLLOWUP_MACHINE_ARN: str = ""
    CHAT_ENDPOINT: str = ""
    EMAIL_CONFIGURATION_SET: str = ""
    SMS_CONFIGURATION_SET: str = ""
    PROVISIONING_QUEUE_URL: str = ""
    OPERATOR_SYSTEM_URL: str = ""
    OPERATOR_SYSTEM_SECRET: str = ""
    SMS_GATEWAY_URL: str = ""
    SMS_GATEWAY_KEY_SECRET: str = ""
    SMS_GATEWAY_SIGNING_SECRET: str = ""
    SMS_QUEUE_URL: str = ""
    DELIVERY_QUEUE_URL: str = ""
    READER_MODEL: str = ""

    @property
    def operator(self) -> Operator:
        """How the operator names itself, and whether its SMS can be answered."""
        sender = self.SENDER_NAME or self.OPERATOR_NAME
        return Operator(self.OPERATOR_NAME, self.SHORT_NUMBER, sender, takes_sms=self.SMS_ANSWERS)

    @property
    def policy(self) -> Policy:
        """The policy, scaled."""
        return load(self.TIME_SCALE)


@cache
def settings() -> Settings:
    """Raises ``pydantic.ValidationError`` naming what the template does not set."""
    return Settings.model_validate({name: os.environ[name] for name in Settings.model_fields if name in os.environ})
