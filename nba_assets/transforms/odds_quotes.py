"""What the game-line and the prop table share: newest delivery, game, clock and the reason a quote is not good."""

import polars as pl

from nba_assets.calendar import et_date
from nba_assets.reference.teams import TEAM_ABBR_BY_NAME
from nba_assets.transforms.documents import UNMATCHED
from nba_assets.transforms.documents.values import marked, required

# One book's market in one snapshot of an event. The folder's date is part of it, so that a copy in a wrong folder is
# quarantined there instead of replacing the good one.
_MARKET = ["landing_date", "odds_api_event_id", "snapshot_timestamp", "bookmaker_key", "market_key"]
_DELIVERY = ["fetched_at", "source_path"]
_DOCUMENT = ["source_path", "odds_api_event_id"]

_REQUIRED = ["bookmaker_key", "market_key", "outcome_name", "price_decimal"]

OVER_UNDER = ("Over", "Under")


def prepare(quotes: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """Parsed quotes of many files, one row per outcome in document order, with their game and their clock.

    `quotes`: rows of `documents.odds_event` with the landing reader's source columns. `schedule`: `nbac_schedule` rows.
    Of several deliveries of one market in one snapshot only the newest is kept. Added: game ids, team abbreviations,
    `season_year`, `tipoff_utc`, `minutes_before_tipoff`, `is_in_play`; `game_date` is the folder's date, which is the
    event's own ET date in every row without a `quarantine_reason`.
    """
    quotes = _newest_delivery(quotes.with_columns(pl.coalesce("snapshot_timestamp", "fetched_at")))
    games = _games(quotes, schedule)
    rows = quotes.drop("home_team", "away_team", "commence_time").join(
        games, on=_DOCUMENT, how="left", maintain_order="left"
    )
    rows = required(marked(rows, [pl.col("game_reason")]), _REQUIRED).drop("game_reason")
    to_tipoff = pl.col("tipoff_utc") - pl.col("snapshot_timestamp")
    last_update_in_play = (pl.col("market_last_update") >= pl.col("tipoff_utc")).fill_null(value=False)
    return rows.with_columns(
        minutes_before_tipoff=to_tipoff.dt.total_microseconds() // 60_000_000,
        is_in_play=(pl.col("snapshot_timestamp") >= pl.col("tipoff_utc")) | last_update_in_play,
    )


def reason_if(condition: pl.Expr, field: str, text: str) -> pl.Expr:
    """`field='value' <text>` where `condition` holds, else null."""
    value = pl.col(field).cast(pl.String).fill_null("")
    return pl.when(condition).then(pl.format("{}='{}' {}", pl.lit(field), value, pl.lit(text)))


def _newest_delivery(quotes: pl.DataFrame) -> pl.DataFrame:
    """Every market of every snapshot once, in document order: the file fetched last (then the last path) wins.

    Only complete markets replace each other: a line a book has withdrawn must not survive from an older copy.
    """
    deliveries = quotes.select(*_MARKET, *_DELIVERY).unique()
    newest = deliveries.sort(_DELIVERY).unique(_MARKET, keep="last")
    if newest.height < deliveries.height:
        quotes = quotes.join(newest, on=[*_MARKET, *_DELIVERY], how="semi", nulls_equal=True)
    return quotes.sort(*_DOCUMENT, "document_position").unique([*_DOCUMENT, "document_position"], maintain_order=True)


def _games(quotes: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """One row per document: the scheduled game of its event and the tip-off, or `game_reason`.

    An event is the game of its two teams on the ET date of its `commence_time`. Exact times are never compared: they
    drift by minutes and are re-stamped after tip, so tip-off is the earliest time anyone states.
    """
    abbreviation = {
        f"{side}_team_abbr": pl.col(f"{side}_team").replace_strict(
            TEAM_ABBR_BY_NAME, default=None, return_dtype=pl.String
        )
        for side in ("home", "away")
    }
    events = (
        quotes.select(*_DOCUMENT, "commence_time", "home_team", "away_team", "landing_date")
        .unique(_DOCUMENT)
        .with_columns(**abbreviation, event_date=et_date(pl.col("commence_time")))
    )
    games = schedule.select(
        "nba_game_id",
        "game_id",
        "season_year",
        "home_team_abbr",
        "away_team_abbr",
        "tipoff_utc",
        event_date="game_date",
    )
    wrong_day = pl.when(pl.col("event_date") != pl.col("landing_date")).then(
        pl.format(
            "commence_time={} is not on the folder's ET date", pl.col("commence_time").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        )
    )
    no_game = pl.when(pl.col("nba_game_id").is_null()).then(
        pl.format(UNMATCHED + "no scheduled game {} @ {} on {}", "away_team_abbr", "home_team_abbr", "event_date")
    )
    reason = pl.coalesce(
        reason_if(pl.col("home_team_abbr").is_null(), "home_team", "is not a known team"),
        reason_if(pl.col("away_team_abbr").is_null(), "away_team", "is not a known team"),
        wrong_day,
        no_game,
    )
    matched = events.join(
        games, on=["event_date", "home_team_abbr", "away_team_abbr"], how="left", validate="m:1"
    ).with_columns(game_reason=reason)
    # A document of the wrong day may carry another day's tip-off; it must not move this one's.
    tipoff = pl.min_horizontal("tipoff_utc", pl.col("commence_time").min().over("odds_api_event_id", "event_date"))
    return matched.select(
        *_DOCUMENT,
        "nba_game_id",
        "game_id",
        "season_year",
        "home_team_abbr",
        "away_team_abbr",
        "commence_time",
        "game_reason",
        game_date="landing_date",
        tipoff_utc=pl.when(pl.col("game_reason").is_null()).then(tipoff),
    )
