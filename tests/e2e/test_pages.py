"""The pages as a person sees them, in Chromium."""

import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from email.utils import formataddr
from pathlib import Path
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

import pytest
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Download,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

from care.cases.timeline import What
from care.channels import VOICE
from care.contacts.contact import Entry
from care.doors.chat import contact_id
from care.line.line import RefusalReason
from care.line.order import OrderState
from care.words import Attention, Category, ClosedAs, Held, Kind, Priority, Team, Unasked
from tests.e2e.doors import EICAR, GTUBE, Agent, Caller, http, until
from tests.e2e.records import Records
from tests.e2e.stack import CallCentre

T = TypeVar("T")
pytestmark = pytest.mark.browser

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "No Chromium here, so nothing looks at the pages. Debian has it: apt-get install chromium libatomic1"
PATIENCE_MS = 30_000
REFERENCE = re.compile(r"\d{3} \d{3} \d{4}")


def driver_runs() -> bool:
    """Playwright's own Node.js wants a library that a bare Debian lacks."""
    return subprocess.run([compute_driver_executable()[0], "--version"], capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None or not driver_runs():
        pytest.skip(MISSING)
    expect.set_options(timeout=PATIENCE_MS)
    arguments = [
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--autoplay-policy=no-user-gesture-required",
        "--mute-audio",
    ]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=Path(path), args=arguments)
        yield started
        started.close()


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A browser window nobody used before; no page in it may complain to its console or miss a file."""
    context = browser.new_context(locale="id-ID", timezone_id="Asia/Jakarta", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(f"{message.type}: {message.text}")

    def answered(response: Response) -> None:
        if response.status >= 400:
            complaints.append(f"{response.status} {response.url}")

    context.on("console", heard)
    context.on("weberror", lambda error: complaints.append(f"uncaught: {error.error}"))
    context.on("response", answered)
    yield context
    context.close()
    assert complaints == []


def said(page: Page, words: str) -> None:
    expect(page.locator("#log")).to_contain_text(words)


def write(page: Page, words: str) -> None:
    page.locator("#text").fill(words)
    page.locator("#text").press("Enter")


def reference_on(page: Page) -> str:
    shown = page.locator("#reference-number")
    expect(shown).to_have_text(REFERENCE)
    return str(shown.text_content()).replace(" ", "")


def first(page: Page, seen: list[T]) -> T:
    """The first of what the browser tells, once it has told it."""

    def look() -> T | None:
        page.wait_for_timeout(50)
        return next(iter(seen), None)

    return until("the browser to tell", look)


def sign_in(page: Page, centre: CallCentre, name: str = "Ratna Kusumawardani") -> None:
    page.goto(centre.doors["desk"])
    page.locator("#sign-in-go").click()
    page.get_by_role("button", name=name).click()
    expect(page.locator("#agent")).to_have_text(name)


def test_a_chat_survives_its_socket_and_reaches_its_end(
    centre: CallCentre, records: Records, agent: Agent, window: BrowserContext
) -> None:
    page = window.new_page()
    page.goto(centre.doors["chat"])
    said(page, "saya asisten otomatis")
    page.get_by_role("button", name="Sampaikan keluhan").click()
    said(page, "Boleh diceritakan")
    write(page, "Sinyal di kantor saya hilang terus")
    reference = reference_on(page)
    said(page, "sudah di tim jaringan")

    contact_id = records.case(reference).contact_id
    for connection in records.store.contacts.connections(contact_id):
        records.drop_connection(connection)
    agent.reply(reference, "Kami periksa menaranya, Kak.")
    said(page, "Kami periksa menaranya, Kak.")
    write(page, "Di Cimahi, Kak")
    said(page, "lokasinya")

    page.reload()
    said(page, "Sinyal di kantor saya hilang terus")
    assert reference_on(page) == reference
    agent.resolve(reference, "Menara sudah aktif.")
    page.get_by_role("button", name="Sudah, sangat puas (5)").click()
    said(page, "Kalau masalahnya muncul lagi")
    assert records.becomes(reference, "closed").closed_as == "satisfied"
    assert page.locator(".said.pending").count() == 0
    said(page, "kami tutup")
    chat = records.contact(contact_id)
    assert chat is not None
    expect(page.locator("#log .said")).to_have_count(chat.contact.length)


def test_a_long_chat_opens_at_its_newest_and_shows_earlier_messages_on_demand(
    centre: CallCentre, records: Records, window: BrowserContext
) -> None:
    page = window.new_page()
    page.goto(centre.doors["chat"])
    said(page, "saya asisten otomatis")
    write(page, "halo")
    expect(page.locator(".said.care")).to_have_count(2)
    session = page.evaluate("localStorage.getItem('care.chat.session')")
    page.close()
    last = records.talk(contact_id(session), 300)

    page = window.new_page()
    page.goto(centre.doors["chat"])
    lines, earlier = page.locator("#log .said"), page.locator("#earlier")
    expect(lines.last).to_contain_text(last)
    expect(lines.last).to_be_in_viewport()
    expect(earlier).to_have_text("Pesan sebelumnya")
    expect(page.locator("#loaded")).to_be_empty()
    shown = lines.count()
    assert shown < 100

    earlier.focus()
    earlier.press("Enter")
    expect(page.locator("#loaded")).to_contain_text("Pesan sebelumnya dimuat")
    assert lines.count() > shown
    expect(earlier).to_be_focused()
    expect(earlier).to_be_in_viewport()

    page.locator("#log").evaluate("log => { document.activeElement.blur(); log.scrollTop = 600; }")
    shown, read = lines.count(), lines.first.locator(".words").text_content()
    place = page.get_by_text(str(read), exact=True)
    page.locator("#log").hover()
    page.mouse.wheel(0, -550)
    expect(lines).not_to_have_count(shown)
    expect(place).to_be_in_viewport()

    while earlier.is_visible():
        shown = lines.count()
        page.locator("#log").evaluate("log => { log.scrollTop = 0; }")
        expect(lines).not_to_have_count(shown)
    said(page, "saya asisten otomatis")
    write(page, "masih di sini")
    expect(page.locator(".said.pending")).to_have_count(0)
    last = records.talk(contact_id(session), 60)
    write(page, "terima kasih")
    said(page, last)
    chat = records.contact(contact_id(session))
    assert chat is not None
    expect(lines).to_have_count(chat.contact.length)
    every = [one.text for entry in sorted(chat.entries, key=_number) for one in entry.messages]
    assert page.locator("#log .words").all_text_contents() == every


def _number(entry: Entry) -> int:
    return entry.messages[0].seq


def test_an_agent_signs_in_takes_replies_and_resolves(
    centre: CallCentre, records: Records, window: BrowserContext
) -> None:
    writer = centre.correspondent("Nyoman")
    sent = writer.write("Tagihan salah", "Komplain: tagihan bulan ini salah <b>dua kali</b>.")
    case = records.case_of(sent)
    writer.awaits("Terima kasih telah menyampaikan keluhan Anda")

    page = window.new_page()
    sign_in(page, centre)
    page.locator(f"#list a[href='#{case.reference}']").click()
    spoken = f"{case.reference[:3]} {case.reference[3:6]} {case.reference[6:]}"
    expect(page.locator("#case-title")).to_have_text(spoken)
    expect(page.locator("#timeline")).to_contain_text("salah <b>dua kali</b>")

    page.locator("#take").click()
    expect(page.locator("#take")).to_be_hidden()
    assert records.case(case.reference).status == "in_progress"

    page.locator("#text").fill("Tagihan kami periksa hari ini.")
    page.locator("#reply").click()
    expect(page.locator("#timeline")).to_contain_text("Tagihan kami periksa hari ini.")
    writer.awaits("Tagihan kami periksa hari ini.")

    page.locator("#text").fill("Tagihan sudah dibetulkan.")
    page.locator("#resolve").click()
    expect(page.locator("#confirm-words")).to_have_text("Tagihan sudah dibetulkan.")
    page.locator("#confirm-do").click()
    expect(page.locator("#closed")).to_be_visible()
    writer.reply(writer.awaits("1 sampai 5"), "5")
    records.becomes(case.reference, "closed")
    expect(page.locator("#composer")).to_be_hidden()

    page.locator("#sign-out").click()
    expect(page.locator("#sign-in-go")).to_be_visible()


def test_an_agent_promises_asks_back_splits_and_merges(
    centre: CallCentre, records: Records, window: BrowserContext
) -> None:
    writer = centre.correspondent("Sari")
    first = records.case_of(writer.write("Tagihan", "Tagihan saya dua kali ditarik, keluhan saya.")).reference
    second = records.case_of(writer.write("Masih tagihan", "Tagihan saya masih salah, keluhan saya.")).reference

    page = window.new_page()
    sign_in(page, centre)
    page.goto(f"{centre.doors['desk']}#{first}")

    def act(name: str, **fields: str) -> None:
        if not page.locator("#act-list").is_visible():
            page.locator("#acts summary").click()
        page.locator(f"#act-{name}").click()
        for field, value in fields.items():
            node = page.locator(f"#act-field-{field}")
            if node.evaluate("(node) => node.tagName") == "SELECT":
                node.select_option(value)
            else:
                node.fill(value)
        page.locator("#act-do").dblclick()
        expect(page.locator("#act")).to_be_hidden()

    act("promise", text="Bagian tagihan menelepon Ibu.", by="2")
    expect(page.locator("#promise-list")).to_contain_text("Bagian tagihan menelepon Ibu.")
    page.locator("#promise-list .keep").click()
    expect(page.locator("#promise-list .keep")).to_have_count(0)
    act("note", text="Ibu Sari minta ditelepon sore.")
    expect(page.locator("#timeline")).to_contain_text("minta ditelepon sore")
    act("split", category="app", text="Aplikasinya juga tidak bisa dibuka.")
    expect(page.locator("#timeline a")).to_have_count(1)
    act("need", text="Mohon kirim foto tagihannya.")
    writer.awaits("Mohon kirim foto tagihannya.")
    assert len([one for one in records.case(first).promises if one.kept_at]) == 1

    page.goto(f"{centre.doors['desk']}#{second}")
    expect(page.locator("#summary")).to_have_text("Masih tagihan")
    act("merge", into=f"{first[:3]} {first[3:6]} {first[6:]}")
    page.locator("#closed a").click()
    expect(page.locator("#summary")).to_have_text("Tagihan")
    assert records.case(second).merged_into == first


def test_an_agent_sees_to_a_closed_case_whose_answer_never_arrived(
    centre: CallCentre, records: Records, agent: Agent, window: BrowserContext
) -> None:
    reference = Caller(centre.doors, "+628170000000").dial_and_press("1", "0").reference
    agent.resolve(reference, "Kami telepon besok pukul 9.")
    until("the answer to fail", lambda: records.case(reference).attention == "not_delivered")
    assert records.case(reference).status == "closed"

    page = window.new_page()
    sign_in(page, centre)
    expect(page.locator("#list-attention .badge")).to_be_visible()
    expect(page.locator(f"#list a[href='#{reference}']")).to_have_count(0)
    page.locator("#list-attention").click()
    page.locator(f"#list a[href='#{reference}']").click()
    page.get_by_role("button", name="Sudah saya tangani").click()
    expect(page.locator("#attention")).to_be_hidden()
    expect(page.locator("#take")).to_be_hidden()
    expect(page.locator(f"#list a[href='#{reference}']")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_long_case_opens_at_its_newest_and_shows_earlier_entries_by_keyboard(
    centre: CallCentre, records: Records, agent: Agent, window: BrowserContext, width: int
) -> None:
    writer = centre.correspondent()
    reference = records.case_of(writer.write("Tagihan salah", "Komplain: tagihan saya salah.")).reference
    records.becomes(reference, "acknowledged")
    records.add(reference, *(f"Tambahan {number}" for number in range(100)), "😡" * 20_000)

    page = window.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, centre)
    page.goto(f"{centre.doors['desk']}#{reference}")
    entries, earlier = page.locator("#timeline > li"), page.locator("#earlier")
    expect(entries.first).to_be_attached()
    shown = entries.count()
    assert shown <= 51
    expect(earlier).to_have_text("Tampilkan yang lebih lama")
    expect(page.locator("#timeline")).not_to_contain_text("tagihan saya salah")
    earlier.focus()
    earlier.press("Enter")
    expect(entries).not_to_have_count(shown)
    expect(page.locator("#loaded")).to_contain_text("ditampilkan")
    expect(earlier).to_be_focused()
    earlier.press("Enter")
    expect(earlier).to_be_hidden()
    expect(page.locator("#timeline")).to_be_focused()
    expect(entries.first).to_contain_text("tagihan saya salah")
    added = entries.filter(has_text=re.compile(r"Tambahan \d")).all_text_contents()
    assert [re.findall(r"Tambahan (\d+)$", one) for one in added] == [[str(number)] for number in range(100)]

    long = page.locator("#timeline .customer details")
    long.locator("summary").focus()
    long.locator("summary").press("Enter")
    expect(long.locator("p")).to_have_text("😡" * 20_000)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    agent.resolve(reference, "Selesai.")


def test_personal_numbers_are_shown_on_demand_on_every_page_of_a_case_and_hidden_again(
    centre: CallCentre, records: Records, agent: Agent, window: BrowserContext
) -> None:
    writer = centre.correspondent()
    reference = records.case_of(writer.write("Registrasi gagal", "Komplain: NIK saya 3171011708450001")).reference
    records.becomes(reference, "acknowledged")
    records.add(reference, *(f"Tambahan {number}" for number in range(60)), f"{'Tolong. ' * 600} NIK 3171011708450002")
    page = window.new_page()
    sign_in(page, centre)
    page.goto(f"{centre.doors['desk']}#{reference}")
    timeline, numbers, earlier = page.locator("#timeline"), page.locator("#numbers"), page.locator("#earlier")
    expect(timeline).to_contain_text("Tambahan 59")
    expect(numbers).to_be_hidden()
    page.locator("#timeline .customer details summary").click()
    expect(timeline).to_contain_text("NIK [NIK]")
    expect(numbers).to_be_visible()
    earlier.click()
    expect(timeline).to_contain_text("NIK saya [NIK]")

    numbers.click()
    expect(numbers).to_have_attribute("aria-pressed", "true")
    earlier.click()
    expect(timeline).to_contain_text("NIK saya 3171011708450001")
    page.locator("#timeline .customer details summary").click()
    expect(timeline).to_contain_text("NIK 3171011708450002")
    numbers.click()
    expect(timeline).not_to_contain_text("3171011708450")
    earlier.click()
    expect(timeline).to_contain_text("NIK saya [NIK]")
    expect(timeline).not_to_contain_text("3171011708450")
    looked = [entry.text for entry in records.file(reference).timeline].count("personal numbers shown")
    assert looked == 1
    agent.resolve(reference, "Selesai.")


def test_what_is_held_is_read_and_released_or_discarded_at_the_desk(
    centre: CallCentre, records: Records, agent: Agent, window: BrowserContext
) -> None:
    writer = centre.correspondent("Komang")
    mail = writer.compose("Komplain", f"Komplain: pulsa saya hilang.\n{GTUBE}\n", charset="us-ascii")
    mail.add_attachment(b"<b>x</b>\n", maintype="text", subtype="html", filename="bukti.txt")
    spam = records.case_of(writer.send(mail)).reference
    mail = writer.compose("Hadiah", "Menangkan hadiah sekarang")
    mail.add_attachment(EICAR, maintype="application", subtype="octet-stream", filename="hadiah.exe")
    virus = records.case_of(writer.send(mail)).reference
    page = window.new_page()
    sign_in(page, centre)
    expect(page.locator(f"#list a[href='#{spam}']")).to_have_count(0)
    page.get_by_role("button", name="Ditahan").click()
    expect(page.locator(f"#list a[href='#{virus}']")).to_contain_text("Virus")

    page.locator(f"#list a[href='#{spam}']").click()
    expect(page.locator("#held-why")).to_contain_text("spam")
    expect(page.locator("#timeline")).to_contain_text("pulsa saya hilang")
    expect(page.locator("#timeline .attachments")).to_contain_text("bukti.txt, 9 B: ditahan")
    expect(page.locator("#timeline .attachments button")).to_have_count(0)
    for act in ("take", "write", "composer"):
        expect(page.locator(f"#{act}")).to_be_hidden()
    page.get_by_role("button", name="Lepaskan").click()
    expect(page.locator("#held")).to_be_hidden()
    expect(page.locator("#timeline")).to_contain_text("melepaskan yang ditahan")
    expect(page.locator("#timeline .attachments button")).to_have_count(1)
    writer.awaits("Terima kasih telah menyampaikan keluhan Anda")

    page.locator(f"#list a[href='#{virus}']").click()
    expect(page.locator("#held-why")).to_contain_text("tidak disimpan")
    page.get_by_role("button", name="Buang…").click()
    page.locator("#confirm").get_by_role("button", name="Batal").click()
    assert records.case(virus).status == "open"
    page.get_by_role("button", name="Buang…").click()
    page.locator("#confirm-do").click()
    expect(page.locator("#closed")).to_contain_text("dibuang")
    assert records.case(virus).closed_as == "discarded"
    agent.resolve(spam, "Pulsa kembali.")


def test_a_page_runs_its_own_files_alone_and_is_framed_by_nobody(centre: CallCentre) -> None:
    gateway = "/".join(centre.outputs["DeskApiUrl"].split("/", 3)[:3])
    ask = dict.fromkeys(
        ("phone", "mailbox", "sms", "chat", "desk", "status"), f"'self' {gateway} {gateway.replace('http', 'ws')}"
    )
    for name, asks in (ask | {"console": "'self'", "operator_system": "'self'"}).items():
        for file in ("", "words.js"):
            headers = http("GET", f"{centre.doors[name].rstrip('/')}/{file}").headers
            policy = dict(one.split(" ", 1) for one in headers["Content-Security-Policy"].split("; "))
            assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
            assert policy["script-src"] == policy["form-action"] == "'self'"
            assert policy["connect-src"] == asks
            assert headers["X-Frame-Options"] == "DENY"
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"


HOSTILE = (
    "<script>window.hit = 1</script><img src=http://evil.example/x onerror=alert(1)><svg onload=alert(2)></svg>"
    '<iframe srcdoc="<script>alert(3)</script>"></iframe><a href="javascript:alert(4)">x</a>'
)


def test_no_text_of_a_customer_or_an_agent_is_anything_but_text_on_any_page(
    centre: CallCentre, records: Records, agent: Agent, browser: Browser
) -> None:
    writer = centre.correspondent()
    mail = writer.compose(f"Komplain {HOSTILE}", f"Keluhan: pulsa hilang {HOSTILE}")
    mail.replace_header("From", formataddr((HOSTILE, writer.address)))
    mail.add_alternative(f"<p>Keluhan: pulsa hilang</p>{HOSTILE}", subtype="html")
    mail.add_attachment(b"x", maintype="text", subtype="html", filename=f"{HOSTILE}.html")
    mailed = records.case_of(writer.send(mail)).reference
    caller = centre.caller()
    caller.text(f"Keluhan: sinyal hilang {HOSTILE}")
    texted = until("the case", lambda: records.case_of_number(caller.number)).reference
    chatter = centre.chatter().open()
    chatter.says(f"Keluhan: internet lemot {HOSTILE}")
    cases = [mailed, texted, str(chatter.reference)]
    for reference in cases:
        agent.reply(reference, HOSTILE)
    chatter.awaits(HOSTILE)
    caller.awaits("evil.example")
    writer.awaits("evil.example")

    context = browser.new_context(locale="id-ID", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    wrong: list[str] = []

    def meets(dialog: Dialog) -> None:
        wrong.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def asks(asked: Request) -> None:
        if "evil.example" in asked.url:
            wrong.append(asked.url)

    context.on("dialog", meets)
    context.on("request", asks)

    def is_text(page: Page, where: str) -> None:
        expect(page.locator(where)).to_contain_text("evil.example")
        foreign = "img[src*=evil], svg[onload], a[href^=javascript], iframe[srcdoc*='alert(3)']:not([sandbox=''])"
        expect(page.locator(foreign)).to_have_count(0)
        assert page.evaluate("window.hit") is None

    page = context.new_page()
    sign_in(page, centre)
    is_text(page, "#list")
    for reference in cases:
        page.goto(f"{centre.doors['desk']}#{reference}")
        expect(page.locator("#case-title")).to_contain_text(reference[-4:])
        is_text(page, "#timeline")
    page.goto(f"{centre.doors['sms']}#{caller.number}")
    is_text(page, "#log")
    page.goto(centre.doors["mailbox"])
    page.locator("#customer").select_option(writer.address)
    for number in range(page.locator("#list a").count()):
        page.locator("#list a").nth(number).click()
        expect(page.locator("#message")).to_be_visible()
        if page.locator("#view-html").is_visible():
            page.locator("#view-html").click()
            expect(page.frame_locator("#html").locator("p").first).to_be_attached()
    is_text(page, "#list")
    page.goto(centre.doors["chat"])
    said(page, "saya asisten otomatis")
    page.evaluate("secret => localStorage.setItem('care.chat.session', secret)", chatter.secret)
    page.reload()
    is_text(page, "#log")
    page.goto(centre.doors["console"])
    page.locator("#cases").get_by_role("button", name=mailed).click()
    is_text(page, "#case-body")
    context.close()
    assert wrong == []
    for reference in cases:
        agent.resolve(reference, "Selesai.")
    chatter.close()


def test_a_reply_too_long_for_an_sms_is_counted_and_kept_until_it_fits(
    centre: CallCentre, records: Records, agent: Agent, window: BrowserContext
) -> None:
    caller = centre.caller()
    reference = caller.complain("3").reference
    caller.awaits("keluhan Anda kami terima")
    longest = agent.case(reference)["longest"]["reply"]
    page = window.new_page()
    sign_in(page, centre)
    page.goto(f"{centre.doors['desk']}#{reference}")
    text, count, too_long = page.locator("#text"), page.locator("#written"), page.locator("#too-long")
    text.fill("x" * longest)
    expect(count).to_have_text(f"{longest:,} dari {longest:,} karakter".replace(",", "."))
    expect(too_long).to_be_empty()

    text.press("Control+End")
    text.press_sequentially("yz")
    expect(count).to_have_text(f"{longest + 2:,} dari {longest:,} karakter".replace(",", "."))
    expect(too_long).to_have_text("Terlalu panjang untuk balasan lewat SMS")
    page.locator("#reply").click()
    expect(page.locator("#problem")).to_contain_text("Persingkat")
    expect(text).to_be_focused()
    expect(text).to_have_attribute("aria-invalid", "true")
    page.reload()
    expect(text).to_have_value("x" * longest + "yz")
    # The words are there before the case is, and a hidden field takes no keys.
    expect(too_long).to_have_text("Terlalu panjang untuk balasan lewat SMS")
    assert [one["key"] for one in agent.case(reference)["messages"]] == ["acknowledgement-1"]

    text.press("Control+End")
    text.press("Backspace")
    text.press("Backspace")
    page.locator("#reply").click()
    expect(text).to_have_value("")
    expect(count).to_be_empty()
    # The link to the page of the case is shorter than the room that is left for it.
    assert 1500 < len(caller.awaits("x" * longest)) <= 1600
    agent.resolve(reference, "Tagihan sudah dibetulkan.")


def test_an_attachment_is_downloaded_at_the_desk_and_what_may_do_harm_is_not(
    centre: CallCentre, records: Records, agent: Agent, window: BrowserContext
) -> None:
    writer = centre.correspondent("Ketut")
    mail = writer.compose("Keluhan", "Keluhan: pulsa hilang, bukti terlampir.")
    mail.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename="bukti é.txt")
    mail.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename="masuk.html")
    case = records.case_of(writer.send(mail))

    page = window.new_page()
    sign_in(page, centre)
    page.goto(f"{centre.doors['desk']}#{case.reference}")
    downloads: list[Download] = []
    window.on("page", lambda tab: tab.on("download", lambda file: downloads.append(file)))
    expect(page.locator("#timeline .attachments")).to_contain_text("masuk.html, 25 B: tidak diberikan, halaman web")
    expect(page.locator("#timeline .attachments button")).to_have_count(1)
    page.get_by_role("button", name=re.compile("bukti é.txt")).click()
    download = first(page, downloads)
    assert download.suggested_filename == "bukti é.txt"
    assert Path(download.path()).read_bytes() == b"<script>alert(1)</script>"
    agent.resolve(case.reference, "Pulsa kembali.")


def test_a_caller_hears_reads_and_presses(
    centre: CallCentre, records: Records, agent: Agent, window: BrowserContext
) -> None:
    page = window.new_page()
    sounds: list[Response] = []
    page.on("response", lambda response: sounds.append(response) if response.url.endswith(".wav") else None)
    page.goto(centre.doors["phone"])
    page.locator("#call").click()
    keypad = page.locator("#keypad")
    for words, key in (
        ("Untuk Bahasa Indonesia, tekan satu.", "1"),
        ("Ganti paket, tiga. Keluhan, empat.", "4"),
        ("Jaringan dan sinyal, tekan satu.", "1"),
        ("Tidak ada sinyal, tekan satu.", "1"),
        ("Masukkan lima angka kode pos", "#"),
        ("atau dua untuk melewati", "2"),
    ):
        said(page, words)
        keypad.get_by_role("button", name=key).click()
    reference = reference_on(page)
    said(page, "Keluhan Anda telah tercatat")
    case = records.case(reference)
    assert (case.channel, case.category) == (VOICE, "network")
    expect(page.locator("#state")).not_to_be_empty()
    page.locator("#call").click()
    expect(page.locator("#call")).to_be_enabled()

    first(page, sounds)
    assert {urlsplit(sound.url).path.split("/")[1] for sound in sounds} == {"prompts"}
    for sound in sounds:
        assert sound.status in (200, 206), sound.url
        assert sound.headers["content-type"] in ("audio/wav", "audio/x-wav"), sound.url
    with urllib.request.urlopen(sounds[0].url) as recording:
        assert recording.read(4) == b"RIFF"
    agent.resolve(reference, "Menara sudah aktif.")


def test_a_customer_reads_and_answers_sms(
    centre: CallCentre, records: Records, agent: Agent, window: BrowserContext
) -> None:
    caller = centre.caller()
    reference = caller.complain("3").reference
    caller.awaits("keluhan Anda kami terima")

    page = window.new_page()
    page.goto(f"{centre.doors['sms']}#{caller.number}")
    said(page, "keluhan Anda kami terima")
    agent.resolve(reference, "Tagihan dibetulkan.")
    said(page, "Sudah teratasi?")
    write(page, "puas")
    said(page, "terima kasih atas kabarnya")
    assert records.becomes(reference, "closed").closed_as == "satisfied"


def test_a_customer_writes_reads_and_answers_mail(
    centre: CallCentre, records: Records, agent: Agent, window: BrowserContext
) -> None:
    writer = centre.correspondent()
    page = window.new_page()
    page.goto(centre.doors["mailbox"])
    page.locator("#write").click()
    page.locator("#from").fill(writer.address)
    page.locator("#to").fill(centre.doors["care"])
    page.locator("#subject-field").fill("Internet lemot")
    page.locator("#text").fill("Internet saya lemot di Medan.")
    page.locator("#send").click()
    acknowledgement = writer.awaits("Terima kasih telah menyampaikan keluhan Anda")

    page.locator("#customer").select_option(writer.address)
    page.locator("#list a").filter(has_text="Terima kasih").first.click()
    expect(page.locator("#subject")).to_have_text(str(acknowledgement["Subject"]))
    expect(page.locator("#body")).to_contain_text("Nomor referensi Anda")
    reference = until("the case", lambda: next(iter(re.findall(r"\[#(\d{10})\]", str(acknowledgement["Subject"]))), ""))
    agent.resolve(reference, "Sudah kami perbaiki.")
    writer.awaits("1 sampai 5")
    page.locator("#list a").filter(has_text="Sudah kami perbaiki.").first.click()
    page.locator("#reply").click()
    page.locator("#text").fill("5")
    page.locator("#send").click()
    assert records.becomes(reference, "closed").closed_as == "satisfied"


def test_links_fill_in_who_writes_and_what_is_said_and_send_nothing(centre: CallCentre, window: BrowserContext) -> None:
    page = window.new_page()
    page.goto(f"{centre.doors['mailbox']}?from=sari@pelanggan.example&name=Sari%20Wulandari")
    expect(page.locator("#from")).to_have_value("Sari Wulandari <sari@pelanggan.example>")
    expect(page.locator("#subject-field")).to_be_focused()
    page.reload()
    expect(page.locator("#customer")).to_have_value("sari@pelanggan.example")
    expect(page.locator("#composer")).to_be_hidden()

    page.goto(f"{centre.doors['chat']}?say=%3Cb%3Ecek%20kuota%3C%2Fb%3E%0Asaya")
    said(page, "saya asisten otomatis")
    expect(page.locator("#text")).to_have_value("<b>cek kuota</b>\nsaya")
    expect(page.locator("#text")).to_be_focused()
    page.reload()
    said(page, "saya asisten otomatis")
    expect(page.locator("#text")).to_have_value("")
    assert page.locator(".said.customer").count() == 0


def test_the_desk_shows_first_what_is_urgent_and_what_nobody_asks_again(
    centre: CallCentre, agent: Agent, window: BrowserContext
) -> None:
    guided = centre.chatter().open()
    guided.says("Bagaimana mengatur APN di HP Android?")
    for _ in range(4):
        guided.says("Belum berhasil")
    stolen = centre.chatter().open()
    stolen.says("HP saya hilang dicopet, tolong blokir kartunya")
    assert guided.reference
    assert stolen.reference

    page = window.new_page()
    sign_in(page, centre)
    expect(page.locator(f"#list a[href='#{stolen.reference}']")).to_contain_text("Mendesak")
    expect(page.locator(f"#list a[href='#{guided.reference}']")).to_be_visible()
    urgent, counted = page.locator("#list a").evaluate_all(
        """rows => [
            rows.map((row) => row.textContent.includes("Mendesak")), document.getElementById("first").textContent
        ]"""
    )
    assert urgent == sorted(urgent, reverse=True), "what is urgent is above the rest"
    assert counted == f"{sum(urgent)} mendesak"

    page.goto(f"{centre.doors['desk']}#{guided.reference}")
    expect(page.locator("#known")).to_contain_text("Sudah dicoba")
    expect(page.locator("#known")).to_contain_text("Nama titik akses")
    for one in (guided, stolen):
        agent.resolve(str(one.reference), "Sudah kami bantu.")
        one.close()


def test_the_local_page_shows_a_case_on_its_way_and_kills_a_function(
    centre: CallCentre, records: Records, agent: Agent, window: BrowserContext
) -> None:
    page = window.new_page()
    page.goto(centre.doors["console"])
    expect(page.locator("#doors .card")).to_have_count(4)
    functions = {one["name"].removeprefix("care-") for one in records.control("GET", "functions")}
    assert set(page.locator("#picture .function .name").all_text_contents()) == functions
    expect(page.locator("#picture")).to_contain_text("Operator")

    caller = centre.caller()
    reference = caller.complain("5").reference
    expect(page.locator("#cases")).to_contain_text(reference)
    expect(page.locator("#followups")).to_contain_text(reference)
    expect(page.locator("#ticker tbody")).to_contain_text("fanout")
    page.locator("#cases").get_by_role("button", name=reference).click()
    expect(page.locator("#case-body .timeline").first).to_be_visible()
    page.locator("#case-close").click()

    before = _pid(records)
    row = page.locator("#functions tr").filter(has_text="voice")
    expect(row).to_contain_text(str(before))
    row.get_by_role("button").click()
    until("the voice function's process to end", lambda: _pid(records) != before)

    again = caller.dial_and_press("1", "6", reference)
    assert "id/status_acknowledged" in again.prompts
    expect(row).not_to_contain_text(str(before))
    agent.resolve(reference, "Kartu sudah aktif.")


def _pid(records: Records) -> int | None:
    functions = records.control("GET", "functions")
    return next((one["pid"] for one in functions if one["logical_id"] == "VoiceFunction"), None)


def test_both_languages_have_every_word_and_the_desk_has_words_for_every_order(
    centre: CallCentre, window: BrowserContext
) -> None:
    page = window.new_page()
    keys = {}
    for name in ("phone", "mailbox", "sms", "chat", "desk", "status"):
        page.goto(centre.doors[name])
        indonesian, english, used, written = page.evaluate(
            """async () => {
                const { TEXTS } = await import("./words.js");
                const used = [...document.querySelectorAll("[data-t]")].map((node) => node.dataset.t);
                const written = (await (await fetch("words.js")).text()).match(/^    ("[^"]+"|\\w+):/gm).length;
                return [Object.keys(TEXTS.id), Object.keys(TEXTS.en), used, written];
            }"""
        )
        assert set(indonesian) == set(english), name
        assert written == len(indonesian) + len(english), f"{name}: a key is there twice"
        assert set(used) <= set(english), name
        keys[name] = set(english)
    assert {f"order_{state}" for state in OrderState} <= keys["desk"]
    assert {f"refusal_{reason}" for reason in RefusalReason} <= keys["desk"]
    assert {f"what_{what}" for what in What} <= keys["desk"]
    assert {f"held_{why}" for why in Held} | {f"held_why_{why}" for why in Held} <= keys["desk"]
    assert {f"as_{how}" for how in ClosedAs} <= keys["desk"]
    assert {f"attention_{why}" for why in Attention} | {f"unasked_{why}" for why in Unasked} <= keys["desk"]
    assert {f"team_{one}" for one in Team} | {f"priority_{one}" for one in Priority} <= keys["desk"]
    assert {f"kind_{one}" for one in Kind} | {f"category_{one}" for one in Category} <= keys["desk"]


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_its_window(centre: CallCentre, browser: Browser, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    root = urljoin(centre.doors["phone"], "/")
    for name in ("phone", "mailbox", "sms", "chat", "desk", "status", "console"):
        page.goto(centre.doors.get(name, f"{root}{name}/"))
        page.wait_for_load_state("load")
        too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert too_wide <= 0, f"{name} is {too_wide} px wider than {width}"
    context.close()
