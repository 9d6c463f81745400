"""Seeded draws: random numbers, ids and skewed choices, the same for the same seed.

Every part of the sample has a generator of its own, so that a change to one part leaves the others as they were.
"""

import zlib
from collections.abc import Sequence

import numpy as np

# Without look-alike signs (0 o, 1 l i), so that a person can read an id out.
_ID_SIGNS = np.frombuffer(b"23456789abcdefghjkmnpqrstuvwxyz", dtype=np.uint8)

Strings = np.ndarray  # of objects: equal strings share one object, which keeps a million rows small


def generator(seed: int, part: str) -> np.random.Generator:
    """The random numbers of one part of the sample."""
    return np.random.default_rng([seed, zlib.crc32(part.encode())])


def listed(words: str) -> tuple[str, ...]:
    """Words that are written with commas between them."""
    return tuple(words.split(","))


def strings(values: Sequence[str]) -> Strings:
    """A vocabulary as an array that can be indexed with many draws at once."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def identifiers(rng: np.random.Generator, count: int, prefix: str, length: int) -> Strings:
    """`count` different ids that tell nothing: a prefix and `length` signs."""
    numbers = rng.integers(len(_ID_SIGNS) ** length, size=count + count // 50 + 64)
    first_places = np.sort(np.unique(numbers, return_index=True)[1])
    numbers = numbers[first_places][:count]
    digits = numbers[:, None] // len(_ID_SIGNS) ** np.arange(length) % len(_ID_SIGNS)
    bodies = _ID_SIGNS[digits].view(f"S{length}").ravel().astype(str).astype(object)
    return prefix + bodies


def skewed(rng: np.random.Generator, count: int, size: int, *, flat: float = 12.0, slope: float = 0.9) -> np.ndarray:
    """`count` places in a vocabulary of `size`, the first ones oftener (Zipf-Mandelbrot), as with names and towns."""
    weights = np.cumsum(1 / (np.arange(size) + flat) ** slope)
    return np.searchsorted(weights, rng.random(count) * weights[-1], side="right")


def weighted(rng: np.random.Generator, count: int, weights: Sequence[float]) -> np.ndarray:
    """`count` draws of a place in `weights`, each as often as its weight says."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(edges, rng.random(count) * edges[-1], side="right")


def chosen(rng: np.random.Generator, mask: np.ndarray, share: float) -> np.ndarray:
    """Those of the mask that a coin with this share picks."""
    return mask & (rng.random(len(mask)) < share)


def flags(mask: np.ndarray) -> Strings:
    """The mask in words, as CSV files have it."""
    return strings(["false", "true"])[mask.astype(int)]
