"""The page of the invented subscribers: to be one of them, and to make the operator's system fail."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.doors import fetch
from tests.e2e.stack import CallCentre
from tests.e2e.test_pages import browser, reference_on, said, sign_in, window, write

__all__ = ["browser", "window"]

pytestmark = pytest.mark.browser
SARI = "+6281708170101"
SLAMET = "+6281708170102"
TOGAR = "+6281708170105"
CODE = re.compile(r"\b\d{6}\b")


@pytest.fixture
def in_order(centre: CallCentre) -> Iterator[str]:
    """The address of the operator's system, which works again afterwards."""
    url = centre.doors["operator_system"]
    yield url
    everything = fetch(f"{url}/stand-in/behaviour")
    assert not any(everything.values()), f"left behind: {everything}"


def test_one_calls_and_gets_sms_as_ibu_sari(centre: CallCentre, window: BrowserContext) -> None:
    page = window.new_page()
    page.goto(centre.doors["operator_system"])
    expect(page.locator("#cards > li")).to_have_count(len(fetch(f"{page.url}stand-in/subscribers")))
    page.locator("#find").fill("0817-0817-0101")
    sari = page.locator("#cards > li")
    expect(sari).to_have_count(1)
    expect(sari).to_contain_text("Ibu Sari")
    expect(sari).to_contain_text("WITA")
    with window.expect_page() as next_page:
        sari.get_by_role("link", name="Telepon sebagai Ibu Sari").click()
    assert next_page.value.url == f"{centre.doors['phone']}?from={quote(SARI)}"
    expect(next_page.value.locator("#number")).to_have_value(SARI)
    with window.expect_page() as next_page:
        sari.get_by_role("link", name="SMS sebagai Ibu Sari").click()
    expect(next_page.value.locator("#phone")).to_have_text("+62 817-0817-0101")


def card(page: Page, centre: CallCentre, number: str) -> Locator:
    """The subscriber of that number, found on the page."""
    page.goto(centre.doors["operator_system"])
    page.locator("#find").fill(number)
    found = page.locator("#cards > li")
    expect(found).to_have_count(1)
    return found


def code_on(sms: Page) -> str:
    """The code in the last SMS that has one."""
    told = sms.locator("#log .words").filter(has_text=CODE).last
    expect(told).to_be_visible()
    return str(CODE.findall(str(told.text_content()))[-1])


def test_one_mails_as_bapak_slamet(centre: CallCentre, window: BrowserContext) -> None:
    slamet = card(window.new_page(), centre, SLAMET)
    with window.expect_page() as next_page:
        slamet.get_by_role("link", name="E-mail sebagai Bapak Slamet").click()
    mailbox = next_page.value
    expect(mailbox.locator("#from")).to_have_value("Slamet <slamet@pelanggan.example>")
    expect(mailbox.locator("#to")).to_have_value(centre.doors["care"])
    mailbox.locator("#subject-field").fill("Kuota hilang")
    mailbox.locator("#text").fill("Keluhan: kuota saya hilang padahal baru isi kemarin.")
    mailbox.locator("#send").click()
    expect(mailbox.locator("#customer")).to_have_value("slamet@pelanggan.example")
    mailbox.locator("#list a").filter(has_text="Terima kasih telah menyampaikan keluhan Anda").click()
    expect(mailbox.locator("#body")).to_contain_text("Bapak/Ibu Slamet")
    reference = re.findall(r"\[#(\d{10})\]", str(mailbox.locator("#subject").text_content()))[0]
    centre.agent().resolve(reference, "Kuota sudah kami kembalikan.")


def test_one_chats_as_ibu_sari_and_the_code_comes_to_her_sms(centre: CallCentre, window: BrowserContext) -> None:
    sari = card(window.new_page(), centre, SARI)
    with window.expect_page() as next_page:
        sari.get_by_role("link", name="Chat sebagai Ibu Sari").click()
    chat = next_page.value
    said(chat, "saya asisten otomatis")
    expect(chat.locator("#text")).to_have_value("Cek kuota saya, nomor 0817-0817-0101")
    assert chat.locator(".said.customer").count() == 0, "the link only fills in; a person sends"
    chat.locator("#send").click()
    said(chat, "tulis 6 angkanya di sini")
    with window.expect_page() as next_page:
        sari.locator(".next").get_by_role("link", name="SMS sebagai Ibu Sari").click()
    write(chat, code_on(next_page.value))
    said(chat, "atas nama Sari Wulandari")


def test_the_desk_tells_how_a_package_order_went(in_order: str, centre: CallCentre, window: BrowserContext) -> None:
    operator = window.new_page()
    togar = card(operator, centre, TOGAR)
    with window.expect_page() as next_page:
        togar.get_by_role("link", name="Chat sebagai Bapak Togar").click()
    chat = next_page.value
    said(chat, "saya asisten otomatis")
    chat.locator("#send").click()
    said(chat, "tulis 6 angkanya di sini")
    with window.expect_page() as next_page:
        togar.locator(".next").get_by_role("link").click()
    write(chat, code_on(next_page.value))
    said(chat, "atas nama Togar Simanjuntak")

    if not operator.locator("#controls").evaluate("controls => controls.open"):
        operator.locator("#controls summary").click()
    operator.get_by_role("button", name="Tambah satu: Aktivasi berikutnya ditolak").click()
    expect(operator.locator("#refuse_activations")).to_have_text("1")
    write(chat, "Ganti paket Harian 1 GB")
    chat.get_by_role("button", name="Ya, lanjutkan").click()
    reference = reference_on(chat)
    centre.records.becomes(reference, "closed")

    desk = window.new_page()
    sign_in(desk, centre)
    desk.goto(f"{centre.doors['desk']}#{reference}")
    order = desk.locator("#order")
    for words in (
        "Harian 1 GB",
        TOGAR,
        "Rp5.000",
        "tidak diaktifkan, biaya dikembalikan",
        "paket tidak tersedia untuk",
    ):
        expect(order).to_contain_text(words)
    timeline = desk.locator("#timeline")
    expect(timeline).to_contain_text("pesanan paket Harian 1 GB: biaya dipotong, paket belum aktif")
    expect(timeline).to_contain_text(f"Nomor {TOGAR} sudah terverifikasi dengan kode SMS")
    for raw in ("harian-1-gb", "refunded", "not_eligible"):
        expect(timeline).not_to_contain_text(raw)
    desk.locator("#language").click()
    expect(order).to_contain_text("not activated, refunded")
    expect(order).to_contain_text("the package is not available for this number")
    desk.set_viewport_size({"width": 360, "height": 800})
    assert desk.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_the_system_is_made_to_fail_and_put_in_order(in_order: str, window: BrowserContext) -> None:
    page = window.new_page()
    page.goto(in_order)
    state = page.locator("#state")
    expect(state).to_have_text("menjawab seketika")
    page.locator("#only").select_option("refund")
    page.get_by_role("button", name="Tambah satu: Berikutnya dikerjakan").click()
    expect(state).to_have_text("gangguan menanti: 1")
    page.locator("#slow").select_option("4")
    expect(state).to_have_text("lambat: 4 detik")
    page.locator("#down").check()
    expect(state).to_have_text("mati")
    told = fetch(f"{in_order}/stand-in/behaviour")
    assert (told["only"], told["lose_next"], told["slow_seconds"], told["down"]) == ("refund", 1, 4.0, True)
    page.get_by_role("button", name="Normal lagi").click()
    expect(state).to_have_text("menjawab seketika")


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_its_window(centre: CallCentre, browser: Browser, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(centre.doors["operator_system"])
    expect(page.locator("#cards > li").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    context.close()


def test_both_languages_have_every_word_of_the_page(centre: CallCentre, window: BrowserContext) -> None:
    page = window.new_page()
    page.goto(centre.doors["operator_system"])
    indonesian, english, used = page.evaluate(
        """async () => {
            const { TEXTS } = await import("/words.js");
            const used = [...document.querySelectorAll("[data-t]")].map((node) => node.dataset.t);
            return [Object.keys(TEXTS.id), Object.keys(TEXTS.en), used];
        }"""
    )
    assert set(indonesian) == set(english)
    assert set(used) <= set(english)
