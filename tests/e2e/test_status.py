"""The page of a case: a customer opens the link that came, sees where it stands, and answers."""

import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e.doors import Agent, Answer, Caller, Correspondent, body, http, until
from tests.e2e.records import Records
from tests.e2e.stack import CallCentre
from tests.e2e.test_pages import browser, window

__all__ = ["browser", "window"]

LINK = re.compile(r"https?://\S+/status/#\w+")


def link_in(text: str) -> str:
    found = LINK.search(text)
    assert found, text
    return found.group()


def ask(centre: CallCentre, what: str, **body: Any) -> Answer:
    return http("POST", f"{centre.outputs['StatusApiUrl']}/status/{what}", body)


def complaint_by_mail(centre: CallCentre, records: Records) -> tuple[Correspondent, str, str]:
    """Who complained, the reference, and the link in the letter that answered."""
    writer = centre.correspondent("Wayan Sudarma")
    reference = records.case_of(writer.write("Internet", "Keluhan: internet saya lemot sejak kemarin.")).reference
    return writer, reference, link_in(body(writer.awaits("Terima kasih telah menyampaikan keluhan Anda")))


def complaint_by_phone(centre: CallCentre) -> tuple[Caller, str, str]:
    """Who called, the reference, and the link in the SMS that came."""
    caller = centre.caller()
    reference = caller.complain("2").reference
    return caller, reference, link_in(caller.awaits("keluhan Anda kami terima"))


def test_a_link_in_an_sms_opens_the_case_and_asking_changes_nothing(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    _, reference, link = complaint_by_phone(centre)
    records.becomes(reference, "acknowledged")
    token = link.partition("#")[2]
    before = records.file(reference)
    for _ in range(3):
        assert ask(centre, "show", token=token).body["reference"] == reference
    for method in ("GET", "HEAD"):
        assert http(method, link).status == 200, "the page alone"
        assert http(method, f"{centre.outputs['StatusApiUrl']}/status/show").status == 404
    assert records.file(reference) == before
    agent.resolve(reference, "Sudah diperbaiki.")


def test_the_same_answer_twice_is_one_and_closes_through_the_follow_up(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    caller, reference, link = complaint_by_phone(centre)
    agent.resolve(reference, "Sinyal sudah normal.")
    caller.awaits("kami nyatakan selesai")
    said = {"token": link.partition("#")[2], "id": uuid.uuid4().hex, "score": 5, "text": "lancar"}
    assert [ask(centre, "answer", **said).status for _ in range(2)] == [200, 200]
    case = records.becomes(reference, "closed")
    assert (case.closed_as, len(case.scores)) == ("satisfied", 1)
    assert caller.awaits("ditutup")


def test_reference_and_number_open_it_and_wrong_tries_are_answered_alike(centre: CallCentre, agent: Agent) -> None:
    caller, reference, _ = complaint_by_phone(centre)
    wrong = ask(centre, "find", reference=reference, contact="081700000002")
    unknown = ask(centre, "find", reference="4172201930", contact="081700000002")
    assert (wrong.status, wrong.body) == (unknown.status, unknown.body)
    assert wrong.status == 404
    found = ask(centre, "find", reference=reference, contact=caller.number)
    assert found.body["reference"] == ask(centre, "show", token=found.body["token"]).body["reference"] == reference
    agent.resolve(reference, "Sudah diperbaiki.")


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_a_customer_sees_adds_and_answers_belum_and_then_puas(
    centre: CallCentre, records: Records, agent: Agent, window: BrowserContext, width: int
) -> None:
    writer, reference, link = complaint_by_mail(centre, records)
    page = window.new_page()
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(link)
    expect(page.locator("#state")).to_contain_text("di tim jaringan")
    expect(page.locator("#reference")).to_have_text(f"{reference[:3]} {reference[3:6]} {reference[6:]}")
    expect(page.locator("#due")).to_contain_text("WIB")
    expect(page.locator("#said")).to_contain_text("Terima kasih telah menyampaikan keluhan Anda")
    expect(page.locator("body")).not_to_contain_text("Wayan")
    fits(page)

    page.locator("#send").click()
    expect(page.locator("#add-problem")).to_contain_text("Tuliskan dahulu")
    page.locator("#text").fill("Lokasi saya di Cimahi")
    page.locator("#send").dblclick()
    expect(page.locator("#done")).to_contain_text("tambahan Anda sudah kami terima")
    expect(page.locator("#text")).to_have_value("")
    assert heard(records, reference) == ["Lokasi saya di Cimahi"]

    agent.resolve(reference, "Menara sudah diperbaiki.")
    writer.awaits("1 sampai 5")
    page.reload()
    expect(page.locator("#state")).to_have_text("Kami nyatakan selesai.")
    expect(page.locator("#said")).to_contain_text("Menara sudah diperbaiki.")
    page.locator("#text").fill("Malam masih putus")
    page.locator("#not-yet").click()
    expect(page.locator("#done")).to_contain_text("tindak lanjuti lagi")
    until("the case to be open again", lambda: records.case(reference).cycle == 2)

    centre.agent("budi").resolve(reference, "Kabel sudah diganti.")
    writer.awaits("Kabel sudah diganti.")
    page.goto(link_in(body(writer.received()[-1])))
    page.reload()
    page.locator("#language").click()
    expect(page.locator("#state")).to_have_text("Resolved on our side.")
    page.locator("#send").click()
    expect(page.locator("#add-problem")).to_contain_text("Choose 1 to 5")
    page.get_by_text("5", exact=True).click()
    fits(page)
    page.locator("#send").click()
    expect(page.locator("#done")).to_contain_text("we have your answer")
    assert records.becomes(reference, "closed", cycle=2).closed_as == "satisfied"


def heard(records: Records, reference: str) -> list[str]:
    return [one.text for one in records.file(reference).timeline if one.what == "message_in"]


def fits(page: Page) -> None:
    """Nothing is cut off at a side, and what is touched is large enough for a finger."""
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    sizes = page.locator("button:visible, #numbers label:visible, textarea:visible, input:visible:not([type=radio])")
    for one in sizes.all():
        box = one.bounding_box()
        assert box
        assert box["height"] >= 44, one


@pytest.mark.browser
def test_what_was_typed_stays_when_it_could_not_be_sent_and_goes_once(
    centre: CallCentre, records: Records, agent: Agent, browser: Browser
) -> None:
    _, reference, link = complaint_by_mail(centre, records)
    page = browser.new_context(locale="id-ID", viewport={"width": 360, "height": 740}).new_page()
    page.goto(link)
    expect(page.locator("#state")).to_be_visible()

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/status/note", lose_the_answer)
    page.locator("#text").fill("Modem saya lampunya merah")
    page.locator("#send").click()
    expect(page.locator("#add-problem")).to_contain_text("Tidak dapat terhubung")
    expect(page.locator("#text")).to_have_value("Modem saya lampunya merah")
    page.unroute("**/status/note")
    page.locator("#send").click()
    expect(page.locator("#done")).to_be_visible()
    assert heard(records, reference) == ["Modem saya lampunya merah"]
    agent.resolve(reference, "Selesai.")
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_who_has_no_link_finds_it_by_reference_and_number(
    centre: CallCentre, agent: Agent, browser: Browser, width: int
) -> None:
    caller, reference, _ = complaint_by_phone(centre)
    page = browser.new_context(locale="id-ID", viewport={"width": width, "height": 740}).new_page()
    page.goto(centre.doors["status"])
    fits(page)
    page.locator("#find-go").click()
    expect(page.locator("#find-problem")).to_contain_text("Isi nomor referensi")
    page.locator("#find-reference").fill(reference)
    page.locator("#find-contact").fill("081700000002")
    page.locator("#find-go").click()
    expect(page.locator("#find-problem")).to_contain_text("tidak ditemukan")
    expect(page.locator("#find-reference")).to_have_value(reference)
    page.locator("#find-contact").fill(str(caller.number))
    page.locator("#find-go").click()
    expect(page.locator("#state")).to_be_visible()
    page.reload()
    expect(page.locator("#reference")).to_contain_text(reference[6:])
    page.locator("#other").click()
    expect(page.locator("#find")).to_be_visible()

    page.goto(f"{centre.doors['status']}#{'x' * 26}")
    expect(page.locator("#find-problem")).to_contain_text("tautannya sudah berakhir")
    expect(page.locator("#find")).to_be_visible()
    agent.resolve(reference, "Selesai.")
    page.context.close()
