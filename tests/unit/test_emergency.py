"""First aid: in turns, and for doors that answer once."""

import pytest

from care import content
from care.conversation import emergency
from care.conversation.dialogue import Dialogue
from care.conversation.talk import Facts, Open, Opened, Talk
from care.reading.alarms import Alarm
from care.telling import messages
from care.words import Category, Kind, Language
from tests.unit.chatting import Chat
from tests.unit.making import NOW, REFERENCE
from tests.unit.test_alarms import NOT_SAID, lines

ASKED = {
    Alarm.DANGER: ("where",),
    Alarm.MISSING: ("where",),
    Alarm.DISTRESS: (),
    Alarm.WORRIED: (),
    Alarm.IDENTITY: (),
    Alarm.INFECTED: (),
}
TEAMS = {
    Alarm.DANGER: Category.OTHER,
    Alarm.DISTRESS: Category.OTHER,
    Alarm.WORRIED: Category.OTHER,
    Alarm.MISSING: Category.OTHER,
    Alarm.HARASSED: Category.SERVICE,
    Alarm.INFECTED: Category.SIM,
    Alarm.IDENTITY: Category.SIM,
    Alarm.LOST: Category.SIM,
    Alarm.TAKEN_OVER: Category.SIM,
    Alarm.CHEATED: Category.BILLING,
}
IN_NEED = {
    Alarm.DANGER: ("rumah kebakaran", "the kitchen is on fire"),
    Alarm.DISTRESS: ("saya mau bunuh diri", "I want to kill myself"),
    Alarm.TAKEN_OVER: ("wa saya dibajak", "my number was hijacked"),
    Alarm.CHEATED: ("saya ketipu 2 juta", "I was scammed"),
    Alarm.LOST: ("hp saya hilang", "I lost my phone"),
    Alarm.WORRIED: ("teman saya mau bunuh diri", "my friend wants to kill herself"),
    Alarm.MISSING: ("anak saya hilang", "my son is missing"),
    Alarm.HARASSED: ("saya diperas, video mau disebar", "I am being blackmailed"),
    Alarm.INFECTED: ("saya terlanjur klik apk undangan", "I opened a suspicious link"),
    Alarm.IDENTITY: ("ktp saya dipakai pinjol", "someone took a loan in my name"),
}


def talk_keys() -> list[str]:
    return [f"talk.{name}" for name in content.toml("messages")["talk"]]


AIDS = [one for one in talk_keys() if one.startswith("talk.first_aid_") and not one.endswith("_short")]


def content_of(part: str) -> dict[str, dict[str, list[str]]]:
    return dict(content.toml("conversation/first_aid")[part])


def first_words(alarm: Alarm, language: Language, text: str = "", *, short: bool = False) -> str:
    return emergency.told_at_once(alarm, text, language, "817", short=short)


def talk(text: str, language: Language = Language.INDONESIAN, *, short: bool = False, reads: str = "") -> Talk:
    facts = Facts("XL", "817", "Kak", NOW.date(), language=language, short=short, reads=reads)
    return Talk(Dialogue(), text, text, facts, language)


def answer(alarm: Alarm, language: Language, *, short: bool = False, first: bool = True) -> str:
    said = talk(IN_NEED[alarm][language is Language.ENGLISH], language, short=short)
    wish = emergency.emergency(said, alarm).wish
    assert isinstance(wish, Open)
    (one,) = emergency.opened(said, alarm, wish, Opened(REFERENCE, first=first)).said
    return one.text


@pytest.mark.parametrize("alarm", Alarm)
def test_an_urgent_complaint_goes_to_the_right_team_and_one_thing_at_most_is_asked(alarm: Alarm) -> None:
    done = emergency.emergency(talk(IN_NEED[alarm][0]), alarm)
    assert isinstance(done.wish, Open)
    assert (done.wish.kind, done.wish.priority) == (Kind.COMPLAINT, alarm.priority)
    assert done.wish.category is TEAMS[alarm]
    assert done.wish.missing == ASKED.get(alarm, ("number",))


def test_the_number_is_not_asked_where_it_is_known() -> None:
    for said, alarm in (
        (talk("hp saya hilang, 081700000001"), Alarm.LOST),
        (talk("wa saya dibajak", reads="+6281700000001"), Alarm.TAKEN_OVER),
    ):
        wish = emergency.emergency(said, alarm).wish
        assert isinstance(wish, Open)
        assert wish.missing == ()


@pytest.mark.parametrize(
    ("text", "alarm"), [("hp saya hilang", Alarm.LOST), ("wa istri saya dibajak", Alarm.TAKEN_OVER)]
)
def test_the_number_of_an_sms_is_not_that_of_a_lost_phone_or_of_another(text: str, alarm: Alarm) -> None:
    wish = emergency.emergency(talk(text, reads="+6281700000001"), alarm).wish
    assert isinstance(wish, Open)
    assert wish.missing == ("number",)


@pytest.mark.parametrize("alarm", Alarm)
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("first", [True, False])
def test_first_aid_and_the_reference_are_in_one(alarm: Alarm, language: Language, first: bool) -> None:
    text = answer(alarm, language, first=first)
    assert text.startswith(first_words(alarm, language, IN_NEED[alarm][language is Language.ENGLISH])[:14])
    assert REFERENCE[-4:] in text.replace(" ", "").replace("-", "")
    assert "!" not in text
    assert len(answer(alarm, language, short=True, first=first)) <= 300


@pytest.mark.parametrize("language", Language)
def test_what_first_aid_names(language: Language) -> None:
    for short in (True, False):
        aid = {alarm: first_words(alarm, language, short=short) for alarm in Alarm}
        assert "112" in aid[Alarm.DANGER]
        assert all(one in aid[Alarm.DISTRESS] for one in ("119", "healing119.id", "112"))
        assert all("bank" in aid[one] and "OTP" in aid[one] for one in (Alarm.LOST, Alarm.TAKEN_OVER, Alarm.CHEATED))
        assert "WhatsApp" in aid[Alarm.TAKEN_OVER]
        assert "iasc.ojk.go.id" in aid[Alarm.CHEATED]
        assert max(map(len, aid.values())) <= (200 if short else 500)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("text", "alarm", "first", "later"),
    [
        ("bapak saya pingsan", Alarm.DANGER, "119", ""),
        ("rumah kebakaran", Alarm.DANGER, "113", ""),
        ("ada maling bawa golok", Alarm.DANGER, "110", ""),
        ("wa saya dibajak", Alarm.TAKEN_OVER, "WhatsApp", "bank"),
        ("sinyal hilang, kartu sim diganti orang", Alarm.TAKEN_OVER, "bank", "817"),
        ("akun instagram saya dihack", Alarm.TAKEN_OVER, "", "bank"),
        ("saya kasih kode otp ke penipu", Alarm.TAKEN_OVER, "bank", "WhatsApp"),
        ("saya ditipu, kirim pulsa 50rb", Alarm.CHEATED, "OTP", "aduannomor.id"),
        ("umurku 13, ada om minta foto bugil", Alarm.HARASSED, "", "129"),
    ],
)
def test_first_aid_fits_what_happened_in_the_right_order(
    text: str, alarm: Alarm, first: str, later: str, language: Language
) -> None:
    for short in (False, True):
        words = first_words(alarm, language, text, short=short)
        assert words != first_words(alarm, language, short=short)
        assert words.find(first) <= words.find(later or first)
        assert first in words
        assert later in words
        assert len(words) <= (200 if short else 500)


def test_who_is_ill_is_not_told_to_get_away() -> None:
    assert "bahaya" not in first_words(Alarm.DANGER, Language.INDONESIAN, "nenek saya kejang")


def test_every_aid_and_every_answer_after_it_is_one_that_can_be_said() -> None:
    keys = {one.removeprefix("talk.") for one in talk_keys()}
    kinds = {f"{alarm}_{kind}" for alarm, kinds in content_of("kinds").items() for kind in kinds} | {"harassed_minor"}
    aids = {*Alarm, *kinds}
    said = {one.removeprefix("first_aid_").removesuffix("_short") for one in keys if one.startswith("first_aid_")}
    assert said == aids
    ends = {f"_{one}" for one in (*aids, "any")}
    topics = {f"after_{topic}{end}" for topic in (*content_of("after"), "number") for end in ends}
    assert {one.removesuffix("_how") for one in keys if one.startswith("after_")} <= topics


@pytest.mark.parametrize("alarm", Alarm)
@pytest.mark.parametrize("language", Language)
def test_nothing_is_said_twice_and_all_goes_to_the_case(alarm: Alarm, language: Language) -> None:
    chat, words = Chat(), IN_NEED[alarm][language is Language.ENGLISH]
    said = [one.text for number in range(3) for one in chat.says(f"{words} {'.' * number}")]
    assert len(said) == len(set(said)) == 3
    assert len(chat.store.cases) == 1


def test_a_new_alarm_hears_its_own_first_aid() -> None:
    chat = Chat()
    chat.says("hp saya dicopet")
    said = " ".join(one.text for one in chat.says("uang di rekening saya juga dikuras"))
    assert "iasc.ojk.go.id" in said
    assert len(chat.store.cases) == 1


def test_an_open_complaint_of_the_day_is_not_where_an_emergency_goes() -> None:
    chat = Chat()
    chat.says("internet lemot dari kemarin di Bandung hp samsung")
    chat.says("wa saya dibajak orang")
    assert [one.priority.goes_first for one in chat.store.cases.values()] == [False, True]


@pytest.mark.parametrize("text", ["rasanya pengen mati aja", "I want to end my life"])
def test_who_is_in_distress_is_asked_nothing(text: str) -> None:
    (said,) = Chat().says(text)
    assert said.buttons == ()
    assert "?" not in said.text


@pytest.mark.parametrize(
    ("first", "asks"),
    [
        ("hp saya dicopet, nomornya 081700000001", "terus saya harus gimana"),
        ("my phone was stolen, number 081700000001", "what else should I do now"),
    ],
)
def test_who_asks_what_next_hears_the_rest_and_no_case_is_opened(first: str, asks: str) -> None:
    chat = Chat()
    before = chat.says(first)[-1].text
    after = chat.says(asks)[-1].text
    assert "Google" in after
    assert after != before
    assert len(chat.store.cases) == 1


def test_what_follows_distress_stays_with_it_until_another_matter_comes() -> None:
    chat = Chat()
    said = [
        one.text for text in ("pengen mati aja", "iya", "ga ada gunanya", "ga tau", "hmm") for one in chat.says(text)
    ]
    assert len(set(said)) == len(said) == 5
    assert len(chat.store.cases) == 1
    assert "Rp45.000" in chat.says("paket bulanan 10 gb berapa")[-1].text


@pytest.mark.parametrize("text", [line for line in lines(NOT_SAID) if len(line) % 4 == 0])
def test_no_first_aid_is_told_for_what_only_sounds_like_need(text: str) -> None:
    said = " ".join(one.text for one in Chat().says(text))
    told = [messages.text(key, language, kak="", short_number="817")[-40:] for key in AIDS for language in Language]
    assert not any(one in said for one in told), said


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (("kartu saya hilang", "ketemu kok"), "Syukurlah"),
        (("hp saya hilang", "eh ternyata keselip di tas"), "Syukurlah"),
        (("anak saya hilang", "udah ketemu pak, makasih"), "kami ikut lega"),
        (("pacar saya ngancem mau bundir", "makasih ya kak"), "Semoga segera aman"),
        (("hp saya dicopet", "nomornya 081700000001"), "mendahulukan pemblokirannya"),
        (("ada yang neror saya tiap malem pake nomor beda2",), "blokir pengirimnya"),
        (("I was scammed 5 million", "which police station should I go to?"), "nearest police station"),
        (("I lost my phone", "actually, found it! false alarm"), "Good that it has been found"),
        (("I lost my phone yesterday but found it, is my sim still blocked?",), "Good that it has been found"),
        (("kartu saya hilang di dalam laci haha ketemu kok",), "Syukurlah"),
        (("motor saya dicuri",), "Laporkan ke polisi di 110"),
        (("my bike was stolen",), "police at 110"),
        (("hampir aja kasih otp, untung sadar",), "langkah yang benar"),
        (("jambret barusan ambil tas saya isinya hp sama ktp",), "bank dan dompet digital"),
        (("I got a scam call but gave nothing",), "giving nothing was just right"),
        (("saya ga kasih otp kok",), "langkah yang benar"),
        (("saya ketipu 12 juta", "uangnya bisa balik ga?"), "ditentukan oleh bank"),
        (("saya ketipu 12 juta", "nomor penipunya 081712345678, blokir dong"), "aduannomor.id"),
        (("saya ketipu 12 juta", "ok makasih, saya ke bank sekarang"), "Semoga segera aman"),
        (("my phone was stolen", "thanks so much"), "safe again soon"),
        (("tagihan bikin gue pengen bunuh diri",), "Kendala layanannya juga kami bantu"),
        (("temen saya kirim pesan mau bunuh diri, saya harus gimana",), "Temani atau telepon dia"),
        (("anak saya hilang, hpnya ga aktif, tolong lacak nomornya",), "penegak hukum"),
        (("ada nomor ga dikenal ngirim foto2 jorok terus",), "blokir pengirimnya"),
        (("saya klik link undangan nikah .apk",), "mode pesawat"),
    ],
)
def test_what_fits_is_said(texts: tuple[str, ...], words: str) -> None:
    chat = Chat()
    assert words in [" ".join(one.text for one in chat.says(text)) for text in texts][-1]


@pytest.mark.parametrize(
    "text",
    [
        "hp saya oppo reno 11",
        "hp saya nokia jadul",
        "hp lowbat nih",
        "hp saya jatuh ke air",
        "hp saya rusak lcd nya",
        "motor saya dicuri",
        "saya ga kasih otp kok",
        "my wifi is on fire lol so fast",
    ],
)
def test_no_urgent_case_is_opened(text: str) -> None:
    chat = Chat()
    chat.says(text)
    assert not any(one.priority.goes_first for one in chat.store.cases.values())


def test_trouble_after_distress_gets_a_case_of_its_own() -> None:
    chat = Chat()
    chat.says("sinyal ilang mulu bikin pengen bunuh diri")
    chat.says("di cikini jakpus dari pagi sinyal ilang")
    assert [one.category for one in chat.store.cases.values()] == [Category.OTHER, Category.NETWORK]


def test_without_first_aid_told_nothing_goes_on() -> None:
    assert emergency.goes_on(talk("terus saya harus gimana")) is None


def test_a_pasted_number_is_warned_about_once_and_is_no_alarm() -> None:
    chat = Chat()
    said = [
        one.text for text in ("nik saya 3173010101900001", "nik saya 3173010101900001 ya") for one in chat.says(text)
    ]
    assert [one.startswith("Demi keamanan") for one in said].count(True) == 1
    assert not any("3173010101900001" in one for one in said)


@pytest.mark.parametrize(
    ("text", "is_warned"),
    [
        ("nik saya 3173010101900001", True),
        ("kartu 4111 1111 1111 1111 ditolak", True),
        ("kode otp saya 482913", True),
        ("pin 123456", True),
        ("nomor saya 081700000001", False),
        ("pulsa kesedot 25rb", False),
        ("username sama password nya diisi apa?", False),
        ("passwordnya apa ya", False),
        ("passwordnya bunga", True),
    ],
)
def test_a_pasted_secret_is_warned_about(text: str, is_warned: bool) -> None:
    assert bool(emergency.mask_warning(text)) is is_warned


def test_who_wrote_the_code_of_a_card_hears_of_the_bank() -> None:
    assert emergency.mask_warning("kartu 4111 1111 1111 1111 cvv 123") == "masked_card"
    assert emergency.mask_warning("nik saya 3173010101900001") == "masked_identity"
    assert emergency.mask_warning("otp saya 123456") == "masked"


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("NIK 3273014405900002 KK 3273010203040005", True),
        ("3273014405900002 ini nik sama kk saya", True),
        ("my NIK is 3273014405900002", True),
        ("NIK saya 3171234567890001 tolong cek kartu saya", False),
        ("nik", False),
    ],
)
def test_of_the_numbers_of_an_identity_alone_nothing_is_asked(text: str, only: bool) -> None:
    assert emergency.only_hides(text) is only
