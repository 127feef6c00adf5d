"""What sentences do, and which article they ask for: models of the texts there are that read plain sentences right."""

import json

import pytest

from care.content import FOLDER
from care.conversation import articles, understand
from care.reading import acts, hashed, knowledge, subjects
from care.reading.acts import Act
from care.reading.subjects import NOTHING
from care.words import Language
from training import customers

ID, EN = Language.INDONESIAN, Language.ENGLISH


def test_the_models_are_learned_from_the_texts_there_are() -> None:
    about, _ = hashed.unpacked((FOLDER / "acts.model").read_bytes(), acts.MAGIC)
    assert about["texts_sha256"] == customers.sentences_digest(), "sentences have changed: make conversation"
    assert about["outputs"] == [*map(str, Act)]
    about, _ = hashed.unpacked((FOLDER / "subjects.model").read_bytes(), subjects.MAGIC)
    assert about["texts_sha256"] == customers.questions_digest(), "questions have changed: make conversation"
    assert about["outputs"] == [*knowledge.articles(), NOTHING], "articles have changed: make conversation"


def test_texts_are_labelled_with_what_there_is() -> None:
    ids = set(knowledge.articles())
    assert all(one.articles <= ids for one in customers.questions())
    told = [article for one in customers.questions() for article in one.articles]
    assert {id for id in ids if told.count(id) < 4} == set()
    said = [one.kind for one in customers.sentences()]
    assert {act for act in Act if said.count(act) < 100} == set()


def test_a_file_that_is_no_model_is_refused() -> None:
    with pytest.raises(ValueError, match="not a model"):
        acts.Model(b"something else" + json.dumps({}).encode())


@pytest.mark.parametrize(
    ("text", "language", "act"),
    [
        ("cara ganti nama wifi rumah gimana kak", ID, Act.ASK),
        ("sinyal di kos saya hilang dari kemarin sore", ID, Act.PROBLEM),
        ("paket sebulan yang di bawah 50 ribu ada apa aja", ID, Act.FIND),
        ("saya mau beli paket mingguan 5 gb sekarang", ID, Act.BUY),
        ("tolong hentikan paket bulanan saya", ID, Act.STOP),
        ("sisa kuota saya tinggal berapa ya", ID, Act.LINE),
        ("laporan saya sudah sampai mana", ID, Act.STATUS),
        ("bisa ngobrol sama orang aja ga", ID, Act.PERSON),
        ("sudah dicoba tapi masih sama saja", ID, Act.UNSOLVED),
        ("mantap, tiga hari ga ada sinyal, hebat", ID, Act.PROBLEM),
        ("sudah normal lagi kak, makasih", ID, Act.SOLVED),
        ("bukan itu maksud saya", ID, Act.CORRECT),
        ("sarannya tolong tambah menara di desa kami", ID, Act.SUGGEST),
        ("kamu ini robot atau orang", ID, Act.CHAT),
        ("terima kasih banyak ya kak atas bantuannya", ID, Act.THANKS),
        ("I was cheated and sent them all my savings", EN, Act.VICTIM),
        ("how much data do I have left", EN, Act.LINE),
        ("what is your cheapest monthly plan", EN, Act.FIND),
        ("my internet has been down since this morning", EN, Act.PROBLEM),
        ("when will this finally be fixed", EN, Act.STATUS),
        ("no that is not what I asked", EN, Act.CORRECT),
        ("nelpon ke cs motong pulsa ga", ID, Act.ASK),
        ("xl udah jadi satu sama operator lain ya", ID, Act.ASK),
        ("kalo nomor saya nanti dipakai orang gimana", ID, Act.ASK),
        ("is it allowed to tether", EN, Act.ASK),
        ("pikir-pikir dulu ya kak, makasih", ID, Act.NO),
        ("mending beli di bandara aja", ID, Act.NO),
        ("never mind then, thanks", EN, Act.NO),
        ("pegawai gerai kalian kasar sekali ke ibu saya", ID, Act.PROBLEM),
    ],
)
def test_plain_sentences_are_read_for_what_they_do(text: str, language: Language, act: Act) -> None:
    meant = understand.clause(text, language).meant
    alike = {Act.PROBLEM: (Act.PROBLEM, Act.UNSOLVED), Act.UNSOLVED: (Act.UNSOLVED, Act.PROBLEM)}.get(act, (act,))
    assert sum(meant[one] for one in alike) > 0.5, sorted(meant.items(), key=lambda one: -one[1])[:3]
    assert sum(meant.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "language", "article"),
    [
        ("setting apn buat hp baru gimana", ID, "apn-settings"),
        ("kartu saya minta kode puk", ID, "puk"),
        ("masa tenggang itu berapa lama", ID, "active-period"),
        ("what can I do against spam texts", EN, "spam-sms"),
        ("apa sih bedanya prabayar sama pascabayar", ID, "prepaid-or-postpaid"),
        ("ganti kartu yang rusak bayar ga", ID, "sim-replacement"),
        ("kartunya boleh saya potong sendiri ga", ID, "sim-size"),
        ("pake 5g nambah biaya ga", ID, "network-5g"),
        ("tagihannya bisa dicicil ga", ID, "payment-extension"),
        ("kalau kuota habis pulsa kepotong ga", ID, "quota-used-up"),
        ("I want to buy an eSIM for my phone", EN, "esim-new"),
        ("can I top up with a credit card from my country", EN, "top-up-abroad"),
    ],
)
def test_plain_questions_find_their_article(text: str, language: Language, article: str) -> None:
    told = articles.to_tell(understand.clause(text, language))
    assert told[0].article.id == article
    assert told[0].chance >= articles.TOLD


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("sinyal saya hilang", 1),
        ("internet lemot terus dari kemarin", 1),
        ("halo kak, selamat pagi. sinyal saya hilang sejak kemarin. makasih ya", 1),
        ("sinyal saya hilang dari kemarin, terus paket 5 gb berapa ya", 2),
        ("Pulsa saya kepotong Rp50.000 kemarin. Satu lagi, cara cek kuota gimana?", 2),
        ("", 1),
    ],
)
def test_clauses(text: str, parts: int) -> None:
    assert len(understand.clauses(text, ID)) == parts
