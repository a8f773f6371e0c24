"""Where shots were taken: one source per game, counted per player and per team.

Play-by-play wins over the shot chart for each game on its own, because only play-by-play knows assists, blocks and
and-ones; a game without play-by-play keeps its shot chart even if the other games of the date have play-by-play.
"""

import polars as pl

GAME_KEY = ["game_date", "nba_game_id"]
PLAYER_KEY = [*GAME_KEY, "nba_player_id"]

PLAY_BY_PLAY = "play_by_play"
SHOT_CHART = "shot_chart"

# Known of every game with zone data.
ZONE_COLUMNS = [
    "paint_attempts",
    "paint_makes",
    "mid_range_attempts",
    "mid_range_makes",
    "three_attempts_pbp",
    "three_makes_pbp",
]
BLOCK_COLUMNS = ["paint_blocks", "mid_range_blocks", "three_pt_blocks"]
# Known only of games whose zones come from play-by-play.
PLAY_BY_PLAY_COLUMNS = [*BLOCK_COLUMNS, "and1_count", "assisted_fg_makes", "unassisted_fg_makes"]


def zone_shots(play_by_play: pl.DataFrame, shot_charts: pl.DataFrame) -> pl.DataFrame:
    """One row per field-goal attempt of `nbac_play_by_play`, else of `nbac_shot_charts`, chosen per game.

    Columns: game_date, nba_game_id, nba_player_id (shooter), team_abbr (shooter's), shot_zone, made, zone_source,
    assisted (null from shot charts), blocked_by (person id; null if not blocked or unknown).
    """
    from_play_by_play = play_by_play_shots(play_by_play)
    from_shot_charts = shot_charts.join(from_play_by_play, on=GAME_KEY, how="anti").select(
        *PLAYER_KEY,
        "team_abbr",
        "shot_zone",
        made=pl.col("shot_made"),
        zone_source=pl.lit(SHOT_CHART),
        assisted=pl.lit(None, pl.Boolean),
        blocked_by=pl.lit(None, pl.Int64),
    )
    return pl.concat([from_play_by_play, from_shot_charts])


def play_by_play_shots(play_by_play: pl.DataFrame) -> pl.DataFrame:
    """The rows of `zone_shots` that come from play-by-play."""
    return play_by_play.filter("is_field_goal").select(
        *GAME_KEY,
        pl.col("player_1_id").alias("nba_player_id"),
        "team_abbr",
        "shot_zone",
        made=pl.col("shot_made"),
        zone_source=pl.lit(PLAY_BY_PLAY),
        assisted=pl.col("assist_person_id").is_not_null(),
        blocked_by=pl.col("block_person_id"),
    )


def zone_games(shots: pl.DataFrame) -> pl.DataFrame:
    """One row per game with zone data and its `zone_source`."""
    return shots.select(*GAME_KEY, "zone_source").unique()


def player_zones(shots: pl.DataFrame, play_by_play: pl.DataFrame) -> pl.DataFrame:
    """One row per player with a shot, a block or an and-one; null where he has none, until `fill_zones` settles it."""
    shooting = shots.group_by(PLAYER_KEY).agg(
        *_zone_counts(),
        assisted_fg_makes=_count(pl.col("made") & pl.col("assisted")),
        unassisted_fg_makes=_count(pl.col("made") & ~pl.col("assisted")),
    )
    # A blocker needs a row of his own even when he took no shot.
    return shooting.join(_player_blocks(shots), on=PLAYER_KEY, how="full", coalesce=True).join(
        _and_ones(play_by_play), on=PLAYER_KEY, how="full", coalesce=True
    )


def fill_zones(frame: pl.DataFrame) -> pl.DataFrame:
    """Zero for what a player of a game with zone data did not do, null for what the game's source cannot know."""
    known = pl.col("zone_source").is_not_null()
    from_play_by_play = pl.col("zone_source") == PLAY_BY_PLAY
    return frame.with_columns(
        pl.when(known).then(pl.col(ZONE_COLUMNS).fill_null(0)),
        pl.when(from_play_by_play).then(pl.col(PLAY_BY_PLAY_COLUMNS).fill_null(0)),
    )


def team_zones(shots: pl.DataFrame) -> pl.DataFrame:
    """One row per team that shot in a game with zone data: its attempts and makes by zone."""
    return shots.group_by(*GAME_KEY, "team_abbr").agg(*_zone_counts())


def team_blocks(shots: pl.DataFrame) -> pl.DataFrame:
    """One row per shooting team: how many of its shots the other team blocked, by zone (play-by-play shots only)."""
    return shots.group_by(*GAME_KEY, "team_abbr").agg(*_block_counts())


def _player_blocks(shots: pl.DataFrame) -> pl.DataFrame:
    return (
        shots.drop("nba_player_id")
        .rename({"blocked_by": "nba_player_id"})
        .filter(pl.col("nba_player_id").is_not_null())
        .with_columns(blocked_by=pl.col("nba_player_id"))
        .group_by(PLAYER_KEY)
        .agg(*_block_counts())
    )


def _and_ones(play_by_play: pl.DataFrame) -> pl.DataFrame:
    """Single free throws at the clock of the same player's made shot; a technical is one shot too, but no and-one."""
    moment = [*GAME_KEY, "player_1_id", "period", "game_clock_seconds"]
    single_free_throws = play_by_play.filter(
        (pl.col("event_type") == "freethrow")
        & (pl.col("event_action_type") == "1 of 1")
        & pl.col("descriptor").ne_missing("technical")
    )
    made_shots = play_by_play.filter(pl.col("is_field_goal") & pl.col("shot_made"))
    return (
        single_free_throws.join(made_shots, on=moment, how="semi")
        .group_by(*GAME_KEY, pl.col("player_1_id").alias("nba_player_id"))
        .agg(and1_count=pl.len().cast(pl.Int64))
    )


def _zone_counts() -> list[pl.Expr]:
    counts = []
    for zone, attempts, makes in zip(
        ("paint", "mid_range", "three"), ZONE_COLUMNS[::2], ZONE_COLUMNS[1::2], strict=True
    ):
        in_zone = pl.col("shot_zone") == zone
        counts += [_count(in_zone).alias(attempts), _count(in_zone & pl.col("made")).alias(makes)]
    return counts


def _block_counts() -> list[pl.Expr]:
    blocked = pl.col("blocked_by").is_not_null() & ~pl.col("made")
    return [
        _count(blocked & (pl.col("shot_zone") == zone)).alias(name)
        for zone, name in zip(("paint", "mid_range", "three"), BLOCK_COLUMNS, strict=True)
    ]


def _count(condition: pl.Expr) -> pl.Expr:
    return condition.sum().cast(pl.Int64)
