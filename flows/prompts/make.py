"""Speak texts.json into WAV files: 8 kHz, mono, µ-law, as Amazon Connect plays them.

Needs espeak-ng and sox, and only when a text changes: the recordings are committed.
A text under both/ is Indonesian, then " / ", then English.

    python flows/prompts/make.py                speak what is missing
    python flows/prompts/make.py id/menu …      speak these again
    python flows/prompts/make.py --all          speak everything again
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
VOICES = {"id": "id", "en": "en-gb"}
WORDS_A_MINUTE = "175"


def parts(prompt: str, text: str) -> list[tuple[str, str]]:
    """(voice, words) in speaking order."""
    folder = prompt.split("/")[0]
    if folder == "both":
        indonesian, english = text.split(" / ")
        return [(VOICES["id"], indonesian), (VOICES["en"], english)]
    return [(VOICES[folder], text)]


def speak(prompt: str, text: str) -> None:
    target = HERE / f"{prompt}.wav"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        spoken = []
        for number, (voice, words) in enumerate(parts(prompt, text)):
            spoken.append(f"{folder}/{number}.wav")
            espeak = ["espeak-ng", "-v", voice, "-s", WORDS_A_MINUTE, "-w", spoken[-1], "--", words]
            subprocess.run(espeak, check=True)
        # -R: dither is the same every time, so an unchanged text is an unchanged file.
        telephone = ["-r", "8000", "-c", "1", "-e", "mu-law", str(target)]
        level = ["gain", "-n", "-3"]
        short_pauses = ["silence", "-l", "1", "0.02", "0.5%", "-1", "0.2", "0.5%"]
        breath = ["pad", "0", "0.2"]
        subprocess.run(["sox", "-R", "-V1", *spoken, *telephone, *level, *short_pauses, *breath], check=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Speak the prompts of texts.json into WAV files.")
    parser.add_argument("prompts", nargs="*", metavar="PROMPT", help="for example id/menu")
    parser.add_argument("--all", action="store_true", help="speak everything again")
    options = parser.parse_args()
    missing_tools = [tool for tool in ("espeak-ng", "sox") if shutil.which(tool) is None]
    if missing_tools:
        print(f"Speaking prompts needs {' and '.join(missing_tools)} (apt install espeak-ng sox).")
        return 1
    texts: dict[str, str] = json.loads((HERE / "texts.json").read_text(encoding="utf-8"))
    unknown = [prompt for prompt in options.prompts if prompt not in texts]
    if unknown:
        print(f"No such prompt in texts.json: {', '.join(unknown)}")
        return 1
    for prompt, text in texts.items():
        asked = options.all or prompt in options.prompts
        if asked or (not options.prompts and not (HERE / f"{prompt}.wav").exists()):
            speak(prompt, text)
            print(prompt)
    return 0


if __name__ == "__main__":
    sys.exit(main())
