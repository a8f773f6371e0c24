"""The two boosting libraries behind one small interface: fit, predict, contributions, bytes."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import xgboost
from catboost import CatBoostRegressor, EFstrType, Pool

from ml_models.training import Framework, Settings


class Booster(Protocol):
    """A fitted regression of points on features; NaN is "unknown"."""

    @property
    def rounds(self) -> int: ...

    def predict(self, x: np.ndarray) -> np.ndarray: ...

    def contributions(self, x: np.ndarray) -> np.ndarray:
        """n x (features + 1) SHAP values in points; the last column is what the model expects of anybody."""
        ...

    def importance(self) -> np.ndarray:
        """Per feature, in a unit of the library: how much it matters to the forecasts; 0 where no tree asks for it."""
        ...

    def save(self, file: Path) -> None: ...


@dataclass(frozen=True)
class CatBoost:
    model: CatBoostRegressor
    rounds: int

    @classmethod
    def fit(
        cls,
        settings: Settings,
        rows: tuple[np.ndarray, np.ndarray],
        *,
        stop_on: tuple[np.ndarray, np.ndarray] | None = None,
        rounds: int | None = None,
    ) -> "CatBoost":
        model = CatBoostRegressor(
            loss_function=settings.loss,
            iterations=rounds or settings.rounds,
            learning_rate=settings.learning_rate,
            depth=settings.depth,
            l2_leaf_reg=settings.l2,
            random_seed=settings.seed,
            thread_count=settings.threads,
            nan_mode="Min",
            feature_weights=[settings.feature_weights.get(name, 1.0) for name in settings.features.features],
            allow_writing_files=False,
            verbose=False,
        )
        names = list(settings.features.features)
        eval_set = None if stop_on is None else Pool(*stop_on, feature_names=names)
        patience = None if stop_on is None else settings.patience
        model.fit(Pool(*rows, feature_names=names), eval_set=eval_set, early_stopping_rounds=patience)
        return cls(model, int(model.tree_count_ or 0))

    def predict(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.model.predict(x), dtype=float)

    def contributions(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.model.get_feature_importance(Pool(x), type=EFstrType.ShapValues), dtype=float)

    def importance(self) -> np.ndarray:
        """The mean change of the forecast when the feature changes, over the rows the trees were fitted on."""
        values = self.model.get_feature_importance(type=EFstrType.PredictionValuesChange)
        return np.asarray(values, dtype=float)

    def save(self, file: Path) -> None:
        # The library's binary form: its JSON rounds. Without the stamps, equal models have equal bytes.
        for stamp in ("model_guid", "train_finish_time"):
            self.model.get_metadata()[stamp] = ""
        self.model.save_model(os.fspath(file), format="cbm")

    @classmethod
    def load(cls, file: Path) -> "CatBoost":
        model = CatBoostRegressor()
        model.load_model(os.fspath(file), format="cbm")
        return cls(model, int(model.tree_count_ or 0))


@dataclass(frozen=True)
class XGBoost:
    model: xgboost.Booster
    rounds: int

    @classmethod
    def fit(
        cls,
        settings: Settings,
        rows: tuple[np.ndarray, np.ndarray],
        *,
        stop_on: tuple[np.ndarray, np.ndarray] | None = None,
        rounds: int | None = None,
    ) -> "XGBoost":
        parameters = {
            "objective": settings.loss,
            "eval_metric": "mae",
            "max_depth": settings.depth,
            "eta": settings.learning_rate,
            "subsample": 0.8,
            "colsample_bytree": 0.8,
            "min_child_weight": 5,
            "alpha": 0.1,
            "lambda": settings.l2,
            "seed": settings.seed,
            "nthread": settings.threads,
        }
        stopping = [] if stop_on is None else [(_matrix(*stop_on), "holdout")]
        model = xgboost.train(
            parameters,
            _matrix(*rows),
            rounds or settings.rounds,
            evals=stopping,
            early_stopping_rounds=None if stop_on is None else settings.patience,
            verbose_eval=False,
        )
        if stop_on is not None:
            model = model[: model.best_iteration + 1]
        return cls(model, model.num_boosted_rounds())

    def predict(self, x: np.ndarray) -> np.ndarray:
        return self.model.predict(_matrix(x)).astype(float)

    def contributions(self, x: np.ndarray) -> np.ndarray:
        return self.model.predict(_matrix(x), pred_contribs=True).astype(float)

    def importance(self) -> np.ndarray:
        """The loss that all splits on the feature save; a mean per split would favour features rarely used."""
        gains = self.model.get_score(importance_type="total_gain")
        return np.array([gains.get(f"f{i}", 0.0) for i in range(self.model.num_features())], dtype=float)

    def save(self, file: Path) -> None:
        file.write_bytes(bytes(self.model.save_raw("json")))

    @classmethod
    def load(cls, file: Path) -> "XGBoost":
        model = xgboost.Booster({"nthread": 1})
        model.load_model(bytearray(file.read_bytes()))
        return cls(model, model.num_boosted_rounds())


def _matrix(x: np.ndarray, y: np.ndarray | None = None) -> xgboost.DMatrix:
    # By default all threads take part and wait for each other busily: 24 ms for the rows of a date instead of .5.
    return xgboost.DMatrix(x, y, nthread=1)


BOOSTERS: dict[Framework, type[CatBoost] | type[XGBoost]] = {"catboost": CatBoost, "xgboost": XGBoost}
