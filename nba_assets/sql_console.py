"""SQL over the warehouse: every table as a DuckDB view, for one query or an interactive prompt."""

from pathlib import Path

import duckdb
import polars as pl

from nba_assets.contracts import TABLES
from nba_assets.contracts.quarantine import quarantine_of
from nba_assets.reference.aliases import player_aliases
from nba_assets.reference.teams import TEAMS
from resources.warehouse import connect


def open_warehouse(root: Path) -> duckdb.DuckDBPyConnection:
    """All tables, their quarantine companions, and the reference tables `nba_reference.teams` and `.player_aliases`."""
    tables = list(TABLES.values())
    connection = connect(root, tables + [quarantine_of(table) for table in tables])
    connection.execute("CREATE SCHEMA nba_reference")
    for name, frame in (("teams", _teams()), ("player_aliases", player_aliases())):
        connection.register("_frame", frame.to_arrow())
        connection.execute(f"CREATE TABLE nba_reference.{name} AS SELECT * FROM _frame")
        connection.unregister("_frame")
    return connection


def render(connection: duckdb.DuckDBPyConnection, query: str, style: str) -> str:
    """The result of a query as a text table, CSV or JSON (a list of objects)."""
    relation = connection.sql(query)
    if relation is None:
        return ""
    if style == "table":
        return str(relation)
    frame = relation.pl()
    return frame.write_csv().rstrip("\n") if style == "csv" else frame.write_json()


def prompt(connection: duckdb.DuckDBPyConnection) -> None:
    """Read statements ending in `;` until end of input; errors are shown and the prompt goes on."""
    print("DuckDB over the warehouse. End statements with ';'. SHOW ALL TABLES; lists them, Ctrl-D leaves.")
    pending = ""
    while True:
        try:
            pending += input("nba> " if not pending else "...> ") + "\n"
        except EOFError:
            print()
            return
        except KeyboardInterrupt:
            pending = ""
            print()
            continue
        if pending.strip().endswith(";"):
            try:
                print(render(connection, pending, "table"))
            except duckdb.Error as error:
                print(error)
            pending = ""


def _teams() -> pl.DataFrame:
    return pl.DataFrame([vars(team) for team in TEAMS])
