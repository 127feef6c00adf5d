"""Which article a text asks for, by a linear model over the same pieces as triage.

Search finds the words of articles; this has learned how customers ask for each. ``python -m training.subjects`` makes
``content/subjects.model`` from the articles' search words and ``training/questions``.
"""

from functools import cache, lru_cache

from care.content import FOLDER
from care.reading import hashed, wording
from care.reading.hashed import Table, shares

MAGIC = b"subjects 1\n"
NOTHING = "-"
"""What asks for no article."""


class Model:
    """The learned weights of ``content/subjects.model``, whose shape ``training/models.py`` describes."""

    def __init__(self, data: bytes) -> None:
        about, weights = hashed.unpacked(data, MAGIC)
        self._articles: list[str] = about["outputs"]
        self._table = Table(weights, about["scales"], about["biases"], about["power"])
        self.read = lru_cache(maxsize=64)(self._read)

    def _read(self, text: str) -> dict[str, float]:
        words = map(wording.spelled, wording.tokens(wording.plain(text)))
        return dict(zip(self._articles, shares(self._table.scores(words)), strict=True))


@cache
def model() -> Model:
    """The model, read at the first text."""
    return Model((FOLDER / "subjects.model").read_bytes())


def read(text: str) -> dict[str, float]:
    """The share of each article, and of ``NOTHING``, together 1."""
    return model().read(text)
