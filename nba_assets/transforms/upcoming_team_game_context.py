"""Both teams of every scheduled game: rest, travel, form, market and injuries as known at the decision instant."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import polars as pl

from nba_assets.contracts.upcoming_team_game_context import TABLE
from nba_assets.transforms import injury_status, pregame_lines, travel
from nba_assets.transforms.final_games import FINAL_STATUS
from nba_assets.transforms.windows import TEAM_SEASON, as_of_before, days_before, in_order, window

_GAME = ["game_date", "nba_game_id", "game_id", "season_year", "game_type", "tipoff_utc", "is_neutral_site"]
_LAST_VENUE = [f"last_{name}" for name in travel.VENUE]
_STARTERS = 5
# What is seen now is known: the bound of knowledge, which is exclusive, lies behind it.
NEXT_INSTANT = timedelta(microseconds=1)


def build(
    schedule: pl.DataFrame,
    team_offense: pl.DataFrame,
    player_games: pl.DataFrame,
    game_quotes: pl.DataFrame,
    prop_quotes: pl.DataFrame,
    injury_reports: pl.DataFrame,
    game_dates: Sequence[date],
    now: datetime,
) -> pl.DataFrame:
    """Two rows per game of `game_dates`.

    `schedule`, `team_offense` (`team_offense_game_summary`) and `player_games` (`player_game_summary`, for starters)
    hold the season before these dates too; of them each row sees games strictly before its own date. Quotes and reports
    are those of the dates.
    """
    sides = _sides(travel.with_venues(schedule))
    games = _decisions(schedule, game_quotes, prop_quotes, game_dates, now)
    # Venues are data of the schedule; the tip-off is the earliest anyone states.
    asked = sides.drop("tipoff_utc", "game_status", "own_score", "opponent_score").join(games, on="nba_game_id")
    history = _history(sides, team_offense)
    return (
        _with_form(asked, history)
        .pipe(_with_ratings, team_offense)
        .pipe(_with_market, pregame_lines.before(game_quotes, games.select("nba_game_id", "as_of_ts")))
        .pipe(_with_injuries, injury_reports, player_games)
        .pipe(_with_opponent)
        .select(TABLE.column_names)
    )


def _decisions(
    schedule: pl.DataFrame,
    game_quotes: pl.DataFrame,
    prop_quotes: pl.DataFrame,
    game_dates: Sequence[date],
    now: datetime,
) -> pl.DataFrame:
    """One row per game of the dates: nba_game_id, tipoff_utc, as_of_ts."""
    tipoff = pl.min_horizontal("tipoff_utc", "market_tipoff_utc")
    return (
        schedule.filter(pl.col("game_date").is_in(list(game_dates)))
        .join(pregame_lines.earliest_tipoffs(game_quotes, prop_quotes), on="nba_game_id", how="left")
        .select("nba_game_id", tipoff_utc=tipoff, as_of_ts=decision_instant(tipoff, now))
    )


def decision_instant(tipoff: pl.Expr, now: datetime) -> pl.Expr:
    """From here on nothing is known: tip-off, or while that is still ahead, the instant after `now` (aware)."""
    return pl.min_horizontal(tipoff, pl.lit(now + NEXT_INSTANT).cast(pl.Datetime("us", "UTC")))


def _sides(games: pl.DataFrame) -> pl.DataFrame:
    """Two rows per game of the schedule; on the road is everywhere but at one's own arena."""
    return pl.concat(
        games.select(
            *_GAME,
            *travel.VENUE,
            "game_status",
            team_abbr=f"{side}_team_abbr",
            opponent_team_abbr=f"{other}_team_abbr",
            home_game=pl.lit(side == "home"),
            on_road=pl.lit(side == "away") | pl.col("is_neutral_site").fill_null(value=False),
            own_score=f"{side}_team_score",
            opponent_score=f"{other}_team_score",
        )
        for side, other in (("home", "away"), ("away", "home"))
    )


def _history(sides: pl.DataFrame, team_offense: pl.DataFrame) -> pl.DataFrame:
    """One row per team and played game, oldest first, with the team's state after it.

    A game is played when the schedule says final, or its summary exists though the schedule's copy is older. One id
    counts once, on its first date: a later copy must not change what was known before it.
    """
    margins = team_offense.select("nba_game_id", "game_date", "team_abbr", "margin_of_victory")
    played = (
        sides.join(margins, on=["nba_game_id", "game_date", "team_abbr"], how="left")
        .with_columns(margin=pl.coalesce("margin_of_victory", pl.col("own_score") - pl.col("opponent_score")))
        .filter((pl.col("game_status") == FINAL_STATUS) | pl.col("margin_of_victory").is_not_null())
        .sort("game_date")
        .unique(["nba_game_id", "team_abbr"], keep="first", maintain_order=True)
    )
    won = pl.col("margin") > 0
    run = pl.int_range(1, pl.len() + 1)
    return (
        in_order(played, TEAM_SEASON)
        .with_columns(
            games_played=run.over(TEAM_SEASON),
            won_run=won.rle_id().over(TEAM_SEASON),
            road_run=pl.col("on_road").rle_id().over(TEAM_SEASON),
        )
        .with_columns(
            win_streak=pl.when(won).then(run.over(*TEAM_SEASON, "won_run")).otherwise(0),
            loss_streak=pl.when(pl.col("margin") < 0).then(run.over(*TEAM_SEASON, "won_run")).otherwise(0),
            road_streak=pl.when("on_road").then(run.over(*TEAM_SEASON, "road_run")).otherwise(0),
        )
    )


def _with_form(asked: pl.DataFrame, history: pl.DataFrame) -> pl.DataFrame:
    state = history.select(
        "game_date",
        "nba_game_id",
        *TEAM_SEASON,
        "games_played",
        "win_streak",
        "loss_streak",
        "road_streak",
        pl.col("margin").alias("last_game_margin"),
        *(pl.col(name).alias(f"last_{name}") for name in travel.VENUE),
    )
    first = pl.col("last_game_date").is_null()
    at_home = travel.with_venues(
        asked.select(
            "game_date",
            home_team_abbr="team_abbr",
            arena_city=pl.lit(None, pl.String),
            is_neutral=pl.lit(None, pl.Boolean),
        )
    ).select(*(pl.col(name).alias(f"own_{name}") for name in travel.VENUE))
    from_venue = {name: pl.when(first).then(f"own_{name}").otherwise(f"last_{name}") for name in travel.VENUE}
    rows = pl.concat([as_of_before(asked, state, TEAM_SEASON), at_home], how="horizontal").with_columns(
        team_days_rest=(pl.col("game_date") - pl.col("last_game_date")).dt.total_days(),
        travel_miles=travel.miles(
            from_venue["latitude"], from_venue["longitude"], pl.col("latitude"), pl.col("longitude")
        ),
        time_zone_changes=travel.hours_apart(pl.col("tipoff_utc"), from_venue["time_zone"], pl.col("time_zone")),
        game_start_time_local=travel.local_time(pl.col("tipoff_utc"), pl.col("time_zone")).dt.strftime("%H:%M"),
        season_phase=season_phase(pl.col("game_type"), pl.col("game_date")),
    )
    for days in (7, 14):
        rows = (
            window(rows, history, TEAM_SEASON, ["margin"], since=days_before(days))
            .with_columns(pl.col("margin").list.len().cast(pl.Int64).alias(f"games_in_last_{days}_days"))
            .drop("margin")
        )
    return rows.with_columns(
        days_since_last_game="team_days_rest",
        is_back_to_back=(pl.col("team_days_rest") == 1).fill_null(value=False),
        game_number_in_season=pl.col("games_played").fill_null(0) + 1,
        team_win_streak_entering=pl.col("win_streak").fill_null(0).cast(pl.Int64),
        team_loss_streak_entering=pl.col("loss_streak").fill_null(0).cast(pl.Int64),
        consecutive_road_games=pl.when("on_road").then(pl.col("road_streak").fill_null(0) + 1).otherwise(0),
        last_game_result=pl.when(pl.col("last_game_margin") > 0)
        .then(pl.lit("W"))
        .when(pl.col("last_game_margin") < 0)
        .then(pl.lit("L")),
    )


def season_phase(game_type: pl.Expr, game_date: pl.Expr) -> pl.Expr:
    """Part of the season; play-in and playoffs by game type, for they begin in the middle of April."""
    month = game_date.dt.month()
    return (
        pl.when(game_type.is_in(["playoffs", "play_in"]))
        .then(pl.lit("playoffs"))
        .when(month.is_in([10, 11]))
        .then(pl.lit("early"))
        .when(month.is_in([12, 1, 2]))
        .then(pl.lit("mid"))
        .otherwise(pl.lit("late"))
    )


def _with_ratings(rows: pl.DataFrame, team_offense: pl.DataFrame) -> pl.DataFrame:
    """Means of the team's last 10 games: own pace, and what its opponents did against it."""
    faced = team_offense.select(
        "nba_game_id",
        "game_date",
        team_abbr="opponent_team_abbr",
        def_rating_last_10="offensive_rating",
        ft_rate_allowed_last_10=100 * pl.col("ft_attempts") / pl.col("possessions"),
    )
    games = team_offense.select("nba_game_id", "game_date", *TEAM_SEASON, pace_last_10="pace").join(
        faced, on=["nba_game_id", "game_date", "team_abbr"], how="left"
    )
    names = ["pace_last_10", "def_rating_last_10", "ft_rate_allowed_last_10"]
    return window(rows, games, TEAM_SEASON, names, last=10).with_columns(pl.col(names).list.mean())


def _with_market(rows: pl.DataFrame, quotes: pl.DataFrame) -> pl.DataFrame:
    def spread(of_home: str) -> pl.Expr:
        # The minus sign of a pick'em would make it -0.0.
        own = pl.when("home_game").then(of_home).otherwise(-pl.col(of_home))
        return pl.when(own == 0).then(0.0).otherwise(own)

    return (
        rows.join(pregame_lines.game_lines(quotes), on="nba_game_id", how="left", maintain_order="left")
        .with_columns(game_spread=spread("home_spread"), opening_spread=spread("opening_home_spread"))
        .with_columns(
            spread_movement=pl.col("game_spread") - pl.col("opening_spread"),
            total_movement=pl.col("game_total") - pl.col("opening_total"),
        )
    )


def _with_injuries(rows: pl.DataFrame, reports: pl.DataFrame, player_games: pl.DataFrame) -> pl.DataFrame:
    newest = injury_status.newest_reports(reports, rows.select("nba_game_id", "as_of_ts").unique())
    out = injury_status.player_statuses(newest).filter(pl.col("player_status") == "out")
    starters = (
        player_games.group_by("game_date", "nba_game_id", *TEAM_SEASON)
        .agg(starters=pl.col("nba_player_id").filter("starter_flag"))
        .with_columns(pl.when(pl.col("starters").list.len() == _STARTERS).then("starters"))
    )
    team = ["nba_game_id", "team_abbr"]
    joined = rows.join(injury_status.team_reports(newest), on=team, how="left", maintain_order="left").with_columns(
        has_injury_report=pl.col("injury_report_ts").is_not_null()
    )
    missing = (
        as_of_before(joined.select("game_date", "nba_game_id", *TEAM_SEASON), starters, TEAM_SEASON)
        .explode("starters", empty_as_null=True, keep_nulls=True)
        .drop_nulls("starters")
        .join(
            out.select(*team, starters="nba_player_id", is_out=pl.lit(True)),
            on=[*team, "starters"],
            how="left",
        )
        .group_by(team)
        .agg(starters_out_count=pl.col("is_out").is_not_null().sum().cast(pl.Int64))
    )
    return joined.join(missing, on=team, how="left", maintain_order="left").with_columns(
        starters_out_count=pl.when("has_injury_report").then("starters_out_count")
    )


def _with_opponent(rows: pl.DataFrame) -> pl.DataFrame:
    other = rows.select("nba_game_id", team_abbr="opponent_team_abbr", opponent_days_rest="team_days_rest")
    return rows.join(other, on=["nba_game_id", "team_abbr"], how="left", maintain_order="left")
