"""Stories of customers who chat."""

import json
import uuid

import pytest
from websockets.exceptions import InvalidStatus

from care.channels import CHAT
from tests.e2e.doors import Agent, Chatter
from tests.e2e.records import Records
from tests.e2e.stack import CallCentre


def complaint(chatter: Chatter, words: str = "Internet di kos saya lemot sejak semalam") -> str:
    """Open the chat, complain in it; gives the reference."""
    chatter.open()
    chatter.hears()
    chatter.says("Sampaikan keluhan")
    said = chatter.says(words)
    assert chatter.reference
    assert f"{chatter.reference[:3]} {chatter.reference[3:6]} {chatter.reference[6:]}" in said[-1]["text"]
    return chatter.reference


def test_a_chatter_is_greeted_complains_and_answers_with_a_button(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    chatter = centre.chatter().open()
    greeting = chatter.hears()["messages"]
    assert [one["seq"] for one in greeting] == [1]
    assert "saya asisten otomatis" in greeting[0]["text"]
    labels = {button["label"]: button["text"] for button in greeting[0]["buttons"]}
    assert "Sampaikan keluhan" in labels

    asked = chatter.says(labels["Sampaikan keluhan"])
    assert "Boleh diceritakan" in asked[0]["text"]
    taken = chatter.says("Sinyal hilang terus di rumah saya, Kak")
    assert "nomor referensinya" in taken[0]["text"]
    reference = str(chatter.reference)
    case = records.case(reference)
    assert (case.kind, case.channel, case.team) == ("complaint", CHAT, "network")
    chatter.awaits("sudah di tim jaringan")

    agent.reply(reference, "Di kota mana, Kak?")
    assert chatter.awaits("Di kota mana, Kak?")["from"] == "agent"
    assert "lokasinya" in chatter.says("Di Cimahi")[0]["text"]

    agent.resolve(reference, "Antena sudah diarahkan ulang.")
    question = chatter.awaits("sudah beres? Balas 1 sampai 5")
    assert "Antena sudah diarahkan ulang." in question["text"]
    answers = {button["label"]: button["text"] for button in question["buttons"]}
    assert "terima kasih" in chatter.says(answers["Sudah, sangat puas (5)"])[0]["text"]
    closed = records.becomes(reference, "closed")
    assert closed.closed_as == "satisfied"
    assert closed.answer is not None
    assert closed.answer.score == 5
    chatter.awaits("Kalau masalahnya muncul lagi")
    assert [one["seq"] for one in chatter.lines] == list(range(1, len(chatter.lines) + 1))
    chatter.close()


def test_a_chatter_who_was_away_gets_everything_missed_and_nothing_else(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    chatter = centre.chatter()
    reference = complaint(chatter)
    chatter.awaits("sudah di tim")
    chatter.close()
    agent.reply(reference, "Kami sedang memeriksanya.")
    agent.reply(reference, "Sebentar lagi selesai.")

    other_tab = Chatter(centre.doors, chatter.secret)
    other_tab.open()
    other_tab.awaits("Kami sedang memeriksanya.")
    other_tab.awaits("Sebentar lagi selesai.")
    other_tab.close()

    had = max(chatter.seen)
    chatter.open()
    missed = chatter.hears()["messages"]
    assert [one["seq"] for one in missed] == list(range(had + 1, had + 3))
    assert {one["text"] for one in missed} == {"Kami sedang memeriksanya.", "Sebentar lagi selesai."}
    assert chatter.lines == other_tab.lines
    agent.resolve(reference, "Selesai.")
    chatter.awaits("sudah beres? Balas 1 sampai 5")
    chatter.says("5")
    records.becomes(reference, "closed")
    chatter.close()


def test_a_chat_of_hundreds_of_turns_is_opened_and_caught_up_on(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    chatter = centre.chatter()
    reference = complaint(chatter)
    chatter.awaits("sudah di tim")
    contact_id = records.case(reference).contact_id
    last = records.talk(contact_id, 400)

    whole = Chatter(centre.doors, chatter.secret).open()
    whole.awaits(last)
    assert list(whole.seen) == sorted(whole.seen), "page by page, in order"
    whole.frame({"action": "resume"})
    newest = whole.hears()
    assert newest["more"]
    assert newest["reference"] == reference
    whole.frame({"action": "resume", "before": newest["messages"][0]["seq"]})
    both = [*whole.hears()["messages"], *newest["messages"]]
    assert both == whole.lines[-len(both) :]

    had = max(chatter.seen)
    answer = chatter.says("Masih lemot juga")
    assert answer[-1]["seq"] == max(whole.seen) + 1 + len(answer)
    chatter.frame({"action": "resume", "after": had})
    chatter.awaits(last)
    assert [one["seq"] for one in chatter.lines] == list(range(1, answer[-1]["seq"] + 1))
    agent.resolve(reference, "Selesai.")
    whole.awaits("sudah beres? Balas 1 sampai 5")
    whole.close()
    chatter.close()


def test_a_message_sent_again_is_one_message_and_one_case(centre: CallCentre, records: Records, agent: Agent) -> None:
    chatter = centre.chatter().open()
    chatter.hears()
    id_ = uuid.uuid4().hex
    first = chatter.says("Pulsa saya kepotong terus padahal tidak dipakai", id_)
    chatter.close()
    again = chatter.open().says("Pulsa saya kepotong terus padahal tidak dipakai", id_)
    assert again == first
    chatter.awaits("sudah di tim")
    assert len([one for one in chatter.lines if one["id"] == id_]) == 1
    reference = str(chatter.reference)
    assert len(records.store.cases.of_customer(records.case(reference).customer_id)) == 1
    agent.resolve(reference, "Pulsa dikembalikan.")
    chatter.close()


def test_both_tabs_of_a_browser_show_what_an_agent_writes(centre: CallCentre, records: Records, agent: Agent) -> None:
    one = centre.chatter()
    reference = complaint(one, "Aplikasi error terus tidak bisa login")
    other = Chatter(centre.doors, one.secret).open()
    agent.reply(reference, "Coba perbarui aplikasinya, Kak.")
    assert one.awaits("Coba perbarui")["seq"] == other.awaits("Coba perbarui")["seq"]
    agent.resolve(reference, "Sudah diperbaiki.")
    one.close()
    other.close()


def test_a_chat_hears_of_its_own_cases_only(centre: CallCentre, agent: Agent) -> None:
    owner, stranger = centre.chatter(), centre.chatter()
    reference = complaint(owner)
    assert "Targetnya selesai" in owner.says(f"status {reference}")[0]["text"]

    stranger.open()
    stranger.hears()
    refused = stranger.says(f"status {reference}")[0]["text"]
    assert "tidak saya temukan" in refused
    for _ in range(10):
        said = stranger.says(f"status {reference}")[0]["text"]
        if "percobaan hari ini sudah terlalu banyak" in said:
            break
    assert "percobaan hari ini sudah terlalu banyak" in said
    agent.resolve(reference, "Sudah diperbaiki.")
    owner.close()
    stranger.close()


def test_frames_that_cannot_be_read_are_answered_clearly_and_lose_nothing(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    chatter = centre.chatter().open()
    chatter.hears()
    for rubbish in (
        "{",
        "[]",
        '"message"',
        "9" * 5000,
        "{}",
        json.dumps({"action": "message"}),
        json.dumps({"action": "message", "session": chatter.secret, "id": "x", "text": "id too short"}),
        json.dumps({"action": "message", "session": "short", "id": "a" * 32, "text": "no session"}),
        json.dumps({"action": "message", "session": chatter.secret, "id": "a" * 32, "text": "x" * 5000}),
        json.dumps({"action": "message", "session": chatter.secret, "id": "a" * 32, "text": {"not": "text"}}),
        json.dumps({"action": "resume", "session": chatter.secret, "after": "all"}),
        json.dumps({"action": "dance", "session": chatter.secret}),
        json.dumps({"action": "message", "session": chatter.secret, "id": "b" * 32, "text": "\ud800"}),
    ):
        chatter.raw(rubbish)
        answer = chatter.hears()
        assert answer["type"] == "error", f"{rubbish[:80]} was answered {answer}"
        assert answer["code"] == "invalid"
        assert "pesannya tidak terbaca" in answer["text"]
        assert "could not be read" in answer["text"]

    chatter.frame({"action": "ping"})
    assert chatter.hears() == {"type": "pong"}
    assert [one["seq"] for one in chatter.lines] == [1], "nothing of it is in the chat"
    chatter.says("Internet saya lemot sekali sejak kemarin")
    agent.resolve(str(chatter.reference), "Selesai.")
    chatter.close()


@pytest.mark.parametrize("secret", ["", "short", "x" * 129, "ü" * 40])
def test_a_socket_without_a_proper_secret_is_refused(centre: CallCentre, secret: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        Chatter(centre.doors, secret).open()
    assert refused.value.response.status_code in (400, 403)


def test_words_in_any_script_come_back_as_they_were(centre: CallCentre, records: Records, agent: Agent) -> None:
    chatter = centre.chatter()
    words = "Internet lemot 😡 ꧋ꦲꦤ꧀ — <script>alert(1)</script> \u0000 \u202e"
    reference = complaint(chatter, words)
    mine = [one["text"] for one in chatter.lines if one["from"] == "customer"]
    assert "😡 ꧋ꦲꦤ꧀ — <script>alert(1)</script>" in mine[-1]
    assert "😡" in agent.case(reference)["timeline"][0]["text"]
    agent.resolve(reference, "Selesai.")
    chatter.close()
