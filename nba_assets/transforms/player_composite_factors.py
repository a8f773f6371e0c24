"""Points adjustments of a date's expected players: fatigue, match-up by zone, pace, usage left by the absent."""

import polars as pl

from nba_assets.contracts.player_composite_factors import TABLE
from nba_assets.contracts.player_shot_zone_analysis import ZONE_WORDS
from nba_assets.transforms.windows import GATED_DAYS, TEAM_SEASON, played, season_day, window

_RECENT_GAMES = 7
_PACE_GAMES = 10
_LEAGUE_TEAMS = 10
_TEAM_DAY = ["game_date", "team_abbr"]
_PLAYER_DAY = ["game_date", "nba_player_id"]
_ABSENT = ["out", "doubtful"]

# Rate column and vs-league column that speak of a primary zone; a balanced scorer is judged by the paint.
_FIELDS = {word: (f"{zone}_rate_last_10", f"{zone}_defense_vs_league_avg") for zone, word in ZONE_WORDS.items()}
_FIELDS["balanced"] = _FIELDS[ZONE_WORDS["paint"]]

_FROM_CONTEXT = [
    *_PLAYER_DAY,
    "player_lookup",
    "nba_game_id",
    "team_abbr",
    "opponent_team_abbr",
    "season_year",
    "days_rest",
    "games_in_last_7_days",
    "minutes_in_last_7_days",
    "avg_minutes_per_game_last_7",
    "back_to_backs_last_14_days",
    "avg_usage_rate_last_7_games",
    "player_status",
    "star_teammates_out",
]

GAME_COLUMNS = ("nba_game_id", "nba_player_id", "team_abbr", "game_date", "is_dnp", "points", "minutes_played")
TEAM_COLUMNS = ("game_date", "nba_game_id", "team_abbr", "season_year", "pace")


def build(
    upcoming: pl.DataFrame,
    shot_zones: pl.DataFrame,
    team_zones: pl.DataFrame,
    player_games: pl.DataFrame,
    team_games: pl.DataFrame,
) -> pl.DataFrame:
    """One row per row of `upcoming_player_game_context` from season day 14, from the zone rows of the same dates and
    past rows of `player_game_summary` and `team_offense_game_summary`.
    """
    return (
        upcoming.select(_FROM_CONTEXT)
        .filter(season_day() >= GATED_DAYS)
        .sort(_PLAYER_DAY)
        .with_columns(fatigue_score=fatigue_score())
        .with_columns(fatigue_adjustment=(pl.col("fatigue_score") - 100) / 20)
        .pipe(_with_mismatch, shot_zones, team_zones)
        .pipe(_with_pace, team_games)
        .pipe(_with_usage, player_games, team_games)
        .with_columns(
            total_composite_adjustment=pl.sum_horizontal(
                "fatigue_adjustment",
                "shot_zone_mismatch_score",
                "pace_score",
                "usage_spike_score",
                ignore_nulls=False,
            )
        )
        .select(TABLE.column_names)
    )


def fatigue_score() -> pl.Expr:
    """0-100, 100 rested, from the context's rest and workload; null if days_rest or minutes_in_last_7_days are.

    Mean minutes are null only for a player without a game in the window, who is not tired by it.
    """
    rest, games = pl.col("days_rest"), pl.col("games_in_last_7_days")
    minutes, back_to_backs = pl.col("minutes_in_last_7_days"), pl.col("back_to_backs_last_14_days")
    parts = [
        pl.when(rest == 1).then(-15).when(rest >= 3).then(5).otherwise(0),
        pl.when(games >= 4).then(-10).otherwise(0),
        pl.when(minutes > 240).then(-10).otherwise(0),
        pl.when(pl.col("avg_minutes_per_game_last_7") > 35).then(-8).otherwise(0),
        pl.when(back_to_backs >= 2).then(-12).when(back_to_backs == 1).then(-5).otherwise(0),
    ]
    score = (100 + pl.sum_horizontal(parts)).clip(0, 100).cast(pl.Int64)
    return pl.when(rest.is_not_null(), minutes.is_not_null()).then(score)


def _with_mismatch(players: pl.DataFrame, shot_zones: pl.DataFrame, team_zones: pl.DataFrame) -> pl.DataFrame:
    rates = sorted({rate for rate, _ in _FIELDS.values()})
    values = sorted({value for _, value in _FIELDS.values()})
    joined = players.join(
        shot_zones.select(*_PLAYER_DAY, "primary_scoring_zone", *rates),
        on=_PLAYER_DAY,
        how="left",
        maintain_order="left",
    ).join(
        team_zones.select("game_date", *values, opponent_team_abbr="team_abbr"),
        on=["game_date", "opponent_team_abbr"],
        how="left",
        maintain_order="left",
    )
    in_zone = {word: pl.col("primary_scoring_zone") == word for word in _FIELDS}
    rate = pl.coalesce(pl.when(in_zone[word]).then(fields[0]) for word, fields in _FIELDS.items())
    opponent = pl.coalesce(pl.when(in_zone[word]).then(fields[1]) for word, fields in _FIELDS.items())
    raw = opponent * (rate / 50).clip(upper_bound=1)
    score = pl.when(raw.abs() > 5).then(raw * 1.2).otherwise(raw).clip(-10, 10)
    return joined.with_columns(shot_zone_mismatch_score=score)


def _with_pace(players: pl.DataFrame, team_games: pl.DataFrame) -> pl.DataFrame:
    """Opponent against the league over the same windows, so that the league's mean score is 0."""
    teams = (
        players.select("game_date", "season_year")
        .unique()
        .join(team_games.select(TEAM_SEASON).unique(), on="season_year")
        .sort(_TEAM_DAY)
        .pipe(window, team_games, TEAM_SEASON, ["pace"], last=_PACE_GAMES)
        .filter(pl.col("pace").list.len() > 0)
        .with_columns(pace=pl.col("pace").list.mean())
        .select(
            "game_date",
            opponent_team_abbr="team_abbr",
            opponent_pace_last_10="pace",
            league_pace_last_10=pl.when(pl.len().over("game_date") >= _LEAGUE_TEAMS).then(
                pl.col("pace").mean().over("game_date")
            ),
        )
    )
    return players.join(teams, on=["game_date", "opponent_team_abbr"], how="left", maintain_order="left").with_columns(
        pace_score=((pl.col("opponent_pace_last_10") - pl.col("league_pace_last_10")) / 2).clip(-3, 3)
    )


def _with_usage(players: pl.DataFrame, player_games: pl.DataFrame, team_games: pl.DataFrame) -> pl.DataFrame:
    """What is left by players who are out, shared by the others so that team minutes and mean usage stay the same.

    A player weighs what he played in the team's last games: long absences are in nobody's recent usage any more.
    """
    usage = pl.col("avg_usage_rate_last_7_games")
    present = ~pl.col("player_status").is_in(_ABSENT)
    minutes = pl.when(usage.is_not_null()).then(pl.col("_minutes").fill_null(0.0)).otherwise(0.0)
    weight = usage.fill_null(0.0) * minutes
    everyone, left = weight.sum().over(_TEAM_DAY), pl.when(present).then(weight).otherwise(0.0).sum().over(_TEAM_DAY)
    all_minutes = minutes.sum().over(_TEAM_DAY)
    left_minutes = pl.when(present).then(minutes).otherwise(0.0).sum().over(_TEAM_DAY)
    rise = 0.3 * (pl.col("projected_usage_rate") - usage)
    stars = pl.col("star_teammates_out")
    factor = pl.when(rise <= 0).then(1.0).when(stars >= 2).then(1.3).when(stars == 1).then(1.15).otherwise(1.0)
    return (
        players.join(_recent_minutes(players, player_games, team_games), on=[*_TEAM_DAY, "nba_player_id"], how="left")
        .sort(_PLAYER_DAY)
        .with_columns(
            usage_known=pl.col("player_status").is_not_null().any().over(_TEAM_DAY),
            usage_avg_last_7_games=usage,
            projected_usage_rate=pl.when(present, left > 0).then(
                usage * (everyone / left) * (left_minutes / all_minutes)
            ),
        )
        .with_columns(usage_spike_score=(rise * factor).clip(-3, 3))
    )


def _recent_minutes(players: pl.DataFrame, player_games: pl.DataFrame, team_games: pl.DataFrame) -> pl.DataFrame:
    """Minutes of each player in his team's last games, per date and team."""
    return (
        players.select(*_TEAM_DAY, "season_year")
        .unique()
        .sort(_TEAM_DAY)
        .pipe(window, team_games, TEAM_SEASON, ["nba_game_id"], last=_RECENT_GAMES)
        .explode("nba_game_id")
        .join(
            played(player_games).select("nba_game_id", "team_abbr", "nba_player_id", "minutes_played"),
            on=["nba_game_id", "team_abbr"],
        )
        .sort(*_TEAM_DAY, "nba_player_id", "nba_game_id")
        .group_by(*_TEAM_DAY, "nba_player_id", maintain_order=True)
        .agg("minutes_played")
        .select(*_TEAM_DAY, "nba_player_id", _minutes=pl.col("minutes_played").list.sum())
    )
