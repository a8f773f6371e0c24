"""Asset functions called on frames as a run would call them, and ways to spoil what they are given.

`Tables` hold every table by name, with all dates there are. What an asset reads of them (tables, columns, days of
look-back) is taken from its own declaration, so that one that declares too little is found out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import import_module
from inspect import getclosurevars
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import polars as pl

from nba_assets.contracts import TABLES
from nba_assets.landing_reader import LandingReader
from nba_assets.transforms.documents import QUARANTINE_REASON
from nba_assets_tests.frames import frame, row
from resources.landing_store import LocalLandingStore

Tables = Mapping[str, pl.DataFrame]

# In the order in which a run computes them.
SUMMARIES = (
    "nbac_player_list",
    "player_game_summary",
    "team_offense_game_summary",
    "team_defense_game_summary",
)
LAYER = (
    "upcoming_team_game_context",
    "upcoming_player_game_context",
    "player_shot_zone_analysis",
    "team_defense_zone_analysis",
    "player_daily_cache",
    "player_composite_factors",
    "ml_feature_store_v2",
)

# Long after the season: every game of it has been decided.
_NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
_NOT_SPOILED = {"game_date", "nba_game_id", "nba_player_id", "season_year"}
_STATUSES = {None: 70, "available": 4, "probable": 5, "questionable": 8, "doubtful": 3, "out": 10}
_SILENT_TEAMS = 0.05
_MARKETS = {"spreads": None, "totals": "Over"}


def compute(
    names: Iterable[str], tables: Tables, dates: Sequence[date], *, landing: Path | None = None, see_later: bool = False
) -> dict[str, pl.DataFrame]:
    """Rows of the tables `names` for consecutive `dates`, each computed from `tables` and from those before it.

    With `see_later` look-backs hold every later date too: more than any run would load.
    """
    known = dict(tables)
    found = {}
    for name in names:
        function, windows = _declared(name)
        frames = {source: _loaded(known[source], window, dates, see_later) for source, window in windows.items()}
        rows: pl.DataFrame = function(LandingReader(LocalLandingStore(landing or Path()), dates, _NOW), **frames)
        if QUARANTINE_REASON in rows.columns:
            rows = rows.filter(pl.col(QUARANTINE_REASON).is_null())
        found[name] = TABLES[name].ordered(rows)
        known[name] = pl.concat([known[name].filter(~pl.col("game_date").is_in(list(dates))), found[name]])
    return found


@cache
def _declared(name: str) -> tuple[Callable[..., pl.DataFrame], dict[str, dict[str, Any]]]:
    """The function that `@table_asset` decorates, and what is to be loaded of each of its inputs."""
    asset = getattr(import_module(f"nba_assets.defs.{TABLES[name].dataset.removeprefix('nba_')}.{name}"), name)
    function = getclosurevars(asset.op.compute_fn.decorated_fn).nonlocals["fn"]
    return function, {source: dict(given.metadata or {}) for source, given in asset.op.ins.items() if source in TABLES}


def _loaded(rows: pl.DataFrame, window: Mapping[str, Any], dates: Sequence[date], see_later: bool) -> pl.DataFrame:
    day = pl.col("game_date")
    if "look_back_days" not in window:
        return rows.filter(day.is_in(list(dates)))
    kept = day >= min(dates) - timedelta(days=window["look_back_days"])
    if not see_later:
        kept &= (day <= max(dates)) if window["same_date"] else (day < max(dates))
    return rows.filter(kept).select(window["columns"])


def spoiled(rows: pl.DataFrame, of: pl.Expr, seed: str, only: Sequence[str] = ()) -> pl.DataFrame:
    """`rows` with every number, flag and word (but keys) wrong in those `of`, and a fifth of them dropped.

    With `only`, these columns are wrong and no row is dropped.
    """
    good, bad = rows.filter(~of), rows.filter(of)
    rng = Random(seed)
    if not only:
        bad = bad.filter(pl.Series([rng.random() < 0.8 for _ in range(bad.height)], dtype=pl.Boolean))
    names = only or [name for name in bad.columns if name not in _NOT_SPOILED]
    return pl.concat([good, bad.with_columns(_wrong(bad[name], rng) for name in names)])


def _wrong(values: pl.Series, rng: Random) -> pl.Series:
    if values.dtype.is_numeric():
        return (values.fill_null(0) * 100 + 7).cast(values.dtype)
    if values.dtype == pl.Boolean:
        return ~values.fill_null(value=False)
    if values.dtype == pl.String:
        return values.gather(rng.sample(range(len(values)), len(values)))
    return values


def with_reports(tables: Tables, dates: Iterable[date]) -> dict[str, pl.DataFrame]:
    """`tables` with an invented injury report two hours before every tip-off of `dates`; some teams stay silent."""
    reports = [
        who | {"injury_status": status, "report_ts": who["tipoff_utc"] - timedelta(hours=2)}
        for who in _expected(tables, dates)
        if (status := _status(who)) is not None
    ]
    return {**tables, "nbac_injury_report": _rows("nbac_injury_report", reports)}


def _status(who: Mapping[str, Any]) -> str | None:
    if Random(f"{who['nba_game_id']} {who['team_abbr']}").random() < _SILENT_TEAMS:
        return None
    return Random(f"{who['nba_game_id']} {who['nba_player_id']}").choices([*_STATUSES], [*_STATUSES.values()])[0]


def with_planted(tables: Tables, day: date) -> dict[str, pl.DataFrame]:
    """`tables` with quotes and injury reports of the tip-off instant and after it, for every game and player of `day`.

    All of them say something else than what was said before the tip: a line of 44.5, a spread of 33, everybody out.
    """
    planted: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("nbac_injury_report", "odds_api_player_points_props", "odds_api_game_lines")
    }
    for who in _expected(tables, [day]):
        planted["nbac_injury_report"].append(who | {"report_ts": who["tipoff_utc"], "injury_status": "out"})
        for times in _too_late(who["tipoff_utc"]):
            quote = who | times | {"player_name": who["player_full_name"], "points_line": 44.5}
            planted["odds_api_player_points_props"].append(quote)
    for game in {who["nba_game_id"]: who for who in _expected(tables, [day])}.values():
        for times, (market, outcome) in product(_too_late(game["tipoff_utc"]), _MARKETS.items()):
            line = {"market_key": market, "outcome_name": outcome or game["home_team_abbr"], "outcome_point": 33.0}
            planted["odds_api_game_lines"].append(game | times | line)
    return {**tables, **{name: pl.concat([tables[name], _rows(name, rows)]) for name, rows in planted.items()}}


def _rows(name: str, values: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows of a table with the columns of `values` that it has, and defaults in the others."""
    default = row(name)
    return frame(name, [{column: given.get(column, default[column]) for column in default} for given in values])


def _too_late(tipoff: datetime) -> Iterator[dict[str, Any]]:
    """Instants of quotes that are not pre-game: seen at the tip, moved at the tip, and seen in play."""
    minute = timedelta(minutes=1)
    yield {"snapshot_timestamp": tipoff, "market_last_update": tipoff - minute}
    yield {"snapshot_timestamp": tipoff - minute, "market_last_update": tipoff}
    yield {"snapshot_timestamp": tipoff + 9 * minute, "market_last_update": tipoff + 8 * minute, "is_in_play": True}


def _expected(tables: Tables, dates: Iterable[date]) -> list[dict[str, Any]]:
    """Who is listed for each team that plays: identity of game and player, as rows of odds and reports carry it."""
    sides = (
        tables["upcoming_team_game_context"]
        .filter(pl.col("game_date").is_in(list(dates)))
        .select(
            "game_date", "nba_game_id", "game_id", "season_year", "tipoff_utc", "team_abbr",
            home_team_abbr=pl.when("home_game").then("team_abbr").otherwise("opponent_team_abbr"),
            away_team_abbr=pl.when("home_game").then("opponent_team_abbr").otherwise("team_abbr"),
        )
    )  # fmt: skip
    listed = tables["nbac_player_list"].select(
        "game_date", "team_abbr", "nba_player_id", "player_lookup", "player_full_name",
        player_name_original="player_full_name",
    )  # fmt: skip
    return sides.join(listed, on=["game_date", "team_abbr"]).sort("nba_game_id", "nba_player_id").to_dicts()
