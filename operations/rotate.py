"""`make rotate`: a new key signs the links to the pages of cases and the addresses at which customers answer.

The key before stays good until the next rotation, so a link ends at the second one after it was sent, or with its case.
A new key signs when every function has read it, some minutes later; until then no other can follow.
"""

import argparse
import secrets
import string
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from care.services.secrets import KEPT_SECONDS
from care.telling import signing
from care.telling.signing import Keys
from operations.stack import Refusal
from operations.target import Target, add_arguments, chosen

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

LENGTH = 64
# What was read a moment before the rotation is kept so long, and a request that began with it takes its time.
READ_BY_ALL = timedelta(seconds=2 * KEPT_SECONDS)


def rotated(keys: Keys, now: datetime) -> Keys:
    """A new key, with the one that signs now as the one before. Raises ``Refusal`` while that is not sure."""
    if keys.since and now < keys.since:
        raise Refusal(
            f"The last new key signs from {keys.since:%H:%M} UTC on: rotate after that, or links just sent end."
        )
    made = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(LENGTH))
    return Keys(current=made, previous=keys.current, since=now + READ_BY_ALL)


def rotate(target: Target, now: datetime, *, look_only: bool) -> str:
    """Gives what was done, or how things stand. Raises ``Refusal``."""
    client: SecretsManagerClient = target.session.client("secretsmanager")
    arn = target.outputs["SigningSecretArn"]
    keys = signing.read(client.get_secret_value(SecretId=arn)["SecretString"])
    if look_only:
        return _standing(keys, now)
    new = rotated(keys, now)
    client.put_secret_value(SecretId=arn, SecretString=new.model_dump_json())
    ended = " What was signed by the key before that is worth nothing any more." if keys.previous else ""
    return f"A new key signs from {new.since:%H:%M} UTC on. The one until then is good until the next rotation.{ended}"


def _standing(keys: Keys, now: datetime) -> str:
    good = "two keys are good" if keys.previous else "one key is good; none was rotated yet"
    if keys.since is None:
        return good
    return f"{good}; the newer one signs {'since' if now >= keys.since else 'from'} {keys.since:%Y-%m-%d %H:%M} UTC"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m operations.rotate", description="Rotate the signing key.")
    add_arguments(parser)
    parser.add_argument("--check", action="store_true", help="only say how many keys are good, and since when")
    asked = parser.parse_args(arguments)
    try:
        print(rotate(chosen(asked), datetime.now(UTC), look_only=asked.check))
    except (Refusal, BotoCoreError, ClientError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
