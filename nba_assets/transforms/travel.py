"""Venues of games, miles between them and the hours between their clocks."""

import polars as pl

from nba_assets.reference.venues import TIME_ZONES, arenas, cities

EARTH_RADIUS_MILES = 3959.0

VENUE = ["latitude", "longitude", "time_zone"]


def with_venues(games: pl.DataFrame) -> pl.DataFrame:
    """Schedule rows with the venue's `latitude`, `longitude`, `time_zone` and `is_neutral_site`.

    A game is at its home team's arena unless it is in one of the cities of `reference.venues`. A neutral site in an
    unknown city has no venue. `is_neutral_site` is the schedule's word, else the city's; null if neither speaks.
    """
    placed = (
        games.with_row_index("_order")
        .sort("game_date")
        .join_asof(arenas(), left_on="game_date", right_on="since", by="home_team_abbr", check_sortedness=False)
        .join(cities(), on="arena_city", how="left")
        .sort("_order")
    )
    elsewhere = pl.col("city_latitude").is_not_null() | pl.col("is_neutral").fill_null(value=False)
    by_city = pl.coalesce("city_is_neutral", pl.when(pl.col("arena_city").is_not_null()).then(pl.lit(False)))
    return placed.select(
        *games.columns,
        *(pl.when(elsewhere).then(f"city_{name}").otherwise(f"home_{name}").alias(name) for name in VENUE),
        is_neutral_site=pl.coalesce("is_neutral", by_city),
    )


def miles(latitude: pl.Expr, longitude: pl.Expr, to_latitude: pl.Expr, to_longitude: pl.Expr) -> pl.Expr:
    """Great-circle distance (haversine) of two points given in degrees."""
    lat, lon, to_lat, to_lon = (angle.radians() for angle in (latitude, longitude, to_latitude, to_longitude))
    chord = ((to_lat - lat) / 2).sin() ** 2 + lat.cos() * to_lat.cos() * ((to_lon - lon) / 2).sin() ** 2
    return 2 * EARTH_RADIUS_MILES * chord.sqrt().arcsin()


def local_time(instant: pl.Expr, time_zone: pl.Expr) -> pl.Expr:
    """Wall clock (naive) of a UTC instant in the zone named by `time_zone`; null for a null zone."""
    return pl.coalesce(
        pl.when(time_zone == zone).then(instant.dt.convert_time_zone(zone).dt.replace_time_zone(None))
        for zone in TIME_ZONES
    )


def hours_apart(instant: pl.Expr, time_zone: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Hours between the clocks of two zones at an instant, unsigned."""
    apart = local_time(instant, time_zone) - local_time(instant, other)
    return apart.dt.total_hours().abs()
