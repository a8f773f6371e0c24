"""What was left out of a table, and why: a companion table `nba_quarantine.<table>` for every table that can quarantine."""

import dataclasses

import dataframely as dy

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table


class Quarantine(dy.Schema):
    """One row per landing file or row that was left out of the table of the same name, with the reason."""

    game_date = col.game_date(primary_key=True)
    row_no = dy.Int64(primary_key=True, min=0, description="Number of the entry within the date.")
    source_path = col.text("Landing file it came from; null for rows computed from several.")
    reason = dy.String(
        min_length=1, description="What is wrong: field, value and rule, or why the file cannot be read."
    )
    row = col.text("The row as JSON; null when the whole file was left out.")


def quarantine_of(table: Table) -> Table:
    """The companion table of `table`."""
    return dataclasses.replace(
        table, dataset="nba_quarantine", schema=Quarantine, source=table.full_name, cluster_by=(), optional=True
    )
