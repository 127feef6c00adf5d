"""Values the unit tests start from; all names and numbers are invented."""

import re
from datetime import UTC, datetime

from hypothesis import strategies as st

from care import case as cases
from care import reference
from care.case import Case, Draft, Opening, Operator
from care.customer import Address
from care.policy import load
from care.words import Category, Channel, Kind, Language

NOW = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
OPERATOR = Operator("XL", "817", "Layanan 817")
POLICY = load()
REFERENCE = reference.derive("example")
ADDRESSES = {
    Channel.PHONE: Address(channel=Channel.PHONE, value="+6281700000001"),
    Channel.SMS: Address(channel=Channel.SMS, value="+6281700000001"),
    Channel.EMAIL: Address(channel=Channel.EMAIL, value="sari@pelanggan.example", name="Sari"),
    Channel.CHAT: Address(channel=Channel.CHAT, value="chat-0123456789abcdef0123456789abcdef"),
}

# Any text at all, lone surrogates, controls and the words the readers look for among it.
WORDS = st.sampled_from(
    re.findall(
        r"\S+",
        "sudah belum tidak masih lemot puas terima kasih makasih sama-sama 1 5 4/5 no not keluhan status english"
        " petugas batal sinyal pulsa the is my 817 4172201930 < > &#39; <!-- ( ) @ : ; =?utf-8?q?",
    )
)
ANY_TEXT = st.one_of(
    st.text(st.characters(), max_size=200),
    st.lists(st.one_of(WORDS, st.text(st.characters(), max_size=5)), max_size=40).map(" ".join),
    st.builds(lambda part, times: part * times, st.text(st.characters(), min_size=1, max_size=6), st.integers(1, 500)),
)


def opening(
    kind: Kind = Kind.COMPLAINT,
    channel: Channel = Channel.EMAIL,
    *,
    language: Language = Language.INDONESIAN,
    reachable: bool = True,
    text: str = "Internet saya lemot sejak kemarin",
) -> Opening:
    address = ADDRESSES[channel]
    return Opening(
        reference=REFERENCE,
        kind=kind,
        category=Category.INTERNET,
        urgent=False,
        language=language,
        channel=channel,
        contact_id="contact-1",
        customer_id=address.customer_id,
        address=address if reachable else None,
        text=text,
    )


def opened(kind: Kind = Kind.COMPLAINT, channel: Channel = Channel.EMAIL, **more: bool) -> Draft:
    return cases.open_case(opening(kind, channel, **more), NOW, POLICY, OPERATOR)  # type: ignore[arg-type]


def edit(case: Case, now: datetime = NOW) -> Draft:
    return cases.edit(case, now, POLICY, OPERATOR)
