"""What nobody may read in a template or an environment: keys of the operator's systems, and our own."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEPT_SECONDS = 300.0


@dataclass(frozen=True)
class Secrets:
    """Secrets Manager, through one client. One that is changed counts within ``KEPT_SECONDS`` of ``clock``."""

    client: "SecretsManagerClient"
    # Of a function restored from a snapshot only this clock has gone on.
    clock: Callable[[], float] = time.time
    _read: dict[str, tuple[float, str]] = field(default_factory=dict)

    def value(self, arn: str) -> str:
        """The secret's words. One request if they were not read lately; where that fails, what was read last stands."""
        now = self.clock()
        known = self._read.get(arn)
        if known and now - known[0] < KEPT_SECONDS:
            return known[1]
        try:
            words = self.client.get_secret_value(SecretId=arn)["SecretString"]
        except (BotoCoreError, ClientError):
            if known is None:
                raise
            words = known[1]
        self._read[arn] = now, words
        return words
