"""What the tests of the pre-game tables share: both tables from one set of frames, a poison, and naive recomputations.

A `tables` mapping holds every input frame by table name, each with all dates there are: `context` gives each input to
the transforms as the assets would. `naive_player` and `naive_team` recompute one row with loops over plain rows. All of
them take real frames as well as invented ones.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import mean
from typing import Any

import polars as pl

from nba_assets.calendar import season_year
from nba_assets.contracts import TABLES
from nba_assets.transforms import upcoming_player_game_context, upcoming_team_game_context

LATER = datetime(2030, 1, 1, tzinfo=UTC)

HISTORY = ("team_offense_game_summary", "player_game_summary")
OF_DATE = ("odds_api_game_lines", "odds_api_player_points_props", "nbac_injury_report", "nbac_player_list")

Tables = Mapping[str, pl.DataFrame]
Row = dict[str, Any]


def context(tables: Tables, dates: Sequence[date], now: datetime = LATER) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Team and player context of the dates, in key order, with the contracts enforced."""
    day = pl.col("game_date")
    of_date = {name: tables[name].filter(day.is_in(list(dates))) for name in OF_DATE}
    teams = upcoming_team_game_context.build(
        tables["nbac_schedule"],
        tables["team_offense_game_summary"],
        tables["player_game_summary"],
        of_date["odds_api_game_lines"],
        of_date["odds_api_player_points_props"],
        of_date["nbac_injury_report"],
        dates,
        now,
    )
    players = upcoming_player_game_context.build(
        teams,
        of_date["nbac_player_list"],
        tables["player_game_summary"],
        of_date["odds_api_player_points_props"],
        of_date["nbac_injury_report"],
        now,
    )
    found = {"upcoming_team_game_context": teams, "upcoming_player_game_context": players}
    for name, rows in found.items():
        TABLES[name].schema.validate(rows)
    return tuple(TABLES[name].ordered(rows) for name, rows in found.items())  # type: ignore[return-value]


def poisoned(tables: Tables, day: date) -> dict[str, pl.DataFrame]:
    """The same tables, with every number, flag and word of history dated on the day or later made wrong, and with
    quotes and reports of tip-off and after that tell another story.
    """
    keep = {"game_date", "nba_game_id", "nba_player_id", "season_year", "team_abbr", "opponent_team_abbr", "player_key"}
    late = pl.col("game_date") >= day
    spoiled = dict(tables)
    for name in HISTORY:
        wrong = [
            pl.when(late).then(_wrong(column, dtype)).otherwise(column).alias(column)
            for column, dtype in tables[name].schema.items()
            if column not in keep and _wrong(column, dtype) is not None
        ]
        spoiled[name] = tables[name].with_columns(wrong)
    scores = ("home_team_score", "away_team_score")
    spoiled["nbac_schedule"] = tables["nbac_schedule"].with_columns(
        *(pl.when(late).then(199 - 99 * place).otherwise(name).alias(name) for place, name in enumerate(scores)),
        game_status=pl.when(late).then(3).otherwise("game_status").cast(pl.Int64),
    )
    for name, clock, changes in (
        ("odds_api_game_lines", "snapshot_timestamp", {"outcome_point": 33.0, "is_in_play": True}),
        ("odds_api_player_points_props", "snapshot_timestamp", {"points_line": 44.5, "is_in_play": True}),
        ("nbac_injury_report", "report_ts", {"injury_status": "out", "reason": "Injury/Illness - planted"}),
    ):
        # At the tip-off instant itself: strictly before is the rule.
        planted = (
            tables[name]
            .filter(late)
            .with_columns(
                pl.col("tipoff_utc").alias(clock), **{column: pl.lit(value) for column, value in changes.items()}
            )
        )
        spoiled[name] = pl.concat([tables[name], planted.select(tables[name].columns)])
    return spoiled


def _wrong(column: str, dtype: pl.DataType) -> pl.Expr | None:
    if dtype.is_numeric():
        return (pl.col(column).fill_null(0) + 17).cast(dtype)
    return pl.col(column).not_().fill_null(value=True) if dtype == pl.Boolean else None


def differing(one: pl.DataFrame, other: pl.DataFrame) -> list[str]:
    """Columns in which two frames of the same rows differ (row counts too)."""
    if one.height != other.height:
        return ["rows"]
    return [name for name in one.columns if not one[name].equals(other[name], null_equal=True)]


# --- naive recomputations: one row each, plain Python


def naive_player(tables: Tables, day: date, player: int) -> Row:
    """The columns of a player's row that come from his own past games."""
    rows = tables["player_game_summary"].filter(
        pl.col("nba_player_id") == player, ~pl.col("is_dnp"), pl.col("game_date") < day
    )
    season = [game for game in rows.sort("game_date").to_dicts() if game["season_year"] == season_year(day)]
    dates = [game["game_date"] for game in season]

    def within(days: int) -> list[Row]:
        return [game for game in season if day - timedelta(days=days) < game["game_date"] < day]

    def average(games: Sequence[Row], column: str) -> float | None:
        known = [game[column] for game in games if game[column] is not None]
        return mean(known) if known else None

    rested = [later for earlier, later in pairwise(dates) if (later - earlier) >= timedelta(days=2)]
    fortnight = [game["game_date"] for game in within(14)]
    priced = [game["consensus_points_line"] for game in within(14) if game["consensus_points_line"] is not None]
    return {
        "days_rest": (day - dates[-1]).days if dates else None,
        "back_to_back": (day - dates[-1]).days == 1 if dates else None,
        "days_rest_before_last_game": (dates[-1] - dates[-2]).days if len(dates) > 1 else None,
        "days_since_2_plus_days_rest": (day - rested[-1]).days if rested else None,
        "games_in_last_7_days": len(within(7)),
        "games_in_last_14_days": len(within(14)),
        "minutes_in_last_7_days": sum(game["minutes_played"] for game in within(7)),
        "minutes_in_last_14_days": sum(game["minutes_played"] for game in within(14)),
        "avg_minutes_per_game_last_7": average(within(7), "minutes_played"),
        "back_to_backs_last_14_days": sum((later - earlier).days == 1 for earlier, later in pairwise(fortnight)),
        "avg_usage_rate_last_7_games": average(season[-7:], "usage_rate"),
        "points_avg_last_5": average(season[-5:], "points"),
        "points_avg_last_10": average(season[-10:], "points"),
        "previous_game_median_line": priced[-1] if priced else None,
    }


def naive_streak(tables: Tables, day: date, player: int, line: float, sign: int) -> int:
    """Played games of the season in a row, newest first, over (sign 1) or under (-1) a line."""
    games = tables["player_game_summary"].filter(
        pl.col("nba_player_id") == player,
        ~pl.col("is_dnp"),
        pl.col("game_date") < day,
        pl.col("season_year") == season_year(day),
    )
    run = 0
    for points in games.sort("game_date", descending=True)["points"]:
        if points == line:
            continue
        if (points - line) * sign < 0:
            break
        run += 1
    return run


def naive_team(tables: Tables, day: date, team: str) -> Row:
    """The columns of a team's row that come from its own past games (of invented or real final games)."""
    summary = tables["team_offense_game_summary"].filter(
        pl.col("game_date") < day, pl.col("season_year") == season_year(day)
    )
    own = summary.filter(pl.col("team_abbr") == team).sort("game_date").to_dicts()
    faced = {game["nba_game_id"]: game for game in summary.filter(pl.col("opponent_team_abbr") == team).to_dicts()}
    margins = [game["margin_of_victory"] for game in own]

    def run(good: Callable[[int], bool]) -> int:
        count = 0
        for margin in reversed(margins):
            if not good(margin):
                break
            count += 1
        return count

    last = [faced[game["nba_game_id"]] for game in own[-10:]]
    week = [game for game in own if day - timedelta(days=7) < game["game_date"]]
    return {
        "team_days_rest": (day - own[-1]["game_date"]).days if own else None,
        "game_number_in_season": len(own) + 1,
        "games_in_last_7_days": len(week),
        "team_win_streak_entering": run(lambda margin: margin > 0),
        "team_loss_streak_entering": run(lambda margin: margin < 0),
        "last_game_margin": margins[-1] if margins else None,
        "pace_last_10": mean(game["pace"] for game in own[-10:]) if own else None,
        "def_rating_last_10": mean(game["offensive_rating"] for game in last) if last else None,
        "ft_rate_allowed_last_10": mean(100 * game["ft_attempts"] / game["possessions"] for game in last)
        if last
        else None,
    }


def naive_teammates(tables: Tables, me: Row, squad: Sequence[Row]) -> Row:
    """What a player's team misses; `squad`: the rows of his team, his own among them."""
    day = me["game_date"]
    played = tables["player_game_summary"].filter(
        ~pl.col("is_dnp"), pl.col("game_date") < day, pl.col("season_year") == season_year(day)
    )

    def level(player: int) -> tuple[float, bool]:
        games = played.filter(pl.col("nba_player_id") == player).to_dicts()
        if len(games) < 10:
            return 0.0, False
        recent = [game for game in games if game["game_date"] > day - timedelta(days=10)] or games
        points, minutes = mean(game["points"] for game in recent), mean(game["minutes_played"] for game in recent)
        return points, points >= 18 or (minutes >= 28 and points >= 12)

    def usage(player: int) -> float:
        games = played.filter(
            pl.col("nba_player_id") == player,
            pl.col("game_date") > day - timedelta(days=30),
            pl.col("minutes_played") > 10,
            pl.col("usage_rate").is_not_null(),
        )
        return mean(games["usage_rate"]) if games.height else 0.0

    names = ("star_teammates_out", "star_tier_out", "questionable_star_teammates", "teammate_usage_out")
    if me["injury_report_ts"] is None:
        return dict.fromkeys(names)
    absent = [
        mate
        for mate in squad
        if mate["nba_player_id"] != me["nba_player_id"] and mate["injury_reason_category"] != "g_league"
    ]
    gone = [mate["nba_player_id"] for mate in absent if mate["player_status"] in ("out", "doubtful")]
    maybe = [mate["nba_player_id"] for mate in absent if mate["player_status"] == "questionable"]
    stars = [points for points, star in map(level, gone) if star]
    tiers = [3 if points >= 25 else 2 if points >= 18 else 1 for points in stars]
    return dict(
        zip(
            names,
            (len(stars), sum(tiers), sum(star for _, star in map(level, maybe)), sum(map(usage, gone))),
            strict=True,
        )
    )
