"""What the customers of `bench.letters` write, in both languages."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from care.words import Kind

WRITTEN_AT = datetime(2026, 11, 29, 8, 17, tzinfo=UTC)
SIGN = "Keluhan Anda sudah kami terima."


class Language(StrEnum):
    """What a customer writes in."""

    INDONESIAN = "id"
    ENGLISH = "en"


@dataclass(frozen=True)
class Told:
    """The subject and the words of a mail, and of what kind the case is that they open, if any."""

    subject: str
    text: str
    kind: Kind | None = None


NAMES = ("Sari Dewi", "Budi Santoso", "Made Wirawan", "I Nyoman Gëdé", "Ratna", "Agus Salim", "Zoë Tan", "Jörg Li")
FILES = (
    ("foto.jpg", "image/jpeg"),
    ("Tangkapan layar – 1.png", "image/png"),
    ("tagihan november.pdf", "application/pdf"),
    ("résumé.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("log.txt.gz", "application/gzip"),
)
PLACES = ("Bandung", "Denpasar", "Jayapura", "Kupang", "Medan", "Makassar", "Surabaya", "Yogyakarta")
CLOSING = {Language.INDONESIAN: "Terima kasih.", Language.ENGLISH: "Kind regards."}
QUOTE = {
    Language.INDONESIAN: "Pada Min, 29 Nov 2026 pukul 15.17 Layanan 817 menulis:",
    Language.ENGLISH: "On Sun, 29 Nov 2026 at 15:17, Customer Care 817 wrote:",
}
AWAY = {
    Language.INDONESIAN: Told("Balasan otomatis", "Saya sedang cuti dan membaca mail ini minggu depan."),
    Language.ENGLISH: Told("Automatic reply", "I am out of the office and will read your mail next week."),
}
_COMPLAINTS = {
    Language.INDONESIAN: (
        Told("Internet lemot", "Internet saya lemot sekali dari kemarin di {place}, video tidak bisa diputar."),
        Told("Pulsa kesedot", "Pulsa saya kesedot 50 ribu padahal tidak dipakai. Saya sangat kecewa."),
        Told("Sinyal hilang terus", "Sinyal hilang terus di rumah saya di {place} sejak pagi. Keluhan ini sudah lama."),
        Told("Kuota 10× hilang", "Kuota saya hilang padahal baru diisi kemarin di {place}."),
        Told("Tagihan salah", "Tagihan bulan ini dobel, saya sudah bayar tetapi masih ditagih lagi."),
    ),
    Language.ENGLISH: (
        Told(
            "No signal at the café since yesterday",
            "There is no signal in {place} since yesterday, nothing works.",
        ),
        Told("Charged twice", "I was charged twice for my bill this month and nobody refunds it."),
        Told("Internet is terribly slow", "My internet in {place} is terribly slow every evening, and I pay for it."),
    ),
}
_REQUESTS = {
    Language.INDONESIAN: (
        Told("Harga paket roaming", "Berapa harga paket roaming ke Singapura ya? Saya di {place}.", Kind.INFORMATION),
        Told("Jam buka gerai café", "Jam berapa gerai di {place} buka hari Minggu?", Kind.INFORMATION),
        Told("Cara setting APN", "Bagaimana cara setting APN di iPhone saya?", Kind.TECHNICAL),
        Told("Saran – gerai", "Saran saja, gerai di {place} sebaiknya buka hari Minggu.", Kind.SUGGESTION),
    ),
    Language.ENGLISH: (
        Told(
            "Roaming package",
            "How much is a roaming package for Malaysia, please? I travel next week.",
            Kind.INFORMATION,
        ),
        Told("A suggestion – the app", "A suggestion: the app should remember my number.", Kind.SUGGESTION),
        Told("How do I set the APN?", "How do I set up the APN on my new phone?", Kind.TECHNICAL),
    ),
}
_REPLIES = {
    Language.INDONESIAN: ("Nomor saya yang lama, kejadiannya jam {hour}.", "Sampai jam {hour} masih sama saja."),
    Language.ENGLISH: ("It happened at {hour} o'clock, on my old phone.", "Still the same at {hour} o'clock."),
}


def first(language: Language, is_complaint: bool, number: int, chance: random.Random) -> Told:
    """What somebody writes first; no two subjects are the same."""
    told = chance.choice((_COMPLAINTS if is_complaint else _REQUESTS)[language])
    kind = Kind.COMPLAINT if is_complaint else told.kind
    return Told(f"{told.subject} ({number})", told.text.format(place=chance.choice(PLACES)), kind)


def reply(language: Language, number: int) -> str:
    """What somebody adds later; no two are the same within an hour."""
    return _REPLIES[language][number % 2].format(hour=number % 24)
