"""Scripted chats. A file in tests/unit/transcripts/ is one chat; its first lines, until an empty one, say about what.

customer: mau komplain          what the customer writes
care: ask_complaint             the texts of messages.toml that answer, by their names under [chat]
opens complaint                 a case of this kind is to be opened
status / adds / nothing         what else the turn asks the centre to do
in English                      the language the chat is in from here on
case open / case closed         what became of the chat's case meanwhile
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care import conversation, messages
from care.conversation import Place, Said, Voice, VoiceOf, Wish
from care.words import Kind, Language
from tests.unit.making import ANY_TEXT, REFERENCE

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
LANGUAGES = {"in English": Language.ENGLISH, "in Indonesian": Language.INDONESIAN}


class NamedVoice(Voice):
    """Says the name of a text in place of the text."""

    def say(self, key: str, *buttons: str, **values: str) -> Said:
        super().say(key, *buttons, **values)
        return Said(key)


class NamedVoices(VoiceOf):
    def __call__(self, language: Language) -> Voice:
        return NamedVoice(language, "XL", "817")


VOICES = NamedVoices("XL", "817")


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=[path.stem for path in TRANSCRIPTS])
def test_transcript(path: Path) -> None:
    about, _, script = path.read_text(encoding="utf-8").partition("\n\n")
    assert about
    place, language, own, is_open = Place.START, None, "", False
    said: list[str] = []
    wish, kind = Wish.NOTHING, None
    for number, line in enumerate(script.splitlines(), start=len(about.splitlines()) + 2):
        where = f"{path.name}:{number}"
        who, _, words = line.partition(": ")
        if who == "customer":
            assert not said, f"{where}: care also says {said}"
            assert wish is Wish.NOTHING, f"{where}: the turn also {wish}s"
            turn = conversation.turn(place, language, words.format(reference=REFERENCE), VOICES, own, is_open)
            place, language, wish, kind = turn.place, turn.language, turn.wish, turn.kind
            said = [one.text for one in turn.said]
        elif who == "care":
            assert said[:1] == [words], where
            said = said[1:]
        elif line.startswith("opens "):
            assert (wish, kind) == (Wish.OPEN, Kind(line.removeprefix("opens "))), where
            wish, own, is_open = Wish.NOTHING, REFERENCE, True
        elif line in ("status", "adds"):
            assert wish is {"status": Wish.STATUS, "adds": Wish.ADD}[line], where
            wish = Wish.NOTHING
        elif line in LANGUAGES:
            assert language is LANGUAGES[line], where
        elif line in ("case open", "case closed"):
            own, is_open = REFERENCE, line == "case open"
        else:
            assert not line, f"{where}: not understood"
    assert (said, wish) == ([], Wish.NOTHING)


@given(st.sampled_from(Place), st.one_of(st.none(), st.sampled_from(Language)), ANY_TEXT, st.booleans())
def test_any_text_is_answered_or_acted_on(place: Place, language: Language | None, text: str, is_open: bool) -> None:
    turn = conversation.turn(place, language, text, VOICES, REFERENCE if is_open else "", is_open)
    assert turn.said or turn.wish is not Wish.NOTHING
    assert (turn.wish is Wish.OPEN) == (turn.kind is not None)


@pytest.mark.parametrize("language", Language)
def test_every_button_is_understood(language: Language) -> None:
    voices = VoiceOf("XL", "817")
    for button in conversation.welcome(language, voices).buttons:
        turn = conversation.turn(Place.START, language, button.text, voices, "", False)
        assert turn.said or turn.wish is not Wish.NOTHING
        assert not any(one.text == messages.text("chat.not_understood", language) for one in turn.said)
