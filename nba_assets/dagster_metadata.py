"""How contracts and frames look in the Dagster UI."""

import dagster as dg
import polars as pl

from nba_assets.contracts import Table

_PREVIEW_ROWS = 5


def column_schema(table: Table) -> dg.TableSchema:
    """The contract as Dagster's column schema: types, nullability, rules, descriptions with units."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=str(column.dtype),
                description=f"{column.description} [{column.unit}]" if column.unit else column.description,
                constraints=dg.TableColumnConstraints(
                    nullable=column.nullable,
                    other=(["primary key"] if column.primary_key else []) + list(column.rules),
                ),
            )
            for column in table.columns()
        ]
    )


def preview(rows: pl.DataFrame) -> dg.MetadataValue:
    """The first rows as a Markdown table."""
    return dg.MetadataValue.md(markdown_table(rows.head(_PREVIEW_ROWS)))


def markdown_table(rows: pl.DataFrame) -> str:
    """All rows as a Markdown table."""
    with pl.Config(
        tbl_formatting="MARKDOWN", tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True,
        tbl_cols=-1, tbl_rows=-1, tbl_width_chars=-1, fmt_str_lengths=40,
    ):  # fmt: skip
        return str(rows)
