"""The typed training frame.

Dangers covered: a column of another type, a row twice, rows of another meaning of the features or out of bounds that
reach a fit; a message that does not say which; values that change on the way to pandas and back.
"""

from collections.abc import Callable

import dagster as dg
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ml_models.features import FEATURE_VERSION, FEATURES
from ml_models.training_rows import assemble, inputs
from nba_assets.training_frame import TRAINING_ROWS, from_pandas, to_pandas
from nba_assets_tests.model_rows import honest, tables_of

_TABLES = tables_of(honest(players=5, weeks=2, lined_from=7))
ROWS = assemble({name: _TABLES[name].select(columns) for name, columns in inputs().items()})
# Any row but the first.
_ROW = pl.int_range(pl.len()) == 3


def checked(rows: pl.DataFrame) -> dg.TypeCheck:
    return TRAINING_ROWS.type_check(dg.build_op_context(), to_pandas(rows))  # type: ignore[arg-type]


def planted(name: str, value: object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    return lambda rows: rows.with_columns(pl.when(_ROW).then(pl.lit(value)).otherwise(name).alias(name))


def test_good_rows_pass_and_are_described() -> None:
    found = checked(ROWS)
    assert found.success, found.description
    told = {name: value.value for name, value in found.metadata.items()}
    assert told == {"rows": 70, "played": 70, "first date": "2024-01-01", "last date": "2024-01-14"}


def test_no_rows_at_all_pass() -> None:
    assert checked(ROWS.clear()).success


def test_unknown_values_pass() -> None:
    unknown = ROWS.with_columns(pl.lit(None, dtype=ROWS.schema[f.name]).alias(f.name) for f in FEATURES)
    found = checked(unknown.with_columns(points=pl.lit(None, dtype=pl.Int64)))
    assert found.success, found.description


BAD: dict[str, tuple[Callable[[pl.DataFrame], pl.DataFrame], list[str]]] = {
    "a number as text": (
        lambda rows: rows.with_columns(pl.col("pace_score").cast(pl.String)),
        ["pace_score", "string"],
    ),
    "an instant for a date": (
        lambda rows: rows.with_columns(pl.col("game_date").cast(pl.Datetime)),
        ["game_date", "timestamp"],
    ),
    "a player without a number": (planted("nba_player_id", None), ["nba_player_id"]),
    "a row twice": (lambda rows: pl.concat([rows, rows[3:4]]), ["1 rows are there twice", "player 4 on 2024-01-01"]),
    "another feature version": (
        planted("feature_version", "v1"),
        ["1 rows", "player 4 on 2024-01-01: v1", FEATURE_VERSION],
    ),
    "no feature version": (planted("feature_version", None), ["1 rows of another feature version"]),
    "below its bounds": (planted("points_avg_last_5", -3.25), ["points_avg_last_5", "-3.25", "player 4 on 2024-01-01"]),
    "above its bounds": (planted("rest_advantage", 99.5), ["rest_advantage", "99.5", "player 4 on 2024-01-01"]),
    "not a number": (planted("rest_advantage", float("nan")), ["rest_advantage", "nan", "player 4 on 2024-01-01"]),
    "more points than there are": (planted("points", 121), ["points", "121"]),
    "negative points": (planted("points", -1), ["points", "-1"]),
    "a column that is not there": (lambda rows: rows.drop("tipoff_utc"), ["tipoff_utc"]),
    "a feature that is not there": (lambda rows: rows.drop("pace_score"), ["pace_score"]),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_rows_are_refused_by_name(name: str) -> None:
    plant, words = BAD[name]
    found = checked(plant(ROWS))
    assert not found.success
    assert all(word in (found.description or "") for word in words), found.description


def test_to_pandas_and_back_is_lossless() -> None:
    assert_frame_equal(from_pandas(to_pandas(ROWS)), ROWS)


@settings(max_examples=30)
@given(st.data())
def test_no_value_changes_on_the_way(data: st.DataObject) -> None:
    """Integers with gaps became floats in pandas, dates became instants, null became NaN."""
    kinds = {
        "whole": (pl.Int64, st.integers(-(2**63), 2**63 - 1)),
        "number": (pl.Float64, st.floats()),
        "day": (pl.Date, st.dates()),
        "words": (pl.String, st.text(max_size=20)),
        "flag": (pl.Boolean, st.booleans()),
        "list": (pl.List(pl.String), st.lists(st.text(max_size=3), max_size=3)),
    }
    rows = data.draw(st.integers(0, 6))
    frame = pl.DataFrame(
        {
            name: pl.Series(
                [data.draw(st.none() | values) for _ in range(rows)],
                dtype=dtype,
            )
            for name, (dtype, values) in kinds.items()
        }
    )
    assert_frame_equal(from_pandas(to_pandas(frame)), frame, check_exact=True)
