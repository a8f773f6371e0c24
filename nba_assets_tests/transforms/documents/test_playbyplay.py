import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from nba_assets.transforms.documents import QUARANTINE_REASON, DocumentError
from nba_assets.transforms.documents.playbyplay import SCHEMA, parse
from nba_assets_tests.transforms.invented import GAME, PHI, action, as_bytes, play_by_play, reasons


@pytest.fixture
def sample(realdata: Path) -> Callable[[str], bytes]:
    return lambda game: (realdata / f"samples/cdn_playbyplay/playbyplay_{game}.json").read_bytes()


@pytest.mark.parametrize(
    ("game", "actions", "attempts", "made", "assisted", "threes", "free_throws", "zones"),
    [
        ("0022400561", 506, 178, 92, 55, 72, (31, 38), {(1610612752, 38, 11), (1610612755, 46, 11)}),
        ("0022500775", 603, 172, 70, 49, 87, (48, 59), {(1610612766, 33, 4), (1610612737, 42, 6)}),
        ("0022000001", 610, 191, 79, 50, 68, (41, 55), {(1610612744, 52, 14), (1610612751, 45, 12)}),
    ],
)
def test_real_games(
    sample: Callable[[str], bytes],
    game: str,
    actions: int,
    attempts: int,
    made: int,
    assisted: int,
    threes: int,
    free_throws: tuple[int, int],
    zones: set[tuple[int, int, int]],
) -> None:
    rows = parse(sample(game))
    assert rows.schema == {**SCHEMA, QUARANTINE_REASON: pl.String}
    assert (rows.height, reasons(rows)) == (actions, [])
    shots = rows.filter("is_field_goal")
    assert (shots.height, shots["shot_made"].sum(), shots["assist_person_id"].count()) == (attempts, made, assisted)
    assert (shots["shot_zone"] == "three").sum() == threes
    line = rows.filter(pl.col("event_type") == "freethrow")["shot_made"]
    assert (line.sum(), line.len()) == free_throws
    paint, mid = ((pl.col("shot_zone") == zone).sum() for zone in ("paint", "mid_range"))
    assert set(shots.group_by("team_id").agg(paint.alias("paint"), mid.alias("mid")).rows()) == zones
    assert rows.filter(~pl.col("is_field_goal"))["shot_zone"].count() == 0
    # The feed's running score agrees with the points of the actions.
    assert rows["points"].sum() == rows.select(pl.col("score_home").max() + pl.col("score_away").max()).item()
    assert rows["event_sequence"].is_sorted()
    assert rows["event_id"].is_unique().all()
    assert rows["time_elapsed_seconds"].max() == (3180 if game == "0022400561" else 2880)


def test_blocks_turnovers_and_heave(sample: Callable[[str], bytes]) -> None:
    rows = parse(sample("0022400561"))
    turnovers = rows.filter(pl.col("event_type") == "turnover")
    assert (turnovers.height, turnovers["player_1_id"].null_count()) == (28, 3)
    assert rows["block_person_id"].count() == 5
    heave = parse(sample("0022500775")).row(by_predicate=pl.col("event_type") == "heave", named=True)
    assert (heave["is_field_goal"], heave["shot_made"], heave["shot_zone"], heave["shot_distance"]) == (False,) + (
        None,
    ) * 3


def test_without_any_qualifiers_the_area_decides(sample: Callable[[str], bytes]) -> None:
    document = json.loads(sample("0022400561"))
    for item in document["game"]["actions"]:
        del item["qualifiers"]
    zones = parse(as_bytes(document)).filter("is_field_goal")["shot_zone"]
    assert ((zones == "paint").sum(), (zones == "mid_range").sum(), (zones == "three").sum()) == (80, 26, 72)


def test_order_is_order_number_and_clock_counts_down() -> None:
    document = play_by_play(
        action(3, "2pt", orderNumber=30, shotResult="Made", period=5, clock="PT04M59.50S"),
        action(9, "freethrow", orderNumber=10, shotResult="Missed"),
        action(4, "3pt", orderNumber=20, shotResult="Made", period=4, clock="PT00M00.00S"),
    )
    rows = parse(document)
    assert rows["event_id"].to_list() == [9, 4, 3]
    assert rows["points"].to_list() == [0, 3, 2]
    assert rows["shot_made"].to_list() == [False, True, True]
    assert rows["time_elapsed_seconds"].to_list() == [22.0, 2880.0, 2880.5]


def test_nobody_and_nowhere_are_null() -> None:
    tip = action(1, "2pt", teamId=PHI, personId=0, xLegacy=0, yLegacy=0, shotDistance=0.0, shotResult="Missed")
    shot = action(2, "2pt", personId=7, xLegacy=0, yLegacy=12, shotDistance=1.2, shotResult="Missed")
    period = action(3, "period", teamId=0, personId=0)
    rows = parse(play_by_play(tip, shot, period))
    assert rows["player_1_id"].to_list() == [None, 7, None]
    assert rows["team_id"].to_list() == [PHI, None, None]
    assert rows.select("shot_x", "shot_y", "shot_distance").rows() == [(None,) * 3, (0, 12, 1.2), (None,) * 3]


def test_unknown_area_without_qualifiers_is_unknown() -> None:
    shot = action(1, "2pt", shotResult="Made")
    del shot["qualifiers"]
    assert parse(play_by_play(shot))["shot_zone"].to_list() == [None]


def test_wrapped_document_is_the_same() -> None:
    raw = play_by_play(action(1, "2pt", shotResult="Made"))
    wrapped = as_bytes({"metadata": {"game_id": GAME}, "playByPlay": json.loads(raw), "record_count": 1})
    assert parse(wrapped).equals(parse(raw))


def test_wrong_value_marks_only_its_row() -> None:
    rows = parse(play_by_play(action(1, "2pt", clock="11:38"), action(2, "2pt", scoreHome="x"), action(3, "rebound")))
    assert rows[QUARANTINE_REASON].to_list() == [
        "game_clock_seconds='11:38' cannot be read",
        "score_home='x' cannot be read",
        None,
    ]


@pytest.mark.parametrize("key", ["actionNumber", "orderNumber", "period", "clock", "actionType", "isFieldGoal"])
def test_missing_key_is_named(key: str) -> None:
    item = action(1, "2pt")
    del item[key]
    with pytest.raises(DocumentError) as error:
        parse(play_by_play(item))
    assert error.value.field == key


@pytest.mark.parametrize(
    "document",
    [b"", play_by_play(action(1, "2pt"))[:-5], b"{}", b'{"game": {"gameId": "1"}}', b'{"game": {"actions": []}}'],
)
def test_unreadable_documents(document: bytes) -> None:
    with pytest.raises(DocumentError):
        parse(document)
