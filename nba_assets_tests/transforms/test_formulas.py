"""Formulas against the golden game NYK at PHI of 2025-01-15 (one overtime), and their algebra."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_assets.transforms import formulas

# fg_attempts, ft_attempts, offensive_rebounds, turnovers, points -> possessions, pace, rating, true shooting.
GOLDEN_TEAMS = {
    "PHI": ((92, 14, 11, 12, 119), (99.16, 89.81, 120.01, 0.6062)),
    "NYK": ((86, 24, 15, 13, 125), (94.56, 85.64, 132.19, 0.6473)),
}
# team, minutes, fg_attempts, ft_attempts, turnovers -> usage rate (percent).
GOLDEN_USAGE = {
    "Brunson": ("NYK", 45 + 28 / 60, 22, 9, 5, 32.94),
    "Maxey": ("PHI", 45 + 36 / 60, 32, 5, 4, 40.30),
    "Hart": ("NYK", 49 + 25 / 60, 9, 3, 3, 13.04),
}

TEAM = {"team_fg_attempts": 86, "team_ft_attempts": 24, "team_turnovers": 13, "overtimes": 1}
PLAYER = {"fg_attempts": 9, "ft_attempts": 3, "turnovers": 3, "minutes": 30.0}

# The engine costs more than the arithmetic; a few hundred examples in one frame say more than a hundred frames.
small_counts = st.integers(0, 40)


def value(expression: pl.Expr) -> float | None:
    return pl.select(expression).item()


def usage(**numbers: float | None) -> float | None:
    dtypes = {"minutes": pl.Float64}
    return value(formulas.usage_rate(**{name: pl.lit(n, dtypes.get(name, pl.Int64)) for name, n in numbers.items()}))


@pytest.mark.parametrize("team", GOLDEN_TEAMS)
def test_golden_team(team: str) -> None:
    (fga, fta, oreb, tov, points), (possessions, pace, rating, ts) = GOLDEN_TEAMS[team]
    own = formulas.possessions(pl.lit(fga), pl.lit(fta), pl.lit(tov), pl.lit(oreb))
    assert value(own) == pytest.approx(possessions)
    assert value(formulas.pace(own, pl.lit(1))) == pytest.approx(pace, abs=0.005)
    assert value(formulas.rating(pl.lit(points), own)) == pytest.approx(rating, abs=0.005)
    assert value(formulas.ts_pct(pl.lit(points), pl.lit(fga), pl.lit(fta))) == pytest.approx(ts, abs=0.00005)


@pytest.mark.parametrize("player", GOLDEN_USAGE)
def test_golden_usage_counts_the_overtime(player: str) -> None:
    """Defect 20: with a constant 48 minutes these were 29.83, 36.50 and 11.81."""
    team, minutes, fga, fta, tov, expected = GOLDEN_USAGE[player]
    team_fga, team_fta, _, team_tov, _ = GOLDEN_TEAMS[team][0]
    got = usage(
        fg_attempts=fga,
        ft_attempts=fta,
        turnovers=tov,
        minutes=minutes,
        team_fg_attempts=team_fga,
        team_ft_attempts=team_fta,
        team_turnovers=team_tov,
        overtimes=1,
    )
    assert got == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(
    ("minutes", "overtimes"),
    [(237, 0), (240, 0), (244, 0), (252, 0), (264, 1), (265, 1), (266, 1), (289, 2), (291, 2), (315, 3), (None, None)],
)
def test_overtime_periods_from_rounded_minutes(minutes: float | None, overtimes: int | None) -> None:
    assert value(formulas.overtime_periods(pl.lit(minutes, pl.Float64))) == overtimes


@given(st.integers(0, 8), st.floats(-4, 4))
@settings(deadline=None, max_examples=30)
def test_overtime_periods_invert_team_minutes(overtimes: int, stray: float) -> None:
    assert value(formulas.overtime_periods(formulas.team_minutes(pl.lit(overtimes)) + stray)) == overtimes


def test_true_shooting_of_free_throws_only() -> None:
    """150 player-games of 2023-24 had free throws and no shot; the old rule gave them null."""
    assert value(formulas.ts_pct(pl.lit(2), pl.lit(0), pl.lit(2))) == pytest.approx(2 / (2 * 0.88))


def test_undefined_is_null_and_zero_is_zero() -> None:
    """Defect 23: a missing metric stored as 0.0."""
    zero = pl.lit(0)
    assert value(formulas.ts_pct(zero, zero, zero)) is None
    assert value(formulas.efg_pct(zero, zero, zero)) is None
    assert value(formulas.rating(zero, zero)) is None
    assert value(formulas.ts_pct(zero, pl.lit(3), zero)) == 0.0
    assert value(formulas.efg_pct(zero, zero, pl.lit(3))) == 0.0
    assert usage(**PLAYER | {"fg_attempts": 0, "ft_attempts": 0, "turnovers": 0}, **TEAM) == 0.0


@pytest.mark.parametrize("name", [*PLAYER, *TEAM])
def test_unknown_input_makes_usage_unknown(name: str) -> None:
    assert usage(**PLAYER | TEAM | {name: None}) is None


def test_usage_of_no_minutes_or_above_100_is_null() -> None:
    assert usage(**PLAYER | {"minutes": 0.0}, **TEAM) is None
    alone = {"team_fg_attempts": 9, "team_ft_attempts": 3, "team_turnovers": 3, "overtimes": 0}
    assert usage(**PLAYER | {"minutes": 48.0}, **alone) == pytest.approx(100)
    assert usage(**PLAYER | {"minutes": 47.9}, **alone) is None


@given(
    st.lists(st.tuples(small_counts, small_counts, small_counts, st.floats(20, 53)), min_size=5, max_size=13),
    st.integers(0, 2),
)
@settings(deadline=None, max_examples=60)
def test_usage_weighted_by_minutes_is_the_whole_team(lines: list[tuple[int, int, int, float]], overtimes: int) -> None:
    """Sum of usage * minutes = 100 * team minutes / 5, however the plays are shared out."""
    players = pl.DataFrame(lines, schema=["fga", "fta", "tov", "minutes"], orient="row")
    rates = players.select(
        "minutes",
        usage=formulas.usage_rate(
            fg_attempts=pl.col("fga"),
            ft_attempts=pl.col("fta"),
            turnovers=pl.col("tov"),
            minutes=pl.col("minutes"),
            team_fg_attempts=pl.col("fga").sum(),
            team_ft_attempts=pl.col("fta").sum(),
            team_turnovers=pl.col("tov").sum(),
            overtimes=pl.lit(overtimes),
        ),
    )
    if rates["usage"].null_count() == 0:
        whole = 100 * (240 + 25 * overtimes) / 5
        assert (rates["usage"] * rates["minutes"]).sum() == pytest.approx(whole)


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 30), st.integers(1, 30), st.integers(2, 5))
@settings(deadline=None, max_examples=40)
def test_scaling_a_box_score(fga: int, fta: int, tov: int, points: int, factor: int) -> None:
    """K times everything is k times the possessions and pace, and the same rating, shooting and usage."""

    def measures(k: int) -> list[float | None]:
        own = formulas.possessions(pl.lit(k * fga), pl.lit(k * fta), pl.lit(k * tov), pl.lit(0))
        return list(
            pl.select(
                possessions=own / k,
                pace=formulas.pace(own, pl.lit(0)) / k,
                rating=formulas.rating(pl.lit(k * points), own),
                ts=formulas.ts_pct(pl.lit(k * points), pl.lit(k * fga), pl.lit(k * fta)),
                usage=formulas.usage_rate(
                    fg_attempts=pl.lit(k * fga),
                    ft_attempts=pl.lit(k * fta),
                    turnovers=pl.lit(k * tov),
                    minutes=pl.lit(48.0),
                    team_fg_attempts=pl.lit(k * fga * 2),
                    team_ft_attempts=pl.lit(k * fta * 2),
                    team_turnovers=pl.lit(k * tov * 2),
                    overtimes=pl.lit(0),
                ),
            ).row(0)
        )

    assert measures(factor) == pytest.approx(measures(1))
    assert measures(1)[4] == pytest.approx(50.0)


@given(st.integers(0, 80), st.integers(0, 80), st.integers(0, 80))
@settings(deadline=None, max_examples=60)
def test_shooting_stays_within_its_bounds(attempts: int, makes: int, threes: int) -> None:
    """A three counts one and a half, so 1.5 is the best; without free throws both measures agree."""
    makes, threes = min(attempts, makes), min(attempts, makes, threes)
    efg = value(formulas.efg_pct(pl.lit(makes), pl.lit(threes), pl.lit(attempts)))
    ts = value(formulas.ts_pct(pl.lit(2 * makes + threes), pl.lit(attempts), pl.lit(0)))
    assert (efg is None) == (attempts == 0)
    if efg is not None:
        assert 0 <= efg <= 1.5
        assert ts == pytest.approx(efg)


@given(st.floats(40, 200), st.integers(0, 6))
@settings(deadline=None, max_examples=30)
def test_pace_of_a_longer_game_is_lower(own: float, overtimes: int) -> None:
    pace = value(formulas.pace(pl.lit(own), pl.lit(overtimes)))
    assert pace == pytest.approx(own * 48 / (48 + 5 * overtimes))
