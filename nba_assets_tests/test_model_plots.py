"""The pictures of a model: small, repeatable, labelled, and different where the figures are."""

import io
from typing import Any

import matplotlib.image as mpimg
import numpy as np
import pytest
from matplotlib.axes import Axes

from ml_models import distributions, metrics
from nba_assets import model_plots

LARGEST_BYTES = 30_000
ROWS = 2_000


def _forecasts(rows: int = ROWS, spread: float = 1.0) -> dict[str, np.ndarray]:
    """Distributions of which outcomes are drawn, or `spread` times as wide; the line is near the mean."""
    random = np.random.default_rng(4)
    mean = random.uniform(4, 28, rows)
    sd = np.sqrt(mean + mean**2 / 6)
    true, line = distributions.from_negative_binomial(mean, sd), np.round(mean + random.normal(0, 1, rows)) + 0.5
    pmf = distributions.from_negative_binomial(mean, spread * sd)
    points = (true.cumsum(axis=1) < random.uniform(size=(rows, 1))).sum(axis=1).astype(float)
    p = distributions.p_over_no_push(pmf, line)
    return {"p": p, "over": metrics.went_over(points, line), "pmf": pmf, "points": points}


SHARES = [(f"deviation_from_avg_last_{i:02d}", 2 / 930 * (30 - i)) for i in range(30)]
GOOD = _forecasts()
NOBODY = {name: values[:0] for name, values in GOOD.items()}
UNKNOWN = {name: np.full_like(values, np.nan) for name, values in GOOD.items()}

PICTURES: dict[str, Any] = {
    "reliability": lambda f, s, **kw: model_plots.reliability(f["p"], f["over"], **kw),
    "pit": lambda f, s, **kw: model_plots.pit(f["pmf"], f["points"], **kw),
    "importance": lambda f, s, **kw: model_plots.importance(s, **kw),
    "card": lambda f, s, **kw: model_plots.model_card_picture(**f, shares=s, **kw),
}
every = pytest.mark.parametrize("picture", PICTURES)


@every
def test_pictures_are_small_and_repeatable(picture: str) -> None:
    png = PICTURES[picture](GOOD, SHARES, title="a system")
    assert png.startswith(b"\x89PNG")
    assert len(png) < LARGEST_BYTES
    assert PICTURES[picture](GOOD, SHARES, title="a system") == png
    assert mpimg.imread(io.BytesIO(png)).shape[:2] == (300, 900 if picture == "card" else 300)


@every
def test_simulated_and_title_are_shown(picture: str) -> None:
    png = PICTURES[picture](GOOD, SHARES, title="a system")
    assert PICTURES[picture](GOOD, SHARES, title="a system", simulated=True) != png
    assert PICTURES[picture](GOOD, SHARES, title="another") != png


@every
def test_without_any_forecast_there_is_a_frame_that_says_so(picture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    text = Axes.text
    monkeypatch.setattr(
        Axes, "text", lambda self, x, y, words, **kw: said.append(words) or text(self, x, y, words, **kw)
    )
    panels = [model_plots.NO_FORECASTS, model_plots.NO_FORECASTS, model_plots.NO_INPUTS]
    expected = {"reliability": panels[:1], "pit": panels[:1], "importance": panels[2:], "card": panels}[picture]
    for nothing in (NOBODY, UNKNOWN):
        said.clear()
        PICTURES[picture](nothing, [], title="a system")
        assert said == expected


def test_rows_that_do_not_count_change_nothing() -> None:
    more = {name: np.concatenate([GOOD[name], UNKNOWN[name]]) for name in GOOD}
    card = PICTURES["card"](GOOD, SHARES, title="a system")
    assert PICTURES["card"](more, SHARES, title="a system") == card


def test_counts_of_the_buckets_are_written_and_every_dot_is_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    p = np.array([0.02, 0.28, 0.47, 0.48, 0.52, 0.99, np.nan, 0.5])
    over = np.array([0, 1, 1, 0, 1, 1, 1, np.nan])
    drawn: dict[str, Any] = {"counts": []}
    bars, text = Axes.errorbar, Axes.text

    def errorbar(self: Axes, x: np.ndarray, y: np.ndarray, *args: Any, **kw: Any) -> Any:
        drawn.update(axes=self, x=x, y=y)
        return bars(self, x, y, *args, **kw)

    def words(self: Axes, x: float, y: float, s: str, **kw: Any) -> Any:
        drawn["counts"].append(s)
        return text(self, x, y, s, **kw)

    monkeypatch.setattr(Axes, "errorbar", errorbar)
    monkeypatch.setattr(Axes, "text", words)
    model_plots.reliability(p, over, title="few")
    assert drawn["counts"] == ["2", "2", "1", "1"]
    np.testing.assert_allclose(drawn["x"], [0.15, 0.475, 0.52, 0.99])
    np.testing.assert_allclose(drawn["y"], [0.5, 0.5, 1, 1])
    assert drawn["axes"].get_xlim() == (0, 1)
    assert drawn["axes"].get_ylim()[1] == 1


@pytest.mark.parametrize("spread", [1.0, 1.8])
def test_bins_beyond_luck_have_another_colour(spread: float, monkeypatch: pytest.MonkeyPatch) -> None:
    colours: list[str] = []
    bar = Axes.bar
    monkeypatch.setattr(Axes, "bar", lambda self, *a, **kw: colours.extend(kw["color"]) or bar(self, *a, **kw))
    model_plots.pit(*(_forecasts(spread=spread)[name] for name in ("pmf", "points")), title="a system")
    assert len(colours) == model_plots.PIT_BINS
    assert len(set(colours)) == (1 if spread == 1 else 2)


def test_only_the_largest_inputs_are_drawn() -> None:
    few = model_plots.importance(SHARES[: model_plots.MOST_INPUTS], title="a system")
    assert model_plots.importance(SHARES, title="a system") == few
    assert model_plots.importance(SHARES[1:], title="a system") != few
