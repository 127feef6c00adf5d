"""Texts as numbers, by the words, pairs and pieces that ``care.triage`` reads at run time.

A text's row is the sum of its words' rows, and a word's row is that of its pieces, so the large matrix of texts by
pieces is never made: texts by words and words by pieces are enough to learn from, and many times smaller.
"""

# mypy: disable-error-code="import-not-found,import-untyped"
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy
from scipy.sparse import csr_matrix, diags

from care.reading import hashed, triage, wording

Array = Any
"""numpy's and scipy's arrays; both are there for training only."""


@dataclass(frozen=True)
class Features:
    """``n`` texts of ``v`` distinct words over ``b`` buckets."""

    words: Array
    """n × v, how often a word is in a text."""
    pieces: Array
    """v × b, what a word is made of."""
    pairs: Array
    """n × b, pairs of words."""
    scale: Array
    """n, what a text's sum is multiplied by."""

    def times(self, weights: Array) -> Array:
        """n × k scores from b × k weights."""
        return self.scale[:, None] * (self.words @ (self.pieces @ weights) + self.pairs @ weights)

    def back(self, errors: Array) -> Array:
        """b × k gradient from n × k errors."""
        scaled = self.scale[:, None] * errors
        return self.pieces.T @ (self.words.T @ scaled) + self.pairs.T @ scaled


def rarity(features: Features, power: float) -> Array:
    """b, what a bucket counts by how rarely it is met: the logarithm of that to ``power``, 1 on average."""
    words, pairs = (numpy.asarray(each.sum(axis=0)).ravel() for each in (features.words, features.pairs))
    met = features.pieces.T @ words + pairs
    rare = numpy.log(1 + met.sum() / 1000 / (1 + met)) ** power
    return rare / numpy.sqrt((met * rare**2).sum() / met.sum())


def emphasized(features: Features, rare: Array) -> Features:
    """The features with each bucket counted by its rarity."""
    by_rarity = diags(rare)
    return replace(features, pieces=(features.pieces @ by_rarity).tocsr(), pairs=(features.pairs @ by_rarity).tocsr())


def _matrix(rows: Sequence[Sequence[int]], columns: int, value: float = 1.0) -> Array:
    ends = numpy.cumsum([0, *map(len, rows)])
    flat = numpy.fromiter((column for row in rows for column in row), dtype=numpy.int64, count=int(ends[-1]))
    matrix = csr_matrix((numpy.full(len(flat), value), flat % columns, ends), shape=(len(rows), columns))
    matrix.sum_duplicates()
    return matrix


def meaning(texts: Sequence[str], buckets: int, power: float, ends: tuple[str, ...] = ()) -> Features:
    """What ``hashed.Table.scores`` sees of the words of texts, with ``ends`` around them.

    A sum is divided by the number of features to ``power``.
    """
    begin, end = ends or ("", "")
    known: dict[str, int] = {}
    hashes: list[int] = []
    pieces: list[list[int]] = []
    rows, pairs, counts = [], [], []
    for text in texts:
        row = []
        said = [wording.spelled(token) for token in wording.tokens(wording.plain(text))]
        for word in [begin, *said, end] if ends else said:
            if word not in known:
                known[word] = len(known)
                hashes.append(hashed.word_hash(word))
                pieces.append(list(hashed.piece_hashes(word, *hashed.PIECES)) if word.isalpha() else [])
            row.append(known[word])
        rows.append(row)
        pairs.append([hashed.pair_hash(hashes[one], hashes[two]) for one, two in pairwise(row)])
        counts.append(hashed.WORD_WEIGHT * (len(row) + len(pairs[-1])) + sum(len(pieces[word]) for word in row))
    return _features(rows, hashes, pieces, pairs, counts, buckets, power)


def language(word_lists: Sequence[Sequence[str]], buckets: int, power: float) -> Features:
    """What ``Model.indonesian`` sees; a sum is divided by the number of words to ``power``."""
    known: dict[str, int] = {}
    rows = [[known.setdefault(wording.drawn_in(word), len(known)) for word in words] for words in word_lists]
    hashes = [hashed.word_hash(word) for word in known]
    pieces = [list(hashed.piece_hashes(word, *triage.LANGUAGE_PIECES)) for word in known]
    return _features(rows, hashes, pieces, [[] for _ in rows], [len(row) for row in rows], buckets, power)


def _features(
    rows: Sequence[Sequence[int]],
    hashes: Sequence[int],
    pieces: Sequence[Sequence[int]],
    pairs: Sequence[Sequence[int]],
    counts: Sequence[int],
    buckets: int,
    power: float,
) -> Features:
    whole = _matrix([[one] for one in hashes], buckets, hashed.WORD_WEIGHT)
    return Features(
        words=_matrix(rows, len(hashes)),
        pieces=whole + _matrix(pieces, buckets),
        pairs=_matrix(pairs, buckets, hashed.WORD_WEIGHT),
        scale=1 / numpy.maximum(numpy.array(counts, dtype=float), 1) ** power,
    )
