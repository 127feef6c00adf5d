"""Who a customer is, as far as the centre knows: an identity on a channel."""

import hashlib

from care.channels import Channel
from care.value import Value


class Address(Value):
    """Where a customer is reached: ``value`` is what the channel knows one by (``care.channels``).

    ``claimed``: somebody says it is theirs and has not shown it. What is written there repeats none of their words.
    """

    channel: Channel
    value: str
    name: str = ""
    claimed: bool = False

    def belongs_to(self, channel: Channel, value: str) -> bool:
        """Whether this is the address of the sender of a message on ``channel``."""
        return self.identity == Address(channel=channel, value=value).identity

    @property
    def identity(self) -> str:
        """The customer behind it: a call and an SMS from one number are one identity."""
        return f"{self.channel.scheme}:{self.channel.canonical(self.value)}"

    @property
    def hint(self) -> str:
        """Enough of it to know it again, not enough to use it."""
        return self.channel.hint(self.value)

    @property
    def customer_id(self) -> str:
        """The id of the customer with this identity; says nothing of the number or address itself."""
        return hashed(self.identity)


def hashed(identity: str) -> str:
    """An identity as ids and tallies carry it, 32 hexadecimal digits that say nothing of it."""
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]
