"""The roster: every prediction system there is. Adding one is a module in this folder and a row here."""

from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from ml_models.system import PredictionSystem

# champion: its predictions are published. shadow: predicts beside it and may be promoted. reference: what everybody is
# compared with. benchmark: a simple rule that shows whether the models add anything.
Status = Literal["champion", "shadow", "reference", "benchmark"]


@dataclass(frozen=True)
class Entry:
    """One system.

    `factory`: "module:function" without arguments, imported only when the system is wanted. `line_aware`: it reads the
    points line, so it is judged against it by another limit. `action_floor`: least absolute edge in points at which it
    recommends a side. `window_days`: days of rows it is trained on; None is the usual window. `members`: systems whose
    past forecasts it is trained on instead (`ensemble_v1.with_members`), fitted and asked before it.
    """

    system_id: str
    factory: str
    status: Status
    line_aware: bool
    action_floor: float
    window_days: int | None = None
    members: tuple[str, ...] = ()

    def create(self) -> PredictionSystem:
        module, function = self.factory.split(":")
        return getattr(import_module(module), function)()


_HERE = "ml_models.systems"

ENTRIES: tuple[Entry, ...] = (
    Entry("market_line", f"{_HERE}.market_line:system", "reference", True, 3.0),
    Entry("ewma_baseline", f"{_HERE}.ewma_baseline:system", "reference", False, 3.0),
    Entry("moving_average_baseline_v1", f"{_HERE}.moving_average_baseline_v1:system", "benchmark", False, 2.0),
    Entry("zone_matchup_v1", f"{_HERE}.zone_matchup_v1:system", "benchmark", False, 2.0),
    Entry("similarity_balanced_v1", f"{_HERE}.similarity_balanced_v1:system", "benchmark", False, 2.0, window_days=90),
    Entry("xgboost_v1", f"{_HERE}.xgboost_v1:system", "shadow", False, 1.5),
    Entry("catboost_v9", f"{_HERE}.catboost_v9:system", "champion", True, 3.0),
    Entry("catboost_v9_anchored", f"{_HERE}.catboost_v9_anchored:system", "shadow", True, 3.0),
    Entry("catboost_v9_low_vegas", f"{_HERE}.catboost_v9_low_vegas:system", "shadow", True, 3.0),
    Entry("catboost_v12", f"{_HERE}.catboost_v12:system", "shadow", True, 3.0),
    Entry("catboost_v12_noveg", f"{_HERE}.catboost_v12_noveg:system", "shadow", True, 3.0),
    Entry("catboost_line_free", f"{_HERE}.catboost_line_free:system", "shadow", False, 3.0),
    Entry("catboost_v9_q43", f"{_HERE}.catboost_v9_q43:system", "shadow", True, 4.0),
    Entry("catboost_v9_q45", f"{_HERE}.catboost_v9_q45:system", "shadow", True, 4.0),
    Entry(
        "ensemble_v1",
        f"{_HERE}.ensemble_v1:system",
        "shadow",
        True,
        1.5,
        members=(
            "market_line",
            "ewma_baseline",
            "moving_average_baseline_v1",
            "zone_matchup_v1",
            "similarity_balanced_v1",
            "xgboost_v1",
            "catboost_v9",
            "catboost_v12_noveg",
        ),
    ),
)

ROSTER: dict[str, Entry] = {entry.system_id: entry for entry in ENTRIES}
