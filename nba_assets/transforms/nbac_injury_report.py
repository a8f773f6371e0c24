"""Injury reports: parsed documents -> `nba_raw.nbac_injury_report`, every row at the date of its game."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from nba_assets.calendar import et_date
from nba_assets.contracts.nbac_injury_report import TABLE
from nba_assets.reference.teams import TEAM_ABBR_BY_NAME
from nba_assets.transforms.documents import QUARANTINE_REASON, UNMATCHED
from nba_assets.transforms.documents.values import marked
from nba_assets.transforms.identity.link import NAME_KEY, link_names
from nba_assets.transforms.identity.names import player_lookup_expr

# A report's copy in a wrong folder is marked there and never displaces the right one.
_REPORT = ["landing_date", "report_ts"]
_FILE = ["fetched_at", "source_path"]
_MATCHUP = ["game_date", "home_team_abbr", "away_team_abbr"]


def build(
    reports: pl.DataFrame,
    schedule: pl.DataFrame,
    players: pl.DataFrame,
    aliases: pl.DataFrame,
    game_dates: Sequence[date],
) -> pl.DataFrame:
    """Contract columns plus `quarantine_reason`; the rows of `game_dates`.

    `reports`: parsed documents with source columns, of the folders of these dates and of the days before them;
    `schedule`, `players` (`nbac_player_list`): rows of `game_dates`; `aliases`: the alias table. A report is taken from
    the file fetched last. A name that cannot be linked keeps its row, with a null `nba_player_id`.
    """
    rows = _newest_delivery(reports).with_columns(
        team_abbr=pl.col("team_name").replace_strict(TEAM_ABBR_BY_NAME, default=None, return_dtype=pl.String),
        player_lookup=player_lookup_expr(pl.col("player_name")).replace("", None),
    )
    rows = _on_game_dates(rows).filter(pl.col("game_date").is_in(list(game_dates)))
    games = schedule.select(*_MATCHUP, "nba_game_id", "game_id", "season_year", "tipoff_utc")
    rows = rows.join(games, on=_MATCHUP, how="left", validate="m:1", maintain_order="left")
    rows = marked(
        rows,
        [
            _if(pl.col("team_abbr").is_null(), "team_name='{}' is not a known team", "team_name"),
            _if(
                ~pl.col("team_abbr").is_in(pl.concat_list("home_team_abbr", "away_team_abbr")),
                "team {} does not play {} @ {}",
                "team_abbr",
                "away_team_abbr",
                "home_team_abbr",
            ),
            _if(
                pl.col("player_name").is_not_null() & pl.col("player_lookup").is_null(),
                "player_name_original='{}' is not a player name",
                "player_name_original",
            ),
            _if(
                pl.col("nba_game_id").is_null(),
                UNMATCHED + "no scheduled game {} @ {} on {}",
                "away_team_abbr",
                "home_team_abbr",
                "game_date",
            ),
        ],
    )
    to_tipoff = pl.col("tipoff_utc") - pl.col("report_ts")
    rows = rows.with_columns(minutes_before_tipoff=to_tipoff.dt.total_microseconds() // 60_000_000)
    good = rows.filter(pl.col(QUARANTINE_REASON).is_null() & pl.col("player_name").is_not_null())
    linked = link_names(good.select(NAME_KEY).unique(), players, aliases)
    return rows.join(linked, on=NAME_KEY, how="left", maintain_order="left").select(
        *TABLE.column_names, QUARANTINE_REASON
    )


def _newest_delivery(reports: pl.DataFrame) -> pl.DataFrame:
    """Every report once: a player whom a corrected file of it no longer lists is gone."""
    files = reports.select(*_REPORT, *_FILE).unique().sort(_FILE).unique(_REPORT, keep="last")
    return reports.join(files, on=[*_REPORT, *_FILE], how="semi", maintain_order="left").unique(maintain_order=True)


def _on_game_dates(rows: pl.DataFrame) -> pl.DataFrame:
    """A row belongs to its game's date; one that is marked here, or has no date, to that of its folder.

    Of games further away than the next day nobody would read the row: its folder is not read for them.
    """
    issued, game, folder = et_date(pl.col("report_ts")), pl.col("game_date"), pl.col("landing_date")
    misplaced = pl.coalesce(
        _if(issued != folder, "the report of {} lies under {}", issued, folder),
        _if(
            ~(game - issued).dt.total_days().is_between(0, 1),
            UNMATCHED + "the report of {} lists a game of {}",
            issued,
            game,
        ),
    )
    rows = rows.with_columns(misplaced=misplaced)
    return marked(rows, [pl.col("misplaced")]).with_columns(
        game_date=pl.when(pl.col("misplaced").is_null()).then(pl.coalesce(game, folder)).otherwise(folder)
    )


def _if(condition: pl.Expr, text: str, *values: str | pl.Expr) -> pl.Expr:
    """`text` with its values filled in where `condition` holds, else null."""
    return pl.when(condition).then(pl.format(text, *values))
