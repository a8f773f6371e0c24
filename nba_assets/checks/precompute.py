"""Checks of the precomputed tables: nobody is silently missing, and no unit is another one."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from nba_assets.checks.columns import Varies, columns_vary
from nba_assets.checks.verdict import Batch, TableCheck, Verdict, in_words
from nba_assets.transforms.windows import GATED_DAYS, season_day

_ABSENT = ["out", "doubtful"]
# Fewer values say nothing about a scale: they may all be 0.
_ENOUGH_VALUES = 20


def _cache_covers_context(batch: Batch, least_share: float = 0.6) -> dict[date, Verdict]:
    absent = pl.col("player_status").is_in(_ABSENT).fill_null(False)
    context = batch.inputs["upcoming_player_game_context"].filter(~absent).sort("player_full_name")
    expected = batch.rows_by_date(context)
    without = batch.rows_by_date(
        context.join(batch.rows, on=["game_date", "nba_player_id"], how="anti", maintain_order="left")
    )
    early = set(context.filter(season_day() < GATED_DAYS)["game_date"])
    verdicts = {}
    for day in batch.dates:
        missing, asked = without[day], expected[day].height
        priced = missing.filter("has_prop_line")["player_full_name"].to_list()
        metadata = {
            "expected_players": asked,
            "cached": asked - missing.height,
            "without_game_this_season": missing["days_rest"].null_count(),
            "with_line_without_cache": len(priced),
        }
        text = f"{asked - missing.height} of {asked} expected players cached"
        if day in early:
            verdicts[day] = Verdict(True, f"{text}; the season's first days", metadata=metadata)
        elif priced:
            text += f"; {len(priced)} with a line are not: {in_words(priced, 10)}"
            verdicts[day] = Verdict(False, text, error=False, metadata=metadata)
        elif asked - missing.height < least_share * asked:
            text += f"; not: {in_words(missing['player_full_name'].to_list(), 10)}"
            verdicts[day] = Verdict(False, text, error=False, metadata=metadata)
        else:
            verdicts[day] = Verdict(True, text if asked else "nobody expected", metadata=metadata)
    return verdicts


CACHE_COVERS_CONTEXT = TableCheck(
    "cache_covers_context",
    "Of those who are not out or doubtful every player with a line, and 6 of 10 of all expected, have a row: missing "
    "past box scores show here. WARN with numbers and names, because the rows that are there are right, but who has no "
    "row gets no prediction. Season days 0-13 pass: many have not played yet.",
    _cache_covers_context,
)


def _scale(batch: Batch, columns: Sequence[str], smallest: float, what: str) -> dict[date, Verdict]:
    verdicts = {}
    for day, rows in batch.rows_by_date().items():
        largest = {
            name: values.abs().max()
            for name in columns
            if (values := rows[name].drop_nulls()).len() >= _ENOUGH_VALUES and values.n_unique() > 1
        }
        wrong = [f"{name} (largest {top:.3f})" for name, top in largest.items() if top <= smallest]  # type: ignore[operator]
        if wrong:
            verdicts[day] = Verdict(False, f"not in {what}: {in_words(wrong, 10)}")
        else:
            verdicts[day] = Verdict(True, f"{len(largest)} of {len(columns)} columns seen, all in {what}")
    return verdicts


def unit_scale(columns: Sequence[str], *, smallest: float, what: str) -> TableCheck:
    """`columns` of a date are no fractions: among 20 or more values that differ, the largest is above `smallest`."""
    return TableCheck(
        "unit_scale",
        f"Columns in {what} are no fractions: of 20 or more values of a date that differ, one is above {smallest:g} "
        f"({', '.join(columns)}). Blocking: a value 100 times too small fits its bounds and spoils every model in "
        "silence.",
        lambda batch: _scale(batch, columns, smallest, what),
        blocking=True,
    )


PERCENT_SCALE_OF_ZONES = unit_scale(
    [
        "paint_rate_last_10",
        "mid_range_rate_last_10",
        "three_pt_rate_last_10",
        "paint_rate_last_20",
        "assisted_rate_last_10",
        "unassisted_rate_last_10",
    ],
    smallest=1.0,
    what="percent",
)
PERCENT_SCALE_OF_CACHE = unit_scale(
    ["usage_rate_last_10", "player_usage_rate_season", "paint_rate_last_10", "three_pt_rate_last_10"],
    smallest=1.0,
    what="percent",
)
# Fractions are within .2 of each other, so a whole league inside .5 would be one.
PERCENTAGE_POINTS_OF_DEFENCE = unit_scale(
    ["paint_defense_vs_league_avg", "mid_range_defense_vs_league_avg", "three_pt_defense_vs_league_avg"],
    smallest=0.5,
    what="percentage points",
)

# Beyond these a value is possible and rare; from this share of a date's rows on, somebody looks.
_RARE_SHARE = 0.05
_RARE = {
    "fatigue_score below 50": pl.col("fatigue_score") < 50,
    "shot_zone_mismatch_score beyond 8": pl.col("shot_zone_mismatch_score").abs() > 8,
    "total_composite_adjustment beyond 12": pl.col("total_composite_adjustment").abs() > 12,
}


def _factors_plausible(batch: Batch) -> dict[date, Verdict]:
    rows = batch.rows_by_date()
    rare = {what: batch.rows_by_date(batch.rows.filter(condition)) for what, condition in _RARE.items()}
    verdicts = {}
    for day in batch.dates:
        many = _RARE_SHARE * rows[day].height
        found = {
            what: sorted(by_date[day]["player_lookup"]) for what, by_date in rare.items() if by_date[day].height > many
        }
        words = [f"{what}: {len(names)} ({in_words(names)})" for what, names in found.items()]
        metadata = {what: len(names) for what, names in found.items()}
        verdicts[day] = (
            Verdict(False, "; ".join(words), error=False, metadata=metadata)
            if words
            else Verdict(True, "all within the usual range")
        )
    return verdicts


FACTORS_PLAUSIBLE = TableCheck(
    "factors_plausible",
    f"At most 5 % of the players have one of: {', '.join(_RARE)}. WARN: each can happen, many at once are a fault. "
    "Values outside a factor's range break the contract.",
    _factors_plausible,
)

# A factor is judged only where what it cannot do without is there; that this is missing is said elsewhere.
_JUDGED_WHERE = {
    "fatigue_score": pl.lit(True),
    "shot_zone_mismatch_score": pl.col("_teams_known"),
    "pace_score": pl.lit(True),
    "usage_spike_score": pl.col("usage_known"),
}


def _factors_known(batch: Batch) -> dict[date, Verdict]:
    team_dates = batch.inputs["team_defense_zone_analysis"]["game_date"].unique()
    context = batch.inputs["upcoming_player_game_context"]
    absent = pl.col("player_status").is_in(_ABSENT).fill_null(False)
    regulars = context.filter(pl.col("games_in_last_14_days") > 0, ~absent)
    judged = batch.rows.join(regulars, on=["game_date", "nba_player_id"], how="semi").with_columns(
        _teams_known=pl.col("game_date").is_in(team_dates.implode())
    )
    verdicts = {}
    for day, rows in batch.rows_by_date(judged).items():
        factors = {name: rows.filter(where)[name] for name, where in _JUDGED_WHERE.items()}
        unknown = {name: values.null_count() for name, values in factors.items()}
        mostly = [
            f"{name} ({unknown[name]} of {values.len()})"
            for name, values in factors.items()
            if 2 * unknown[name] > values.len()
        ]
        silent = [name for name, values in factors.items() if rows.height and values.is_empty()]
        if mostly:
            verdicts[day] = Verdict(False, f"mostly unknown: {in_words(mostly)}", error=False, metadata=unknown)
        else:
            text = f"known of most of {rows.height} players with a game in 14 days" if rows.height else "no players"
            if silent:
                text += f"; without their inputs: {in_words(silent)}"
            verdicts[day] = Verdict(True, text, metadata=unknown)
    return verdicts


FACTORS_KNOWN = TableCheck(
    "factors_known",
    "Each factor is known of half the players with a game in the last 14 days, where its inputs exist: usage needs the "
    "team's injury report, the match-up teams with enough games (none until about season day 30). WARN: the rows stay, "
    "null is their truth.",
    _factors_known,
)

ZONES_VARY = columns_vary(
    [
        *(Varies(f"{zone}_rate_last_10", 10) for zone in ("paint", "mid_range", "three_pt")),
        *(Varies(f"{zone}_pct_last_10", 10) for zone in ("paint", "three_pt")),
        Varies("primary_scoring_zone"),
    ]
)
DEFENCE_VARIES = columns_vary(
    [
        *(Varies(f"{zone}_defense_vs_league_avg", 10) for zone in ("paint", "mid_range", "three_pt")),
        Varies("defensive_rating_last_15", 10),
        Varies("opponent_pace", 10),
    ],
    rows_at_least=25,
)
CACHE_VARIES = columns_vary(
    [
        *(Varies(f"points_avg_{window}", 20) for window in ("last_5", "last_10", "season", "ewma")),
        Varies("minutes_avg_last_10", 15),
        Varies("usage_rate_last_10", 10),
        Varies("team_pace_last_10", 5, per="team_abbr"),
        Varies("team_off_rating_last_10", 5, per="team_abbr"),
    ]
)
# Not fatigue: after the All-Star break everybody is rested. Not usage: on some nights nobody is out.
FACTORS_VARY = columns_vary([Varies("pace_score", 2, per="opponent_team_abbr")])
