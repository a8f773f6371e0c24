"""What a scoreboard's intervals say, in words: nothing is better or worse unless its whole interval is."""

from typing import Any

import polars as pl

from ml_models.intervals import LEAST_CLUSTERS, Estimate, Verdict, verdict
from nba_assets.transforms.scoreboard_rows import COIN

# Its points are the line's: nothing to compare.
THE_LINE = "market_line"
CANNOT_TELL: Verdict = "cannot tell yet"
# More bets than this are years away.
MANY_BETS = 100_000

_WORDS: dict[tuple[str, Verdict], str] = {
    ("points", "worse"): "worse than the line",
    ("points", "better"): "better than the line",
    ("chance", "worse"): "P(over) worse than the price",
    ("chance", "better"): "P(over) better than the price",
    ("money", "worse"): "loses money",
    ("money", "better"): "wins money",
}
_INPUTS = (
    "system_id", "dates", "mae_ratio", "mae_ratio_low", "mae_ratio_high", "log_loss_gap", "log_loss_gap_low",
    "log_loss_gap_high", "roi", "roi_low", "roi_high", "hit_rate", "hit_rate_low", "hit_rate_high", "break_even",
    "bets_still_needed",
)  # fmt: skip


def judged(figures: pl.DataFrame) -> pl.DataFrame:
    """`figures` with `standing` and `verdict`."""
    told = [_told(row) for row in figures.select(_INPUTS).iter_rows(named=True)]
    standing, words = zip(*told, strict=True) if told else ((), ())
    return figures.with_columns(
        standing=pl.Series(standing, dtype=pl.String), verdict=pl.Series(words, dtype=pl.String)
    )


def findings(row: dict[str, Any]) -> dict[str, Verdict]:
    """points: the error against the line's. chance: the log-loss against the price's. money: profit against none and
    hit rate against what the prices need, both or neither; of a coin the profit alone."""
    found: dict[str, Verdict] = {}
    if row["system_id"] not in (COIN, THE_LINE):
        found["points"] = verdict(_estimate(row, "mae_ratio"), 1.0, higher_is_better=False)
    found["chance"] = verdict(_estimate(row, "log_loss_gap"), 0.0, higher_is_better=False)
    found["money"] = verdict(_estimate(row, "roi"), 0.0)
    if row["system_id"] != COIN:
        need = float("nan") if row["break_even"] is None else row["break_even"]
        wins = verdict(_estimate(row, "hit_rate"), need)
        found["money"] = wins if wins == found["money"] else CANNOT_TELL
    return found


def _told(row: dict[str, Any]) -> tuple[str, str]:
    found = findings(row)
    known = {what: says for what, says in found.items() if says != CANNOT_TELL}
    # Losses first.
    words = [_WORDS[what, says] for says in ("worse", "better") for what in known if known[what] == says]
    missing = _missing(row) if found["money"] == CANNOT_TELL else ""
    if row["dates"] < LEAST_CLUSTERS:
        words.append(f"{CANNOT_TELL}: only {row['dates']} {'date' if row['dates'] == 1 else 'dates'}")
    elif not known:
        words.append(CANNOT_TELL + (f": {missing}" if missing else ""))
    elif missing:
        words.append(f"money: {CANNOT_TELL}, {missing}")
    standing = "loses" if "worse" in known.values() else "wins" if known else "cannot tell"
    return standing, "; ".join(words)


def _missing(row: dict[str, Any]) -> str:
    count = row["bets_still_needed"]
    if not count:
        return ""
    return f"{f'{count:,.0f}' if count <= MANY_BETS else f'over {MANY_BETS:,}'} more bets"


def _estimate(row: dict[str, Any], name: str) -> Estimate:
    value, low, high = (float("nan") if row[n] is None else row[n] for n in (name, f"{name}_low", f"{name}_high"))
    return Estimate(value, low, high, 0.95, 0, row["dates"])
