"""Stories of customers who write e-mail."""

import uuid
from collections.abc import Callable

import pytest

from care import policy
from care.services.executions import name
from care.words import Kind
from tests.e2e.doors import EICAR, GTUBE, Agent, Correspondent, Sent, body, http, until
from tests.e2e.records import Records
from tests.e2e.stack import CallCentre


def test_a_complaint_in_latin_1_with_an_attachment_goes_from_the_door_to_satisfied(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    siti = centre.correspondent("Siti Nurhalizah")
    mail = siti.compose(
        "Tagihan dua kali",
        "Saya kecewa, tagihan bulan ini dipotong dua kali di gerai Café Olé. Mohon dikembalikan.\n",
        charset="iso-8859-1",
    )
    mail.add_attachment(b"%PDF-1.7 bukti", maintype="application", subtype="pdf", filename="bukti transfer.pdf")
    assert b"iso-8859-1" in mail.as_bytes()
    sent = siti.send(mail)

    case = records.case_of(sent)
    assert (case.kind, case.category, case.team, case.language) == ("complaint", "billing", "billing", "id")

    acknowledgement = siti.awaits("Terima kasih telah menyampaikan keluhan Anda")
    assert acknowledgement["Subject"] == f"Re: Tagihan dua kali [#{case.reference}]"
    assert acknowledgement["In-Reply-To"] == sent.message_id
    assert str(acknowledgement["References"]).split()[1:] == [sent.message_id], "after the id of the case"
    assert acknowledgement["Auto-Submitted"] == "auto-replied"
    assert str(acknowledgement["Message-ID"]).endswith("@ap-southeast-1.amazonses.com>")
    assert body(acknowledgement).startswith("Yth. Bapak/Ibu Siti Nurhalizah,")
    assert f"{case.reference[:3]} {case.reference[3:6]} {case.reference[6:]}" in body(acknowledgement)
    assert "tim tagihan dan pulsa" in body(acknowledgement)

    shown = agent.case(case.reference)
    assert "Café Olé" in shown["timeline"][0]["text"]
    assert shown["timeline"][0]["attachments"] == [
        {
            "number": 1,
            "name": "bukti transfer.pdf",
            "type": "application/pdf",
            "size": len(b"%PDF-1.7 bukti"),
            "danger": None,
        }
    ]
    link = agent.asks("GET", f"/cases/{case.reference}/timeline/1/attachments/1").body["url"]
    downloaded = http("GET", link)
    assert downloaded.body == "%PDF-1.7 bukti"
    assert "attachment" in downloaded.headers["Content-Disposition"]

    assert case.reference in [one["reference"] for one in agent.cases("billing")]
    assert agent.take(case.reference)["case"]["status"] == "in_progress"
    agent.resolve(case.reference, "Kelebihan tagihan sudah kami kembalikan.")

    question = siti.awaits("1 sampai 5")
    assert "Kelebihan tagihan sudah kami kembalikan." in body(question)
    assert question["In-Reply-To"] == sent.message_id
    siti.reply(question, "5")

    closed = records.becomes(case.reference, "closed")
    assert closed.closed_as == "satisfied"
    assert closed.answer is not None
    assert closed.answer.score == 5
    thanks = siti.awaits("Terima kasih atas kabarnya")
    assert str(thanks["References"]).split()[0] == sent.message_id
    assert records.ended(case.reference) == {name(case.reference, 1, 1): "SUCCEEDED"}
    assert len(siti.received()) == 3, "an acknowledgement, a question, thanks"


def test_an_english_mail_is_answered_in_english(centre: CallCentre, records: Records, agent: Agent) -> None:
    john = centre.correspondent("John Smith")
    sent = john.write("No signal", "There is no signal at my office since yesterday, please help.")
    case = records.case_of(sent)
    assert (case.kind, case.language) == ("complaint", "en")

    assert body(john.awaits("We are sorry for the trouble")).startswith("Dear John Smith,")
    agent.resolve(case.reference, "The tower near your office works again.")
    john.reply(john.awaits("Is the problem"), "solved, thank you")
    assert records.becomes(case.reference, "closed").closed_as == "satisfied"


@pytest.mark.parametrize(
    ("subject", "text", "kind", "confirmed"),
    [
        ("Harga paket", "Berapa harga paket bulanan 20 GB?", Kind.INFORMATION, "Pesan Anda sudah kami terima"),
        ("Saran", "Saran saya, sebaiknya gerai buka hari Minggu.", Kind.SUGGESTION, "Terima kasih atas saran Anda"),
        (
            "APN setting",
            "How do I set up the APN on my phone?",
            Kind.TECHNICAL,
            "Your message is with our technical team",
        ),
        ("Ganti paket", "Saya mau ganti paket ke 30 GB.", Kind.PACKAGE_CHANGE, "Pesan Anda sudah kami terima"),
    ],
)
def test_every_other_mail_of_a_person_becomes_a_case_a_team_is_answerable_for(
    centre: CallCentre, records: Records, agent: Agent, subject: str, text: str, kind: Kind, confirmed: str
) -> None:
    writer = centre.correspondent()
    sent = writer.write(subject, text)
    case = records.case_of(sent)
    assert case.kind is kind
    assert case.team
    confirmation = writer.awaits(confirmed)
    assert confirmation["In-Reply-To"] == sent.message_id
    assert case.reference in str(confirmation["Subject"])

    answered = agent.resolve(case.reference, "Jawaban kami ada di sini.")
    assert answered["case"]["status"] == "closed"
    writer.awaits("Jawaban kami ada di sini.")
    assert records.ended(case.reference) == {name(case.reference, 1, 1): "SUCCEEDED"}


def test_the_first_letter_carries_what_answers_the_question(centre: CallCentre, records: Records, agent: Agent) -> None:
    ayu = centre.correspondent("Ayu")
    sent = ayu.write("Internet lemot", "Internet saya lemot sekali sejak kemarin, harus bagaimana?")
    case = records.case_of(sent)
    letter = body(ayu.awaits("Nomor referensi Anda"))
    assert "mode pesawat" in letter
    assert letter.index("mode pesawat") < letter.index("Nomor referensi Anda")
    assert records.becomes(case.reference, "acknowledged"), "it stays open until its customer or a person closes it"
    assert len(ayu.received()) == 1
    agent.resolve(case.reference, "Sudah kami bantu.")


def out_of_office(writer: Correspondent) -> Sent:
    mail = writer.compose("Out of office", "Saya sedang cuti. Keluhan internet lemot akan saya baca nanti.")
    mail["Auto-Submitted"] = "auto-replied"
    return writer.send(mail)


def bounce(writer: Correspondent) -> Sent:
    raw = (
        b"From: Mail Delivery System <MAILER-DAEMON@mx.example>\r\n"
        b"To: " + writer.doors["care"].encode() + b"\r\n"
        b"Subject: Undelivered Mail Returned to Sender\r\n"
        b"Message-ID: <bounce." + writer.address.encode() + b">\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nYour complaint could not be delivered.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; x@y.example\r\n"
        b"Action: failed\r\nStatus: 5.1.1\r\n--b--\r\n"
    )
    return writer.send(raw, sender="")


@pytest.mark.parametrize("machine", [out_of_office, bounce])
def test_what_no_person_wrote_is_stored_and_not_answered(
    centre: CallCentre, records: Records, machine: Callable[[Correspondent], Sent]
) -> None:
    writer = centre.correspondent()
    file = records.contact_of(machine(writer))
    assert file.contact.reference is None
    assert [entry.what for entry in file.entries] == ["automatic"]
    assert writer.received() == []


def test_the_same_mail_delivered_twice_is_one_case_and_one_acknowledgement(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    writer = centre.correspondent("Dewi")
    mail = writer.compose("Pulsa hilang", "Pulsa saya hilang 50 ribu, tolong dicek.")
    first, second = writer.send(mail), writer.send(mail)
    assert first.ses_id != second.ses_id, "two deliveries"

    file = records.contact_of(first)
    writer.awaits("Terima kasih telah menyampaikan keluhan Anda")
    third = writer.send(mail)
    assert len({first.ses_id, second.ses_id, third.ses_id}) == 3
    agent.resolve(str(file.contact.reference), "Pulsa sudah kami kembalikan.")
    writer.awaits("1 sampai 5")

    assert len(records.file(str(file.contact.reference)).messages) == 2, "an acknowledgement and a question"
    assert len(records.contact_of(first).entries) == 1
    assert len(writer.received()) == 2
    assert [one.contact_id for one in records.store.cases.of_customer(records.case_of(first).customer_id)] == [
        file.contact.contact_id
    ]


def test_a_reply_in_the_thread_joins_its_case_and_a_stranger_who_knows_the_reference_does_not(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    rina, stranger = centre.correspondent("Rina"), centre.correspondent("Orang Lain")
    sent = rina.write("Internet lemot", "Internet lemot sekali di Bandung.")
    case = records.case_of(sent)
    acknowledgement = rina.awaits("Terima kasih telah menyampaikan keluhan Anda")

    more = rina.reply(acknowledgement, "Tambahan: terjadi setiap malam.")
    assert records.case_of(more).reference == case.reference
    added = [entry.text for entry in records.file(case.reference).timeline if entry.what == "message_in"]
    assert added == ["Tambahan: terjadi setiap malam."]

    guess = stranger.send(
        stranger.compose(
            f"Re: [#{case.reference}]", "Tolong tutup keluhan ini, tidak bisa dipakai.", answers=acknowledgement
        )
    )
    other = records.case_of(guess)
    assert other.reference != case.reference
    before = records.file(case.reference)
    assert all("tutup keluhan" not in entry.text for entry in before.timeline)

    for one in (case, other):
        agent.resolve(one.reference, "Selesai kami perbaiki.")


def test_an_address_that_bounces_is_on_the_case_and_a_person_knows(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    writer = Correspondent(centre.doors, "gone+1@mail.example", "Alamat Lama")
    case = records.case_of(writer.write("Komplain", "Keluhan: jaringan putus-putus di rumah."))
    until("the case to ask for attention", lambda: records.case(case.reference).attention == "not_delivered")
    listed = next(one for one in agent.cases() if one["reference"] == case.reference)
    assert listed["attention"] == "not_delivered"
    assert "not_sent" in [entry.what for entry in records.file(case.reference).timeline]
    agent.resolve(case.reference, "Kami menghubungi pelanggan lewat telepon.")


def test_an_agent_writes_in_the_thread_and_a_second_click_writes_once(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    writer = centre.correspondent("Putu")
    sent = writer.write("Sinyal hilang", "Sinyal hilang di Ubud sejak kemarin.")
    case = records.case_of(sent)
    agent.reply(case.reference, "Boleh kami tahu nama jalannya?", "klik-yang-sama")
    agent.reply(case.reference, "Boleh kami tahu nama jalannya?", "klik-yang-sama")
    asked = writer.awaits("Boleh kami tahu nama jalannya?")
    assert asked["In-Reply-To"] == sent.message_id
    assert case.reference in str(asked["Subject"])
    answer = writer.reply(asked, "Jalan Raya Ubud.")
    assert records.case_of(answer).reference == case.reference
    assert len([one for one in writer.received() if "nama jalannya" in body(one)]) == 1

    agent.resolve(case.reference, "Menara di Jalan Raya Ubud sudah aktif.")
    assert agent.asks("POST", f"/cases/{case.reference}/resolve", {"id": "klik-lain", "text": "Lagi"}).status == 409


@pytest.mark.parametrize(("local_part", "noted"), [("ooto", set()), ("complaint", {"reported as spam"})])
def test_whoever_is_out_of_office_or_reports_spam_has_the_mail(
    centre: CallCentre, records: Records, local_part: str, noted: set[str]
) -> None:
    writer = Correspondent(centre.doors, f"{local_part}+1@mail.example")
    reference = records.case_of(writer.write("Saran", "Saran saya: tambah gerai di Bima.")).reference

    def told() -> bool:
        file = records.file(reference)
        texts = {entry.text for entry in file.timeline if entry.what == "note"}
        return texts == noted and [one.state for one in file.messages] == ["delivered"]

    until("the mail to be delivered", told)
    assert records.case(reference).attention is None


def test_whoever_answers_at_the_address_we_gave_is_the_addressee_though_their_domain_says_nothing(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    wati = Correspondent(centre.doors, f"wati{uuid.uuid4().hex[:8]}@no-policy.example", "Wati")
    case = records.case_of(wati.write("Internet lemot", "Internet lemot sekali di Solo."))
    assert case.address is not None
    assert case.address.claimed
    acknowledgement = wati.awaits("Terima kasih telah menyampaikan keluhan Anda")
    assert "Wati" not in body(acknowledgement)
    assert "lemot" not in str(acknowledgement["Subject"])

    more = wati.compose("Tambahan", "Terjadi setiap malam.")
    assert wati.offer(more.as_bytes(), to=str(acknowledgement["Reply-To"]))[0] == 250
    until("the words to come to the case", lambda: "Terjadi setiap malam." in texts(records, case.reference))

    stranger = centre.correspondent("Orang Lain")
    guess = stranger.compose("Tambahan", "Tolong tutup keluhan ini.")
    assert stranger.offer(guess.as_bytes(), to=str(acknowledgement["Reply-To"]))[0] == 250
    other = records.case_of(Sent(guess.as_bytes(), str(guess["Message-ID"]), ""))
    assert other.reference != case.reference
    assert "Tolong tutup keluhan ini." not in texts(records, case.reference)
    for one in (case, other):
        agent.resolve(one.reference, "Selesai kami perbaiki.")


def texts(records: Records, reference: str) -> list[str]:
    return [entry.text for entry in records.file(reference).timeline]


@pytest.mark.parametrize("why", ["spam", "virus"])
def test_spam_and_viruses_stand_apart_and_nobody_is_answered(
    centre: CallCentre, records: Records, agent: Agent, why: str
) -> None:
    writer = centre.correspondent("Pengirim")
    mail = writer.compose("Hadiah", f"Keluhan: internet mati.\n{GTUBE if why == 'spam' else ''}\n", charset="us-ascii")
    content = EICAR if why == "virus" else b"%PDF-1.7"
    mail.add_attachment(content, maintype="application", subtype="pdf", filename="hadiah.pdf")
    case = records.case_of(writer.send(mail))
    assert case.held == why
    assert case.reference in [one["reference"] for one in agent.cases(which="held")]
    assert case.reference not in [one["reference"] for one in agent.cases()]
    file = records.file(case.reference)
    assert file.messages == []
    assert len(file.timeline[0].attachments) == (1 if why == "spam" else 0)
    assert writer.received() == []


def test_a_flood_by_one_author_is_held_and_answered_no_more(centre: CallCentre, records: Records, agent: Agent) -> None:
    writer = centre.correspondent("Banjir")
    # More than in any ten minutes, and more than in a day.
    most = policy.load().limits.cases_a_day
    asked = [writer.write(f"Tanya {n}", f"Berapa tarif roaming ke negara {n}?") for n in range(most + 2)]
    cases = [records.case_of(one) for one in asked]
    held = {case.reference for case in cases if case.held}
    assert len(held) >= 2
    assert held <= {one["reference"] for one in agent.cases(which="held")}
    answered = len(cases) - len(held)
    until("all answers", lambda: len(writer.received()) == answered)
