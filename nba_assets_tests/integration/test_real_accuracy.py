"""The accuracy page's rows and references on the real season.

Dangers covered: player-games lost or doubled on the way to the evaluation, a line or an average of other rows.
"""

from datetime import date

import polars as pl
import pytest

from ml_models.systems import ROSTER
from ml_models.training_rows import inputs
from nba_assets.accuracy import dates_needed, evaluate
from nba_assets_tests.integration.season import Season

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

FIRST, LAST = date(2024, 3, 2), date(2024, 4, 14)
ENTRIES = (ROSTER["market_line"], ROSTER["ewma_baseline"])


def test_rows_and_references_are_the_known_ones(season: Season) -> None:
    dates = dates_needed(FIRST, LAST, ENTRIES)
    needed = pl.col("game_date").is_in(dates)
    tables = {name: season.table(name).filter(needed).select(columns) for name, columns in inputs().items()}
    found = evaluate(tables, FIRST, LAST, ENTRIES)
    f = found.funnel
    assert (f.lined, f.played, f.stored, f.complete, f.quoted) == (2794, 2656, 2643, 2637, 2589)
    line, ewma = found.own
    assert line.count == ewma.count == f.complete
    assert line.mae == line.line_mae == pytest.approx(5.227, abs=0.001)
    assert ewma.mae == pytest.approx(5.363, abs=0.001)
    assert found.price_log_loss == pytest.approx(0.6931, abs=0.0005)
