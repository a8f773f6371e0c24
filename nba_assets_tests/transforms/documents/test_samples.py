"""Every real response is read by the parser of its kind, whole: rows, and not one of them marked.

Danger covered: a sample that nobody reads, so that a provider's change of shape goes unnoticed.
"""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from nba_assets.transforms.documents import (
    QUARANTINE_REASON,
    game_boxscore,
    injury_report,
    leaguegamelog,
    odds_event,
    odds_events,
    playbyplay,
    playerindex,
    schedule,
    shotchartdetail,
)

Parse = Callable[[bytes], pl.DataFrame]

PARSERS: dict[str, list[Parse]] = {
    "cdn_boxscore": [game_boxscore.parse_players, game_boxscore.parse_teams],
    "cdn_playbyplay": [playbyplay.parse],
    "injury_report": [injury_report.parse],
    "odds_event_odds": [odds_event.parse],
    "odds_events": [odds_events.parse],
    "player_index": [playerindex.parse],
    "schedule": [schedule.parse],
    "stats_boxscore_v2": [game_boxscore.parse_players, game_boxscore.parse_teams],
    "stats_boxscore_v3": [game_boxscore.parse_players, game_boxscore.parse_teams],
    "stats_leaguegamelog": [leaguegamelog.parse_players, leaguegamelog.parse_teams],
    "stats_shotchartdetail": [shotchartdetail.parse],
}
# Of tables that are still to come.
LATER = {"cdn_scoreboard": "live_scores", "odds_scores": "no table reads it"}
# A preseason schedule holds no game of a kept type.
WITHOUT_ROWS = {"schedule_cdn_2025-26_preseason.json"}


def _parsers_of(file: Path) -> list[Parse]:
    if file.parent.name != "stats_leaguegamelog":
        return PARSERS[file.parent.name]
    return [leaguegamelog.parse_players if file.name.startswith("players") else leaguegamelog.parse_teams]


def test_every_sample_is_read_whole(realdata: Path) -> None:
    files = [file for file in sorted((realdata / "samples").glob("*/*")) if file.parent.name not in LATER]
    assert {file.parent.name for file in files} == set(PARSERS), "a sample without a parser"
    for file in files:
        for parse in _parsers_of(file):
            rows = parse(file.read_bytes())
            assert rows.height > 0 or file.name in WITHOUT_ROWS, file.name
            assert rows[QUARANTINE_REASON].null_count() == rows.height, file.name
