"""Renders the generated pages of `docs/` from the declarations; `make docs` writes them, a test fails when they are
stale.
"""

from pathlib import Path

from nba_assets.contracts import TABLES, Column, Table
from nba_assets.contracts.quarantine import quarantine_of

DOCS = Path(__file__).resolve().parents[1] / "docs"

_HEADER = """# Tables

Generated from `nba_assets/contracts/` by `make docs`; do not edit. Every table is partitioned by `game_date`, the ET
date of the scheduled tip-off: one Parquet file per date locally, one partition in BigQuery. A null is unknown, a zero
is zero. What was left out of a table, and why, is in `nba_quarantine.<table>`.
"""


def tables_page() -> str:
    """The table reference: what one row means, source, key, and every column."""
    index = "\n".join(f"- [{t.full_name}](#{t.dataset}{t.name}): {t.grain}" for t in TABLES.values())
    companion = quarantine_of(next(iter(TABLES.values())))
    sections = [_section(table, table.full_name) for table in TABLES.values()]
    sections.append(_section(companion, "nba_quarantine.<table>"))
    return f"{_HEADER}\n{index}\n\n" + "\n".join(sections)


def write(folder: Path = DOCS) -> None:
    """Write all generated pages."""
    folder.mkdir(exist_ok=True)
    (folder / "tables.md").write_text(tables_page())


def _section(table: Table, title: str) -> str:
    facts = [f"Key: `{', '.join(table.key)}`. Source: {table.source}."]
    if table.cluster_by:
        facts.append(f"Clustered by `{', '.join(table.cluster_by)}` in BigQuery.")
    rows = "\n".join(_row(column) for column in table.columns())
    return (
        f"## {title}\n\n{table.description}\n\n{' '.join(facts)}\n\n"
        f"| column | type | unit | null | rules | meaning |\n|---|---|---|---|---|---|\n{rows}\n"
    )


def _row(column: Column) -> str:
    cells = [
        f"**{column.name}**" if column.primary_key else column.name,
        str(column.dtype),
        column.unit or "",
        "yes" if column.nullable else "no",
        "; ".join(column.rules),
        column.description,
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    write()
