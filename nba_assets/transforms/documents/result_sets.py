"""The table shape of stats.nba.com: `resultSets[] {name, headers[], rowSet[][]}`, read by header name."""

from collections.abc import Sequence
from typing import Any

from nba_assets.transforms.documents.base import DocumentError
from nba_assets.transforms.documents.values import member


def result_set(document: Any, name: str, headers: Sequence[str]) -> dict[str, list[Any]]:
    """The named table's columns, only those asked for; `DocumentError` names the table or header that is missing."""
    tables = {member(table, "name", str): table for table in member(document, "resultSets", list)}
    if name not in tables:
        raise DocumentError(f"no result set {name!r}, only {sorted(tables)}", field=name)
    present = member(tables[name], "headers", list)
    for header in headers:
        if header not in present:
            raise DocumentError(f"header {header!r} is missing in {name!r}", field=header)
    rows = member(tables[name], "rowSet", list)
    if not all(isinstance(row, list) and len(row) == len(present) for row in rows):
        raise DocumentError(f"{name!r} has a row that does not fit its {len(present)} headers", field="rowSet")
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(present)
    return {header: list(columns[present.index(header)]) for header in headers}


def has_header(document: Any, name: str, header: str) -> bool:
    """Whether the named table has a header; False if there is no such table."""
    return any(
        member(table, "name", str) == name and header in member(table, "headers", list)
        for table in member(document, "resultSets", list)
    )
