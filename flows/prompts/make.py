"""Speak texts.toml into <language>/<name>/said.wav: 8 kHz, mono, µ-law, as Amazon Connect plays them.

A recording flows/recordings/<language>/<name>.wav, a WAV file of any kind, takes the place of the voice. What was
spoken is noted in spoken.json, so that only what has changed is spoken again. Needs espeak-ng and sox; playing
needs neither, for the spoken files are committed.

    python flows/prompts/make.py                speak what is new or has changed
    python flows/prompts/make.py id/menu …      speak these again
    python flows/prompts/make.py --all          speak everything again
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
RECORDINGS = HERE.parent / "recordings"
LANGUAGES = ("id", "en")
BOTH = "both"

_TELEPHONE = ["-r", "8000", "-c", "1", "-e", "mu-law"]
# Loud enough for a telephone, and the same for all, so that joined pieces are one voice.
_LEVEL = ["gain", "-2"]
_RECORDED_LEVEL = ["gain", "-n", "-3"]
_BREATH = ["pad", "0", "0.15"]
_GROUP_ENDS = ["pad", "0", "0.6"]
_JOINED = ["pad", "0.01", "0.03"]
_TUNE = ("C3 E3 G3 C4 E4", "A2 E3 A3 C4 E4", "F2 C3 F3 A3 C4", "G2 D3 G3 B3 D4")


class Part(NamedTuple):
    """Words for one voice of espeak-ng."""

    voice: str
    words_a_minute: int
    words: str


class Prompt(NamedTuple):
    """One file to be made: its name, ``id/menu``, what is spoken in it, and its text as a caller hears it.

    Without parts it is the tune that is played while somebody waits.
    """

    name: str
    parts: tuple[Part, ...]
    text: str

    @property
    def file(self) -> str:
        return f"{self.name}/said.wav"


def prompts(texts: Mapping[str, Mapping[str, Any]], voices: Mapping[str, Any]) -> Iterator[Prompt]:
    """All that is to be made of the tables of texts.toml and voices.toml, in their order."""
    for name, entry in texts.items():
        if entry.get("tune"):
            yield Prompt(f"{BOTH}/{name}", (), entry[BOTH])
        elif BOTH in entry:
            indonesian, english = entry[BOTH].split(" / ")
            parts = (_part(indonesian, voices["id"]), _part(english, voices["en"]))
            yield Prompt(f"{BOTH}/{name}", parts, entry[BOTH])
        else:
            for language in LANGUAGES:
                voice = voices[entry.get("voice", language)]
                part = _part(entry[language], voice, slow=entry.get("slow", False))
                yield Prompt(f"{language}/{name}", (part,), entry[language])


def _part(text: str, voice: Mapping[str, Any], *, slow: bool = False) -> Part:
    said: Mapping[str, str] = voice["said"]
    words = re.sub(r"\w+", lambda word: said.get(word[0], said.get(word[0].lower(), word[0])), text)
    return Part(voice["voice"], voice["slow_words_a_minute" if slow else "words_a_minute"], words)


def tables(name: str) -> dict[str, dict[str, Any]]:
    """The tables of ``texts`` or ``voices``."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def read() -> list[Prompt]:
    """The prompts of texts.toml."""
    return list(prompts(tables("texts"), tables("voices")))


def recording(prompt: Prompt, recordings: Path = RECORDINGS) -> Path | None:
    """The recording that takes the place of the voice."""
    path = recordings / f"{prompt.name}.wav"
    return path if path.exists() else None


def mark(prompt: Prompt, recordings: Path = RECORDINGS) -> str:
    """What spoken.json notes of a prompt: another one when its text, its voice or its recording is another."""
    recorded = recording(prompt, recordings)
    made_of = [prompt.parts, _joining(prompt.text), recorded and hashlib.sha256(recorded.read_bytes()).hexdigest()]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:16]


def _joining(text: str) -> list[str]:
    """What follows a prompt: a breath after a sentence, a pause after a group, else nothing: the sentence goes on."""
    return _BREATH if text[-1] in ".?!:" else _GROUP_ENDS if text[-1] == "," else _JOINED


def speak(prompt: Prompt, folder: Path = HERE, recordings: Path = RECORDINGS) -> None:
    """Make the file of a prompt. Raises ``subprocess.CalledProcessError``."""
    target = folder / prompt.file
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        recorded = recording(prompt, recordings)
        if recorded:
            _for_the_telephone([str(recorded)], target, prompt.text, _RECORDED_LEVEL, "1%")
            return
        if not prompt.parts:
            _play(target, scratch)
            return
        spoken = []
        for number, part in enumerate(prompt.parts):
            spoken.append(f"{scratch}/{number}.wav")
            # Without a mark at its end the voice would fall, as at the end of a sentence.
            words = part.words if part.words[-1] in ".?!:," else f"{part.words},"
            espeak = ["espeak-ng", "-v", part.voice, "-s", str(part.words_a_minute), "-w", spoken[-1], "--", words]
            subprocess.run(espeak, check=True)
        _for_the_telephone(spoken, target, prompt.text, _LEVEL, "0.2%")


def _play(target: Path, scratch: str) -> None:
    """Four plucked chords, quiet enough to be spoken to."""
    played = []
    for number, notes in enumerate(_TUNE):
        played.append(f"{scratch}/{number}.wav")
        strings = [word for note in notes.split() for word in ("pluck", note)]
        delays = [f"{0.35 * place:.2f}" for place in range(len(notes.split()))]
        chord = ["synth", "3", *strings, "delay", *delays, "remix", "-", "fade", "0", "3", "0.4", "gain", "-n", "-12"]
        subprocess.run(["sox", "-R", "-n", "-r", "8000", played[-1], *chord], check=True)
    subprocess.run(["sox", "-R", "-V1", *played, *_TELEPHONE, str(target)], check=True)


def _for_the_telephone(sources: list[str], target: Path, text: str, level: list[str], silence: str) -> None:
    """Silence at both ends is cut off, and within shortened to a breath."""
    begin = ["silence", "-l", "1", "0.01", silence, "-1", "0.17", silence]
    end = ["reverse", "silence", "1", "0.01", silence, "reverse"]
    # -R: dither is the same every time, so an unchanged text is an unchanged file.
    effects = [*level, *begin, *end, *_joining(text)]
    subprocess.run(["sox", "-R", "-V1", *sources, *_TELEPHONE, str(target), *effects], check=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Speak the prompts of texts.toml into WAV files.")
    parser.add_argument("prompts", nargs="*", metavar="PROMPT", help="for example id/menu")
    parser.add_argument("--all", action="store_true", help="speak everything again")
    options = parser.parse_args()
    missing_tools = [tool for tool in ("espeak-ng", "sox") if shutil.which(tool) is None]
    if missing_tools:
        print(f"Speaking prompts needs {' and '.join(missing_tools)} (apt install espeak-ng sox).")
        return 1
    wanted = {prompt.name: prompt for prompt in read()}
    if unknown := [name for name in options.prompts if name not in wanted]:
        print(f"No such prompt in texts.toml: {', '.join(unknown)}")
        return 1
    notes = HERE / "spoken.json"
    noted: dict[str, str] = json.loads(notes.read_text(encoding="utf-8")) if notes.exists() else {}
    spoken = {}
    try:
        for name, prompt in wanted.items():
            made = mark(prompt)
            asked = options.all or name in options.prompts
            if asked or noted.get(name) != made or not (HERE / prompt.file).exists():
                speak(prompt)
                print(name)
            spoken[name] = made
    finally:
        _note(notes, noted | spoken)
    for name in noted.keys() - wanted.keys():
        shutil.rmtree(HERE / name, ignore_errors=True)
        print(f"{name} is gone")
    _note(notes, spoken)
    size = sum((HERE / prompt.file).stat().st_size for prompt in wanted.values())
    print(f"{len(wanted)} prompts, {size / 1e6:.1f} MB")
    return 0


def _note(notes: Path, spoken: Mapping[str, str]) -> None:
    notes.write_text(json.dumps(spoken, indent=0, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
