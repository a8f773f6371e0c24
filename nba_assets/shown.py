"""What people see of a date's rows in its materialization. The drawing is in `plots`, which is loaded when needed."""

from typing import Any

import dagster as dg
import polars as pl

from nba_assets.best_bets_rules import CHAMPIONS
from nba_assets.contracts.player_prop_predictions import RECOMMENDATIONS
from nba_assets.dagster_metadata import markdown_table

_EDGES_SHOWN = 15


def coverage_by_game(rows: pl.DataFrame) -> dict[str, Any]:
    """Of `upcoming_player_game_context`: per game, who is expected, who is priced, and what the market has said."""
    games = (
        rows.sort("tipoff_utc", "game_id")
        .group_by("game_id", maintain_order=True)
        .agg(
            players=pl.len(),
            priced=pl.col("has_prop_line").sum(),
            books=pl.col("book_count").max(),
            injury_reports=pl.col("team_abbr").filter(pl.col("injury_report_ts").is_not_null()).n_unique(),
            out_or_doubtful=pl.col("player_status").is_in(["out", "doubtful"]).sum(),
            spread=pl.col("game_spread").filter("home_game").first(),
            total=pl.col("game_total").first(),
        )
    )
    return {"games": games.height, "coverage by game": dg.MetadataValue.md(markdown_table(games))}


def predictions_at_a_glance(rows: pl.DataFrame) -> dict[str, Any]:
    """Of `player_prop_predictions`: what every system recommends, and where the champion is farthest from the line."""
    active = rows.filter("is_active")
    counted = (
        active.group_by("system_id")
        .agg(
            pl.len().alias("players"),
            pl.col("has_prop_line").sum().alias("with a line"),
            *((pl.col("recommendation") == word).sum().alias(word) for word in RECOMMENDATIONS),
        )
        .sort("system_id")
    )
    edges = (
        active.filter(pl.col("system_id").is_in(CHAMPIONS), "has_prop_line")
        .sort(pl.col("line_margin").abs(), "player_lookup", descending=[True, False])
        .head(_EDGES_SHOWN)
        .select(
            "player_lookup",
            pl.concat_str("team_abbr", pl.lit(" v "), "opponent_team_abbr").alias("game"),
            pl.col("predicted_points").round(1).alias("forecast"),
            pl.col("current_points_line").alias("line"),
            pl.col("p_over").round(3),
            pl.concat_str("edge_side", "best_line", separator=" ").alias("best offer"),
            pl.col("best_price").round(2),
            "best_book",
            pl.col("ev").round(3),
            "recommendation",
        )
    )
    shown = {"systems": dg.MetadataValue.md(markdown_table(counted))}
    return shown if edges.is_empty() else shown | {"champion's edges": dg.MetadataValue.md(markdown_table(edges))}


def team_defence(rows: pl.DataFrame, simulated: bool) -> dict[str, str]:
    """All teams' defence by zone."""
    from nba_assets import plots

    return {"defence by zone": plots.markdown_image(plots.team_defence(rows, simulated=simulated), "defence by zone")}


def busiest_shooter(rows: pl.DataFrame, simulated: bool) -> dict[str, str]:
    """The shot zones of the date's player with the most attempts."""
    from nba_assets import plots

    top = rows.drop_nulls("paint_rate_last_10").sort("total_shots_last_10", "nba_player_id", descending=True).head(1)
    if top.is_empty():
        return {}
    row = top.row(0, named=True)
    image = plots.markdown_image(plots.shot_zones(row, simulated=simulated), "shot zones")
    return {f"shot zones of {row['player_lookup']}": image}
