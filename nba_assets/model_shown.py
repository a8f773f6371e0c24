"""What people see of a week's model in its materialization."""

from typing import Any

import dagster as dg

from ml_models import metrics
from ml_models.gates import QUOTED, Record
from ml_models.registry import Card
from ml_models.system import TARGET
from ml_models.training import teaches
from ml_models.vintages import Vintage


def model_metadata(vintage: Vintage, card: Card, record: Record, *, simulated: bool) -> dict[str, Any]:
    """The card, the calibration and one picture: reliability at the line, PIT histogram, what the model looks at."""
    from nba_assets import model_plots, plots

    rows = record.rows.select(teaches()).to_series().to_numpy()
    points, line = (record.rows[name].cast(float).fill_null(float("nan")).to_numpy()[rows] for name in (TARGET, QUOTED))
    over = metrics.went_over(points, line)
    title = f"{card.system_id}: the 8 weeks before {vintage.trained_before}"
    picture = model_plots.model_card_picture(
        record.forecast.p_over_no_push[rows],
        over,
        record.forecast.forecast.pmf[rows],
        points,
        vintage.fitted.importance(),
        title=title,
        simulated=simulated,
    )
    return {
        "model": card.model_id,
        "sha256": card.sha256,
        "status": card.status,
        "training rows": card.rows,
        "window": f"{card.window_start} to {card.window_end}",
        "feature hash": card.feature_hash,
        "code version": card.code_version,
        "learned calibration": dg.MetadataValue.json(vintage.calibration.to_json()),
        "record and inputs": dg.MetadataValue.md(plots.markdown_image(picture, title)),
        **{f"gate {name}": float(value) for name, value in card.metrics.items()},
    }
