"""Random streams by key: the same key gives the same numbers in any process, whatever else has been drawn."""

from functools import lru_cache
from hashlib import blake2b

import numpy as np


def generator(*key: object) -> np.random.Generator:
    """The stream of a key such as (seed, "box", game id)."""
    digest = blake2b("/".join(map(str, key)).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(int.from_bytes(digest, "little"))))


@lru_cache(maxsize=65536)
def uniforms(size: int, *key: object) -> tuple[float, ...]:
    """A few uniform numbers in [0, 1) of a key, remembered: who looks twice pays once."""
    return tuple(generator(*key).random(size).tolist())
