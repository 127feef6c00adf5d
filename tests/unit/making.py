"""Values the unit tests start from; all names and numbers are invented."""

import re
from datetime import UTC, datetime

from hypothesis import strategies as st

from care import reference
from care.cases import draft
from care.cases.agent import Agent
from care.cases.case import Case
from care.cases.draft import Draft
from care.cases.opening import Opening, Party, open_case
from care.channels import CHAT, EMAIL, SMS, VOICE, Channel
from care.customer import Address
from care.policy import Operator, load
from care.words import Category, Kind, Language, Priority

NOW = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
OPERATOR = Operator("XL", "817", "Layanan 817", takes_sms=True)
POLICY = load()
REFERENCE = reference.derive("example")
RINA, BUDI = Agent(id="agent-1", name="Rina"), Agent(id="agent-2", name="Budi")
ADDRESSES = {
    VOICE: Address(channel=VOICE, value="+6281700000001"),
    SMS: Address(channel=SMS, value="+6281700000001"),
    EMAIL: Address(channel=EMAIL, value="sari@pelanggan.example", name="Sari"),
    CHAT: Address(channel=CHAT, value="chat-0123456789abcdef0123456789abcdef"),
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
    channel: Channel = EMAIL,
    *,
    language: Language = Language.INDONESIAN,
    reachable: bool = True,
    text: str = "Internet saya lemot sejak kemarin",
) -> Opening:
    address = ADDRESSES[channel]
    return Opening(
        reference=REFERENCE,
        party=Party(channel, "contact-1", address if reachable else None),
        kind=kind,
        category=Category.INTERNET,
        priority=Priority.NORMAL,
        language=language,
        text=text,
    )


def opened(kind: Kind = Kind.COMPLAINT, channel: Channel = EMAIL, **more: bool) -> Draft:
    return open_case(opening(kind, channel, **more), NOW, POLICY, OPERATOR)  # type: ignore[arg-type]


def edit(case: Case, now: datetime = NOW) -> Draft:
    return draft.edit(case, now, POLICY, OPERATOR)
