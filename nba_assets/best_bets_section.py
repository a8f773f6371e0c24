"""What the rules of best bets saved or cost, as a page section."""

from collections.abc import Iterable
from datetime import date, timedelta

import polars as pl

from nba_assets.accuracy_markdown import paragraph, table
from nba_assets.best_bets_report import KEY, PICKS, rule_verdicts
from nba_assets.best_bets_rules import BLOCKING
from nba_assets.contracts import TABLES
from resources.warehouse import Warehouse

# Rules about the system and the date, not about the bet: without them one sees what the others would have picked.
_OF_THE_NIGHT = ("system_blocked", "model_is_champion", "halted")
_HEADER = ("rule", "candidates", "W-L-P", "void", "profit per unit [95 %]", "verdict", "says")
_HOW = (
    "Candidates are all predictions of the champion with a line and an edge; each is graded at the best offer for its "
    "side, one unit, whether it was a pick or not. A rule is charged with the candidates it was the first to reject: "
    "if these would have lost, it saved money."
)
_WOULD_BE = (
    f"The same without the rules about the system and the date ({', '.join(_OF_THE_NIGHT)}): what the rest would have "
    "picked, caps left out."
)


def best_bets_section(warehouse: Warehouse, first: date, last: date) -> str:
    """Markdown without a title; says so where no candidate is stored."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    picks = warehouse.read(TABLES["signal_best_bets_picks"], days)
    graded = warehouse.read(TABLES["prediction_accuracy"], days, [*KEY, "outcome", "actual_points"])
    if picks.is_empty():
        return "No candidate is stored.\n"
    asked = _table(rule_verdicts(picks, graded))
    return f"{paragraph(_HOW)}{asked}\n{paragraph(_WOULD_BE)}{_table(rule_verdicts(picks, graded, _OF_THE_NIGHT))}"


def _table(verdicts: pl.DataFrame) -> str:
    said = {rule.name: rule.description for rule in BLOCKING} | {PICKS: "They passed every rule."}
    return table(_HEADER, _cells(verdicts.filter(pl.col("candidates") > 0), said))


def _cells(verdicts: pl.DataFrame, said: dict[str, str]) -> Iterable[list[str]]:
    for row in verdicts.iter_rows(named=True):
        roi = "" if row["roi"] is None else f"{row['roi']:+.1%}"
        ends = "" if row["roi_low"] is None else f" [{row['roi_low']:+.1%}, {row['roi_high']:+.1%}]"
        record = f"{row['wins']}-{row['losses']}-{row['pushes']}"
        yield [
            f"`{row['rule']}`",
            f"{row['candidates']:,}",
            record,
            str(row["voids"]),
            roi + ends,
            row["verdict"],
            said[row["rule"]],
        ]
