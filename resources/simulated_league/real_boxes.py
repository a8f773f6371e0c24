"""The aggregates of the real season, from its landing folder; only these figures are kept, never a row."""

import csv
import gzip
import json
from pathlib import Path

import polars as pl

from nba_assets.transforms.documents import leaguegamelog
from nba_assets.transforms.documents.result_sets import result_set
from resources.simulated_league.measurements import HISTOGRAMS, MEASUREMENTS, BoxSample

_COLUMNS = {
    "game": "nba_game_id",
    "person": "nba_player_id",
    "team": "team_id",
    "minutes": "minutes",
    "points": "points",
    "fgm": "field_goals_made",
    "fga": "field_goals_attempted",
    "three_m": "three_pointers_made",
    "three_a": "three_pointers_attempted",
    "ftm": "free_throws_made",
    "fta": "free_throws_attempted",
    "oreb": "offensive_rebounds",
    "dreb": "defensive_rebounds",
    "ast": "assists",
    "stl": "steals",
    "blk": "blocks",
    "tov": "turnovers",
    "pf": "personal_fouls",
}
_PAINT = ("Restricted Area", "In The Paint (Non-RA)")
_SHOT = ["GAME_ID", "PLAYER_ID", "SHOT_ZONE_BASIC", "SHOT_TYPE", "SHOT_MADE_FLAG"]


def real_sample(landing: Path) -> BoxSample:
    """The box rows of a landing folder with log and shot chart documents."""
    boxes, logs = [], []
    for file in sorted((landing / "nba-com" / "player-boxscores").glob("*/*.json.gz")):
        document = gzip.decompress(file.read_bytes())
        boxes.append(leaguegamelog.parse_players(document).with_columns(day=pl.lit(file.parent.name).str.to_date()))
        table = result_set(json.loads(document), "LeagueGameLog", ["GAME_ID", "TEAM_ID", "MATCHUP"])
        logs.append(
            pl.DataFrame(table).select("GAME_ID", "TEAM_ID", home=pl.col("MATCHUP").str.contains("vs.", literal=True))
        )
    frame = pl.concat(boxes).select("day", **{name: pl.col(column) for name, column in _COLUMNS.items()})
    sides = pl.concat(logs).unique().rename({"GAME_ID": "game", "TEAM_ID": "team"})
    return BoxSample(
        frame.join(sides, on=["game", "team"]).join(_zones(landing), on=["game", "person"], how="left").fill_null(0)
    )


def _zones(landing: Path) -> pl.DataFrame:
    tables = []
    for file in sorted((landing / "nba-com" / "shot-charts").glob("*/*.json.gz")):
        document = json.loads(gzip.decompress(file.read_bytes()))
        tables.append(pl.DataFrame(result_set(document, "Shot_Chart_Detail", _SHOT)))
    shots = pl.concat(tables)
    two, made = pl.col("SHOT_TYPE").str.starts_with("2PT"), pl.col("SHOT_MADE_FLAG") == 1
    paint = two & pl.col("SHOT_ZONE_BASIC").is_in(_PAINT)
    mid = two & ~pl.col("SHOT_ZONE_BASIC").is_in(_PAINT)
    return shots.group_by(game="GAME_ID", person="PLAYER_ID").agg(
        paint_a=paint.sum(), paint_m=(paint & made).sum(), mid_a=mid.sum(), mid_m=(mid & made).sum()
    )


def write_real_figures(landing: Path, file: Path) -> None:
    """Measures the real season and keeps the figures."""
    sample = real_sample(landing)
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(["figure", "bin", "value"])
        for measurement in MEASUREMENTS:
            writer.writerow([measurement.name, "", f"{measurement.value(sample):.6g}"])
        for histogram in HISTOGRAMS:
            for edge, share in zip(histogram.edges, histogram.shares(sample), strict=False):
                writer.writerow([histogram.name, edge, f"{share:.5f}"])
