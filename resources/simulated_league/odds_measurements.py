"""Figures of a market, from The Odds API's documents and the games' results: the same of real and of simulated ones.

The real values are of 2023-24: player points from 2024-03-02 to 2024-04-14 (307 games, mostly five hours before
tip-off), spreads of the whole season (about 13 hours before).
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl

from nba_assets.reference.aliases import player_aliases
from nba_assets.reference.teams import TEAM_ABBR_BY_NAME
from nba_assets.transforms.documents import odds_event
from nba_assets.transforms.identity.link import link_names
from nba_assets.transforms.lines import hold, no_vig
from resources.simulated_league.league import League
from resources.simulated_league.listings import Listing, listings
from resources.simulated_league.odds_documents import event_odds

# The ten books of the real documents; others would change every figure that counts books.
REAL_BOOKS = (
    *("draftkings", "fanduel", "betmgm", "williamhill_us", "betrivers"),
    *("unibet_us", "bovada", "pointsbetus", "betonlineag", "mybookieag"),
)
# Hours before tip-off of the real documents, in their proportions.
_PROP_HOURS = (4.4, 9.2, 5.1, 4.2, 6.8, 5.0, 1.5, 4.0, 7.6, 10.3, 4.6, 13.5)
_LINE_HOURS = 12.8

_BOOK_PLAYER = ["event", "book", "player"]


@dataclass(frozen=True, slots=True)
class MarketSample:
    """A market's quotes beside what happened."""

    pairs: pl.DataFrame
    """One row per Over/Under pair or single side of player points."""
    mains: pl.DataFrame
    """One row per event, book and player: his two-sided quote nearest even money, `off` the player's line."""
    players: pl.DataFrame
    """One row per event and linked player: `line` and `p_over` (medians over books), `books`, `sd` of the books' lines,
    `points` (null: he did not play)."""
    names: pl.DataFrame
    """One row per event and spelling, with `player` (null: nobody knows him)."""
    games: pl.DataFrame
    """Per event: `spread` (home) and `total`, medians; `spread_range` over books; `margin` and `points` played."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One figure: what it was in the NBA's market, and the band in which the simulated one must lie."""

    name: str
    real: float | None
    """None: the real documents at hand do not tell."""
    low: float
    high: float
    value: Callable[[MarketSample], float]


def simulated_sample(league: League, season: int, games: int) -> MarketSample:
    """About `games` games spread over a season, quoted as long before tip-off as the real documents were taken."""
    known = [event for event in listings(league, datetime(season, 11, 15, tzinfo=UTC)) if event.withdrawn is None]
    chosen = known[:: max(len(known) // games, 1)][:games]
    hours = [_PROP_HOURS[n % len(_PROP_HOURS)] for n in range(len(chosen))]
    props = [_quotes(league, event, h, "player_points") for event, h in zip(chosen, hours, strict=True)]
    lines = [_quotes(league, event, _LINE_HOURS, "spreads", "totals") for event in chosen]
    people, results = [], []
    for event in chosen:
        box = league.box(event.fixture.nba_game_id)
        away, home = (box.score(team.abbr) for team in event.fixture.teams)
        results.append((event.event_id, event.fixture.day, home - away, home + away))
        people += [
            (event.event_id, abbr, line.player.person_id, line.player.name, line.points if line.played else None)
            for abbr, team_lines in box.lines.items()
            for line in team_lines
        ]
    return market_sample(
        pl.concat(props),
        pl.concat(lines),
        pl.DataFrame(
            people, schema=["event", "team_abbr", "nba_player_id", "player_full_name", "points"], orient="row"
        ),
        pl.DataFrame(results, schema=["event", "game_date", "margin", "points"], orient="row"),
    )


def market_sample(
    props: pl.DataFrame, lines: pl.DataFrame, people: pl.DataFrame, results: pl.DataFrame
) -> MarketSample:
    """`props`, `lines`: parsed documents, one per event. `people`: event, team_abbr, nba_player_id, player_full_name,
    points. `results`: event, game_date, margin, points.
    """
    names, pairs = _named_pairs(props, people, results)
    mains = (
        pairs.filter(pl.col("p_over").is_not_null(), pl.col("player").is_not_null())
        .sort((pl.col("p_over") - 0.5).abs(), "point")
        .unique(_BOOK_PLAYER, keep="first", maintain_order=True)
    )
    players = (
        mains.group_by("event", "player")
        .agg(line=pl.col("point").median(), p_over=pl.col("p_over").median(), books=pl.len(), sd=pl.col("point").std())
        .join(people.select("event", "points", player="nba_player_id"), on=["event", "player"], how="left")
    )
    mains = mains.join(players.select("event", "player", "line", "books"), on=["event", "player"])
    mains = mains.with_columns(off=pl.col("point") - pl.col("line")).sort(_BOOK_PLAYER)
    return MarketSample(pairs, mains, players.sort("event", "player"), names, _games(lines, results))


def _quotes(league: League, event: Listing, hours: float, *markets: str) -> pl.DataFrame:
    at = event.tip - timedelta(hours=hours)
    document = event_odds(league, event.event_id, at, markets=markets, bookmakers=REAL_BOOKS, american=True)
    return odds_event.parse(json.dumps(document).encode())


def _named_pairs(props: pl.DataFrame, people: pl.DataFrame, results: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    quotes = props.filter(pl.col("market_key") == "player_points").select(
        *("home_team", "away_team", "point", "outcome_name", "price_decimal"),
        event="odds_api_event_id",
        book="bookmaker_key",
        player_name="description",
    )
    teams = [
        pl.col(f"{side}_team").replace_strict(TEAM_ABBR_BY_NAME).alias(f"{side}_team_abbr") for side in ("home", "away")
    ]
    named = quotes.with_columns(teams).join(results.select("event", "game_date"), on="event")
    names = named.select("event", "game_date", "home_team_abbr", "away_team_abbr", "player_name").unique()
    rosters = people.join(results.select("event", "game_date"), on="event")
    linked = link_names(names.drop("event").unique(), rosters, player_aliases())
    names = names.join(linked, on=names.columns[1:], how="left").select("event", "player_name", player="nba_player_id")
    key = ["event", "book", "player_name", "point"]
    sides = quotes.with_columns(pair_no=pl.col("outcome_name").cum_count().over(*key, "outcome_name"))
    over, under = (pl.col("price_decimal").filter(pl.col("outcome_name") == side).first() for side in ("Over", "Under"))
    pairs = sides.group_by(*key, "pair_no").agg(over=over, under=under)
    pairs = pairs.with_columns(
        p_over=no_vig(pl.col("over"), pl.col("under")), hold=hold(pl.col("over"), pl.col("under"))
    )
    return names.sort("event", "player_name"), pairs.join(names, on=["event", "player_name"], how="left")


def _games(lines: pl.DataFrame, results: pl.DataFrame) -> pl.DataFrame:
    is_home = (pl.col("market_key") == "spreads") & (pl.col("outcome_name") == pl.col("home_team"))
    home, total = pl.col("point").filter(is_home), pl.col("point").filter(pl.col("outcome_name") == "Over")
    games = lines.group_by(event="odds_api_event_id").agg(
        spread=home.median(), spread_range=home.max() - home.min(), total=total.median()
    )
    return games.join(results, on="event").sort("event")


def _mean(frame: pl.DataFrame, value: pl.Expr) -> float:
    result = frame.select(value.cast(pl.Float64).mean()).item()
    return math.nan if result is None else result


def _graded(sample: MarketSample) -> pl.DataFrame:
    return sample.players.filter(pl.col("points").is_not_null())


def _decided(sample: MarketSample) -> pl.DataFrame:
    """Without pushes."""
    return _graded(sample).filter(pl.col("points") != pl.col("line"))


_ERROR = pl.col("points") - pl.col("line")
_WON = (pl.col("points") > pl.col("line")).cast(pl.Float64)
_SPREAD_ERROR = pl.col("margin") + pl.col("spread")


def _hold_of(book: str) -> Callable[[MarketSample], float]:
    return lambda s: s.mains.filter(pl.col("book") == book).select(pl.col("hold").median()).item()


def _players_per_game(sample: MarketSample) -> float:
    return sample.players.height / sample.players.get_column("event").n_unique()


def _width(sample: MarketSample) -> pl.DataFrame:
    """Players of several books."""
    return sample.players.filter(pl.col("books") >= 3)


def _unequal(book: str) -> Callable[[MarketSample], float]:
    return lambda s: _mean(s.mains.filter(pl.col("book") == book, pl.col("books") >= 3), pl.col("off") != 0)


def _chance_at(offset: int) -> Callable[[MarketSample], float]:
    """P(over) of the further lines at this distance from a book's main line, lines of 10 to 20."""

    def value(s: MarketSample) -> float:
        main = s.mains.filter(pl.col("book") == "betrivers").select(*_BOOK_PLAYER, main="point")
        further = s.pairs.join(main, on=_BOOK_PLAYER).filter(
            pl.col("main").is_between(10, 20), pl.col("point") - pl.col("main") == offset
        )
        return _mean(further, pl.col("p_over"))

    return value


def _line_quantile(share: float) -> Callable[[MarketSample], float]:
    return lambda s: s.players.select(pl.col("line").quantile(share)).item()


def _lines_per_player(book: str) -> Callable[[MarketSample], float]:
    return lambda s: _mean(
        s.pairs.filter(pl.col("book") == book).group_by(_BOOK_PLAYER).agg(pl.col("point").n_unique()), pl.col("point")
    )


def _sd(frame: pl.DataFrame, value: pl.Expr) -> float:
    result = frame.select(value.cast(pl.Float64).std()).item()
    return math.nan if result is None else result


MEASUREMENTS = (
    Measurement("priced players per game", 9.45, 8.0, 11.0, _players_per_game),
    Measurement("books per priced player, of ten", 8.37, 7.6, 9.0, lambda s: _mean(s.players, pl.col("books"))),
    Measurement(
        "priced players who do not play, share",
        0.0495,
        0.025,
        0.08,
        lambda s: _mean(s.players, pl.col("points").is_null()),
    ),
    Measurement(
        "spellings that link to nobody, share", 0.0, 0, 0.004, lambda s: _mean(s.names, pl.col("player").is_null())
    ),
    Measurement("points line, mean", 15.64, 14.2, 17.2, lambda s: _mean(s.players, pl.col("line"))),
    Measurement("points line, SD", 6.5, 5.6, 7.4, lambda s: _sd(s.players, pl.col("line"))),
    Measurement("points line, 10 % quantile", 7.5, 6.5, 9.5, _line_quantile(0.1)),
    Measurement("points line, median", 14.5, 13, 16.5, _line_quantile(0.5)),
    Measurement("points line, 90 % quantile", 24.5, 22.5, 27, _line_quantile(0.9)),
    Measurement("points line, mean absolute error", 5.204, 4.8, 5.6, lambda s: _mean(_graded(s), _ERROR.abs())),
    Measurement("points minus line, mean", 0.13, -0.5, 0.75, lambda s: _mean(_graded(s), _ERROR)),
    Measurement("over rate without pushes", 0.48, 0.44, 0.52, lambda s: _mean(_decided(s), _WON)),
    Measurement(
        "Brier score of the no-vig P(over)",
        0.2495,
        0.2465,
        0.2515,
        lambda s: _mean(_decided(s), (pl.col("p_over") - _WON) ** 2),
    ),
    Measurement("P(over) of a main line, SD", 0.0204, 0.0165, 0.0245, lambda s: _sd(s.mains, pl.col("p_over"))),
    Measurement("SD of a player's line over books, mean", 0.168, 0.13, 0.21, lambda s: _mean(_width(s), pl.col("sd"))),
    Measurement(
        "players with one line at all books, share", 0.627, 0.53, 0.72, lambda s: _mean(_width(s), pl.col("sd") == 0)
    ),
    Measurement("main lines off the median: draftkings", 0.054, 0.03, 0.09, _unequal("draftkings")),
    Measurement("main lines off the median: fanduel", 0.206, 0.15, 0.26, _unequal("fanduel")),
    Measurement("main lines off the median: betrivers", 0.207, 0.15, 0.26, _unequal("betrivers")),
    Measurement("hold at the main line: draftkings", 0.0678, 0.065, 0.07, _hold_of("draftkings")),
    Measurement("hold at the main line: fanduel", 0.0511, 0.0495, 0.0535, _hold_of("fanduel")),
    Measurement("hold at the main line: williamhill_us", 0.078, 0.076, 0.08, _hold_of("williamhill_us")),
    Measurement("hold at the main line: betrivers", 0.0718, 0.07, 0.0735, _hold_of("betrivers")),
    Measurement("lines per player: betrivers", 6.9, 6.2, 7.6, _lines_per_player("betrivers")),
    Measurement("P(over) two points below the main line", 0.634, 0.615, 0.655, _chance_at(-2)),
    Measurement("P(over) two points above the main line", 0.368, 0.35, 0.39, _chance_at(2)),
    Measurement("one-sided quotes, share", 4e-05, 0, 0.002, lambda s: _mean(s.pairs, pl.col("hold").is_null())),
    Measurement("spread, SD", 7.16, 5.8, 8.6, lambda s: _sd(s.games, pl.col("spread"))),
    Measurement("spread, range over books, mean", 0.68, 0.5, 0.9, lambda s: _mean(s.games, pl.col("spread_range"))),
    Measurement("spread, mean absolute error", 10.58, 9.0, 12.2, lambda s: _mean(s.games, _SPREAD_ERROR.abs())),
    Measurement("spread, mean error", 0.02, -3, 3, lambda s: _mean(s.games, _SPREAD_ERROR)),
    Measurement(
        "total, mean absolute error",
        None,
        12,
        18,
        lambda s: _mean(s.games, (pl.col("points") - pl.col("total")).abs()),
    ),
    Measurement("points minus total, mean", None, -4, 4, lambda s: _mean(s.games, pl.col("points") - pl.col("total"))),
)
