from datetime import timedelta

import polars as pl

from nba_assets.contracts import TABLES
from nba_assets.reference.aliases import player_aliases
from nba_assets.transforms import odds_api_game_lines, odds_api_player_points_props, v_game_id_mappings
from nba_assets.transforms.documents import QUARANTINE_REASON, odds_events
from nba_assets_tests.transforms.odds_support import (
    DAY,
    EVENT,
    SEEN,
    TIP,
    event,
    landed,
    outcome,
    pair,
    players,
    schedule,
    wrapped,
)

TABLE = TABLES["v_game_id_mappings"]
REISSUED = "f" * 32
GAMES = schedule([(DAY, "0022300901", "UTA", "BOS", TIP), (DAY, "0022300902", "MIA", "LAC", TIP)])
NO_EVENTS = landed([], parse=odds_events.parse)
LATER = SEEN + timedelta(hours=1)


def lines_of(**changed) -> pl.DataFrame:
    body = wrapped(event({"draftkings": {"h2h": [outcome("Utah Jazz", 3.3)]}}, **changed))
    return odds_api_game_lines.build(landed(body), GAMES).drop(QUARANTINE_REASON)


def props_of(seen, **changed) -> pl.DataFrame:
    body = wrapped(event({"draftkings": {"player_points": pair("Ann Other", 9.5, 1.9, 1.9)}}, **changed), seen)
    built = odds_api_player_points_props.build(landed(body), GAMES, players((1, "Ann Other", "BOS")), player_aliases())
    return built.drop(QUARANTINE_REASON)


def crosswalk(lines: pl.DataFrame, props: pl.DataFrame, events: pl.DataFrame) -> dict:
    frame = v_game_id_mappings.build(GAMES, lines, props, events)
    TABLE.schema.validate(frame)
    columns = ["nba_game_id", "odds_api_event_id", "commence_time", "event_count"]
    return {game: tuple(rest) for game, *rest in frame.select(columns).iter_rows()}


def test_every_game_has_one_row_with_or_without_an_event():
    found = crosswalk(lines_of(), props_of(SEEN), NO_EVENTS)
    assert found == {"0022300901": (EVENT, TIP, 1), "0022300902": (None, None, 0)}


def test_smallest_commence_time_of_all_sources():
    late, early = "2024-03-03T00:41:00Z", "2024-03-03T00:10:00Z"
    found = crosswalk(lines_of(commence_time=late), props_of(SEEN, commence_time=early), NO_EVENTS)
    assert found["0022300901"] == (EVENT, TIP - timedelta(minutes=20), 1)


def test_a_reissued_event_replaces_the_old_one_and_is_counted():
    found = crosswalk(lines_of(), props_of(LATER, id=REISSUED), NO_EVENTS)
    assert found["0022300901"] == (REISSUED, TIP, 2)


def test_event_lists_count_too_and_other_events_are_left_out():
    listed = [
        event({}, id=REISSUED, home_team="Los Angeles Clippers", away_team="Miami Heat"),
        event({}, id="0" * 32, commence_time="2024-03-04T00:30:00Z"),
        event({}, id="1" * 32, home_team="Boston Seltics"),
        event({}, id="2" * 32, commence_time="soon"),
    ]
    events = landed(listed, parse=odds_events.parse, fetched_at=LATER)
    found = crosswalk(lines_of(), props_of(SEEN), events)
    assert found == {"0022300901": (EVENT, TIP, 1), "0022300902": (REISSUED, TIP, 1)}
