"""Injury reports as a table: every row at the date of its game, every name a person, every report once.

Dangers covered: tomorrow's games missing because the report lies under today, a copy that displaces the right report,
a player who is dropped because nobody knows how he is spelled.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import polars as pl

from nba_assets.contracts import TABLES
from nba_assets.reference.aliases import player_aliases
from nba_assets.transforms import nbac_injury_report
from nba_assets.transforms.documents import QUARANTINE_REASON
from nba_assets.transforms.documents.injury_report import parse
from nba_assets_tests.resources.simulated_league.injury_entries import DAY, NOON, TIP, entry, fixture, report
from nba_assets_tests.transforms.invented import good, reasons
from nba_assets_tests.transforms.odds_support import players, schedule, with_source
from resources.simulated_league.injury_pdf import Entry, render

NEXT = DAY + timedelta(days=1)
TONIGHT, TOMORROW = fixture("NYK", "PHI"), fixture("LAC", "GSW", tip=TIP + timedelta(days=1), number=562)
SCHEDULE = schedule(
    [(DAY, "0022400561", "NYK", "PHI", TIP), (NEXT, "0022400562", "LAC", "GSW", TIP + timedelta(days=1))]
)
ROSTERS = pl.concat(
    [
        players((1, "David Duke Jr.", "PHI"), (2, "Ann Other", "NYK"), day=DAY),
        players((3, "Ann Other", "GSW"), (4, "Žan Kūrļis", "LAC"), day=NEXT),
    ]
)
BOTH = [
    entry(TONIGHT, [report("Ann", "Other", "Questionable", "Rest")], [report("David", "Duke Jr.")]),
    entry(TOMORROW, None, [report("Ann", "Other")]),
]
COLUMNS = ["game_date", "nba_game_id", "team_abbr", "player_name_original", "nba_player_id", "injury_status"]


def landed(
    entries: Sequence[Entry] = BOTH, at: datetime = NOON, *, folder: date = DAY, fetched: int = 1, path: str = "a.pdf"
) -> pl.DataFrame:
    return with_source(parse(render(at, entries)), path, at + timedelta(minutes=fetched), folder)


def build(*reports: pl.DataFrame, days: Sequence[date] = (DAY, NEXT)) -> pl.DataFrame:
    of_days = pl.col("game_date").is_in(list(days))
    return nbac_injury_report.build(
        pl.concat(reports), SCHEDULE.filter(of_days), ROSTERS.filter(of_days), player_aliases(), days
    )


def kept(*reports: pl.DataFrame, days: Sequence[date] = (DAY, NEXT)) -> pl.DataFrame:
    return good("nbac_injury_report", build(*reports, days=days))


def test_each_row_belongs_to_its_game_and_its_person() -> None:
    assert kept(landed()).select(COLUMNS).rows() == [
        (DAY, "0022400561", "NYK", "Other, Ann", 2, "questionable"),
        (DAY, "0022400561", "PHI", "Duke Jr., David", 1, "out"),
        (NEXT, "0022400562", "GSW", "Other, Ann", 3, "out"),
        (NEXT, "0022400562", "LAC", "", None, "not_yet_submitted"),
    ]


def test_a_row_in_full() -> None:
    row = kept(landed()).row(1, named=True)
    assert (row["player_name"], row["player_lookup"], row["name_rung"]) == ("David Duke Jr.", "daviddukejr", "exact")
    assert (row["game_id"], row["season_year"]) == ("20250108_NYK_PHI", 2024)
    assert (row["home_team_abbr"], row["away_team_abbr"], row["game_time"]) == ("PHI", "NYK", "07:30")
    assert (row["report_ts"], row["tipoff_utc"], row["minutes_before_tipoff"]) == (NOON, TIP, 450)
    assert (row["reason"], row["reason_category"]) == ("Injury/Illness - Left Knee; Sprain", "injury")


def test_the_evening_before_tells_of_a_date_whatever_the_range() -> None:
    """Day by day and in one range, a date has the same rows."""
    reports = [landed(), landed(BOTH[1:], NOON + timedelta(days=1), folder=NEXT, path="b.pdf")]
    together = kept(*reports)
    assert kept(reports[0], days=[DAY]).rows() == together.filter(game_date=DAY).rows()
    assert kept(*reports, days=[NEXT]).rows() == together.filter(game_date=NEXT).rows()
    assert together.filter(game_date=NEXT)["report_ts"].n_unique() == 2


def test_a_report_fetched_again_replaces_itself_whole() -> None:
    again = landed([entry(TONIGHT, [], [report("David", "Duke Jr.", "Available")])], fetched=90, path="b.pdf")
    for reports in ([landed(), again], [again, landed()], [landed(), again, again]):
        assert kept(*reports).select("player_name", "injury_status").rows() == [("David Duke Jr.", "available")]


def test_later_reports_stand_beside_earlier_ones_also_after_tip_off() -> None:
    frame = kept(landed(BOTH[:1]), landed(BOTH[:1], TIP + timedelta(minutes=90), path="b.pdf"))
    assert frame["minutes_before_tipoff"].to_list() == [450, 450, -90, -90]


def test_an_unknown_name_stays_without_a_person() -> None:
    (row,) = kept(landed([entry(TONIGHT, [report("Nobody", "Knows")], [])])).iter_rows(named=True)
    assert (row["player_name"], row["nba_player_id"], row["name_rung"]) == ("Nobody Knows", None, None)


def test_a_name_without_its_suffix_or_letters_is_found() -> None:
    entries = [entry(TONIGHT, [], [report("David", "Duke")]), entry(TOMORROW, [report("Zan", "Kurlis")], [])]
    assert kept(landed(entries)).select("nba_player_id", "name_rung").rows() == [(1, "suffix"), (4, "exact")]


def test_a_copy_in_a_wrong_folder_is_marked_there_and_displaces_nothing() -> None:
    elsewhere = landed(folder=NEXT, fetched=500, path="b.pdf")
    frame = build(landed(), elsewhere)
    assert reasons(frame) == ["the report of 2025-01-08 lies under 2025-01-09"] * 4
    assert frame.filter(pl.col(QUARANTINE_REASON).is_not_null())["game_date"].unique().to_list() == [NEXT]
    assert good("nbac_injury_report", frame).rows() == kept(landed()).rows()


def test_games_nobody_schedules_are_sound_but_unmatched() -> None:
    moved = fixture("BOS", "UTA", number=563)
    assert (
        reasons(build(landed([entry(moved, None, None)])))
        == ["unmatched: no scheduled game BOS @ UTA on 2025-01-08"] * 2
    )
    far = fixture("NYK", "PHI", tip=TIP + timedelta(days=2))
    frame = build(landed([entry(far, None, None)]))
    assert reasons(frame) == ["unmatched: the report of 2025-01-08 lists a game of 2025-01-10"] * 2
    assert frame["game_date"].unique().to_list() == [DAY]


def test_what_does_not_fit_together_is_marked() -> None:
    parsed = parse(render(NOON, BOTH[:1])).with_columns(team_name=pl.Series(["Seattle SuperSonics", "Boston Celtics"]))
    assert reasons(build(with_source(parsed, "a.pdf", NOON, DAY))) == [
        "team BOS does not play NYK @ PHI",
        "team_name='Seattle SuperSonics' is not a known team",
    ]


def test_a_row_without_a_date_is_reported_on_the_date_of_its_folder() -> None:
    undated = parse(render(NOON, BOTH[:1])).with_columns(
        game_date=pl.lit(None, pl.Date), quarantine_reason=pl.lit("game_date is missing")
    )
    frame = build(with_source(undated, "a.pdf", NOON, DAY))
    assert frame.select("game_date", QUARANTINE_REASON).unique().rows() == [(DAY, "game_date is missing")]


def test_no_report_is_the_typed_empty_table() -> None:
    frame = kept(landed().clear())
    assert frame.height == 0
    assert frame.schema == TABLES["nbac_injury_report"].polars_schema


def test_reports_after_midnight_belong_to_the_new_date() -> None:
    """00:30 ET is 05:30 UTC: by the UTC date, the evening reports of 7 pm and later would lie a day off."""
    late = datetime(2025, 1, 9, 4, 30, tzinfo=UTC)
    assert kept(landed(at=late)).height == 4
    assert reasons(build(landed(BOTH[1:], at=late + timedelta(hours=1), folder=NEXT))) == []
