"""The page of the invented subscribers: to be one of them, and to make the operator's system fail."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.e2e.doors import fetch
from tests.e2e.stack import CallCentre
from tests.e2e.test_pages import browser, window

__all__ = ["browser", "window"]

pytestmark = pytest.mark.browser
SARI = "+6281708170101"


@pytest.fixture
def in_order(opened: CallCentre) -> Iterator[str]:
    """The address of the operator's system, which works again afterwards."""
    url = opened.doors["operator_system"]
    yield url
    everything = fetch(f"{url}/stand-in/behaviour")
    assert not any(everything.values()), f"left behind: {everything}"


def test_one_calls_and_gets_sms_as_ibu_sari(opened: CallCentre, window: BrowserContext) -> None:
    page = window.new_page()
    page.goto(opened.doors["operator_system"])
    expect(page.locator("#cards > li")).to_have_count(len(fetch(f"{page.url}stand-in/subscribers")))
    page.locator("#find").fill("0817-0817-0101")
    sari = page.locator("#cards > li")
    expect(sari).to_have_count(1)
    expect(sari).to_contain_text("Ibu Sari")
    expect(sari).to_contain_text("WITA")
    with window.expect_page() as next_page:
        sari.get_by_role("link", name="Telepon sebagai Ibu Sari").click()
    assert next_page.value.url == f"{opened.doors['phone']}?from={quote(SARI)}"
    expect(next_page.value.locator("#number")).to_have_value(SARI)
    with window.expect_page() as next_page:
        sari.get_by_role("link", name="SMS sebagai Ibu Sari").click()
    expect(next_page.value.locator("#phone")).to_have_text("+62 817-0817-0101")


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
def test_the_page_fits_its_window(opened: CallCentre, browser: Browser, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(opened.doors["operator_system"])
    expect(page.locator("#cards > li").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    context.close()


def test_both_languages_have_every_word_of_the_page(opened: CallCentre, window: BrowserContext) -> None:
    page = window.new_page()
    page.goto(opened.doors["operator_system"])
    indonesian, english, used = page.evaluate(
        """async () => {
            const { TEXTS } = await import("/words.js");
            const used = [...document.querySelectorAll("[data-t]")].map((node) => node.dataset.t);
            return [Object.keys(TEXTS.id), Object.keys(TEXTS.en), used];
        }"""
    )
    assert set(indonesian) == set(english)
    assert set(used) <= set(english)
