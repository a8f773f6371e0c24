"""Landing assets: one materialization is one fetch of one game date.

Dangers covered: a date called fetched although a document failed, a failed date that stops the others, a fetch of
nothing that looks well, a key in the event log, assets that can be materialized where there is nobody to ask.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest

from nba_assets.backfill import BackfillReport, run_backfill, select_assets
from nba_assets.definitions import build_definitions
from nba_assets.defs.landing import FETCHED
from nba_assets.landing_files import LANDING, LANDING_DATASETS
from nba_assets_tests.platform import Platform
from nba_assets_tests.resources.providers.fakes import KEY
from nba_assets_tests.resources.simulated_league.clients import evening
from nba_assets_tests.resources.simulated_league.leagues import league
from resources.providers.landing_fetcher import LandingFetcher
from resources.simulated_league.faults import Refusal, Rule

# A date without games and one of five, and a sixth that was postponed; the morning after.
EVE, CHRISTMAS = date(2024, 12, 24), date(2024, 12, 25)
NOW = datetime(2024, 12, 26, 15, 5, tzinfo=UTC)


@dataclass
class Fetching:
    """The resource over a simulated league, whose faults a test sets."""

    root: Path
    rules: list[Rule] = field(default_factory=list)
    now: datetime = NOW

    def fetcher(self) -> LandingFetcher:
        secret = KEY.get_secret_value()
        return evening(league(), self.now, *self.rules, key=KEY, keys=(secret,)).fetcher(self.root, "18:00Z")


class FetchingPlatform(Platform):
    """A platform whose landing assets can be materialized."""

    def __init__(self, home: Path, instance: dg.DagsterInstance) -> None:
        super().__init__(home, instance)
        self.fetching = Fetching(self.landing)
        self.clock.instant = NOW
        self.resources["fetching"] = self.fetching
        self.defs = build_definitions(self.resources, fetching=True)

    def fetch(self, first: date, last: date, *datasets: str) -> BackfillReport:
        keys = select_assets(self.defs, ",".join(f"{LANDING}/{name}" for name in datasets))
        return run_backfill(self.defs, self.instance, first, last, keys)

    def fetched(self, dataset: str) -> set[str]:
        """Dates of which Dagster knows that they were fetched."""
        return set(self.instance.get_materialized_partitions(key_of(dataset)))

    def verdict(self, dataset: str, day: date) -> dg.AssetCheckEvaluation:
        history = self.instance.event_log_storage.get_asset_check_execution_history(
            dg.AssetCheckKey(key_of(dataset), FETCHED), limit=50
        )
        found = [row.event.asset_check_evaluation for row in history if row.event]
        return next(each for each in found if each and each.partition == day.isoformat())


def key_of(dataset: str) -> dg.AssetKey:
    return dg.AssetKey([LANDING, dataset])


@pytest.fixture
def home(tmp_path: Path) -> Iterator[FetchingPlatform]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield FetchingPlatform(tmp_path, instance)


def test_a_range_is_fetched_date_by_date(home: FetchingPlatform) -> None:
    report = home.fetch(EVE, CHRISTMAS, "nba_schedule", "nba_game_boxscores")
    assert report.ok and len(report.run_ids) == 1, report.errors
    assert (
        home.fetched("nba_schedule") == home.fetched("nba_game_boxscores") == {EVE.isoformat(), CHRISTMAS.isoformat()}
    )
    assert (report.tables["nba_schedule"].rows, report.tables["nba_game_boxscores"].rows) == (1, 5)
    assert (report.tables["nba_game_boxscores"].dates, report.tables["nba_game_boxscores"].checks) == (2, 2)
    verdict = home.verdict("nba_game_boxscores", CHRISTMAS)
    assert verdict.passed and verdict.description == "5 files, 0 already there, 1 not there"
    assert len(list((home.landing / "nba-com" / "schedule").rglob("*.json.gz"))) == 1


def test_the_event_of_a_date_names_its_files(home: FetchingPlatform) -> None:
    home.fetch(EVE, CHRISTMAS, "nba_schedule", "nba_game_boxscores")
    for dataset, day, files, there in (("nba_schedule", CHRISTMAS, 0, 1), ("nba_game_boxscores", CHRISTMAS, 5, 0)):
        wanted = dg.AssetRecordsFilter(asset_key=key_of(dataset), asset_partitions=[day.isoformat()])
        (record,) = home.instance.fetch_materializations(wanted, limit=5).records
        assert record.asset_materialization is not None
        metadata = record.asset_materialization.metadata
        assert (metadata["files"].value, metadata["already there"].value) == (files, there)
        paths = metadata["paths"].value
        assert isinstance(paths, list) and len(paths) == files + there
        assert all((home.landing / str(path)).is_file() for path in paths)


def test_a_date_with_an_error_is_red_and_the_others_are_fetched(home: FetchingPlatform) -> None:
    game = min(fixture.nba_game_id for fixture in league().fixtures_on(CHRISTMAS))
    home.fetching.rules = [Rule("blocked", Refusal(503), f"*boxscore_{game}*")]
    report = home.fetch(EVE, CHRISTMAS, "nba_schedule", "nba_game_boxscores")
    assert report.errors == [] and not report.ok, "the run goes on, the date is red"
    assert home.fetched("nba_game_boxscores") == {EVE.isoformat()}
    assert [(day, check) for day, check, _ in report.tables["nba_game_boxscores"].failed] == [
        (CHRISTMAS.isoformat(), FETCHED)
    ]
    verdict = home.verdict("nba_game_boxscores", CHRISTMAS)
    assert not verdict.passed and game in (verdict.description or "")
    assert "run it again later" in (verdict.description or "")
    assert (verdict.metadata["errors"].value, verdict.metadata["files"].value) == (1, 4)
    assert home.verdict("nba_game_boxscores", EVE).passed
    home.fetching.rules = []
    assert home.fetch(CHRISTMAS, CHRISTMAS, "nba_game_boxscores").ok
    assert home.fetched("nba_game_boxscores") == {EVE.isoformat(), CHRISTMAS.isoformat()}


def test_a_run_that_fetched_nothing_fails(home: FetchingPlatform) -> None:
    home.fetching.rules = [Rule("blocked", Refusal(403), "/stats/*")]
    report = home.fetch(EVE, CHRISTMAS, "nba_schedule")
    assert home.fetched("nba_schedule") == set()
    assert len(report.errors) == 1
    assert "landing/nba_schedule: no date could be fetched" in report.errors[0]
    assert "residential proxy" in report.errors[0]
    assert not home.verdict("nba_schedule", EVE).passed


def test_a_past_date_of_what_has_no_history_is_neither_fetched_nor_red(home: FetchingPlatform) -> None:
    report = home.fetch(EVE, CHRISTMAS, "nba_player_index", "nba_scoreboard")
    assert report.ok, report.errors
    for dataset in ("nba_player_index", "nba_scoreboard"):
        assert home.instance.fetch_materializations(key_of(dataset), limit=5).records == []
        verdict = home.verdict(dataset, EVE)
        assert verdict.passed and "cannot be fetched" in (verdict.description or "")


def test_today_is_fetched_in_a_range_with_the_past(home: FetchingPlatform) -> None:
    home.fetching.now = datetime(2024, 12, 25, 20, tzinfo=UTC)
    assert home.fetch(EVE, CHRISTMAS, "nba_player_index").ok
    assert home.fetched("nba_player_index") == {CHRISTMAS.isoformat()}


def test_events_come_before_their_odds_and_the_quota_is_told(home: FetchingPlatform) -> None:
    assert home.fetch(CHRISTMAS, CHRISTMAS, "odds_player_props", "odds_events").ok
    wanted = dg.AssetRecordsFilter(asset_key=key_of("odds_player_props"))
    (record,) = home.instance.fetch_materializations(wanted, limit=5).records
    assert record.asset_materialization is not None
    metadata = record.asset_materialization.metadata
    assert (metadata["files"].value, metadata["quota last"].value) == (6, 20)
    assert metadata["quota remaining"].value == 5_000_000 - 6 * 20
    assert list((home.landing / "odds-api" / "events-history").rglob("*.json.gz"))


@pytest.mark.parametrize("status", [None, 401, 503], ids=str)
def test_no_event_and_no_file_holds_the_key(home: FetchingPlatform, status: int | None) -> None:
    home.fetching.rules = [] if status is None else [Rule("down", Refusal(status), "/v4/*/odds")]
    report = home.fetch(CHRISTMAS, CHRISTMAS, "odds_events", "odds_player_props")
    assert report.ok is (status is None)
    secret = KEY.get_secret_value()
    told = "".join(
        record.event_log_entry.to_json()
        for run in report.run_ids
        for record in home.instance.get_records_for_run(run).records
    )
    assert "odds_player_props" in told and secret not in told and secret not in repr(report)
    files = [path for path in home.home.rglob("*") if path.is_file()]
    assert files and not [path for path in files if secret.encode() in path.read_bytes()]


@pytest.mark.parametrize("fetching", [False, True])
def test_they_can_be_materialized_where_there_is_somebody_to_ask(tmp_path: Path, fetching: bool) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        home = FetchingPlatform(tmp_path, instance)
        graph = build_definitions(home.resources, fetching=fetching).resolve_asset_graph()
    keys = {key_of(dataset.name) for dataset in LANDING_DATASETS}
    assert keys <= set(graph.get_all_asset_keys())
    assert keys & set(graph.materializable_asset_keys) == (keys if fetching else set())


def test_a_backfill_fetches_only_when_told_to(home: FetchingPlatform) -> None:
    landing = {key_of(dataset.name) for dataset in LANDING_DATASETS}
    assert not landing & set(select_assets(home.defs, None))
    assert landing < set(select_assets(home.defs, None, fetch=True))
    raw = dg.AssetKey(["nba_raw", "nbac_schedule"])
    assert set(select_assets(home.defs, "nbac_schedule", fetch=True)) == landing | {raw}
    assert select_assets(home.defs, "nbac_schedule") == [raw]
