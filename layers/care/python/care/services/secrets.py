"""What nobody may read in a template or an environment: keys of the operator's systems, and our own."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


@dataclass(frozen=True)
class Secrets:
    """Secrets Manager, through one client. Each secret is read once: one that is changed counts from the next start."""

    client: "SecretsManagerClient"
    _read: dict[str, str] = field(default_factory=dict)

    def value(self, arn: str) -> str:
        """The secret's words. One request, the first time."""
        if arn not in self._read:
            self._read[arn] = self.client.get_secret_value(SecretId=arn)["SecretString"]
        return self._read[arn]
