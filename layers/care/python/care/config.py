"""The environment of a function, read once and checked."""

import os
from datetime import datetime
from functools import cache
from typing import Literal

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
    CLOCK_FROM: datetime | Literal[""] = ""
    SENDER_NAME: str = ""
    SMS_ANSWERS: bool = False
    SMS_SENDER: str = ""
    MAIL_BUCKET: str = ""
    SIGNING_SECRET: str = ""
    HAS_PAGES: bool = False
    WEB_URL: str = ""
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
    CONNECT_INSTANCE_ARN: str = ""

    @property
    def operator(self) -> Operator:
        """How the operator names itself, whether its SMS can be answered, and whether it has pages."""
        sender = self.SENDER_NAME or self.OPERATOR_NAME
        return Operator(
            self.OPERATOR_NAME, self.SHORT_NUMBER, sender, takes_sms=self.SMS_ANSWERS, has_pages=self.HAS_PAGES
        )

    @property
    def policy(self) -> Policy:
        """The policy, scaled."""
        return load(self.TIME_SCALE, self.CLOCK_FROM or None)


@cache
def settings() -> Settings:
    """Raises ``pydantic.ValidationError`` naming what the template does not set."""
    return Settings.model_validate({name: os.environ[name] for name in Settings.model_fields if name in os.environ})
