"""Which packages fit what is said, and what is said of them in a chat."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care import conversation
from care.conversation import Dialogue, Facts, LineRead, ReadLine, SendCode, catalogue
from care.conversation.catalogue import Reason, find
from care.line.line import Line
from care.reading import slots
from care.words import Segment
from tests.unit.chatting import LINES, Chat, MemorySystem

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("paket apa saja", ["harian-1-gb", "mingguan-5-gb", "bulanan-10-gb"]),
        ("paket seminggu", ["mingguan-5-gb", "mingguan-12-gb"]),
        ("buat 3 hari", ["tiga-harian-4-gb"]),
        ("yang 5gb", ["mingguan-5-gb"]),
        ("yang 25", ["bulanan-25-gb"]),
        ("yang 75", ["bulanan-25-gb"]),
        ("sebulan 30gb", ["unlimited-40-gb"]),
        ("di bawah 50 ribu", ["bulanan-10-gb", "mingguan-12-gb", "mingguan-5-gb"]),
        ("sebulan di bawah 50 ribu", ["bulanan-10-gb"]),
        ("sebulan yang paling murah per gb", ["bulanan-100-gb", "bulanan-60-gb", "unlimited-40-gb"]),
        ("buat game sama tiktok, 75rb", ["bulanan-25-gb", "harian-3-gb"]),
        ("buat wa dan ig sebulan", ["bulanan-10-gb", "bulanan-25-gb"]),
        ("buat netflix sebulan", ["bulanan-25-gb", "unlimited-40-gb", "bulanan-60-gb"]),
        ("paling murah", ["harian-1-gb", "harian-3-gb", "tiga-harian-4-gb"]),
        ("paling murah sebulan", ["sosmed-6-gb", "bulanan-10-gb", "bulanan-25-gb"]),
        ("paling gede", ["bulanan-100-gb", "bulanan-60-gb", "unlimited-40-gb"]),
        ("unlimited", ["unlimited-40-gb"]),
        ("paket nelpon", ["telepon-200-menit"]),
        ("buat sekeluarga", ["keluarga-80-gb"]),
        ("buat main game", ["game-8-gb", "harian-3-gb", "bulanan-25-gb"]),
        ("paket malam", ["malam-10-gb"]),
        ("umrah 10 hari", ["umrah-8-gb"]),
        ("haji", ["haji-20-gb"]),
        ("eropa 2 minggu", ["roaming-eropa-8-gb"]),
        ("ke amerika", ["roaming-5-gb"]),
        ("pasca yang 150", ["pasca-150"]),
        ("pascabayar ke jepang", ["roaming-pasca-asia-6-gb", "roaming-pasca-10-gb"]),
        ("ke jepang dan singapura 5 hari", ["roaming-5-gb"]),
        ("Mekkah for 25 days", ["haji-20-gb"]),
        ("ke Turki 10 hari transit Qatar", ["umrah-8-gb"]),
    ],
)
def test_what_fits(text: str, ids: list[str]) -> None:
    found = find(slots.read(text))
    assert [one.id for one in found.packages] == ids
    assert found.exact


@pytest.mark.parametrize(
    ("text", "missed", "first"),
    [
        ("cuma 3rb ada paket?", Reason.BUDGET, "harian-1-gb"),
        ("200gb", Reason.QUOTA, "bulanan-100-gb"),
        ("paket 90 hari", Reason.DAYS, "bulanan-10-gb"),
        ("paket 15 hari", Reason.DAYS, "bulanan-10-gb"),
        ("game 3 bulan", Reason.DAYS, "game-8-gb"),
        ("paket telepon tanpa batas", Reason.UNLIMITED, "telepon-200-menit"),
        ("unlimited seminggu", Reason.DAYS, "unlimited-40-gb"),
        ("pascabayar seminggu", Reason.DAYS, "pasca-50"),
    ],
)
def test_what_is_nearest_to_what_is_not_there(text: str, missed: Reason, first: str) -> None:
    found = find(slots.read(text))
    assert missed in found.missed
    assert not found.exact
    assert found.packages[0].id == first


def test_nothing_is_offered_for_a_country_without_roaming() -> None:
    found = find(slots.read("roaming ke rusia"))
    assert (found.packages, found.missed) == ((), (Reason.COUNTRY,))


@pytest.mark.parametrize(
    ("text", "told", "first"),
    [
        ("lebih murah", "bulanan-25-gb", "bulanan-10-gb"),
        ("lebih besar", "mingguan-5-gb", "mingguan-12-gb"),
        ("lebih lama", "harian-1-gb", "tiga-harian-4-gb"),
    ],
)
def test_what_is_compared_with_what_was_told(text: str, told: str, first: str) -> None:
    assert find(slots.read(text), told=(told,)).packages[0].id == first


@pytest.mark.parametrize(
    ("text", "before", "told", "lost", "first"),
    [
        ("lebih murah", "nonton sebulan", "bulanan-25-gb", (Reason.USE,), "bulanan-10-gb"),
        ("lebih murah", "nonton", "bulanan-25-gb", (Reason.DAYS,), "mingguan-12-gb"),
        ("lebih murah", "sebulan", "bulanan-25-gb", (), "bulanan-10-gb"),
        ("lebih murah", "nonton", "harian-3-gb", (Reason.USE,), "harian-1-gb"),
    ],
)
def test_what_the_cheaper_one_loses_is_told(
    text: str, before: str, told: str, lost: tuple[Reason, ...], first: str
) -> None:
    found = find(slots.read(text).over(slots.read(before)), told=(told,))
    assert (found.packages[0].id, found.lost) == (first, lost)


def test_what_lasts_longer_stays_within_the_money() -> None:
    found = find(slots.read("yang lebih lama").over(slots.read("di bawah 30 ribu")), told=("mingguan-5-gb",))
    assert [one.id for one in found.packages] == ["sosmed-6-gb", "game-8-gb"]


def test_the_cheapest_has_none_that_is_cheaper() -> None:
    found = find(slots.read("lebih murah"), told=("harian-1-gb",))
    assert (found.missed, found.packages[0].id) == ((Reason.CHEAPER,), "harian-1-gb")


def test_a_line_is_told_what_it_can_pay() -> None:
    found = find(slots.read("paket sebulan"), line=LINES["sari"], today=TODAY)
    assert {one.id for one in found.packages} == {"bulanan-10-gb"}
    assert found.affordable
    poor = find(slots.read("paket sebulan"), line=LINES["tono"], today=TODAY)
    assert not poor.affordable
    assert poor.packages


def test_a_line_compares_with_what_it_has() -> None:
    found = find(slots.read("yang lebih besar"), line=LINES["budi"], today=TODAY)
    assert found.packages[0].id == "pasca-150"


def test_neighbours_are_named() -> None:
    found = find(slots.read("yang 25gb"))
    assert found.cheaper
    assert found.bigger
    assert (found.cheaper.id, found.bigger.id) == ("bulanan-10-gb", "unlimited-40-gb")


def test_a_package_covers_most_of_its_region() -> None:
    europe = find(slots.read("roaming eropa"), Segment.PREPAID).packages
    assert all(catalogue.covers(one, "europe") and catalogue.covers(one, "FR") for one in europe)
    assert not any(catalogue.covers(one, "ID") for one in europe)


# ---- in a chat -----------------------------------------------------------------------------------------------------


def said(chat: Chat, *texts: str) -> str:
    """What is answered to the last."""
    answers = [chat.says(text) for text in texts]
    return "\n".join(one.text for one in answers[-1])


def proven(number: str) -> Chat:
    chat = Chat()
    said(chat, "cek kuota", number)
    chat.says(chat.code)
    return chat


def test_packages_are_told_before_anything_is_asked() -> None:
    chat = Chat()
    assert "Rp20.000" in said(chat, "paket seminggu ada?")
    assert "Mingguan 12 GB: Rp35.000" in said(chat, "yang lebih besar?")
    assert "nomor" in said(chat, "ya")


def test_what_was_told_is_asked_about() -> None:
    chat = Chat()
    said(chat, "halo kak", "info paket roaming 5 gb dong kak")
    assert "Arab Saudi termasuk" in said(chat, "Arab Saudi termasuk gak?")
    assert "41 negara lain" in said(chat, "negara mana saja yang termasuk?")
    assert "begitu aktif" in said(chat, "kapan mulai berlaku?")
    assert "belum mencakup Rusia" in said(chat, "kalau rusia termasuk?")


def test_two_packages_are_compared_in_a_sentence() -> None:
    text = said(Chat(), "beda bulanan 10 gb sama bulanan 25 gb apa?")
    assert "Rp30.000 lebih mahal" in text
    assert "15 GB lebih banyak" in text


def test_why_a_line_may_not_buy_is_said_before_it_is_confirmed() -> None:
    chat = proven("0817-0000-0003")
    assert "belum diregistrasi" in said(chat, "beli harian 1 gb")
    assert not [one for one in chat.store.cases.values() if one.order]


def test_what_the_pulsa_does_not_pay_is_said_with_what_it_does() -> None:
    text = said(proven("0817-0000-0001"), "beli bulanan 60 gb")
    assert "Rp60.000" in text
    assert "Bulanan 10 GB" in text


def test_the_same_package_can_be_bought_again() -> None:
    chat = proven("0817-0000-0001")
    assert "ditambahkan" in said(chat, "beli bulanan 10 gb")
    said(chat, "ya")
    assert [one.order.package for one in chat.store.cases.values() if one.order] == ["bulanan-10-gb"]


@pytest.mark.parametrize("doubt", ["iya iya mahal amat, ga mau saya", "ya nanti deh", "yes but later", "ntar dulu ya"])
def test_only_a_plain_yes_buys(doubt: str) -> None:
    chat = proven("0817-0000-0001")
    said(chat, "beli harian 1 gb", doubt)
    assert not [one for one in chat.store.cases.values() if one.order]


def test_an_order_is_taken_back_while_nothing_is_charged() -> None:
    chat = proven("0817-0000-0001")
    said(chat, "beli harian 1 gb", "ya")
    assert "dibatalkan" in said(chat, "batalin pesanan tadi dong")
    order = next(one.order for one in chat.store.cases.values() if one.order)
    assert (order.state, order.reason) == ("refunding", "taken_back")


def test_stopping_says_what_it_does_and_asks() -> None:
    chat = proven("0817-0000-0001")
    assert "tidak diperpanjang" in said(chat, "stop paket")
    assert not chat.store.cases
    assert "referensi" in said(chat, "ya")
    assert [one.kind for one in chat.store.cases.values()] == ["package_change"]


def test_what_was_asked_of_a_line_stands_first() -> None:
    chat = proven("0817-0000-0002")
    assert said(chat, "tagihan saya berapa").startswith("Tagihan: Rp120.000")


def test_packages_are_told_though_the_operators_system_is_down() -> None:
    chat = proven("0817-0000-0001")
    chat.system = MemorySystem(down=True)
    assert "Rp20.000" in said(chat, "paket seminggu ada?")


def test_towns_and_shops_are_looked_up() -> None:
    chat = Chat()
    assert "4G dan 5G" in said(chat, "5G ada di Malang?")
    assert "5G belum ada" in said(chat, "kalau di Garut?")
    assert "Belum ada gerai kami di Garut" in said(chat, "gerai xl di mana ya")
    assert "Surabaya" in said(chat, "surabaya")


def test_whether_the_pulsa_is_enough_is_said_of_a_proven_line() -> None:
    chat = proven("0817-0000-0001")
    assert "Rp60.000, cukup" in said(chat, "pulsa saya cukup ga buat mingguan 12 gb?")
    text = said(chat, "cukup ga buat bulanan 25 gb?")
    assert "Rp60.000" in text
    assert "Mau ambil" not in text


def test_a_package_is_fit_for_a_use_or_another_is_named() -> None:
    chat = Chat()
    said(chat, "info paket mingguan 5 gb dong kak")
    assert "Mingguan 12 GB" in said(chat, "bisa buat youtube?")
    assert "cocok" in said(chat, "kalau buat sosmed cukup?")


def test_who_tells_no_number_is_not_pressed() -> None:
    chat = Chat()
    said(chat, "cek kuota")
    assert "aplikasi" in said(chat, "ga mau")


def test_a_code_that_does_not_come_is_no_other_matter() -> None:
    chat = Chat()
    said(chat, "cek kuota", "0817-0000-0001")
    assert "satu menit" in said(chat, "kodenya belum masuk juga kak")
    assert not chat.store.cases


def test_the_package_of_the_line_is_renewed() -> None:
    chat = proven("0817-0000-0001")
    assert "Bulanan 10 GB" in said(chat, "mau perpanjang paket saya")


def test_what_calls_cost_abroad_is_told() -> None:
    assert "Rp15.000" in said(Chat(), "biaya nelpon dari mekkah ke indonesia berapa per menit?")


@pytest.mark.parametrize(
    ("text", "first"),
    [("paket seminggu ada?", "Yang bisa dibeli dengan pulsa Rp60.000"), ("cek kuota", "Sisa kuotanya 3,5 GB")],
)
def test_what_only_reads_needs_no_proof_where_all_goes_to_the_line(text: str, first: str) -> None:
    known = Facts("XL", "817", "Kak", TODAY, has_system=True, reads="+6281700000001", short=True)
    turn = conversation.turn(Dialogue(), text, known)
    assert turn.wish == ReadLine("+6281700000001")
    told = conversation.told(turn, LineRead(LINES["sari"]), known)
    assert told.said[0].text.startswith(first)
    assert len(told.said[0].text) <= 300


@pytest.mark.parametrize("text", ["beli harian 1 gb", "stop paket"])
def test_what_changes_needs_proof_all_the_same(text: str) -> None:
    known = Facts("XL", "817", "Kak", TODAY, has_system=True, reads="+6281700000001", short=True)
    turn = conversation.turn(Dialogue(), text, known)
    if turn.wish == ReadLine("+6281700000001"):
        # What a line cannot have is said before a code is asked for.
        turn = conversation.told(turn, LineRead(LINES["sari"]), known)
    assert turn.wish == SendCode("+6281700000001")
    assert turn.dialogue.place == "code"


def test_what_a_line_cannot_have_is_said_before_a_code_is_asked_for() -> None:
    known = Facts("XL", "817", "Kak", TODAY, has_system=True, reads="+6281700000003", short=True)
    turn = conversation.turn(Dialogue(), "beli bulanan 25 gb", known)
    told = conversation.told(turn, LineRead(LINES["tono"]), known)
    assert told.wish is None
    assert "belum diregistrasi" in told.said[0].text


def test_the_next_one_up_is_told_alone() -> None:
    of_a_week = ("mingguan-5-gb", "mingguan-12-gb")
    assert [
        one.id
        for one in find(slots.read("satu tingkat di atasnya"), told=("pasca-100",), segment=Segment.POSTPAID).packages
    ] == ["pasca-150"]
    assert [one.id for one in find(slots.read("the next one up"), told=of_a_week[:1]).packages] == ["mingguan-12-gb"]


def test_what_no_credit_reaches_is_named() -> None:
    found = find(slots.read("paket sebulan paling gede"), line=LINES["sari"], today=TODAY)
    assert found.beyond is not None
    assert found.beyond.id == "bulanan-100-gb"
    assert found.packages[0].id == "bulanan-10-gb"


SAID = """paket yang 25 5gb seminggu 50rb murah lebih besar dari bulanan 10 gb ke jepang rusia umrah haji roaming malam
game unlimited keluarga hotspot nelpon pascabayar kedua itu ya ambil beli stop cek kuota tagihan berapa gak cukup beda
kapan aktif semua gerai 5G Bandung batal pesanan perpanjang 200gb 90 hari"""
WORDS = st.lists(st.sampled_from(sorted({*SAID.split()})), min_size=1, max_size=6).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=4), st.sampled_from([*LINES.values(), None]), st.booleans())
def test_whatever_is_said_of_packages_is_answered(texts: list[str], line: Line | None, reads: bool) -> None:
    dialogue = Dialogue()
    number = line.number if line else ""
    known = Facts("XL", "817", "Kak", TODAY, has_system=True, reads=number, proven="" if reads else number)
    for text in texts:
        turn = conversation.turn(dialogue, text, known)
        if isinstance(turn.wish, ReadLine):
            turn = conversation.told(turn, LineRead(line), known)
        assert turn.wish or any(one.text for one in turn.said)
        assert conversation.read(turn.dialogue.write()) == turn.dialogue
        dialogue = turn.dialogue


def answered(*texts: str, who: str = "") -> str:
    """What the last of some texts is answered; with ``who`` that line is proven first."""
    chat = Chat()
    if who:
        chat.says("cek kuota")
        chat.says(LINES[who].number)
        chat.says(chat.code)
    return "\n".join(one.text for text in texts for one in chat.says(text) if text == texts[-1])


@pytest.mark.parametrize(
    ("told", "asked", "says"),
    [
        (
            "paket seminggu",
            "bisa tethering ke laptop ga",
            "Mingguan 5 GB dan Mingguan 12 GB bisa dipakai untuk hotspot",
        ),
        ("paket seminggu", "kuotanya brp tuh", "Mingguan 5 GB berisi 5 GB untuk 7 hari"),
        ("paket seminggu", "diperpanjang otomatis ga", "Mingguan 5 GB tidak diperpanjang otomatis"),
        ("paket seminggu", "yg 12gb itu berapa hari", "Mingguan 12 GB berlaku 7 hari"),
        ("paket seminggu", "beda yang pertama sama yang kedua apa", "Dihitung per GB"),
        ("paket 50rb", "itu buat youtube doang apa semua?", "untuk semua aplikasi"),
        ("paket keluarga", "buat berapa orang", "sampai lima nomor"),
        ("paket keluarga", "cara nambahin anggotanya gimana", "ditambahkan di aplikasi"),
        ("paket keluarga", "per orang jadi berapa", "Rp30.000"),
        ("paket umrah 10 hari", "belinya kapan, sebelum berangkat?", "sesaat sebelum berangkat"),
        ("paket umrah 10 hari", "kalau turki?", "Turki termasuk dalam Umrah 8 GB"),
        ("paket umrah 10 hari", "kalau paket eropa bisa di qatar?", "Roaming Eropa 8 GB belum mencakup Qatar"),
        ("paket haji", "cara ngaktifin gimana", "mengaktifkan Haji 20 GB"),
        ("paket unlimited", "kalau habis gimana", "kecepatan lebih rendah"),
        ("paket unlimited", "kalo gitu yang paling besar berapa", "Bulanan 100 GB"),
        ("roaming", "jepang", "Roaming Asia Timur 5 GB"),
        ("roaming ke thailand", "ok yg asia tenggara", "Mau ambil paket ini"),
        ("roaming ke thailand", "ok beli", "Yang mana, Kak: Roaming Asia Tenggara 4 GB"),
        ("paket seminggu", "gas", "Mau ambil paket ini"),
        ("paket seminggu", "kalo abis sebelum seminggu gimana", "Mingguan 5 GB atau Mingguan 12 GB habis"),
        ("paket seminggu", "bisa dipake di malaysia ga", "Tidak, Kak, Mingguan 5 GB dan Mingguan 12 GB hanya"),
        ("paket seminggu", "yang 12 itu termasuk weekend juga kan", "Ya, Kak, Mingguan 12 GB bisa dipakai setiap hari"),
        ("paket seminggu", "selisihnya berapa", "Rp15.000 lebih mahal"),
        ("paket seminggu", "nanti aja deh", "Tidak apa-apa"),
        ("paket seminggu", "yang itu aja", "Yang mana, Kak"),
        ("paket keluarga", "adik saya di medan bisa gabung?", "di seluruh Indonesia"),
        ("paket keluarga", "bisa dibatasi per orang ga", "batas per nomor belum"),
        ("paket unlimited", "buat game budget 40rb", "Game 8 GB"),
        ("paket sebulan", "yang paling murah per gb", "Rp1.600 per GB"),
        ("paling gede berapa", "ada yang lebih gede?", "Untuk nomor pascabayar ada yang lebih besar: Pasca 250"),
        ("roaming ke korea", "eh salah, ke thailand maksudnya", "Roaming Asia Tenggara 4 GB"),
        ("roaming ke australia", "kalo ada yang nelpon saya di sana bayar ga", "menerima telepon Rp6.000"),
        ("ke jepang 10 hari", "yang pasca?", "Roaming Pasca 10 GB"),
        ("paket bulanan", "bisa beliin buat istri saya?", "Hadiah paket"),
    ],
)
def test_what_was_told_is_asked_of_and_chosen(told: str, asked: str, says: str) -> None:
    assert says in answered(told, asked)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("beda paket mingguan 5gb sama 12gb apa", "Dihitung per GB"),
        ("lebih untung mingguan 4x apa bulanan", "4 kali Mingguan 5 GB: Rp80.000, 20 GB, 28 hari"),
        ("bedanya prabayar sama pascabayar apa, buat 50gb", "Pasca 150: Rp150.000"),
        ("paket bulanan perpanjang otomatis ga?", "diperpanjang otomatis tiap 30 hari"),
        ("yg bulanan itu 24 jam ga kak", "bisa dipakai 24 jam"),
        ("paket bulanan saya bisa dipake di jepang ga", "Tidak, Kak, paket itu hanya berlaku di Indonesia"),
        ("boleh hotspot ga", "semua paket data bisa untuk hotspot, kecuali"),
        ("paket xl udah 5g belum di bandung", "Di Bandung ada 4G dan 5G"),
        ("ke hongkong 11 hari", "2 kali berturut-turut mencakup 14 hari: Rp300.000"),
        ("paket malam sebulan ada?", "Belum ada paket untuk malam hari yang berlaku 30 hari"),
        ("di kapal pesiar paketnya kepake ga", "pesawat dan kapal lewat satelit"),
        ("bandingkan pasca 75 dan bulanan 25gb", "Harganya sama"),
        ("roaming ke Bhutan bisa?", "belum mencakup Bhutan"),
        ("mau ke israel sama yordania", "belum mencakup Israel"),
        ("ke amerika 3 minggu", "Roaming 5 GB"),
        ("kuota di australia brp harganya", "berlaku di Australia"),
        ("ada paket 5g?", "Semua paket kami bisa dipakai di 4G dan 5G"),
        ("nomor saya berapa ya lupa", "setelan ponsel"),
    ],
)
def test_what_is_answered_at_once(text: str, says: str) -> None:
    assert says in answered(text)


@pytest.mark.parametrize(
    ("who", "asked", "says"),
    [
        ("sari", "kapan habis masa aktifnya", "3 Desember 2026"),
        ("sari", "kalo ga diisi gimana", "masa tenggang sampai 2 Januari 2027"),
        ("tono", "terus kalo gak diisi sampe 20 desember gimana", "nomornya mati"),
        ("sari", "paketnya diperpanjang otomatis ga", "diperpanjang otomatis tiap 30 hari"),
        ("budi", "kapan harus dibayar", "jatuh tempo 20 Desember 2026"),
        ("tono", "nomor saya kok ga bisa nelpon, masih aktif ga?", "Isi pulsa"),
        ("sari", "kuota segitu cukup sampe tgl 3 gak", "Tergantung pemakaiannya"),
        ("sari", "beli lagi paket yg kemarin", "Bulanan 10 GB untuk 0817-0000-0001"),
        ("sari", "matiin paket tapi kuotanya jangan hangus", "Mau dihentikan"),
    ],
)
def test_what_is_asked_of_the_line_shown(who: str, asked: str, says: str) -> None:
    assert says in answered(asked, who=who)


@pytest.mark.parametrize(
    ("who", "texts", "says"),
    [
        ("sari", ("beli mingguan 5gb", "iya tapi buat nomor lain"), "nomor ponselnya"),
        ("sari", ("beli mingguan 5gb", "ga jadi deh"), "Mingguan 5 GB tidak jadi dibeli"),
        ("sari", ("beli mingguan 5gb", "bener ga nih gantiin paket lama?"), "Paket yang lama tetap berlaku"),
        ("sari", ("beli mingguan 5gb", "ya", "batalin dong"), "sudah dibatalkan"),
        ("sari", ("stop paket saya", "sisa kuota saya hangus gak?", "ya"), "menghentikan paketnya"),
        ("sari", ("stop paket saya", "ga jadi"), "Bulanan 10 GB tetap berjalan"),
        ("sari", ("stop paket saya", "ya", "jangan beli lagi ya"), "sudah ada di tim kami"),
        ("sari", ("beli bulanan 25gb", "kenapa"), "lebih besar dari pulsanya"),
        ("tono", ("beli harian 1gb", "kok ga bisa"), "belum terdaftar"),
    ],
)
def test_what_follows_an_order(who: str, texts: tuple[str, ...], says: str) -> None:
    assert says in answered(*texts, who=who)


def test_who_has_no_app_gives_the_number_here() -> None:
    assert "cukup di sini" in answered("cek kuota", "saya tidak punya aplikasi, bisa dilihatkan di sini?")
