from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from nba_assets.transforms.documents.schedule import SCHEMA, parse
from nba_assets.transforms.nbac_schedule import build
from nba_assets_tests.transforms.invented import NYK, PHI, delivered, good, nothing, read, reasons, scheduled, season

OLD = "0022300576"


def _document(*games: dict[str, Any], hours: int = 0, path: str = "", year: str = "2023-24") -> pl.DataFrame:
    return delivered(parse(season(*games, year=year)), hours=hours, day=None, path=path)


def _moved() -> dict[str, Any]:
    return scheduled(OLD, gameDateEst="2024-02-15T00:00:00Z", gameDateTimeUTC="2024-02-16T00:30:00Z")


def test_row() -> None:
    row = good("nbac_schedule", build(_document(scheduled()))).row(0, named=True)
    assert (row["game_id"], row["winning_team_abbr"]) == ("20240115_NYK_PHI", "PHI")


def test_moved_game_leaves_its_old_date() -> None:
    rows = good("nbac_schedule", build(pl.concat([_document(_moved(), hours=1), _document(scheduled(OLD))])))
    assert rows.select("game_date", "game_id").rows() == [(date(2024, 2, 15), "20240215_NYK_PHI")]


def test_newest_document_of_a_season_speaks_alone() -> None:
    old = _document(scheduled(), scheduled("0022300562"))
    other_season = _document(scheduled("0022200561", home=NYK, away=PHI), year="2022-23", path="y")
    newest = _document(scheduled("0022300563"), hours=1)
    for order in ([old, newest, other_season], [newest, other_season, old, old]):
        rows = good("nbac_schedule", build(pl.concat(order)))
        assert rows["nba_game_id"].sort().to_list() == ["0022200561", "0022300563"]


def test_file_name_decides_between_equal_times() -> None:
    first, second = _document(scheduled("0022300562"), path="a"), _document(scheduled(), path="b")
    assert build(pl.concat([second, first]))["nba_game_id"].to_list() == ["0022300561"]


def test_postponed_game_on_two_dates_of_one_document_counts_once() -> None:
    for games in ([scheduled(OLD), _moved()], [_moved(), scheduled(OLD)]):
        assert good("nbac_schedule", build(_document(*games)))["game_date"].to_list() == [date(2024, 2, 15)]


def test_scheduled_game_has_no_winner() -> None:
    row = good("nbac_schedule", build(_document(scheduled(gameStatus=1)))).row(0, named=True)
    assert (row["home_team_score"], row["winning_team_abbr"]) == (None, None)


def test_marked_game_keeps_a_date() -> None:
    rows = build(_document(scheduled(gameDateEst="soon"), scheduled("0022300562")))
    assert reasons(rows) == ["game_date='soon' cannot be read"]
    assert rows["game_date"].to_list() == [date(2024, 1, 15)] * 2


def test_no_document() -> None:
    assert good("nbac_schedule", build(nothing(SCHEMA))).is_empty()


def test_real_season(season_landing: Path) -> None:
    landing = season_landing / "nba-com"
    issued, played = read(landing, "schedule/2023-24/20230916*", parse), read(landing, "schedule/2023-24/2024*", parse)
    before = good("nbac_schedule", build(issued))
    rows = build(pl.concat([issued, played]))
    after = good("nbac_schedule", rows)
    assert (reasons(rows), after.height, after["game_date"].n_unique()) == ([], 1230, 160)
    # Issued with 1,206 regular games, 6 of them Cup games without teams; 4 of the others moved later.
    assert before.height == 1200
    both = before.join(after, on="nba_game_id", suffix="_after")
    assert both.filter(pl.col("game_date") != pl.col("game_date_after")).height == 4
    assert after["winning_team_abbr"].null_count() == 0
