"""Names that no roster has: syllables which cannot be mistaken for a person, in all the spellings that break joins."""

from collections.abc import Iterator

import numpy as np

_HEADS = ("Zor", "Quel", "Vex", "Brim", "Plo", "Dro", "Yub", "Wib", "Fenk", "Mox", "Grul", "Skee", "Blon", "Twi")
_TAILS = ("bax", "dlop", "mek", "zoot", "vlin", "rith", "nub", "gorf", "quon", "wump", "fizz", "drel", "plix", "sny")
_ACCENTS = {"o": "ö", "e": "ë", "i": "ï", "u": "ū", "z": "ž", "n": "ň"}
_SUFFIXES = ("Jr.", "III", "II", "Jr.")

# One name in so many: shares of the NBA's player index, a little raised so that a week of games meets each of them.
_GIVEN_ACCENT, _FAMILY_ACCENT, _IRISH, _SUFFIX = 12, 14, 40, 11
_NAMESAKE = 60


def names(stream: np.random.Generator) -> Iterator[tuple[str, str]]:
    """Given and family names without end; every sixtieth is one that somebody already has."""
    words = [head + tail for head in _HEADS for tail in _TAILS]
    given: list[int] = []
    family: list[int] = []
    seen: list[tuple[str, str]] = []
    taken: set[tuple[str, str]] = set()
    while True:
        if not given:
            given, family = stream.permutation(len(words)).tolist(), stream.permutation(len(words)).tolist()
        name = _spelled(words[given.pop()], words[family.pop()], stream)
        if len(seen) % _NAMESAKE == _NAMESAKE - 1:
            name = seen[int(stream.integers(max(0, len(seen) - 400), len(seen)))]
        elif name in taken:
            continue
        seen.append(name)
        taken.add(name)
        yield name


def _spelled(given: str, family: str, stream: np.random.Generator) -> tuple[str, str]:
    dice = stream.random(4)
    if dice[0] < 1 / _GIVEN_ACCENT:
        given = _accented(given)
    if dice[1] < 1 / _FAMILY_ACCENT:
        family = _accented(family)
    if dice[2] < 1 / _IRISH:
        family = f"O'{family}"
    if dice[3] < 1 / _SUFFIX:
        family = f"{family} {_SUFFIXES[int(stream.integers(len(_SUFFIXES)))]}"
    return given, family


def _accented(name: str) -> str:
    """The name with its last possible letter accented."""
    place = max((name.rfind(letter) for letter in _ACCENTS), default=-1)
    return name if place < 0 else name[:place] + _ACCENTS[name[place]] + name[place + 1 :]
