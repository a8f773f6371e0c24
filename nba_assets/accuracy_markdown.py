"""Pieces of a generated page."""

from collections.abc import Iterable, Sequence
from math import isfinite
from textwrap import TextWrapper

from ml_models.intervals import Estimate
from nba_assets.accuracy_targets import Finding

_TEXT = TextWrapper(118, break_long_words=False, break_on_hyphens=False)
_ITEM = TextWrapper(118, initial_indent="- ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines: list[Sequence[str]] = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def findings(found: Iterable[Finding], what: str, good: str, bad: str) -> str:
    return table((what, "", "found"), ([f.rule, good if f.good else bad, f.found] for f in found))


def bullets(items: Iterable[str]) -> str:
    return "".join(f"{_ITEM.fill(item)}\n" for item in items)


def paragraph(text: str) -> str:
    return f"{_TEXT.fill(text)}\n\n"


def names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"


def interval(found: Estimate, form: str) -> str:
    ends = f" [{found.low:{form}}, {found.high:{form}}]" if isfinite(found.low) else ""
    return f"{found.value:{form}}{ends}" if isfinite(found.value) else ""
