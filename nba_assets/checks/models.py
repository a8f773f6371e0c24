"""Checks of a trained model: may it be stored at all, and does it pass the gates of promotion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ml_models.gates import GATES, GateFinding
from ml_models.leak_court import RULES, Finding
from ml_models.systems import Entry
from nba_assets.checks.verdict import Verdict, in_words


@dataclass(frozen=True)
class ModelCheck:
    """A named check of one week's model. One that blocks leaves the week without this model when it fails."""

    name: str
    description: str
    blocking: bool = False


TRAINED = ModelCheck("trained", "There are enough rows for a model. WARN: the system is silent in this week.")
LEAK_COURT = ModelCheck(
    "leak_court",
    f"Nothing in the training rows knows the future: {', '.join(RULES)}. ERROR: the week gets no new model.",
    blocking=True,
)
ALARMS = ModelCheck(
    "alarm_levels",
    "The record of the last 8 weeks is not too good to be true. ERROR: a leak until proven otherwise; no new model.",
    blocking=True,
)
REPRODUCES = ModelCheck(
    "reproduces",
    "The stored artefact, loaded again, forecasts exactly what the trained one did. ERROR: no new model.",
    blocking=True,
)


def checks_of(entry: Entry) -> list[ModelCheck]:
    """In the order they are judged: what may stop a model, then the gates, whose failure makes a champion a shadow."""
    gates = [gate for gate in GATES if gate.line_aware in (None, entry.line_aware)]
    told = "WARN: while it fails, the system's predictions are not published."
    return [
        TRAINED,
        LEAK_COURT,
        ALARMS,
        REPRODUCES,
        *(ModelCheck(gate.name, f"Gate: {gate.description} {told}") for gate in gates),
    ]


def of_findings(findings: Sequence[Finding]) -> Verdict:
    """Red if one of them is bad; says which, or what was looked at."""
    bad = [f"{finding.rule}: {finding.words}" for finding in findings if not finding.good]
    seen = [f"{finding.rule}: {finding.words}" for finding in findings]
    return Verdict(not bad, in_words(bad or seen, limit=9), metadata={f.rule: f.words for f in findings})


def of_gate(finding: GateFinding) -> Verdict:
    """The gate in words, its figure as metadata."""
    figures: Mapping[str, float] = {"value": finding.value, "low": finding.low, "high": finding.high}
    # NaN is no JSON.
    known = {name: value for name, value in figures.items() if value == value}
    return Verdict(finding.passed, finding.words, error=False, metadata={**known, "rows": finding.count})
