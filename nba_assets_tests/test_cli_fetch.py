"""`nba fetch` as people call it, over a simulated league; and `nba backfill --fetch`.

Dangers covered: an exit status that says success when a document failed, history bought twice after an interrupt, a
bill that was not announced, a limit that is overdrawn, real documents in a simulated folder, a traceback.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from nba_assets.cli import app
from nba_assets_tests.resources.simulated_league.leagues import league
from resources.landing_store import PROVENANCE_SUFFIX
from resources.settings import CHECKOUT
from resources.simulated_league.transport import AppTransport
from resources.simulation import SIMULATED_MARKER

DAY, NEXT = "2025-01-02", "2025-01-03"
MORNING_AFTER, EVENING = "2025-01-03 10:05", "2025-01-02 17:00"
# Three events: of each, lines for 60 and props for 20. Listing them costs 1.
COST = 3 * (60 + 20)


@dataclass(frozen=True)
class Nba:
    """The command line over one NBA_HOME, in this process."""

    home: Path

    def __call__(self, *arguments: str, **variables: str) -> Result:
        names = ("NBA_ENV", "NBA_LANDING", "NBA_WAREHOUSE", "NBA_ODDS_SNAPSHOTS", "NBA_ODDS_QUOTA_RESERVE")
        nothing = dict.fromkeys((*names, "ODDS_API_KEY", "NBA_STATS_PROXY"))
        done = CliRunner().invoke(app, list(arguments), env=nothing | {"NBA_HOME": str(self.home)} | variables)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    def simulate(self, now: str, *arguments: str) -> None:
        assert self("simulate", "--now", now, *arguments).exit_code == 0

    def history(self, *arguments: str, day: str = DAY) -> Result:
        return self("fetch", "odds-history", day, day, *arguments)

    def files(self, *folders: str) -> list[str]:
        """Landing files in some folders of a provider."""
        landing = self.home / "landing"
        found = (path.relative_to(landing).as_posix() for path in landing.rglob("*") if path.is_file())
        kept = (path for path in found if path != SIMULATED_MARKER and not path.endswith(PROVENANCE_SUFFIX))
        return sorted(path for path in kept if not folders or path.split("/")[1] in folders)


@pytest.fixture
def nba(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nba:
    """Simulated homes share one league: it is the same, and takes a second to make."""
    monkeypatch.setattr("resources.simulated_league.league.League", lambda seed: league() if seed == 2024 else None)
    return Nba(tmp_path)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that the simulated league was asked for."""
    addresses: list[str] = []
    answer = AppTransport.handle_request

    def noted(self: AppTransport, request: httpx.Request) -> httpx.Response:
        addresses.append(str(request.url))
        return answer(self, request)

    monkeypatch.setattr(AppTransport, "handle_request", noted)
    return addresses


def squeezed(text: str) -> str:
    return " ".join(text.split())


# --- games and tonight's odds


def test_games_of_a_range(nba: Nba) -> None:
    nba.simulate(MORNING_AFTER)
    done = nba("fetch", "games", DAY, DAY)
    assert done.exit_code == 0, done.output
    assert len(nba.files("cdn-boxscores")) == 3 and len(nba.files("player-boxscores", "schedule")) == 2
    assert not nba.files("player-list", "scoreboard"), "those of today are none of yesterday"
    assert "SIMULATED" in done.stdout
    assert f"{len(nba.files())} files in {nba.home / 'landing'}, 0 were there already" in done.stdout
    assert "0 errors" in done.stdout
    again = nba("fetch", "games", DAY, DAY)
    assert again.exit_code == 0 and f"0 files in {nba.home / 'landing'}, {len(nba.files())} were" in again.stdout


def test_games_of_today_with_the_present(nba: Nba) -> None:
    nba.simulate(EVENING)
    assert nba("fetch", "games", DAY, DAY).exit_code == 0
    assert len(nba.files("player-list")) == 1 == len(nba.files("scoreboard"))


def test_a_document_that_fails_is_an_exit_status(nba: Nba) -> None:
    nba.simulate(MORNING_AFTER, "--faults", "stats_blocked")
    done = nba("fetch", "games", DAY, NEXT)
    assert done.exit_code == 1
    assert squeezed(done.stderr).count("/stats/scheduleleaguev2int") == 1, "once, not for each date"
    assert "residential proxy" in squeezed(done.stderr) and "fetch nba_schedule first" in squeezed(done.stderr)
    assert nba.files() == []


def test_tonights_odds(nba: Nba) -> None:
    nba.simulate(EVENING)
    done = nba("fetch", "odds")
    assert done.exit_code == 0, done.output
    assert [len(nba.files(folder)) for folder in ("events", "game-lines", "player-props")] == [1, 3, 3]
    assert "7 files" in done.stdout and f"quota: {COST // 10} used" in done.stdout


# --- history


def test_history_says_what_it_costs_and_costs_that(nba: Nba) -> None:
    nba.simulate(MORNING_AFTER)
    done = nba.history()
    assert done.exit_code == 0, done.output
    assert "listing the events of 1 dates costs up to 1 requests of the quota" in done.stderr
    assert f"6 documents are missing and cost up to {COST} requests of the quota" in done.stderr
    assert f"quota: {COST + 1} used" in done.stdout
    assert len(nba.files("events-history", "game-lines-history", "player-props-history")) == 7 == len(nba.files())


def test_history_is_bought_once(nba: Nba, asked: list[str]) -> None:
    nba.simulate(MORNING_AFTER)
    nba.history()
    asked.clear()
    done = nba.history()
    assert done.exit_code == 0 and asked == []
    assert "0 documents are missing and cost up to 0" in done.stderr
    assert "0 files" in done.stdout and "7 were there already" in done.stdout


def test_after_an_interrupt_the_rest_is_bought(nba: Nba, asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    nba.simulate(MORNING_AFTER)
    answer: Callable[[AppTransport, httpx.Request], httpx.Response] = AppTransport.handle_request

    def interrupted(self: AppTransport, request: httpx.Request) -> httpx.Response:
        response = answer(self, request)
        if sum("/odds?" in address for address in asked) == 4:
            raise KeyboardInterrupt
        return response

    with monkeypatch.context() as patch:
        patch.setattr(AppTransport, "handle_request", interrupted)
        done = nba.history()
    assert done.exit_code == 130, done.output
    assert "4 files" in done.stdout and "run the same command again to go on" in done.stdout
    assert len(nba.files()) == 4
    asked.clear()
    rest = nba.history()
    assert rest.exit_code == 0
    assert "3 documents are missing" in rest.stderr and len(nba.files()) == 7
    assert sum("/historical/" in address for address in asked) == 3


@pytest.mark.parametrize(("limit", "files"), [("0", 0), ("1", 1), ("130", 3), ("241", 7)])
def test_a_limit_is_never_overdrawn(nba: Nba, limit: str, files: int) -> None:
    nba.simulate(MORNING_AFTER)
    done = nba.history("--max-cost", limit)
    assert (done.exit_code, len(nba.files())) == (0 if files == 7 else 1, files), done.output
    used = int((re.search(r"quota: (\d+) used", done.stdout) or [0, "0"])[1])
    assert used <= int(limit)
    assert (f"this run's limit of {limit}" in squeezed(done.stderr)) is (files < 7)


def test_the_reserve_is_kept(nba: Nba) -> None:
    nba.simulate(MORNING_AFTER)
    done = nba("fetch", "odds-history", DAY, DAY, NBA_ODDS_QUOTA_RESERVE="4999999")
    assert done.exit_code == 1 and "4999999 must stay" in squeezed(done.stderr)
    assert len(nba.files()) == 1, "the events cost the one that was left"


def test_chosen_books_and_several_snapshot_times(nba: Nba, asked: list[str]) -> None:
    nba.simulate(MORNING_AFTER)
    done = nba.history("--books", "fanduel,draftkings", "--snapshot-time", "18:00Z,-30m")
    assert done.exit_code == 0, done.output
    assert f"12 documents are missing and cost up to {COST}" in done.stderr
    odds = [address for address in asked if "/odds?" in address]
    assert len(odds) == 12 and all("bookmakers=fanduel%2Cdraftkings&" in address for address in odds)
    assert len([path for path in nba.files() if "-snap-1800." in path]) == 6


def test_an_event_that_fails_does_not_stop_the_others(nba: Nba, tmp_path: Path) -> None:
    faults = tmp_path / "faults.toml"
    faults.write_text(
        '[[rule]]\nname = "down"\npath = "*/odds"\nshare = 0.4\nfault = {kind = "refusal", status = 422}\n'
    )
    nba.simulate(MORNING_AFTER, "--faults", str(faults))
    done = nba.history()
    failed = squeezed(done.stderr).count("HTTP 422")
    assert 0 < failed < 6 and len(nba.files()) == 7 - failed
    assert done.exit_code == 1 and f"{failed} errors" in done.stdout


REFUSED: list[tuple[tuple[str, ...], str]] = [
    (("--books", "FanDuel"), "is not a list of names"),
    (("--books", ""), "is not a list of names"),
    (("--snapshot-time", "6pm"), "'6pm' is no snapshot time"),
    (("--snapshot-time", ""), "'' is no snapshot time"),
    (("--max-cost", "-1"), "at least 0"),
]


@pytest.mark.parametrize(
    ("arguments", "told"), REFUSED, ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_a_wrong_option_is_refused_before_anything_is_asked(
    nba: Nba, asked: list[str], arguments: tuple[str, ...], told: str
) -> None:
    nba.simulate(MORNING_AFTER)
    done = nba.history(*arguments)
    assert done.exit_code == 2 and told in squeezed(done.stderr), done.output
    assert asked == []


@pytest.mark.parametrize("day", [DAY, NEXT])
def test_today_has_no_history(nba: Nba, asked: list[str], day: str) -> None:
    nba.simulate(EVENING)
    done = nba.history(day=day)
    assert done.exit_code == 2 and "for today's quotes: nba fetch odds" in squeezed(done.stderr)
    assert asked == []


# --- where nothing can be fetched


COMMANDS = [("games", DAY, DAY), ("odds",), ("odds-history", DAY, DAY)]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_without_a_provider_it_says_what_to_set(nba: Nba, command: tuple[str, ...]) -> None:
    done = nba("fetch", *command)
    assert done.exit_code == 2
    assert "set NBA_ENV=live for the real providers, or run `nba simulate` first" in squeezed(done.stderr)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_real_documents_do_not_land_among_simulated_ones(nba: Nba, asked: list[str], command: tuple[str, ...]) -> None:
    """Nor is the simulated league asked in earnest."""
    nba.simulate(MORNING_AFTER)
    done = nba("fetch", *command, NBA_ENV="live", ODDS_API_KEY="a-key")
    assert done.exit_code == 2 and "NBA_ENV=live, but" in squeezed(done.stderr)
    assert "a-key" not in done.output
    assert asked == [] and nba.files() == []


@pytest.mark.parametrize("command", COMMANDS[1:], ids=lambda command: command[0])
def test_without_a_key_odds_are_not_asked_for(nba: Nba, command: tuple[str, ...]) -> None:
    """The network is blocked here: asking would be another error."""
    done = nba("fetch", *command, NBA_ENV="live")
    assert done.exit_code == 1
    assert squeezed(done.stderr).count("ODDS_API_KEY is missing or wrong: set it to the key") == 1
    assert not (nba.home / "landing").exists()


@pytest.mark.parametrize(("variable", "value"), [("NBA_ODDS_SNAPSHOTS", "6pm"), ("NBA_ODDS_QUOTA_RESERVE", "-1")])
def test_a_wrong_setting_is_named(nba: Nba, variable: str, value: str) -> None:
    done = nba("fetch", "odds", **{variable: value})
    assert done.exit_code == 2 and f"{variable}='{value}'" in squeezed(done.stderr)


# --- nba backfill --fetch, which reads the environment at import


def backfill(home: Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("NBA_", "DAGSTER_"))}
    return subprocess.run(
        [
            sys.executable, "-c", "from nba_assets.cli import app; app(prog_name='nba')",
            "backfill", DAY, DAY, "--fetch", "--plain", "--select", "nbac_schedule,nbac_player_boxscores",
        ],
        env=clean | {"PYTHONPATH": str(CHECKOUT), "NBA_HOME": str(home)},
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("env", "reason"), [("local", "nothing to fetch from: set NBA_ENV=live"), ("live", "SIMULATED")]
)
def test_a_backfill_that_shall_fetch_says_what_to_set(nba: Nba, env: str, reason: str) -> None:
    if env == "live":
        nba.simulate(MORNING_AFTER)
    done = nba("backfill", DAY, DAY, "--fetch", NBA_ENV=env)
    assert done.exit_code == 2 and "--fetch: " in squeezed(done.stderr)
    assert reason in squeezed(done.stderr) and not (nba.home / "warehouse").exists()


def test_a_backfill_fetches_and_computes(nba: Nba) -> None:
    nba.simulate(MORNING_AFTER)
    done = backfill(nba.home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^landing\.nba_game_boxscores\s+1\s+3\s", done.stdout, re.MULTILINE), done.stdout
    assert re.search(r"^landing\.nba_player_index\s+0\s+0\s", done.stdout, re.MULTILINE), done.stdout
    assert re.search(r"^nba_raw\.nbac_schedule\s+1\s+3\s", done.stdout, re.MULTILINE), done.stdout
