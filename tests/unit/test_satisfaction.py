import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.reading.satisfaction import Verdict, read, unsubscribes
from tests.unit.making import ANY_TEXT, POLICY

FROM = POLICY.satisfaction.satisfied_from


@pytest.mark.parametrize(
    ("words", "score"),
    [
        ("5", 5),
        ("4/5", 4),
        ("4 dari 5", 4),
        ("lima dari lima", 5),
        ("4/5, would be 5 if faster", 4),
        ("5 bintang", 5),
        ("bintang 4", 4),
        ("bintang lima", 5),
        ("five stars", 5),
        ("nilai 4 kak", 4),
        ("nilai 5 deh", 5),
        ("nilai empat", 4),
        ("kasih 5 aja", 5),
        ("Sudah (3)", 3),
        ("Solved, very satisfied (5)", 5),
        ("Sudah,5", 5),
        ("lima", 5),
        ("makasih min 5", 5),
        ("udah balik, makasih. 5", 5),
        ("⭐⭐⭐⭐⭐", 5),
        ("⭐⭐⭐⭐", 4),
        ("10/10", 5),
        ("8/10 ya", 4),
        ("nilai 10", 5),
        ("keluhan saya sudah selesai, 5", 5),
        ("5, tadinya lemot sekarang lancar", 5),
        ("tidak ada keluhan, 4", 4),
        ("terima kasih banyak atas bantuannya tim, saya kasih nilai 5", 5),
        ("kayaknya udah, 4", 4),
    ],
)
def test_a_score_satisfies(words: str, score: int) -> None:
    assert read(words, FROM) == (Verdict.SATISFIED, score)


@pytest.mark.parametrize(
    "words",
    [
        "sudah bisa kak makasih",
        "udah normal lagi",
        "udah normal lagi kak, makasih",
        "udah balik, makasih",
        "udh bs min",
        "sdh lancar jaya",
        "mantap udah masuk, makasih",
        "skrg udah lancar",
        "sekarang internetnya kenceng lagi",
        "sinyalnya udah balik",
        "pulsanya udah dibalikin, makasih ya",
        "akhirnya bisa juga",
        "alhamdulillah udah nyala",
        "sudah selesai, terima kasih banyak",
        "masalahnya sudah beres",
        "tidak ada masalah lagi",
        "ga ada kendala lagi",
        "ga lemot lagi",
        "udah ga putus-putus",
        "masih lancar sampai sekarang",
        "beres kak",
        "aman",
        "normal",
        "puas banget",
        "ya",
        "iya kak sudah",
        "ya kak",
        "sudah, terimakasih",
        "udah kak",
        "no worries, it's fine now",
        "kalau mati lagi saya lapor lagi ya, sekarang udah bisa",
        "sudah",
        "yes",
        "wis lancar mas",
        "it works now, thanks",
        "it's working again",
        "yes it's fixed now, thank you",
        "my signal is back",
        "the internet is back to normal",
        "all good now",
        "everything is fine now",
        "no problem anymore",
        "no more issues",
        "Issue resolved, thank you",
        "isn’t slow any more",
        "it's no longer slow",
        "got my credit back, thanks",
        "solved",
    ],
)
def test_a_plain_statement_satisfies(words: str) -> None:
    assert read(words, FROM) == (Verdict.SATISFIED, None)


@pytest.mark.parametrize(
    ("words", "score"),
    [
        ("1", 1),
        ("bintang 1", 1),
        ("skor 2", 2),
        ("⭐⭐", 2),
        ("⭐", 1),
        ("3/10", 2),
        ("0/5", None),
        ("nilai nol", None),
        ("bintang 1 aja kebagusan", 1),
        ("belum, 1", 1),
        ("5 tapi masih lemot", 5),
        ("belum", None),
        ("blm ada perubahan", None),
        ("belom", None),
        ("masih lemot", None),
        ("sudah tapi masih putus-putus", None),
        ("udah bisa tapi lemot lagi", None),
        ("udah bisa sih, tapi masih suka putus", None),
        ("belum beres nih masih mati", None),
        ("tidak puas", None),
        ("kurang puas", None),
        ("1 minggu belum selesai", None),
        ("sudah 2 hari belum bisa", None),
        ("sudah saya coba tetap tidak bisa", None),
        ("ga berubah", None),
        ("sama saja", None),
        ("sama aja min", None),
        ("sinyal hilang lagi", None),
        ("kecewa", None),
        ("percuma", None),
        ("not yet", None),
        ("not really", None),
        ("no", None),
        ("nope, still no signal", None),
        ("still the same", None),
        ("it doesn't work", None),
        ("it works now but it's still very slow", None),
        ("thanks but it is still slow", None),
        ("worse than before", None),
        ("nope", None),
        ("it came back for an hour and went down again", None),
        ("👎", None),
    ],
)
def test_a_customer_is_not_satisfied(words: str, score: int | None) -> None:
    assert read(words, FROM) == (Verdict.DISSATISFIED, score)


@pytest.mark.parametrize(
    "words",
    [
        "normal apanya, makasih loh ya",
        "beres apanya",
        "beres dari mana",
        "selesai dari hongkong",
        "mantap, 3 hari ga ada sinyal",
        "bagus banget ya, makin lemot",
        "hebat, pulsa saya kepotong lagi",
        "keren, internetnya mati lagi",
        "wah cepet banget ya benerinnya, cuma seminggu, hebat",
        "katanya udah beres, mana ada",
        "makasih ya udah bikin saya rugi",
        "luar biasa, tambah lemot",
        "terima kasih, sinyal saya jadi hilang total",
        "thanks for nothing",
        "great, still no signal",
        "wow great, slower than before",
        'oh sure, "fixed", great work as always',
        "yeah right, solved",
        "nice job, it's dead again",
        "great service as usual 🙄",
        "mantap 👎",
        "5 star for wasting my time, still broken",
    ],
)
def test_irony_never_satisfies(words: str) -> None:
    answer = read(words, FROM)
    assert answer is not None
    assert answer[0] is Verdict.DISSATISFIED


@pytest.mark.parametrize(
    "words",
    [
        "kayaknya udah, belum saya cek",
        "kayaknya udah",
        "sepertinya sudah normal",
        "mungkin udah",
        "belum saya coba",
        "belum sempat ngecek kak",
        "nanti saya cek",
        "oke makasih min, nanti saya coba",
        "coba dulu ya",
        "kurang yakin",
        "sudah bisa tapi 3 hari baru beres",
        "sudah normal tapi kuota saya kok berkurang",
        "the signal is ok now but calls drop",
        "Baik, saya tunggu",
        "lumayan",
        "agak mendingan",
        "semoga ga lemot lagi",
        "sementara aman",
        "I think so",
        "seems ok",
        "looks like it's working",
        "not sure yet",
        "I haven't checked",
        "let me check first",
        "works so far",
        "hopefully fixed",
        "mantap",
        "bagus",
        "keren min",
        "great",
        "👍",
        "👍👍",
        "👍👍👍👍👍",
        "great, thanks",
        "mantap makasih",
        "sip",
        "pelayanannya ramah, top",
    ],
)
def test_doubt_and_praise_have_to_be_asked(words: str) -> None:
    assert read(words, FROM) == (Verdict.UNSURE, None)


@pytest.mark.parametrize(
    "words",
    [
        "ok makasih",
        "terima kasih",
        "Baik, terima kasih kak",
        "thank you so much",
        "thx",
        "makasih ya kak",
        "makasih kak udah dibantu",
        "thanks for your help",
        "ok",
        "siap kak",
        "ya makasih",
    ],
)
def test_a_courtesy_says_nothing_of_the_problem(words: str) -> None:
    assert read(words, FROM) == (Verdict.COURTESY, None)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "kapan selesai?",
        "udah selesai?",
        "1-5",
        "2 kali saya telepon",
        "halo",
        "4G",
        "6",
        "10",
        "tgl 3",
        "jam 4",
        "paket seminggu berapa",
        "is it fixed?",
    ],
)
def test_what_says_neither(words: str) -> None:
    assert read(words, FROM) is None


@pytest.mark.parametrize(
    ("words", "verdict", "score"),
    [
        ("Oh wonderful, fixed! That's why I'm writing this from the neighbour's wifi.", Verdict.DISSATISFIED, None),
        ("love how it broke again 5 minutes after you called it solved", Verdict.DISSATISFIED, None),
        ("kemarin sempet normal 2 jam doang", Verdict.DISSATISFIED, None),
        ("udah gak usah, saya pindah operator aja", Verdict.DISSATISFIED, None),
        ("selesai? yang selesai kesabaran saya", Verdict.DISSATISFIED, None),
        ("terima kasih sudah membuang waktu saya", Verdict.DISSATISFIED, None),
        ("Great job. Took you only a week to do nothing.", Verdict.DISSATISFIED, None),
        ("wow thank you so much, now even whatsapp is gone", Verdict.DISSATISFIED, None),
        ("nol bintang", Verdict.DISSATISFIED, None),
        ("0 bintang", Verdict.DISSATISFIED, None),
        ("zero stars", Verdict.DISSATISFIED, None),
        ("yaudah lah anggep aja beres", Verdict.UNSURE, None),
        ("solved after i fixed it myself", Verdict.UNSURE, None),
        ("3 hari 3 malam baru dibales, mantap", Verdict.UNSURE, None),
        ("udah saya cek, udah masuk", Verdict.SATISFIED, None),
        ("i checked and it works", Verdict.SATISFIED, None),
        ("itu udah bener", Verdict.SATISFIED, None),
        ("terima kasih kak sudah normal, semoga ga kambuh lagi", Verdict.SATISFIED, None),
        ("semoga ga kambuh lagi", Verdict.UNSURE, None),
        ("alhamdulillah sudah kak", Verdict.SATISFIED, None),
        ("It works now but took ages. 3 stars", Verdict.SATISFIED, 3),
        ("4 bintang deh, tadinya lama banget tapi akhirnya teknisinya datang juga kak", Verdict.SATISFIED, 4),
    ],
)
def test_what_customers_mean(words: str, verdict: Verdict, score: int | None) -> None:
    assert read(words, FROM) == (verdict, score)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("udah normal", (Verdict.UNSURE, None)),
        ("makasih ya", (Verdict.DISSATISFIED, None)),
        ("mantap", (Verdict.UNSURE, None)),
        ("5", (Verdict.SATISFIED, 5)),
        ("halo", None),
    ],
)
def test_good_words_beside_likely_trouble_settle_nothing(words: str, expected: tuple[Verdict, int | None]) -> None:
    assert read(words, FROM, unsolved=0.8) == expected


@given(ANY_TEXT)
def test_any_text_can_be_read(text: str) -> None:
    found = read(text, FROM)
    assert found is None or found[1] in (None, 1, 2, 3, 4, 5)


@given(
    st.sampled_from(["makasih", "mantap", "keren min", "great", "thanks", "bagus", "👍", "terima kasih kak", "sip"]),
    st.sampled_from(["masih lemot", "belum beres", "makin parah", "still no signal", "sinyal hilang lagi", "apanya"]),
    st.sampled_from([", ", " ", ". ", " tapi ", "\n"]),
    st.booleans(),
)
def test_no_good_word_covers_what_is_amiss(good: str, bad: str, between: str, good_first: bool) -> None:
    words = between.join((good, bad) if good_first else (bad, good))
    answer = read(words, FROM)
    assert answer is not None
    assert answer[0] is Verdict.DISSATISFIED


@given(st.integers(1, 5), st.sampled_from(["", "nilai ", "bintang ", "makasih kak, ", "skor: "]))
def test_a_score_is_read_however_it_is_introduced(score: int, before: str) -> None:
    expected = Verdict.SATISFIED if score >= FROM else Verdict.DISSATISFIED
    assert read(f"{before}{score}", FROM) == (expected, score)
    assert read("⭐" * score, FROM) == (expected, score)


def test_text_made_to_be_slow_is_read_as_any_other() -> None:
    assert read("makasih " + "sama-" * 20_000 + "x9q", FROM) is None
    assert read("tidak" + " " * 100_000 + "x", FROM) is None
    assert read("terima kasih " * 10_000, FROM) is None


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("jangan tanya lagi", Verdict.UNSUBSCRIBED),
        ("ga usah hubungi lagi", Verdict.UNSUBSCRIBED),
        ("gausah nanya2 lagi", Verdict.UNSUBSCRIBED),
        ("stop asking me please", Verdict.UNSUBSCRIBED),
        ("I don't want any more messages", Verdict.UNSUBSCRIBED),
        ("Unsubscribe", Verdict.UNSUBSCRIBED),
        ("tidak usah hubungi saya lagi, sudah beres", Verdict.SATISFIED),
        ("don't ask me again, it's still broken", Verdict.DISSATISFIED),
    ],
)
def test_who_wants_no_more_questions_is_heard_whatever_else_is_said(text: str, verdict: Verdict) -> None:
    assert unsubscribes(text)
    assert read(text, FROM) == (verdict, None)


@pytest.mark.parametrize(
    "text",
    [
        "stop paket",
        "mau berhenti berlangganan paket hbo",
        "kapan teknisi hubungi saya lagi?",
        "ga usah kak, udah normal",
    ],
)
def test_who_wants_something_else_stopped_is_still_asked(text: str) -> None:
    assert not unsubscribes(text)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("empat lah, udah lumayan tp lama nunggunya", 4),
        ("four I guess", 4),
        ("tiga deh, lumayan", 3),
        ("lima!", 5),
        ("dua hari baru beres", None),
        ("satu lagi, pulsa saya hilang", None),
        ("one more thing, it works", None),
    ],
)
def test_a_score_in_words_stands_first_and_counts_nothing(text: str, score: int | None) -> None:
    found = read(text, 3)
    assert found
    assert found[1] == score
