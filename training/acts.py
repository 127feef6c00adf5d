"""`python -m training.acts [--measure]`: makes layers/care/python/care/content/acts.model from training/acts.

--measure tells how well texts left out are read: every fifth text of all, and each file of training/acts in turn. Needs
requirements/training.txt.
"""

import sys

from care.content import FOLDER
from care.conversation import script
from care.reading import acts, hashed
from care.reading.acts import Act
from training import customers, models
from training.corpus import Example

MODEL = FOLDER / "acts.model"
LEARNER = models.Learner([*map(str, Act)], buckets=1 << 15, ends=hashed.ENDS)
PHRASE_WEIGHT = 0.5
ACTS_OF_PHRASES = {
    "yes": Act.YES,
    "no": Act.NO,
    "thanks": Act.THANKS,
    "goodbye": Act.BYE,
    "greeting": Act.GREET,
    "okay": Act.OKAY,
    "person": Act.PERSON,
    "line": Act.LINE,
    "status": Act.STATUS,
    "stop_package": Act.STOP,
    "change_package": Act.BUY,
    "packages": Act.FIND,
    "not_helped": Act.CORRECT,
    "not_worked": Act.UNSOLVED,
}


def said() -> list[Example]:
    """What is said outright, ``content/conversation/phrases.toml``, as texts of its acts."""
    groups = script.phrases()
    return [
        Example(phrase, "phrases", kind=act, weight=PHRASE_WEIGHT)
        for name, act in ACTS_OF_PHRASES.items()
        for phrase in sorted({*groups[name].whole, *groups[name].within})
    ]


def main() -> None:
    """Make the model, and measure it if that is asked for."""
    examples = customers.sentences()
    if "--measure" in sys.argv[1:]:
        parts = {"every fifth text": [str(at % 5) for at in range(len(examples))]}
        parts["each file"] = [one.genre for one in examples]
        for name, its in parts.items():
            print(models.told(f"left out, {name}", LEARNER.labels, examples, LEARNER.left_out(examples, its, said())))
    MODEL.write_bytes(LEARNER.learn([*examples, *said()]).written(acts.MAGIC, customers.sentences_digest()))
    print(f"{MODEL.name}: {MODEL.stat().st_size // 1024} kB from {len(examples)} texts")


if __name__ == "__main__":
    main()
