"""A mail to the care address, through SES."""

from care.channels.channel import Channel, Form


def _canonical(address: str) -> str:
    return address.strip().lower()


def _hint(address: str) -> str:
    mailbox, _, domain = address.partition("@")
    return f"{mailbox[:1]}…@{domain}"


EMAIL = Channel(
    name="email",
    scheme="mailto",
    form=Form.LETTER,
    honorific="Bapak/Ibu",
    longest_text=20_000,
    longest_sent=None,
    canonical=_canonical,
    hint=_hint,
)
