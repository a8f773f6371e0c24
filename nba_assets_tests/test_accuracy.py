"""The accuracy page and the figures on it.

Dangers covered: figures of different rows side by side, rows outside the range or without a line that count, forecasts
that have seen the range, a bet graded at another price than its side's, a target called met that is not, an alarm that
does not fire, a simulated page that looks real.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from ml_models import metrics
from ml_models.calibration import Calibrated
from ml_models.intervals import Estimate
from ml_models.system import MAX_POINTS, Predictions
from ml_models.systems import ROSTER
from ml_models.training_rows import OUTCOMES, STORE, inputs
from nba_assets import accuracy, accuracy_targets, accuracy_truth
from nba_assets.accuracy import CONTEXT, Evaluation, Judged, NothingToJudgeError, bets_of, evaluate, score
from nba_assets.accuracy_bets import bet_verdict
from nba_assets.accuracy_lines import by_size, reliability
from nba_assets.accuracy_losses import losses
from nba_assets.accuracy_report import page
from nba_assets.accuracy_tried import SEEN, SHAPES
from nba_assets.cli import app
from nba_assets_tests.accuracy_truths import truths
from nba_assets_tests.ml_models.feature_rows import START, made_up
from resources.simulation import Simulation, write_simulation

FIRST, LAST = START + timedelta(days=70), START + timedelta(days=90)
ENTRIES = tuple(ROSTER[name] for name in ("market_line", "ewma_baseline", "moving_average_baseline_v1"))
PLAYERS, DAYS, NOT_PLAYED = 20, 95, 7


def tables(days: int = DAYS) -> dict[str, pl.DataFrame]:
    """Made-up tables: player 7 never plays, lines exist in the range and for some weeks before it only."""
    rows = made_up(players=PLAYERS, days=days, lined_from=40).with_columns(
        points_avg_ewma=pl.col("points_avg_last_10"),
        opponent_team_abbr=pl.lit("MIA"),
        team_abbr=pl.lit("MIA"),
        is_dnp=pl.col("nba_player_id") == NOT_PLAYED,
    )
    found = {}
    for name, columns in inputs().items():
        unknown = [pl.lit(None, pl.Float64).alias(column) for column in columns if column not in rows.columns]
        found[name] = rows.with_columns(unknown).select(columns)
    defence = "team_defense_zone_analysis"
    return found | {defence: found[defence].unique(["game_date", "team_abbr"])}


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return evaluate(tables(), FIRST, LAST, ENTRIES)


def test_the_rows_that_count_are_played_lined_and_inside_the_range(evaluation: Evaluation) -> None:
    days = (LAST - FIRST).days + 1
    f = evaluation.funnel
    assert (f.lined, f.played) == (PLAYERS * days, (PLAYERS - 1) * days)
    assert f.played == f.stored == f.complete == f.quoted == evaluation.own[0].count
    lines = tables()[CONTEXT].select("game_date", "nba_player_id", "consensus_points_line")
    played = lines.join(tables()[OUTCOMES].filter(~pl.col("is_dnp")), on=["game_date", "nba_player_id"]).filter(
        pl.col("game_date").is_between(FIRST, LAST)
    )
    by_hand = (played["points"] - played["consensus_points_line"]).abs().mean()
    assert evaluation.own[0].system_id == "market_line"
    assert evaluation.own[0].mae == evaluation.own[0].line_mae == pytest.approx(by_hand)


def test_rows_after_the_range_change_nothing(evaluation: Evaluation) -> None:
    shorter = evaluate({k: v.filter(pl.col("game_date") <= LAST) for k, v in tables().items()}, FIRST, LAST, ENTRIES)
    assert shorter.own == evaluation.own


def test_the_dates_read_reach_back_to_the_first_training_row() -> None:
    dates = accuracy.dates_needed(FIRST, LAST, (ROSTER["similarity_balanced_v1"],))
    assert dates[-1] == LAST
    assert dates[0] <= FIRST - accuracy.WARM_UP - timedelta(days=90)


def test_identical_rows_are_those_every_system_knows() -> None:
    found = tables()
    cache = "player_daily_cache"
    found[cache] = found[cache].with_columns(
        points_avg_ewma=pl.when(pl.col("nba_player_id") > 3).then("points_avg_ewma")
    )
    result = evaluate(found, FIRST, LAST, ENTRIES)
    own = {s.system_id: s.count for s in result.own}
    assert own["ewma_baseline"] == own["market_line"] * (PLAYERS - 4) // (PLAYERS - 1)
    assert {s.count for s in result.common} == {own["ewma_baseline"]}
    assert len({s.line_mae for s in result.common}) == 1


def test_a_system_without_forecasts_is_named_and_empties_nothing() -> None:
    result = evaluate(tables(), FIRST, LAST, (*ENTRIES, replace(ROSTER["catboost_v9"], window_days=1)))
    assert result.silent == ("catboost_v9",)
    assert result.common[0].count == result.own[0].count
    assert "Without any forecast here: `catboost_v9`" in page(result, simulated=False)


def test_a_range_without_lines_is_an_error_before_the_walk() -> None:
    with pytest.raises(NothingToJudgeError, match="consensus line"):
        evaluate(tables(), START, START + timedelta(days=9), ENTRIES, track=lambda _: pytest.fail("walked"))


def _judged() -> Judged:
    """Three bets: OVER won at 2.1, UNDER lost at 1.8, OVER push; then one without a quoted line."""
    rows = pl.DataFrame(
        {
            "game_date": [FIRST] * 4,
            "points": [25, 25, 20, 9],
            "consensus_points_line": [20.5, 20.5, 20.0, 9.5],
            "current_points_line": [20.5, 20.5, 20.0, None],
            "over_price": [2.1, 1.7, 1.9, None],
            "under_price": [1.6, 1.8, 1.9, None],
        }
    )
    points = np.array([24.0, 19.5, 21.0, 12.0])
    pmf = np.zeros((4, MAX_POINTS + 1))
    pmf[np.arange(4), points.astype(int)] = 1
    half = np.full(4, 0.5)
    return Judged(rows, {"a": Calibrated(Predictions(points, pmf), half, half * 0)}, {"a": half})


def test_a_bet_is_paid_at_the_price_of_its_side() -> None:
    bets = {(row["side"], row["edge"]): row for row in bets_of(_judged(), "a").iter_rows(named=True)}
    over, under, both = (bets[side, "all"] for side in ("OVER", "UNDER", "both"))
    assert (over["wins"], over["losses"], over["pushes"]) == (1, 0, 1)
    assert (over["roi"], under["roi"], both["roi"]) == (pytest.approx(1.1), -1.0, pytest.approx(0.05))
    assert both["break_even"] == pytest.approx((1 / 2.1 + 1 / 1.8) / 2)
    assert bets["OVER", "3-5"]["wins"] == 1
    assert bets["UNDER", "0-1"]["roi"] is None
    assert bets["UNDER", "1-3"]["losses"] == 1


@pytest.mark.parametrize(
    ("rate", "profit", "said"),
    [
        ((0.55, 0.60), (0.01, 0.2), "better"),
        ((0.49, 0.60), (0.01, 0.2), "cannot tell yet"),
        ((0.55, 0.60), (-0.01, 0.2), "cannot tell yet"),
        ((0.40, 0.50), (-0.2, -0.01), "worse"),
        ((None, None), (None, None), "cannot tell yet"),
    ],
)
def test_a_bet_has_a_verdict_only_if_rate_and_profit_agree(rate: tuple, profit: tuple, said: str) -> None:
    row = {"wins": 50, "losses": 50, "dates": 20, "hit_rate": 0.5, "roi": 0.0, "break_even": 0.53}
    row |= dict(zip(("low", "high", "roi_low", "roi_high"), (*rate, *profit), strict=True))
    assert bet_verdict(row) == said


def test_a_coin_gets_half_of_what_the_winning_side_pays() -> None:
    over = metrics.went_over([25, 25, 20, 9], [20.5, 20.5, 20.0, np.nan])
    assert accuracy._coin(_judged(), over) == pytest.approx(((2.1 + 1.7) / 2 - 2) / 2)


def test_systems_of_hindsight_are_told_apart_from_the_others(evaluation: Evaluation) -> None:
    honest = replace(evaluation.own[1], line_aware=True, mae_ratio=_ratio(1.05))
    shaped = replace(honest, system_id="ensemble_v1", mae_ratio=_ratio(0.99))
    bets = dict(evaluation.bets) | {"ensemble_v1": evaluation.bets["ewma_baseline"]}
    mixed = replace(evaluation, own=(evaluation.own[0], honest, shaped), bets=bets, first=SEEN[0], last=SEEN[1])
    told = " ".join(losses(mixed, simulated=False))
    assert "The best system that reads it, `ensemble_v1`" in told
    assert "the best, `ewma_baseline`, has 1.0500 x the line's MAE: 5.0% worse, and misses the target" in told
    assert "figures of the real season" not in " ".join(losses(mixed, simulated=True))
    later = replace(mixed, first=SEEN[1] + timedelta(1), last=SEEN[1] + timedelta(9))
    assert "figures of the real season" not in " ".join(losses(later, simulated=False))


def test_scores_count_rows_and_sides_apart() -> None:
    found = score(_judged(), replace(ROSTER["ewma_baseline"], system_id="a"), np.array([True] * 4))
    assert (found.count, found.settled) == (4, 2)
    assert found.mae == pytest.approx((1 + 5.5 + 1 + 3) / 4)
    assert found.log_loss == pytest.approx(np.log(2))
    assert found.brier == 0.25


def _with(evaluation: Evaluation, **changes: object) -> Evaluation:
    """The same with other figures of the line-free average, of enough rows for alarms."""
    own = tuple(
        replace(s, count=2000, **(changes if s.system_id == "ewma_baseline" else {}))  # type: ignore[arg-type]
        for s in evaluation.own
    )
    return replace(evaluation, own=own)


def _ratio(value: float) -> Estimate:
    return Estimate(value, value, value, 0.95, 2000, 40)


def _covered(share: float) -> dict:
    return {"coverage": (metrics.Coverage(0.8, share, share, 1, 2000),) * 3}


@pytest.mark.parametrize(
    ("number", "good", "bad"),
    [
        (0, {"mae_ratio": _ratio(1.029)}, {"mae_ratio": _ratio(1.031)}),
        (2, {"log_loss": 0.6930}, {"log_loss": 0.6932}),
        (2, {"log_loss": 0.6930}, {"log_loss": float("nan")}),
        (3, {"excess": _ratio(0.0004)}, {"excess": _ratio(0.0006)}),
        (4, {"ece": 0.014}, {"ece": 0.016}),
        (5, _covered(0.79), _covered(0.77)),
        (5, _covered(0.81), _covered(0.83)),
    ],
)  # fmt: skip
def test_a_target_is_met_or_missed(evaluation: Evaluation, number: int, good: dict, bad: dict) -> None:
    found = [accuracy_targets.targets(_only(_with(evaluation, **changes)))[number] for changes in (good, bad)]
    assert [finding.good for finding in found] == [True, False]
    assert "ewma_baseline" in found[1].found


def _only(evaluation: Evaluation) -> Evaluation:
    return replace(evaluation, own=tuple(s for s in evaluation.own if s.system_id == "ewma_baseline"))


@pytest.mark.parametrize(
    ("number", "changes"),
    [(0, {"mae_ratio": _ratio(0.96)}), (1, {"mae": 4.5}), (3, {"brier": 0.244}), (4, {"auc": 0.57})],
)
def test_what_is_too_good_raises_its_alarm(evaluation: Evaluation, number: int, changes: dict) -> None:
    sober = {"mae_ratio": _ratio(1.02), "mae": 5.3, "brier": 0.25, "auc": 0.51, "line_mae": 5.2}
    calm, fired = (
        accuracy_targets.alarms(_only(_with(evaluation, **figures)))[number] for figures in (sober, sober | changes)
    )
    assert (calm.good, fired.good) == (True, False)
    assert fired.found.startswith("ALARM: `ewma_baseline`")


@pytest.mark.parametrize(("wins", "fires"), [(800, True), (500, False)])
def test_hit_rates_raise_alarms_with_enough_bets_only(evaluation: Evaluation, wins: int, fires: bool) -> None:
    bets = evaluation.bets["ewma_baseline"].with_columns(
        wins=pl.lit(wins), losses=pl.lit(1000 - wins), low=pl.lit(wins / 1000), roi_low=pl.lit(wins / 500 - 1)
    )
    found = accuracy_targets.alarms(replace(evaluation, bets={"ewma_baseline": bets}))[5:]
    assert [finding.good for finding in found] == [not fires] * 4
    few = accuracy_targets.alarms(replace(evaluation, bets={"a": bets.with_columns(losses=999 - pl.col("wins"))}))[5:]
    assert all(finding.good for finding in few)


def test_the_page_of_real_games(evaluation: Evaluation) -> None:
    text = page(evaluation, simulated=False)
    titles = [line for line in text.splitlines() if line.startswith("#")]
    assert titles[0] == f"# Accuracy, {FIRST} to {LAST}"
    assert titles[1] == "## What the systems cannot do"
    assert [f"### {entry.system_id}" in titles for entry in ENTRIES] == [True] * 3
    for words in ("a coin", "walked"):
        assert words in text
    assert "SIMULATED" not in text
    assert "nan" not in text
    for block in text.split("\n\n"):
        cells = {line.count("|") for line in block.splitlines() if line.startswith("|")}
        assert len(cells) <= 1, block


def test_errors_are_shown_by_size_of_the_line(evaluation: Evaluation) -> None:
    """A line of 8 is in the lowest slice, one of 25 not in the highest; an empty slice has no figure."""
    rows = pl.DataFrame({"points": [10, 10, 30, 30], "consensus_points_line": [8.0, 8.5, 25.0, 12.0]})
    points = {"market_line": [8.0, 8.5, 25.0, 12.0], "ewma_baseline": [11.0, 12.0, 27.0, 26.0]}
    nothing = np.zeros((4, MAX_POINTS + 1))
    forecasts = {
        name: Calibrated(Predictions(np.array(values), nothing), np.zeros(4), np.zeros(4))
        for name, values in points.items()
    }
    own = tuple(s for s in evaluation.own if s.system_id in points)
    text = by_size(replace(evaluation, judged=Judged(rows, forecasts, {}), own=own))
    cells = [line.split(" | ") for line in text.splitlines() if line.startswith("|")]
    assert cells[0][1:] == ["all", "<= 8", "8-12", "12-16", "16-20", "20-25", "> 25 |"]
    assert cells[2][1:] == ["4", "1", "2", "0", "0", "1", "0 |"]
    assert cells[3][1:] == ["6.62", "2.00", "9.75", "", "", "5.00", " |"]
    assert cells[4][1:] == ["2.50", "1.00", "3.00", "", "", "3.00", " |"]


def test_the_champions_probabilities_stand_beside_what_happened(evaluation: Evaluation) -> None:
    entry = next(entry for entry in ROSTER.values() if entry.status == "champion")
    judged = evaluation.judged
    forecasts = {entry.system_id: judged.forecasts["market_line"]}
    raw = {entry.system_id: judged.raw_over["market_line"]}
    own = (replace(evaluation.own[0], system_id=entry.system_id),)
    text = reliability(replace(evaluation, judged=Judged(judged.rows, forecasts, raw), own=own))
    counts = [int(line.split(" | ")[2]) for line in text.splitlines() if line.startswith("| before")]
    assert sum(counts) == evaluation.own[0].settled
    assert f"`{entry.system_id}`" in text
    assert reliability(evaluation) == ""


def test_what_was_tried_is_told_of_the_window_it_was_tried_on_only(evaluation: Evaluation) -> None:
    """Another season's page said that it had no injury reports."""
    on_it = page(replace(evaluation, first=SEEN[1], last=SEEN[1] + timedelta(7)), simulated=False)
    after = page(replace(evaluation, first=SEEN[1] + timedelta(1), last=SEEN[1] + timedelta(7)), simulated=False)
    for words in ("designed after the figures of this window were seen", "In March and April 2024", SHAPES[0][0]):
        assert words in on_it and words not in after


def test_the_page_of_simulated_games_says_so_and_has_no_real_figure(evaluation: Evaluation) -> None:
    text = page(evaluation, simulated=True)
    assert text.startswith("# SIMULATED: accuracy")
    assert "What was tried" not in text
    assert not [shape for shape, *_ in SHAPES if shape in text]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "the warehouse has no features"),
        (("2024-03-02", "soon"), "TO='soon' is not a date"),
        (("2024-03-02", "2024-03-03"), "consensus line"),
    ],
)
def test_a_command_that_cannot_work_says_why(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    env = dict.fromkeys(("NBA_ENV", "NBA_LANDING", "NBA_WAREHOUSE")) | {"NBA_HOME": str(tmp_path)}
    done = CliRunner().invoke(app, ["accuracy", *arguments], env=env)
    assert done.exit_code == 2, done.output
    assert message in done.stderr


def test_the_stored_tables_have_what_is_read() -> None:
    from nba_assets.contracts import TABLES

    assert STORE in inputs()
    for name, columns in inputs().items():
        assert set(columns) <= set(TABLES[name].column_names), name


@pytest.mark.parametrize("simulated", [False, True])
def test_the_command_writes_the_page_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, evaluation: Evaluation, simulated: bool
) -> None:
    found, asked = truths(), []
    monkeypatch.setattr(accuracy_truth, "against_truth", lambda _, league: asked.append(league.seed) or found)
    monkeypatch.setattr(accuracy, "read_tables", lambda *_: {})
    monkeypatch.setattr(accuracy, "evaluate", lambda *_, track: list(track([FIRST])) and evaluation)
    if simulated:
        write_simulation(tmp_path / "landing", Simulation(1))
    before = set(tmp_path.rglob("*"))
    env = dict.fromkeys(("NBA_ENV", "NBA_LANDING", "NBA_WAREHOUSE")) | {"NBA_HOME": str(tmp_path)}
    file = tmp_path / "page.md"
    done = CliRunner().invoke(app, ["accuracy", str(FIRST), str(LAST), "--out", str(file)], env=env)
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert asked == [1] * simulated
    assert file.read_text() == page(evaluation, simulated=simulated, truths=found if simulated else None)
    assert set(tmp_path.rglob("*")) - before == {file}
