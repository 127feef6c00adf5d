"""The HTML of mails in the styles of those who write them: ``tests/mails/markup`` has each beside the text it makes."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.doors.email.mime.markup import to_text

MAILS = Path(__file__).parent.parent / "mails" / "markup"
LENGTH = 100_000
# What costs the square of its length, or a frame for each, where a reader of HTML is made carelessly.
REPEATED = (
    *(
        "<",
        "</",
        "<a",
        "<br",
        "<br ",
        "<!",
        "<!a",
        "<!--",
        "<!---",
        "<?x",
        "<![CDATA[",
        "&",
        "&#",
        "&#9",
        "\0",
        " ",
        "&nbsp;",
    ),
    *(
        "<a href='",
        '<a x=">"y',
        "<a x='>",
        "<a = ",
        "<title>",
        "<style>",
        "<script>",
        "<head <script ",
        "<style>{",
        "<xmp>",
    ),
    *("<div>", "<b>", "<p>x", "</p>", "<a><p>", "<font color=red><p>", "<li>x", "<ul><li>x", "<ol start=999999><li>x"),
    *(
        "<table>x",
        "<table><tr><td>x",
        "<td>x",
        "<tr><td>x<td>x",
        "<blockquote type=cite>x",
        "<dl><dd>x",
        "<q>",
        "<pre>\n x",
    ),
    *("<div hidden>x", "<p style='font-size:0'>x", "<div class=gmail_signature>x", "<div class=yahoo_quoted>x:"),
    *(
        "<a href=https://x.example/>x",
        "<a href=https://x.example/><td>",
        "<img alt=x>",
        "<span></div>",
        "x\u200b",
        "x ",
    ),
)


def names() -> list[str]:
    return sorted(path.stem for path in MAILS.glob("*.html"))


def assert_is_text(text: str) -> None:
    assert "\n\n\n" not in text
    assert not re.search(r"(?<!--) +$", text, re.MULTILINE)
    assert "\0" not in text


@pytest.mark.parametrize("name", names())
def test_a_mail_reads_as_its_program_shows_it(name: str) -> None:
    markup, text = ((MAILS / f"{name}{kind}").read_text(encoding="utf-8") for kind in (".html", ".txt"))
    assert to_text(markup) + "\n" == text
    assert_is_text(text)


@pytest.mark.parametrize("one", REPEATED, ids=range(len(REPEATED)))
def test_markup_made_to_take_long_or_deep_is_read_in_its_length(one: str) -> None:
    text = to_text(one * (LENGTH // len(one)))
    # A margin for each quote and list that is shown is the most that a line grows by.
    assert len(text) < 40 * LENGTH


@pytest.mark.parametrize(
    "markup",
    [
        "<a href='" + "x" * LENGTH + "'>kata</a>",
        "<p title=" + "x " * LENGTH + ">kata",
        "<p style='" + "a:b;" * LENGTH + "'>kata",
    ],
    ids=["address", "attributes", "style"],
)
def test_words_are_found_beside_a_huge_attribute(markup: str) -> None:
    assert to_text(markup) == "kata"


def test_words_are_found_however_deep() -> None:
    assert to_text("<div>" * 50_000 + "dalam" + "</div>" * 50_000 + "<p>sesudah") == "dalam\n\nsesudah"
    assert "dalam" in to_text("<table><tr><td>" * 5000 + "dalam")
    assert to_text("<blockquote type=cite>" * 5000 + "dalam") == "> " * 20 + "dalam"


@given(
    st.lists(st.sampled_from([*REPEATED, "</td>", "</table>", "</a>", "</q>", "</pre>", "</div>", "-->", ">", "kata"]))
)
def test_any_markup_is_read(pieces: list[str]) -> None:
    assert isinstance(to_text("<div>" + "".join(pieces)), str)


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert isinstance(to_text(text), str)
    assert isinstance(to_text("<p>" + text), str)
