"""What the systems cannot do, in sentences: the top of the page."""

from collections.abc import Iterator
from math import log

from ml_models.intervals import verdict
from nba_assets.accuracy import COIN_LOG_LOSS, Evaluation, Scores
from nba_assets.accuracy_bets import bet_verdict, shown
from nba_assets.accuracy_markdown import names
from nba_assets.accuracy_targets import LINE_AWARE_RATIO, line_aware, line_free, targets
from nba_assets.accuracy_tried import HINDSIGHT_SYSTEMS, was_seen


def losses(e: Evaluation, *, simulated: bool) -> Iterator[str]:
    """One sentence or two each."""
    missed = [finding.rule for finding in targets(e) if not finding.good]
    yield f"Targets missed: {len(missed)} of {len(targets(e))}{': ' if missed else ''}{'; '.join(missed)}."
    models = [s for s in e.own if s.system_id != "market_line"]
    worse = [s.system_id for s in models if verdict(s.mae_ratio, 1.0, higher_is_better=False) == "worse"]
    better = [s.system_id for s in models if verdict(s.mae_ratio, 1.0, higher_is_better=False) == "better"]
    yield (
        f"{len(worse)} of {len(models)} systems forecast points worse than the line, their whole interval says: "
        f"{names(worse)}. Better than the line by that rule: {names(better)}."
    )
    for kind, ranked in (("does not read the line", line_free(e.own)), ("reads it", line_aware(e.own))):
        if ranked:
            s = ranked[0]
            yield (
                f"The best system that {kind}, `{s.system_id}`, has a MAE of {s.mae:.3f} where the line has "
                f"{s.line_mae:.3f}: {_off(s.mae_ratio.value)} ({s.count:,} rows)."
            )
    honest = [s for s in line_aware(e.own) if s.system_id not in HINDSIGHT_SYSTEMS]
    if honest and was_seen(e.first, e.last, simulated=simulated):
        best = honest[0]
        yield (
            f"But {names(HINDSIGHT_SYSTEMS)} were shaped after figures of the real season's window were seen. Of the "
            f"systems that read the line and were not, the best, `{best.system_id}`, has {best.mae_ratio.value:.4f} x "
            f"the line's MAE: {_off(best.mae_ratio.value)}, and {_target(best)}."
        )
    sharper = [s.system_id for s in models if verdict(s.excess, 0.0, higher_is_better=False) == "better"]
    yield f"P(over) better than the bookmakers' own prices, by the whole interval: {names(sharper)}."
    raw = [s for s in models if s.raw_log_loss > COIN_LOG_LOSS]
    yield (
        f"Before calibration {len(raw)} of {len(models)} systems were worse than a coin at the line. That the log-loss "
        "is near the coin's afterwards is the calibration: it hands back a coin, or the price, and little else."
    )
    slices = [(s.system_id, row) for s in e.own for row in shown(e.bets[s.system_id])]
    good, bad = ([x for x in slices if bet_verdict(x[1]) == word] for word in ("better", "worse"))
    winners = [f"{name} {row['side']} {row['edge']}" for name, row in good]
    yield (
        f"Of {len(slices)} slices of bets (system, side, edge) {len(bad)} lost money at quoted prices by their whole "
        f"intervals, {len(good)} won: {names(winners)}. The slices overlap and the systems resemble each other; at "
        f"fair prices luck alone would make about {len(slices) * 0.025:.0f} of so many winners."
    )
    base = e.over_rate
    constant = -(base * log(base) + (1 - base) * log(1 - base)) if 0 < base < 1 else 0.0
    yield (
        f"{base:.1%} of the settled rows went over. Saying that one number every time, "
        f"which takes hindsight, has log-loss {constant:.4f}. So a log-loss a little below the coin's is mostly a lean "
        "to one side, not knowledge of players."
    )
    if e.silent:
        yield f"Without any forecast here: {names(e.silent)}."


def _target(s: Scores) -> str:
    over = s.mae_ratio.value - LINE_AWARE_RATIO
    return f"misses the target of {LINE_AWARE_RATIO:.2f} x by {over:.4f}" if over > 0 else "meets the target"


def _off(ratio: float) -> str:
    return f"{abs(ratio - 1):.1%} {'worse' if ratio > 1 else 'better'}"
