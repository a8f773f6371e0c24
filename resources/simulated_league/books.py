"""The bookmakers of the simulated league: one table. Keys and titles are The Odds API's; what they do is invented, at
the level of what such books did in the spring of 2024.
"""

from dataclasses import dataclass, replace

from resources.simulated_league.spellings import Habits

GAME_MARKETS = frozenset({"h2h", "spreads", "totals"})
PROP_MARKETS = ("player_points", "player_rebounds", "player_assists", "player_threes")

_PLAIN_HABITS = Habits()


@dataclass(frozen=True, slots=True)
class Book:
    """How one bookmaker prices. Opinions and biases are in standard deviations of what is bet on."""

    key: str
    title: str
    hold: float
    """Margin of two-sided player quotes at the main line."""
    line_hold: float
    """Margin of spreads and totals."""
    step: int
    """Prices stand on a grid of so many cents (-110, -115 is a step of 5)."""
    opinion: float
    """SD of its own view of a player, on top of the market's."""
    lag: float
    """Typical minutes by which it learns news after the league."""
    opens: float
    """Hours before tip-off at which it quotes a player of 16 expected points; better ones earlier."""
    bias: float = 0.0
    feed: str = ""
    """Books with one feed quote the same, though not at the same second; empty: a feed of its own."""
    region: str = "us"
    props: tuple[str, ...] = PROP_MARKETS
    poll: int = 100
    """Seconds between its updates."""
    reprices: int = 30
    """Minutes between looks at the market."""
    least_minutes: float = 17.0
    least_plays: float = 0.45
    """Least probability of playing with which a player stays on the board."""
    lines: int = 1
    """Most lines of one player within the main market."""
    multi_share: float = 1.0
    """Share of players with more than one line, where `lines` is above 1."""
    twice: bool = False
    """Lists every player twice at one point, with different prices."""
    one_sided: float = 0.0
    """Share of player quotes with one side only."""
    half_points_only: bool = False
    """No whole spreads and totals."""
    in_play: bool = False
    """Goes on quoting after tip-off."""
    habits: Habits = _PLAIN_HABITS

    @property
    def source(self) -> str:
        return self.feed or self.key


_BETRIVERS = Book("betrivers", "BetRivers", 0.0717, 0.0497, 1, 0.037, 12, 8.0, feed="kambi", lines=11,
                  least_minutes=19.5, in_play=True, habits=Habits(marks=True, drops_suffix=0.05))  # fmt: skip
_OFFSHORE = Habits(dotted=True, drops_suffix=0.1, adds_suffix=0.004, reverses=0.001)

BOOKS = (
    Book("draftkings", "DraftKings", 0.0677, 0.0475, 5, 0.008, 5, 12.0, one_sided=0.0004, poll=100, reprices=20,
         least_minutes=16.5, in_play=True, habits=Habits(drops_suffix=0.03)),
    Book("fanduel", "FanDuel", 0.0511, 0.0476, 2, 0.037, 4, 12.0, poll=140, reprices=15, in_play=True,
         habits=Habits(drops_suffix=0.05)),
    Book("betmgm", "BetMGM", 0.0693, 0.0471, 5, 0.008, 9, 10.5, poll=120, least_minutes=16, one_sided=0.002,
         half_points_only=True, in_play=True, habits=Habits(initials=0.0006)),
    Book("williamhill_us", "Caesars", 0.0780, 0.0476, 2, 0.009, 10, 11.5, twice=True, in_play=True,
         habits=Habits(dotted=True)),
    _BETRIVERS,
    replace(_BETRIVERS, key="unibet_us", title="Unibet"),
    Book("bovada", "Bovada", 0.0680, 0.0476, 5, 0.008, 25, 11.5, lines=5, multi_share=0.08, one_sided=0.001,
         in_play=True, habits=Habits(dotted=False, drops_suffix=0.1, adds_suffix=0.006, reverses=0.005,
                                     middle_names=0.0002)),
    Book("pointsbetus", "PointsBet (US)", 0.0693, 0.0476, 5, 0.024, 15, 11.0, least_minutes=16.5,
         habits=Habits(drops_suffix=0.05, initials=0.0015, middle_names=0.0001)),
    Book("espnbet", "ESPN BET", 0.0690, 0.0476, 5, 0.020, 12, 9.5, region="us2", bias=0.004, poll=110),
    Book("hardrockbet", "Hard Rock Bet", 0.0660, 0.0476, 5, 0.022, 15, 8.5, region="us2", bias=-0.003, poll=130),
    Book("betonlineag", "BetOnline.ag", 0.0644, 0.0476, 1, 0.012, 22, 9.0, bias=0.004, poll=110, least_minutes=16,
         habits=_OFFSHORE),
    Book("lowvig", "LowVig.ag", 0.0, 0.0291, 1, 0.012, 22, 0.0, props=()),
    Book("mybookieag", "MyBookie.ag", 0.0794, 0.0476, 5, 0.012, 25, 3.0, bias=0.004, least_plays=0.6, habits=_OFFSHORE),
    Book("fliff", "Fliff", 0.0810, 0.0500, 5, 0.020, 20, 7.0, region="us2", bias=0.006,
         habits=Habits(drops_suffix=0.2, initials=0.002)),
    Book("betparx", "betPARX", 0.0740, 0.0490, 1, 0.018, 30, 7.5, region="us2", poll=140),
    Book("ballybet", "Bally Bet", 0.0760, 0.0500, 1, 0.020, 35, 7.0, region="us2", poll=150, least_minutes=20,
         props=PROP_MARKETS[:3]),
)  # fmt: skip

BOOKS_BY_KEY = {book.key: book for book in BOOKS}
