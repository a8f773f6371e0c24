"""How a bookmaker writes a player's name. Almost always some plain form of it; now and then anything else."""

import unicodedata
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from resources.simulated_league.model import Player

_SUFFIXES = {"Jr.": "Jr", "Sr.": "Sr", "Jr": "Jr", "Sr": "Sr", "II": "II", "III": "III", "IV": "IV"}
# Letters without a decomposition into a base letter and a mark.
_PLAIN = str.maketrans("ıİđĐłŁøØðþ", "iIdDlLoOdp") | str.maketrans({"ß": "ss", "æ": "ae", "Æ": "Ae"})
# Middle names as in passports: invented, unknown to every feed of the league, so a name with one links to nobody.
_MIDDLE_NAMES = ("Orvelio", "Tamzor", "Quillon", "Bexley", "Yorvan")


@dataclass(frozen=True, slots=True)
class Habits:
    """A bookmaker's ways with names; shares are of player-games, of suffixed players for `drops_suffix`."""

    marks: bool = False
    """Keeps diacritics."""
    dotted: bool = False
    """`Jr.`, not `Jr`."""
    drops_suffix: float = 0.0
    adds_suffix: float = 0.0
    reverses: float = 0.0
    initials: float = 0.0
    middle_names: float = 0.0
    """Nobody can link these without a list of aliases."""


def spelling(player: Player, book: str, habits: Habits, roll: float, *, ambiguous_initial: bool = False) -> str:
    """The player's name at a book in one game. `roll`, uniform in 0..1, decides on the rare forms of that game.

    The initial alone is written only where it says who is meant.
    """
    name = player.name if habits.marks else plain(player.name)
    words = name.split()
    suffix = _SUFFIXES.get(words[-1]) if len(words) > 2 else None
    given, family = words[0], " ".join(words[1:-1] if suffix else words[1:])
    for share, written in (
        (habits.reverses, f"{family.replace('-', ' ')} {given}"),
        (0.0 if ambiguous_initial else habits.initials, f"{given[0]}. {family}"),
        (habits.adds_suffix if suffix is None else 0.0, f"{given} {family} Jr."),
        (habits.middle_names, f"{given} {_MIDDLE_NAMES[player.person_id % len(_MIDDLE_NAMES)]} {family}"),
    ):
        if roll < share:
            return written
        roll -= share
    if suffix is None or _fixed_roll(book, player) < habits.drops_suffix:
        return f"{given} {family}"
    return f"{given} {family} {suffix}{'.' if habits.dotted and suffix in ('Jr', 'Sr') else ''}"


def ambiguous_initials(players: Sequence[Player]) -> tuple[bool, ...]:
    """Of each player whether another one has his initial and family name."""
    keys = [_initial_and_family(player) for player in players]
    counts = Counter(keys)
    return tuple(counts[key] > 1 for key in keys)


def _initial_and_family(player: Player) -> tuple[str, str]:
    words = [word for word in plain(player.family_name).split() if word not in _SUFFIXES]
    return plain(player.first_name)[0].casefold(), " ".join(words).casefold()


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """The name in ASCII letters."""
    return unicodedata.normalize("NFKD", name.translate(_PLAIN)).encode("ascii", "ignore").decode()


def _fixed_roll(book: str, player: Player) -> float:
    """Uniform in 0..1, the same for a book and a player in all games."""
    return zlib.crc32(f"{book}/{player.person_id}".encode()) / 2**32
