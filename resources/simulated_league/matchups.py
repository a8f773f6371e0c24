"""Who meets whom how often, and in which round: 82 games a team, 41 of them at home, by the NBA's formula."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np

_DIVISIONS = (
    ("BOS", "BKN", "NYK", "PHI", "TOR"),
    ("CHI", "CLE", "DET", "IND", "MIL"),
    ("ATL", "CHA", "MIA", "ORL", "WAS"),
    ("DEN", "MIN", "OKC", "POR", "UTA"),
    ("GSW", "LAC", "LAL", "PHX", "SAC"),
    ("DAL", "HOU", "MEM", "NOP", "SAS"),
)
CONFERENCES = tuple(tuple(abbr for division in half for abbr in division) for half in (_DIVISIONS[:3], _DIVISIONS[3:]))
CONFERENCE = {abbr: name for name, half in zip(("East", "West"), CONFERENCES, strict=True) for abbr in half}
ABBRS = tuple(sorted(CONFERENCE))

Game = tuple[str, str]
"""Home, away."""

_TRIES = 60


@dataclass(slots=True)
class Bracket:
    """The Cup's knock-out games, decided before they are played: the simulation plays them until they come true."""

    quarters: list[Game] = field(default_factory=list)
    semis: list[Game] = field(default_factory=list)
    final: Game = ("", "")
    winners: dict[Game, str] = field(default_factory=dict)
    """By quarter- or semi-final."""
    champion: str = ""


@dataclass(slots=True)
class Rounds:
    """`rounds[n]`: games in which every team plays at most once; `loose`: games that fit into no round."""

    rounds: list[list[Game]]
    loose: list[Game]
    bracket: Bracket | None


def season_rounds(number: int, cup_round: int | None, stream: np.random.Generator) -> Rounds:
    """All games of a season in so many rounds; quarter-finals are in round `cup_round`, semi-finals in the next."""
    homes = _homes(stream)
    left = Counter({pair: len(hosts) for pair, hosts in homes.items()})
    bracket = _bracket(homes, stream) if cup_round is not None else None
    done: dict[int, list[Game]] = {}
    order = list(stream.permutation(number))
    if bracket and cup_round is not None:
        order = [cup_round, cup_round + 1, *(n for n in order if n not in (cup_round, cup_round + 1))]
        forced = {cup_round: bracket.quarters, cup_round + 1: bracket.semis}
        for games in forced.values():
            left.subtract(_pair(*game) for game in games)
    else:
        forced = {}
    for n in order:
        pairs = _matching(left, {abbr for game in forced.get(n, []) for abbr in game}, stream)
        left.subtract(pairs)
        done[n] = forced.get(n, []) + [_hosted(homes, pair) for pair in pairs]
    loose = [_hosted(homes, pair) for pair, count in left.items() for _ in range(count)]
    return Rounds([done[n] for n in range(number)], loose, bracket)


def _pair(one: str, other: str) -> Game:
    return (one, other) if one < other else (other, one)


def _hosted(homes: dict[Game, list[str]], pair: Game) -> Game:
    home = homes[pair].pop()
    return home, pair[0] if pair[1] == home else pair[1]


def _homes(stream: np.random.Generator) -> dict[Game, list[str]]:
    """The hosts of each pair's games: four in the division, four or three in the conference, else two."""
    homes: dict[Game, list[str]] = {}
    for n, one in enumerate(ABBRS):
        for other in ABBRS[n + 1 :]:
            same = CONFERENCE[one] == CONFERENCE[other]
            homes[_pair(one, other)] = [one, other] * (2 if same else 1)
    # Each team misses one game against four rivals of its conference, two at home and two away.
    for half in (_DIVISIONS[:3], _DIVISIONS[3:]):
        for first, second in ((0, 1), (1, 2), (2, 0)):
            ones, others = (list(stream.permutation(half[d])) for d in (first, second))
            for k in range(5):
                homes[_pair(ones[k], others[k])].remove(ones[k])
                homes[_pair(ones[k], others[k - 1])].remove(others[k - 1])
    for hosts in homes.values():
        stream.shuffle(hosts)
    return homes


def _bracket(homes: dict[Game, list[str]], stream: np.random.Generator) -> Bracket:
    bracket = Bracket()
    finalists = []
    for half in CONFERENCES:
        four = [str(abbr) for abbr in stream.permutation(half)[:4]]
        for one, other in (four[:2], four[2:]):
            game = _hosted(homes, _pair(one, other))
            bracket.quarters.append(game)
            bracket.winners[game] = one
        semi = _hosted(homes, _pair(four[0], four[2]))
        bracket.semis.append(semi)
        bracket.winners[semi] = four[0]
        finalists.append(four[0])
    stream.shuffle(finalists)
    bracket.final = (finalists[0], finalists[1])
    bracket.champion = finalists[int(stream.integers(2))]
    return bracket


def _matching(left: Counter[Game], busy: set[str], stream: np.random.Generator) -> list[Game]:
    """As many disjoint pairs as can be found among the games left, those with most games left first."""
    partners: dict[str, dict[str, int]] = defaultdict(dict)
    for (one, other), count in left.items():
        if count > 0 and one not in busy and other not in busy:
            partners[one][other] = partners[other][one] = count
    teams = [abbr for abbr in ABBRS if abbr not in busy]
    best: dict[str, str] = {}
    for _ in range(_TRIES):
        mate: dict[str, str] = {}
        weight = dict(zip(ABBRS, stream.random(len(ABBRS)).tolist(), strict=True))
        for abbr in sorted(teams, key=lambda abbr: (len(partners[abbr]), weight[abbr])):
            if abbr not in mate:
                _augment(abbr, partners, mate, weight, {abbr})
        if len(mate) > len(best):
            best = mate
        if len(best) == len(teams):
            break
    return sorted(_pair(one, other) for one, other in best.items() if one < other)


def _augment(
    abbr: str, partners: dict[str, dict[str, int]], mate: dict[str, str], weight: dict[str, float], seen: set[str]
) -> bool:
    """Finds a partner, if need be one whose present partner finds another."""
    wanted = sorted(partners[abbr], key=lambda other: (-partners[abbr][other], weight[other]))
    for other in wanted:
        if other not in mate and other != abbr and other not in seen:
            mate[abbr], mate[other] = other, abbr
            return True
    for other in wanted:
        if other in seen or other not in mate:
            continue
        third = mate[other]
        if third in seen:
            continue
        seen |= {other, third}
        del mate[third]
        if _augment(third, partners, mate, weight, seen):
            mate[abbr], mate[other] = other, abbr
            return True
        mate[third], mate[other] = other, third
    return False
