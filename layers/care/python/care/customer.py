"""Who a customer is, as far as the centre knows: an identity on a channel."""

import hashlib

from care.model import Value
from care.words import Channel


class Address(Value):
    """Where a customer is reached: ``value`` is an E.164 number, an e-mail address or a chat's contact id."""

    channel: Channel
    value: str
    name: str = ""

    def belongs_to(self, channel: Channel, value: str) -> bool:
        """Whether this is the address of the sender of a message on ``channel``."""
        return self.identity == Address(channel=channel, value=value).identity

    @property
    def identity(self) -> str:
        """A phone and an SMS of one number are one identity; e-mail addresses differ by more than case."""
        if self.channel in (Channel.PHONE, Channel.SMS):
            return f"tel:{self.value}"
        if self.channel is Channel.EMAIL:
            return f"mailto:{self.value.strip().lower()}"
        return f"chat:{self.value}"

    @property
    def customer_id(self) -> str:
        """The id of the customer with this identity; says nothing of the number or address itself."""
        return hashlib.sha256(self.identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]
