"""Which first aid fits, and what is asked after it."""

import pytest

from care.conversation import first_aid
from care.reading.alarms import Alarm
from tests.unit.chatting import Chat

VICTIMS = {
    "danger.body": "bapak saya pingsan",
    "danger.crime": "ada maling masuk rumah bawa golok",
    "danger.home": "suami saya mukulin saya",
    "missing": "nenek saya hilang dari pagi, pikun",
    "distress": "pengen mati aja",
    "lost": "hp saya dicopet",
    "taken_over.whatsapp": "wa saya dibajak",
    "taken_over.sim": "kartu sim saya diganti orang",
    "taken_over.code": "saya udah kasih otp ke penipu",
    "taken_over.data": "saya terlanjur kasih nik sama foto ktp ke orang ngaku cs",
    "cheated": "saya ketipu 2 juta",
    "cheated.pulsa": "saya ditipu, saya kirim pulsa 50rb ke dia",
    "harassed.minor": "aku umur 13 ada om minta foto bugil",
    "harassed.child": "anak saya dikirimi foto porno sama orang",
    "harassed.debt": "pinjol ngancem mau sebar data saya",
    "harassed.tracked": "mantan saya kok selalu tau saya ada di mana",
    "harassed.bullied": "anak saya dibully di grup kelas",
    "harassed": "mantan saya ngancem nyebarin video saya",
    "infected": "saya terlanjur klik apk undangan",
}
"""What who is in need wrote first, by the aid that fits."""


@pytest.mark.parametrize(("aid", "text"), VICTIMS.items())
def test_the_aid_fits(aid: str, text: str) -> None:
    assert first_aid.fitting(Alarm(aid.partition(".")[0]), text) == aid


@pytest.mark.parametrize(
    ("aid", "text", "says"),
    [
        ("danger.body", "112 bisa tanpa pulsa?", "tanpa pulsa"),
        ("danger.body", "119 bisa dipanggil kalo kartu keblokir?", "diblokir"),
        ("danger.body", "udah nyambung makasih", "Semoga semuanya selamat"),
        ("danger.body", "112 ga diangkat", "119"),
        ("danger.body", "ambulansnya belum dateng2", "112 lagi"),
        ("danger.crime", "nomornya bisa diblokir ga", "Blokir sekarang di ponsel"),
        ("danger.home", "ada tempat aman ga", "rumah aman"),
        ("danger.crime", "nomornya 081234567890", "catat di laporan"),
        ("missing", "masa ga bisa, ini darurat", "polisi"),
        ("missing", "bawa apa aja ke polisi", "foto terbarunya"),
        ("distress", "takut nelpon", "lewat pesan"),
        ("distress", "makasih udah dengerin", "di sini boleh menulis lagi"),
        ("lost", "tolong blokir ya", "didahulukan"),
        ("lost", "brp lama", "paling lambat"),
        ("lost", "apa yang harus saya bawa ke gerai", "KTP atau paspor asli"),
        ("lost", "gimana terima kode kalau hp hilang", "Tidak perlu kode SMS"),
        ("lost", "nomornya bisa balik ga", "nomor yang sama"),
        ("lost", "biayanya berapa", "gratis"),
        ("lost", "harus lapor polisi?", "surat kehilangan"),
        ("lost", "ktp saya juga hilang", "paspor"),
        ("lost", "bisa dilacak ga", "android.com/find"),
        ("lost", "udah diblokir belum?", "memastikan"),
        ("lost", "kalo nemu hpnya lagi gimana", "dibuka kembali"),
        ("danger.body", "iya udah telpon", "Semoga semuanya selamat"),
        ("lost", "jangan diblokir dulu ya", "belum diblokir"),
        ("lost", "bisa diambil istri saya ga", "datang sendiri"),
        ("lost", "wa saya masih aktif di hp itu", "Keluarkan akun"),
        ("taken_over.whatsapp", "udah bisa masuk wa lagi", "verifikasi dua langkah"),
        ("taken_over.whatsapp", "katanya tunggu 7 jam", "jeda"),
        ("taken_over.data", "bahaya ga", "berbahaya"),
        ("taken_over.whatsapp", "diminta pin 6 angka padahal ga pernah bikin", "tujuh hari"),
        ("taken_over.whatsapp", "brp lama nunggunya", "tujuh hari"),
        ("taken_over.whatsapp", "kode smsnya ga masuk", "Telepon saya"),
        ("taken_over.whatsapp", "blokir nomor saya aja", "Jangan dahulu"),
        ("taken_over.sim", "nomor saya bisa kembali ga", "nomor yang sama"),
        ("taken_over.code", "bank saya aman ga ya", "dibekukan"),
        ("taken_over.code", "saldo ku 4 juta udah ilang", "menit pertama"),
        ("cheated", "duit aku bisa balik ga", "ditentukan oleh bank"),
        ("cheated", "udah saya telpon bank, rekening udah diblokir", "langkah terpenting"),
        ("cheated", "lapor kemana", "iasc.ojk.go.id"),
        ("cheated", "banknya ga bisa dihubungi", "belakang kartu ATM"),
        ("harassed.debt", "lapor kemana", "OJK"),
        ("cheated.pulsa", "pulsanya bisa ditarik lagi ga", "tidak bisa ditarik"),
        ("harassed.minor", "aku takut bilang mama", "bukan salahmu"),
        ("harassed.minor", "udah kirim juga fotonya", "takeitdown.ncmec.org"),
        ("harassed", "harus saya bayar ga", "Jangan dibayar"),
        ("infected", "aplikasinya ga bisa dihapus", "mode aman"),
        ("infected", "hpnya masih aman dipakai ga", "Play Protect"),
    ],
)
def test_what_is_asked_after_first_aid_is_answered_and_goes_to_the_case(aid: str, text: str, says: str) -> None:
    chat = Chat()
    chat.says(VICTIMS[aid])
    assert says in " ".join(one.text for one in chat.says(text))
    assert len(chat.store.cases) == 1


@pytest.mark.parametrize(
    ("aid", "text", "says"),
    [
        ("danger.body", "does 112 work without credit", "without credit"),
        ("danger.body", "ambulance is here, thank you", "safe and well"),
        ("lost", "what do i bring to the shop", "passport"),
        ("lost", "can i get the same number back", "same number"),
        ("taken_over.sim", "yes block it please", "Which phone number"),
        ("taken_over.code", "what about my bank account?", "frozen"),
    ],
)
def test_in_english_too(aid: str, text: str, says: str) -> None:
    english = {
        "danger.body": "my friend is bleeding a lot",
        "lost": "I lost my phone",
        "taken_over.sim": "my sim was swapped by someone",
        "taken_over.code": "I gave him the code",
    }
    chat = Chat()
    chat.says(english[aid])
    assert says in " ".join(one.text for one in chat.says(text))


@pytest.mark.parametrize("aid", ["lost", "taken_over.sim", "cheated", "harassed", "missing"])
def test_a_number_is_taken_whenever_it_comes(aid: str) -> None:
    chat = Chat()
    chat.says(VICTIMS[aid])
    chat.says("terus gimana")
    assert "laporan" in " ".join(one.text for one in chat.says("081712345678"))
    assert len(chat.store.cases) == 1


def test_two_questions_are_both_answered() -> None:
    chat = Chat()
    chat.says(VICTIMS["lost"])
    said = " ".join(one.text for one in chat.says("harus lapor polisi dulu? terus bawa apa ke gerai"))
    assert "surat kehilangan" in said
    assert "paspor" in said


def test_a_few_words_belong_to_what_was_told_last() -> None:
    chat = Chat()
    chat.says(VICTIMS["lost"])
    chat.says("paket bulanan yang murah apa ya")
    assert "Rp" in " ".join(one.text for one in chat.says("biayanya berapa"))


def test_a_shop_in_a_town_is_looked_up_after_first_aid() -> None:
    chat = Chat()
    chat.says(VICTIMS["lost"])
    assert "Jalan" in " ".join(one.text for one in chat.says("kantor xl di jayapura dmn ya"))


def test_how_is_asked_of_what_was_told_last() -> None:
    chat = Chat()
    chat.says(VICTIMS["danger.crime"])
    chat.says("nomornya bisa diblokir ga")
    assert "Di Android" in " ".join(one.text for one in chat.says("caranya?"))


@pytest.mark.parametrize(
    ("text", "after", "is_urgent"),
    [
        ("dapet sms menang undian suruh klik link, bener ga?", "", False),
        ("kalo wa saya dipake orang gimana", "", False),
        ("kalau hp saya hilang gimana blokirnya", "", False),
        ("what happens if somebody swaps my sim?", "", False),
        ("dapet sms menang undian suruh klik link, bener ga?", "udah aku klik tadi", True),
        ("is this text about a prize real?", "i already paid", True),
    ],
)
def test_only_what_happened_is_urgent(text: str, after: str, is_urgent: bool) -> None:
    chat = Chat()
    for one in filter(None, (text, after)):
        assert chat.says(one)
    assert any(one.priority.goes_first for one in chat.store.cases.values()) is is_urgent
