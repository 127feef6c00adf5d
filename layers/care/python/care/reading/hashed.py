"""Linear models over words, pairs of words and pieces of words, each hashed to a bucket of weights.

A bucket holds one byte for each output. The bytes of a bucket are read as one large integer with 32 bits for each
output, so that adding two of these adds all outputs at once; what a word adds is worked out once and remembered.
"""

import json
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from math import exp
from struct import Struct
from typing import Any

PIECES = (4, 5)
"""Shortest and longest pieces of a word, in bytes, that tell the meaning."""
WORD_WEIGHT = 4
"""A word or a pair of words counts as much as so many pieces."""
ENDS = ("^", "$")
"""Stand as words around a text: how it begins and ends tells much of what it does."""
ZERO = 128
"""The byte that stands for no weight."""


def word_hash(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


def pair_hash(first: int, second: int) -> int:
    """Hash of a pair of words from those of its words."""
    return (first * 40503 + second * 2654435 + 1) & 0x7FFFFFFF


def piece_hashes(word: str, shortest: int, longest: int) -> list[int]:
    """Hashes of the pieces of a word of ``shortest`` to ``longest`` bytes, with its beginning and end marked."""
    marked = b"<%b>" % word.encode("utf-8", "surrogatepass")
    length = len(marked) + 1
    return [
        zlib.crc32(marked[start : start + size])
        for size in range(shortest, longest + 1)
        for start in range(length - size)
    ]


def unpacked(data: bytes, magic: bytes) -> tuple[dict[str, Any], bytes]:
    """What a model's file says of itself, and its weights: ``magic``, the length of a header in four bytes
    (little-endian), the header as JSON, the weights compressed by zlib. Raises ``ValueError`` for another file.
    """
    if not data.startswith(magic):
        raise ValueError(f"not a model that begins with {magic!r}")
    start = len(magic) + 4
    end = start + int.from_bytes(data[len(magic) : start], "little")
    return json.loads(data[start:end]), zlib.decompress(data[end:])


class Table:
    """The weights of ``len(scales)`` outputs: ``weights`` has all buckets of the first, then of the next.

    A sum of weights is scaled, divided by the number of features to ``power``, and its bias is added.
    """

    def __init__(self, weights: bytes, scales: Sequence[float], biases: Sequence[float], power: float) -> None:
        outputs = len(scales)
        self._scales, self._biases, self._power = scales, biases, power
        self._buckets = len(weights) // outputs
        self._lanes = Struct(f"<{outputs + 1}I")
        size = self._lanes.size
        wide = bytearray(self._buckets * size)
        wide[::size] = b"\1" * self._buckets  # the first lane counts features
        for lane in range(outputs):
            wide[4 * lane + 4 :: size] = weights[lane * self._buckets : (lane + 1) * self._buckets]
        self._rows = bytes(wide)
        self.word = lru_cache(maxsize=1 << 15)(self._word)

    def _sum(self, hashes: Iterable[int]) -> int:
        """What the buckets of these hashes add to every output."""
        rows, size, buckets = self._rows, self._lanes.size, self._buckets
        starts = [hash_ % buckets * size for hash_ in hashes]
        return sum([int.from_bytes(rows[start : start + size], "little") for start in starts])

    def _word(self, word: str) -> tuple[int, int]:
        """A word's hash, and what it adds to every output."""
        hashed = word_hash(word)
        sums = self._sum((hashed,)) * WORD_WEIGHT
        if word.isalpha():
            sums += self._sum(piece_hashes(word, *PIECES))
        return hashed, sums

    def scores(self, words: Iterable[str]) -> list[float]:
        """The score of each output for words as they are spelled by the models."""
        known = [self.word(word) for word in words]
        pairs = self._sum([pair_hash(one, two) for (one, _), (two, _) in pairwise(known)])
        both = sum([sums for _, sums in known]) + WORD_WEIGHT * pairs
        count, *sums = self._lanes.unpack(both.to_bytes(self._lanes.size, "little"))
        length = max(count, 1) ** self._power
        return [
            (total - ZERO * count) * scale / length + bias
            for total, scale, bias in zip(sums, self._scales, self._biases, strict=True)
        ]


def logistic(score: float) -> float:
    """A probability from a score."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, score))))


def shares(scores: Sequence[float]) -> list[float]:
    """Probabilities from scores (softmax)."""
    highest = max(scores)
    parts = [exp(score - highest) for score in scores]
    whole = sum(parts)
    return [part / whole for part in parts]
