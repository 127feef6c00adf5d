"""Scripted chats. A file in tests/unit/transcripts/ is one chat; its first lines, until an empty one, say about what.

customer: mau komplain          what the customer writes; {reference}, {code} (from the SMS), {wrong} (code) are put in
care: ask_complaint             the texts of messages.toml that answer, by their names under [talk], in order;
                                after a comma, what stands within it as well
care: article apn-settings      … or an article's answer, its beginning (cause apn-settings) or a step of it:
                                step apn-settings/android
has: Rp60.000                   the line before has these words; lacks: it has not
buttons: Sudah | Belum          the line before has these buttons among its own
opens complaint                 the message opened a case of this kind; "opens urgent complaint", "opens technical sim"
notes: sudah dicoba             a note for the team has these words
orders bulanan-10-gb            the case opened carries this package order
adds                            the message was added to the chat's case
sends a code to +628…           a code went out by SMS; "sends no code"
keeps: ••••••                   the customer's message as it is kept
in English                      the language the chat is in from here on
case resolved / case closed / question asked / order carried out      what became of the chat's case meanwhile
system down / system up / no system / an hour passes / the next day   what happens elsewhere
"""

import re
import string
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care import conversation
from care.contacts.contact import Message
from care.conversation import Dialogue, Facts, readers, script
from care.conversation.deeds import DEEDS, TAKES
from care.line import packages
from care.line.order import Order, OrderState
from care.reading import knowledge, slots
from care.telling import messages
from care.words import Category, Kind, Language, Status
from tests.unit.chatting import LINES, Chat, MemorySystem
from tests.unit.happenings import happens
from tests.unit.making import ANY_TEXT, NOW, POLICY, REFERENCE, opened

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
LANGUAGES = {"in English": Language.ENGLISH, "in Indonesian": Language.INDONESIAN}


# ---- transcripts ---------------------------------------------------------------------------------------------------


@cache
def template(key: str, language: Language) -> re.Pattern[str]:
    """What a text of messages.toml looks like with any values, in any of its forms: <key>_of_<what it is about>."""
    texts = messages._catalogue()["talk"]
    forms = [text[language] for name, text in texts.items() if name == key or name.startswith(f"{key}_of_")]
    assert forms, key
    return re.compile("|".join(map(_template, forms)), re.S)


def _template(text: str) -> str:
    parts = string.Formatter().parse(text)
    return "".join(re.escape(words) + ("" if name is None else ".*?") for words, name, _, _ in parts)


def is_said(expected: str, said: Message, language: Language) -> bool:
    """Whether a line of care is what is named; of several, it begins with the first and has the others in it."""
    first, *within = expected.split(", ")
    start = _pattern(first, language)
    if not within and not first.startswith(("step", "article")):
        return bool(start.fullmatch(said.text))
    return bool(start.match(said.text)) and all(_pattern(one, language).search(said.text) for one in within)


def _pattern(expected: str, language: Language) -> re.Pattern[str]:
    what, _, name = expected.partition(" ")
    if not name:
        return template(what, language)
    article, _, step = name.partition("/")
    its = knowledge.article(article)
    words = (its.step(step).do if step else its.answer).in_(language, operator="XL", short_number="817")
    return re.compile(re.escape(words.split(". ")[0] if what == "cause" else words))


class Playing:
    """A transcript as it is played."""

    def __init__(self) -> None:
        self.chat = Chat()
        self.unsaid: list[Message] = []
        self.last: Message | None = None
        self.happened: set[str] = set()

    def customer(self, words: str) -> None:
        assert not self.unsaid, f"care also says {[one.text for one in self.unsaid]}"
        assert not self.happened, f"the message also {self.happened}"
        chat = self.chat
        reference = str(chat.contact.reference or REFERENCE) if chat.store.contacts else REFERENCE
        code = chat.code if chat.store.due else ""
        wrong = f"{(int(code or 0) + 1) % 1_000_000:06}"
        codes = len(chat.store.due)
        self.unsaid = chat.says(words.format(reference=reference, code=code, wrong=wrong))
        assert chat.store.requests.made <= 3, f"{chat.store.requests.made} requests"
        drafts = chat.store.drafts
        self.happened = {"opens" if one.before == 0 else "adds" for one in drafts}
        if len(chat.store.due) > codes:
            self.happened.add("sends a code")

    def care(self, expected: str) -> None:
        assert self.unsaid, f"care says nothing more; expected {expected}"
        self.last = self.unsaid.pop(0)
        language = self.chat.contact.language or Language.INDONESIAN
        assert is_said(expected, self.last, language), f"{expected}: {self.last.text!r}"

    def has(self, words: str) -> None:
        assert self.last
        assert words in self.last.text, self.last.text

    def lacks(self, words: str) -> None:
        assert self.last
        assert words not in self.last.text, self.last.text

    def buttons(self, labels: str) -> None:
        assert self.last
        assert set(labels.split(" | ")) <= {one.label for one in self.last.buttons}, self.last.buttons

    def opens(self, what: str) -> None:
        assert "opens" in self.happened
        self.happened.discard("opens")
        (case,) = (one.case for one in self.chat.store.drafts if one.before == 0)
        said = what.split()
        assert case.priority.goes_first == ("urgent" in said), case
        named = [one for one in said if one != "urgent"]
        assert named == [case.kind.value, case.category.value][: len(named)], case

    def notes(self, words: str) -> None:
        found = [entry.text for draft in self.chat.store.drafts for entry in draft.entries if entry.what == "note"]
        assert any(words in one for one in found), found

    def orders(self, package: str) -> None:
        (case,) = (one.case for one in self.chat.store.drafts if one.before == 0)
        assert case.order
        assert (case.order.package, case.order.price) == (package, packages.package(package).price)
        assert case.order.number == self.chat.proven

    def adds(self, _: str) -> None:
        assert "adds" in self.happened
        self.happened.discard("adds")

    def sends(self, what: str) -> None:
        if what == "no code":
            assert "sends a code" not in self.happened
            return
        assert "sends a code" in self.happened
        self.happened.discard("sends a code")
        message = self.chat.store.due[-1]
        assert (message.address.value, message.secret) == (what.removeprefix("a code to "), True)

    def keeps(self, words: str) -> None:
        assert self.chat.heard() == words
        kept = f"{self.chat.contact.dialogue}{[draft.entries for draft in self.chat.store.drafts]}"
        assert self.chat.store.due[-1].text == "" or self.chat.code not in kept


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=[path.stem for path in TRANSCRIPTS])
def test_transcript(path: Path) -> None:
    about, _, lines = path.read_text(encoding="utf-8").partition("\n\n")
    assert about
    playing = Playing()
    for number, line in enumerate(lines.splitlines(), start=len(about.splitlines()) + 2):
        where = f"{path.name}:{number}: {line}"
        verb, _, words = line.partition(" ")
        try:
            if line in LANGUAGES:
                assert playing.chat.contact.language is LANGUAGES[line]
            elif line and not happens(playing.chat, line):
                getattr(playing, verb.rstrip(":"))(words)
        except AssertionError as wrong:
            raise AssertionError(f"{where}\n{wrong}") from wrong
    assert (playing.unsaid, playing.happened) == ([], set())


def test_every_kind_has_a_transcript_in_both_languages() -> None:
    texts = [path.read_text(encoding="utf-8") for path in TRANSCRIPTS]
    for kind in Kind:
        found = [text for text in texts if re.search(rf"^opens (?:urgent )?{kind}\b", text, re.M)]
        assert any("in English" in text for text in found), kind
        assert any("in English" not in text for text in found), kind


# ---- the data ------------------------------------------------------------------------------------------------------


def test_what_the_data_names_is_there() -> None:
    texts = messages._catalogue()["talk"]
    groups, places = script.phrases(), script.places()
    for name, place in places.items():
        assert place.ask in texts or name in ("guide", "checklist"), name
        assert {place.about, place.again} - {""} <= set(texts), name
        assert {f"button_{one}" for one in place.buttons} <= set(texts), name
        assert set(place.answers) <= set(groups), name
        assert set(place.answers.values()) <= {*DEEDS, *places}, name
        assert not place.takes or place.takes in TAKES, name
    for name, group in groups.items():
        assert not group.leads or group.leads in {*DEEDS, *places}, name
        assert not any("'" in one or one != one.lower() for one in (*group.whole, *group.within, *group.begins)), name
    for items in script.checklists().ask.values():
        assert 0 < len(items) <= 3
        assert {f"missing_{one}" for one in items} <= set(texts)
        assert set(items) <= set(readers.READERS)
    assert set(script.checklists().ask) == set(Category)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", script.places())
def test_every_button_of_a_place_is_understood_there(name: str, language: Language) -> None:
    place = script.places()[name]
    for one in place.buttons:
        label = script.button(one, language).text
        leads = script.answer(place, label) or script.leads(label)
        assert leads or (place.takes and one in ("worked", "not_worked", "prepaid", "postpaid")), (one, label)


@pytest.mark.parametrize("language", Language)
def test_buttons_elsewhere_are_understood_too(language: Language) -> None:
    chat = Chat()
    for button in chat.says("halo" if language is Language.INDONESIAN else "hello there my dear friend")[-1].buttons:
        again = Chat()
        again.says("halo" if language is Language.INDONESIAN else "hello there my dear friend")
        said = again.says(button.text)
        assert not any(template("clarify", one).fullmatch(said[0].text) for one in Language), button


# ---- readers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reader", "text", "found"),
    [
        ("when", "pulsa kesedot 25rb tgl 3", "tgl 3"),
        ("when", "dari kemarin lemot", "kemarin"),
        ("when", "sejak 3/11 mati", "3/11"),
        ("when", "it stopped 2 days ago", "2 days ago"),
        ("when", "sejak 5 Mei", "sejak"),
        ("when", "jam 9 malam", "jam 9"),
        ("when", "since yesterday", "since"),
        ("when", "paket 10 GB tidak masuk", ""),
        ("when", "nomor 0817-1234-567", ""),
        ("amount", "pulsa kesedot 25rb tgl 3", "25rb"),
        ("amount", "kepotong Rp 50.000", "Rp 50.000"),
        ("amount", "hilang 10 ribu", "10 ribu"),
        ("amount", "tagihan 1.250.000 kok bisa", "1.250.000"),
        ("amount", "kuota 10 gb", ""),
        ("amount", "0817.123.4567", ""),
        ("where", "lemot di bandung", "bandung"),
        ("where", "lokasi daerah Cibiru", "cibiru"),
        ("where", "no signal in Surabaya", "surabaya"),
        ("where", "internet di rumah lemot", ""),
        ("where", "error di aplikasi", ""),
        ("device", "hp samsung a14 saya", "samsung"),
        ("device", "my iPhone 12", "iphone"),
        ("device", "hp saya", ""),
        ("number", "nomor saya 0817-1234-5678", "+6281712345678"),
        ("number", "ref 4172201930", ""),
        ("evidence", "ada screenshot", "screenshot"),
    ],
)
def test_what_words_tell(reader: str, text: str, found: str) -> None:
    assert readers.READERS[reader](text) == found


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("pertama tagihan dobel, kedua cs kasar", ["tagihan dobel", "cs kasar"]),
        ("1. sinyal hilang 2. tagihan naik", ["sinyal hilang", "tagihan naik"]),
        ("first, the bill is wrong. Second, no signal", ["the bill is wrong", "no signal"]),
        ("internet lemot dari tanggal 3", []),
        ("paket 1.5 GB", []),
    ],
)
def test_what_is_counted_is_parted(text: str, parts: list[str]) -> None:
    assert readers.numbered(text) == parts


@given(ANY_TEXT)
def test_readers_read_anything(text: str) -> None:
    assert set(readers.missing(tuple(readers.READERS), text)) <= set(readers.READERS)


# ---- any text at any place -----------------------------------------------------------------------------------------


GUIDES = [one for one in knowledge.articles().values() if one.steps]
SAID = st.one_of(
    ANY_TEXT,
    st.sampled_from(sorted(phrase for group in script.phrases().values() for phrase in group.whole)),
    st.sampled_from(
        ["0817-0000-0001", "123456", "harian 1 gb", "internet lemot dari kemarin", "cara setting apn?", "5"]
    ),
)


def dialogues() -> st.SearchStrategy[Dialogue]:
    """Dialogues as they can be stored, and some that content of another day left behind."""
    steps = [(one.id, step.name) for one in GUIDES for step in one.steps] + [("gone", "gone"), ("", "")]
    return st.builds(
        lambda place, step, **more: Dialogue(place=place, article=step[0], step=step[1], **more),
        st.sampled_from([*script.places(), "elsewhere"]),
        st.sampled_from(steps),
        called=st.sampled_from([None, "", "Mas Budi"]),
        about=st.sampled_from(["", REFERENCE]),
        missing=st.lists(st.sampled_from(sorted(readers.READERS)), max_size=3).map(tuple),
        text=st.sampled_from(["", "internet lemot", "apa itu apn?"]),
        after=st.sampled_from(["", "line", "packages", "order", "stop"]),
        number=st.sampled_from(["", "+6281700000001"]),
        package=st.sampled_from(["", "gone", *packages.packages()]),
        price=st.integers(0, 100_000),
        offered=st.sampled_from([(), ("slow-internet", "no-signal"), ("gone",)]),
        told=st.sampled_from([(), ("slow-internet",), ("harian-1-gb", "mingguan-5-gb"), ("distress",), ("gone",)]),
        slots=st.sampled_from(["", "paket 5 gb 7 hari di bawah 50 ribu", "roaming ke jepang"]).map(slots.read),
        ordered=st.sampled_from(["", REFERENCE]),
        misunderstood=st.integers(0, 3),
        codes=st.integers(0, 9),
        codes_day=st.sampled_from(["", "2026-11-24"]),
        recent=st.lists(st.text(max_size=20), max_size=5).map(tuple),
    )


def facts() -> st.SearchStrategy[Facts]:
    own = opened().case
    order = Order(number="+6281700000001", package="harian-1-gb", name="Harian 1 GB", price=5_000)
    ordered = [own.evolve(order=order.evolve(state=state)) for state in OrderState]
    known = st.sampled_from([None, own, *(own.evolve(status=status) for status in Status), *ordered])
    return st.builds(
        Facts,
        operator=st.just("XL"),
        short_number=st.just("817"),
        today=st.just(NOW.date()),
        language=st.one_of(st.none(), st.sampled_from(Language)),
        own=known,
        asked=known,
        ordered=known,
        reopens=st.sampled_from([frozenset(), frozenset({REFERENCE})]),
        proven=st.sampled_from(["", "+6281700000001"]),
        reads=st.sampled_from(["", "+6281700000001"]),
        short=st.booleans(),
        code_awaited=st.booleans(),
        has_system=st.booleans(),
        honorific=st.just("Kak"),
    )


@settings(max_examples=300)
@given(dialogues(), SAID, facts())
def test_any_text_at_any_place_is_answered_or_acted_on(dialogue: Dialogue, text: str, known: Facts) -> None:
    turn = conversation.turn(dialogue, text, known)
    assert turn.said or turn.wish
    assert all(one.text for one in turn.said)
    assert conversation.read(turn.dialogue.write()) == turn.dialogue
    assert turn.dialogue.place in script.places()


@given(dialogues())
def test_a_dialogue_survives_its_own_writing(dialogue: Dialogue) -> None:
    assert conversation.read(dialogue.write()) == dialogue


@given(st.text(max_size=40))
def test_whatever_is_kept_is_read(kept: str) -> None:
    assert isinstance(conversation.read(kept), Dialogue)


def test_what_cannot_be_read_begins_anew() -> None:
    assert conversation.read("") == conversation.read("complaint") == Dialogue()


OFFERS = {messages.text("talk.button_agent", one) for one in Language} | {
    messages.text("talk.button_send_on", one) for one in Language
}


def stands(chat: Chat, dialogue: Dialogue) -> None:
    """The chat stands where the dialogue says."""
    chat.store.contacts[chat.contact_id] = chat.contact.evolve(dialogue=dialogue.write())


@settings(max_examples=100)
@given(dialogues(), st.lists(SAID, min_size=2, max_size=8))
def test_two_misunderstandings_offer_a_person_at_any_place(began: Dialogue, texts: list[str]) -> None:
    chat = Chat()
    chat.says("halo")
    stands(chat, began)
    before = began.misunderstood
    for text in texts:
        said = chat.says(text)
        assert said
        misunderstood = conversation.read(chat.contact.dialogue).misunderstood
        offered = {button.label for one in said for button in one.buttons} & OFFERS
        assert misunderstood < 2 or misunderstood <= before or offered, [one.text for one in said]
        before = misunderstood
    assert chat.says("bicara dengan petugas")
    assert chat.store.cases, "whoever asks for a person gets one"


@pytest.mark.parametrize("place", script.places())
def test_nonsense_twice_at_a_place_offers_a_person_or_has_a_case(place: str) -> None:
    chat = Chat()
    chat.says("halo")
    stands(
        chat,
        Dialogue(place=place, article="slow-internet", step="move", package="harian-1-gb", number="+6281700000001"),
    )
    chat.says("xqzv brtk wplm")
    said = chat.says("wplm xqzv hjkd")
    offered = {button.label for one in said for button in one.buttons} & OFFERS
    assert offered or chat.store.cases, [one.text for one in said]


# Places that ask for a person, a complaint or a suggestion take a yes, or any words, for it.
OPENS = {"offer", "unanswered", "person_offered", "complaint", "suggestion"}


@pytest.mark.parametrize(
    "text",
    [
        "makasih ya",
        "oke siap",
        "sip",
        "lagi apa min",
        "haha lucu",
        "kamu robot?",
        "good morning",
        "you are great",
        "bye",
    ],
)
def test_courtesy_opens_no_case(text: str) -> None:
    for place in set(script.places()) - OPENS:
        chat = Chat()
        chat.says("halo")
        stands(chat, Dialogue(place=place, article="slow-internet", step="move", package="harian-1-gb"))
        chat.says(text)
        assert not chat.store.cases, place


@settings(max_examples=100)
@given(dialogues(), st.lists(SAID, min_size=2, max_size=8))
def test_no_text_is_said_twice_in_a_row(began: Dialogue, texts: list[str]) -> None:
    chat, before = Chat(), set[str]()
    chat.says("halo")
    stands(chat, began)
    for text in texts:
        said = {one.text for one in chat.says(text) if len(one.text) >= 40}
        assert script.says("repeat", text) or not said & before
        before = said


# ---- one message, one effect ---------------------------------------------------------------------------------------


def prove(chat: Chat, number: str = "0817-0000-0001") -> list[Message]:
    chat.says("cek kuota")
    chat.says(number)
    return chat.says(chat.code)


def test_an_order_confirmed_twice_is_one_order() -> None:
    chat = Chat()
    prove(chat)
    chat.says("ambil paket harian 1 gb")
    first = chat.says("ya", "the-same-click")
    assert chat.says("ya", "the-same-click") == first
    chat.says("ya")
    chat.says("ambil paket harian 1 gb")
    orders = [one for one in chat.store.cases.values() if one.order]
    assert len(orders) == 1


@pytest.mark.parametrize("wish", ["ambil paket harian 1 gb", "stop paket"])
@pytest.mark.parametrize(
    "text",
    [
        "ya tapi mahal ya",
        "iya nanti aja",
        "boleh tau dulu, bisa buat hotspot gak?",
        "ya ampun mahal amat",
        "ok makasih infonya",
        "mau yang lain",
        "kok mahal",
        "hmm",
        "sip, nanti saya pikir dulu",
        "terima kasih",
        "jangan dulu",
        "yes but not now",
        "is it unlimited?",
        "let me think about it",
        "5",
        "halo",
    ],
)
def test_nothing_is_ordered_or_stopped_without_a_plain_yes(wish: str, text: str) -> None:
    chat = Chat()
    prove(chat)
    chat.says(wish)
    chat.says(text)
    assert not [one for one in chat.store.cases.values() if one.kind is Kind.PACKAGE_CHANGE]


@pytest.mark.parametrize("wish", ["ambil paket harian 1 gb", "stop paket"])
@pytest.mark.parametrize(
    "text", ["ya", "iya kak", "oke lanjut", "boleh", "gas", "yes please", "Ya, lanjutkan", "setuju"]
)
def test_a_plain_yes_orders_or_stops(wish: str, text: str) -> None:
    chat = Chat()
    prove(chat)
    chat.says(wish)
    chat.says(text)
    assert [one for one in chat.store.cases.values() if one.kind is Kind.PACKAGE_CHANGE]


def test_the_answer_to_a_number_tells_nothing_of_it() -> None:
    known, unknown = Chat(), Chat()
    answers = []
    for chat, number in ((known, "0817-0000-0001"), (unknown, "0812-9999-9999")):
        chat.says("cek pulsa")
        said = chat.says(number)[0]
        answers.append((said.text.replace("0817-0000-0001", "N").replace("0812-9999-9999", "N"), said.buttons))
        again = chat.says("000000")[0]
        answers.append((again.text, again.buttons))
    assert answers[0] == answers[2]
    assert answers[1] == answers[3]
    assert (len(known.store.due), len(unknown.store.due)) == (1, 0)


def test_codes_are_few_for_a_number_and_for_a_chat() -> None:
    one = Chat()
    for place in range(8):
        one.says("cek kuota")
        one.says(f"0817-0000-100{place}")
    assert sum(one.store.tallies.values()) == POLICY.proof.codes_a_day
    for place in range(7):
        Chat(one.store, contact_id=f"chat-{place}").says("cek kuota")
        for again in range(2):
            Chat(one.store, contact_id=f"chat-{place}", sent=1 + again).says("0817-0000-0001")
    assert len(one.store.due) == POLICY.proof.codes_to_number_a_day
    assert POLICY.proof.codes_a_day < POLICY.proof.codes_to_number_a_day, "one stranger leaves the owner some"


def test_one_stranger_does_not_use_up_the_codes_of_a_number() -> None:
    stranger = Chat()
    for _ in range(POLICY.proof.codes_a_day + 3):
        stranger.says("cek kuota")
        stranger.says("0817-0000-0001")
    owner = Chat(stranger.store, contact_id="chat-owner")
    assert any("Sari" in one.text for one in prove(owner))


def test_wrong_codes_for_a_number_are_counted_whoever_tries() -> None:
    chat = Chat()
    for session in range(9):
        chat = Chat(chat.store, contact_id=f"chat-{session}")
        chat.says("cek kuota")
        chat.says("0817-0000-0001")
        wrong = f"{(int(chat.code) + 1) % 1_000_000:06}"
        for _ in range(3):
            chat.says(wrong)
    assert not any("Sari" in one.text for one in chat.says(chat.code)), "after so many wrong ones none is right"
    wrong_ones = max(chat.store.tallies.values())
    assert wrong_ones == POLICY.proof.wrong_of_number_a_day


def test_a_proof_ends() -> None:
    chat = Chat()
    prove(chat)
    chat.now += timedelta(minutes=29)
    assert any("3,5 GB" in one.text for one in chat.says("cek kuota"))
    chat.now += timedelta(minutes=2)
    said = chat.says("cek kuota")
    assert not any("3,5 GB" in one.text for one in said)
    assert chat.says("0817-0000-0001"), "a new code"
    assert any("Sari" in one.text for one in chat.says(chat.code))


def test_an_order_is_not_confirmed_by_an_old_proof() -> None:
    chat = Chat()
    prove(chat)
    chat.says("ambil paket harian 1 gb")
    chat.now += timedelta(days=90)
    chat.says("ya")
    assert not [one for one in chat.store.cases.values() if one.order]


def test_a_proof_falls_when_the_line_has_changed_hands() -> None:
    chat = Chat()
    prove(chat)
    new_owner = LINES["sari"].evolve(name="Orang Baru", owner_since=(chat.now + timedelta(days=1)).date())
    chat.system = MemorySystem(lines=(new_owner,))
    chat.now += timedelta(minutes=5)
    assert not any("Orang Baru" in one.text for one in chat.says("cek kuota"))
    assert chat.proven == ""


def test_a_code_is_used_once() -> None:
    chat = Chat()
    prove(chat)
    code = chat.code
    chat.says("ganti nomor")
    chat.says("0817-0000-0002")
    said = chat.says(code)
    assert chat.proven == "+6281700000001"
    assert not any("Budi" in one.text for one in said)
    chat.says(chat.code)
    assert chat.proven == "+6281700000002"
    chat.says("kirim ulang kode")
    assert chat.proven == "+6281700000002"


def test_a_stranger_guesses_in_vain() -> None:
    chat = Chat()
    chat.says("cek kuota")
    chat.says("0817-0000-0001")
    right = chat.code
    wrong = [f"{(int(right) + step) % 1_000_000:06}" for step in range(1, 6)]
    for one in wrong:
        assert not any("Sari" in said.text for said in chat.says(one))
    assert not any("Sari" in said.text for said in chat.says(right)), "tried out: the right code is void too"
    assert chat.proven == ""


@pytest.mark.parametrize("language", Language)
def test_without_the_operators_system_all_else_works(language: Language) -> None:
    for system in (None, MemorySystem(down=True)):
        chat = Chat(system=system)
        texts = {
            Language.INDONESIAN: (
                "internet saya lemot dari kemarin di Bandung",
                "lewati",
                "cek kuota",
                "0817-0000-0001",
            ),
            Language.ENGLISH: (
                "my internet has been very slow since yesterday",
                "skip",
                "check balance",
                "0817-0000-0001",
            ),
        }[language]
        said: list[str] = []
        for text in texts:
            said += [one.text for one in chat.says(text)]
        assert len(chat.store.cases) >= 1
        assert any(template("no_system", language).fullmatch(one) for one in said)


def test_a_price_that_changed_since_is_confirmed_anew() -> None:
    chat = Chat()
    prove(chat)
    chat.says("ambil paket harian 1 gb")
    dialogue = conversation.read(chat.contact.dialogue)
    stands(chat, dialogue.evolve(price=dialogue.price - 1))
    said = chat.says("ya")
    assert not [one for one in chat.store.cases.values() if one.order]
    assert "Rp5.000" in said[-1].text
