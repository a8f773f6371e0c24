"""What the injury report said of a team and of a player at the decision instant.

The newest report before the instant that speaks of the team is taken first; only then is a status read from it, so that
an OUT of the morning never outlives an upgrade of the afternoon. A team whose newest word is "not yet submitted" is
unknown: it has no report.
"""

import polars as pl

from nba_assets.contracts.nbac_injury_report import NOT_YET_SUBMITTED

TEAM = ["nba_game_id", "team_abbr"]
WILL_NOT_PLAY = ["out", "doubtful"]

# Of a player listed twice under two spellings the more cautious word counts.
_CAUTION = {status: place for place, status in enumerate(["out", "doubtful", "questionable", "probable", "available"])}


def newest_reports(reports: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """Rows of each team's newest report strictly before its game's `as_of_ts`; `games`: nba_game_id, as_of_ts."""
    seen = reports.join(games, on="nba_game_id").filter(pl.col("report_ts") < pl.col("as_of_ts"))
    newest = seen.filter(pl.col("report_ts") == pl.col("report_ts").max().over(TEAM))
    return newest.filter(pl.col("injury_status") != NOT_YET_SUBMITTED)


def team_reports(newest: pl.DataFrame) -> pl.DataFrame:
    """One row per game and team that has submitted: `injury_report_ts` and how many may not play."""
    uncertain = pl.col("injury_status").is_in(["questionable", "doubtful"]) & is_absence()
    return newest.group_by(TEAM).agg(
        injury_report_ts=pl.col("report_ts").max(), questionable_players_count=uncertain.sum().cast(pl.Int64)
    )


def player_statuses(newest: pl.DataFrame) -> pl.DataFrame:
    """One row per game and linked player in his team's newest report."""
    return (
        newest.filter(pl.col("nba_player_id").is_not_null())
        .sort(
            pl.col("injury_status").replace_strict(_CAUTION, return_dtype=pl.Int64),
            "team_abbr",
            "player_name_original",
        )
        .unique(["nba_game_id", "nba_player_id"], keep="first", maintain_order=True)
        .select(
            "game_date",
            *TEAM,
            "nba_player_id",
            "report_ts",
            player_status="injury_status",
            injury_report="reason",
            injury_reason_category="reason_category",
        )
    )


def is_absence(category: str = "reason_category") -> pl.Expr:
    """The reason takes the player from his team; G League duty is where he always is."""
    return pl.col(category) != "g_league"
