"""What people see: the Dagster UI in a real browser, with a backfill of a range launched from it.

One date of the range is bad. The page of the backfill must show every table's dates done but that one, and the check
of that date must be red among green ones.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from nba_assets_tests.conftest import CHECKOUT
from nba_assets_tests.simulated import MONDAY, TUESDAY, WEDNESDAY, link_dates
from nba_assets_tests.team_boxscores import break_pace

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
FIRST, BAD, LAST = str(MONDAY), str(TUESDAY), str(WEDNESDAY)
START_SECONDS, BACKFILL_SECONDS = 120, 240

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed"),
]


@pytest.fixture(scope="module")
def ui(simulated_landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`nba ui` over a landing folder with one bad date; gives its address."""
    home = tmp_path_factory.mktemp("ui")
    link_dates(simulated_landing, home / "landing", MONDAY, WEDNESDAY)
    break_pace(home / "landing", BAD)
    port = _free_port()
    command = [sys.executable, "-c", "from nba_assets.cli import app; app()", "ui", "--port", str(port)]
    environment = os.environ | {"NBA_HOME": str(home), "NBA_ENV": "local"}
    environment.pop("NBA_LANDING", None)
    environment.pop("NBA_WAREHOUSE", None)
    # The raw tables first; the backfill launched in the browser is of the analytics group.
    backfill = [*command[:3], "backfill", FIRST, LAST, "--select", "nba_raw", "--plain"]
    subprocess.run(backfill, cwd=CHECKOUT, env=environment, check=True, capture_output=True)
    with (home / "ui.log").open("w") as log:
        # A session of its own: Dagster starts several processes, and all of them must end with the test.
        server = subprocess.Popen(
            command, cwd=CHECKOUT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/server_info", server, home / "ui.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)


def test_backfill_from_the_ui_shows_the_bad_date_red_and_the_others_green(ui: str, tmp_path: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        page.set_default_timeout(60_000)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))

        page.goto(f"{ui}/asset-groups")
        for group in ("landing", "raw", "analytics"):
            page.get_by_text(group, exact=True).first.wait_for()
        page.goto(f"{ui}/locations/nba_assets/asset-groups/analytics/lineage")
        page.get_by_text("Materialize all").click()
        page.get_by_text("Show all partitions").click()
        selection = page.locator(".dagster-dialog input, [role=dialog] input").first
        selection = selection if selection.count() else page.locator("input[placeholder]").nth(1)
        selection.click()
        selection.fill(f"[{FIRST}...{LAST}]")
        selection.press("Enter")
        page.get_by_text("3 partitions", exact=True).wait_for()  # parsed and taken over
        launch = page.get_by_role("button", name="Launch backfill")
        launch.click()
        launch.wait_for(state="hidden")  # the dialog closes when the backfill is stored

        page.goto(f"{ui}/runs?view=backfills")
        page.locator("a[href*='/runs/b/']").first.click()
        page.get_by_text("Failed", exact=True).nth(1).wait_for(timeout=BACKFILL_SECONDS * 1000)
        page.screenshot(path=str(tmp_path / "backfill.png"))
        # Per table: targeted, in progress, succeeded, failed.
        body = page.inner_text("body")
        for table, figures in (("player_game_summary", "3 0 3 0"), ("team_offense_game_summary", "3 0 2 1")):
            shown = re.search(rf"{table}\s+100% completed\s+" + figures.replace(" ", r"\s+") + r"\b", body)
            assert shown, body

        page.goto(f"{ui}/assets/nba_analytics/team_offense_game_summary?view=checks&checkDetail=contract")
        page.get_by_text("This is a blocking asset check").wait_for()
        page.get_by_text("Execution history").click()
        page.get_by_text(BAD).first.wait_for()
        page.screenshot(path=str(tmp_path / "checks.png"))
        history = page.inner_text("body")
        assert "Failed" in history
        assert "Passed" in history
        assert errors == []
        browser.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()[-3000:]
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"the UI did not answer within {START_SECONDS} s\n{log.read_text()[-3000:]}")
