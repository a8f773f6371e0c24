"""Canaries for the rows a system is about to learn from: a leak must die here, not in a hit rate of 85 %.

Each rule of RULES looks for one way in which rows have known the future before. A rule that finds too few rows to judge
says so and is good. What is too good to be true afterwards is for `alarms`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from ml_models import training
from ml_models.features import FEATURE_VERSION
from ml_models.system import KEY, TARGET

# Largest absolute Pearson or Spearman correlation of an input with the points of its own row. In windows of the season
# 2023-24 an honest one reaches .712 (points_avg_ewma); tonight's minutes have .80, tonight's attempts .90, tonight's
# points with a noise of two points .97.
MOST_CORRELATION = 0.78
# Fewer pairs say little: a correlation of .7 is then off by more than .03.
LEAST_PAIRS = 300

# Averages recomputed from box scores -> least share of rows that agree. All of them do in the season 2023-24; with
# tonight's game inside 6 % do, with dates shuffled within a player 11 %. The limit of the season's leaves room for the
# Cup final, which it leaves out: box scores do not say which game that was, and its two teams may be a good part of the
# rows of a playoff window.
LEAST_AGREEING: dict[str, float] = {"points_avg_last_5": 0.99, "points_avg_season": 0.75}
LEAST_GAMES = 5
_TOLERANCE = 0.01

# Examples named in a finding.
_SHOWN = 3

# A rule's answer: whether it is satisfied, and what it saw.
Answer = tuple[bool, str]


@dataclass(frozen=True)
class Finding:
    """One rule's verdict: `words` name the feature, player, date and value of what was found, or what was looked at."""

    rule: str
    good: bool
    words: str


@dataclass(frozen=True)
class Case:
    """What is brought before the court, see `court`."""

    rows: pl.DataFrame
    outcomes: pl.DataFrame
    columns: Sequence[str]
    before: date


def court(rows: pl.DataFrame, outcomes: pl.DataFrame, columns: Sequence[str], before: date) -> list[Finding]:
    """One finding per rule of RULES, in that order.

    `rows`: what a system will be fitted on `before` that date, with the columns of `training_rows.assemble`.
    `outcomes`: game_date, nba_player_id and points of every game played in the seasons of the rows. `columns`: what the
    system reads of a row.
    """
    case = Case(rows, outcomes, columns, before)
    return [Finding(name, *rule(case)) for name, rule in RULES.items()]


def _outcome_in_features(case: Case) -> Answer:
    """No input tracks the points of its own row."""
    found: dict[str, tuple[float, int]] = {}
    for name in dict.fromkeys(case.columns):
        dtype = case.rows.schema[name]
        if name in KEY or not (dtype.is_numeric() or dtype == pl.Boolean):
            continue
        pairs = case.rows.select(x=pl.col(name).cast(pl.Float64).fill_nan(None), y=pl.col(TARGET)).drop_nulls()
        if pairs.height < LEAST_PAIRS or pairs["x"].n_unique() < 2 or pairs["y"].n_unique() < 2:
            continue
        straight, ranked = pairs.select(p=pl.corr("x", "y"), s=pl.corr("x", "y", method="spearman")).row(0)
        found[name] = max(abs(straight), abs(ranked)), pairs.height
    if not found:
        return True, f"no input is known in {LEAST_PAIRS} rows or varies among them"
    guilty = {name: value for name, value in found.items() if value[0] > MOST_CORRELATION}
    nearest = sorted(guilty or found, key=lambda name: -found[name][0])[: _SHOWN if guilty else 1]
    shown = ", ".join(f"{name} {found[name][0]:.3f} ({found[name][1]:,} rows)" for name in nearest)
    if guilty:
        return False, f"{len(guilty)} inputs know the outcome, correlation above {MOST_CORRELATION:g}: {shown}"
    return True, f"{len(found)} inputs; the nearest to the outcome is {shown}, limit {MOST_CORRELATION:g}"


def _history_agrees(case: Case) -> Answer:
    """Averages are those of the games strictly before the row's date."""
    past = _past(case.outcomes)
    asked = case.rows.with_columns(_season()).sort("game_date")
    compared = asked.join_asof(
        past, on="game_date", by=["nba_player_id", "season"], allow_exact_matches=False, check_sortedness=False
    ).filter(pl.col("games") >= LEAST_GAMES)
    good, words = True, []
    for name, least in LEAST_AGREEING.items():
        own, again = pl.col(name), pl.col(f"past_{name}")
        rows = compared.filter(own.is_not_null())
        wrong = rows.filter((own - again).abs() > _TOLERANCE)
        if not rows.height:
            words.append(f"{name}: nothing to compare")
            continue
        share = 1 - wrong.height / rows.height
        good &= share >= least
        agree = f"{rows.height - wrong.height:,} of {rows.height:,} rows"
        said = f"{name}: {agree} agree with the box scores before them, limit {least:.0%}"
        examples = _examples(wrong, lambda row, name=name: f"has {row[name]:.2f}, not {row[f'past_{name}']:.2f}")
        words.append(said + examples)
    return good, "; ".join(words)


def _past(outcomes: pl.DataFrame) -> pl.DataFrame:
    """Per played game what was known after it: `games` of the season so far and their averages; by date."""
    player = ["nba_player_id", "season"]
    total = pl.col(TARGET).cast(pl.Float64).cum_sum().over(player)
    return (
        outcomes.select("game_date", "nba_player_id", pl.col(TARGET), _season())
        .sort(*player, "game_date")
        .with_columns(games=pl.int_range(1, pl.len() + 1).over(player), total=total)
        .with_columns(
            past_points_avg_last_5=(pl.col("total") - pl.col("total").shift(5, fill_value=0).over(player)) / 5,
            past_points_avg_season=pl.col("total") / pl.col("games"),
        )
        .drop(TARGET, "total")
        .sort("game_date")
    )


def _season() -> pl.Expr:
    day = pl.col("game_date")
    return (day.dt.year() - (day.dt.month() < 10)).alias("season")


def _lines_before_tip(case: Case) -> Answer:
    """Every quoted line was seen before the decision, and the decision was not after tip-off."""
    seen, decided, tip = (pl.col(name) for name in ("line_snapshot_ts", "as_of_ts", "tipoff_utc"))
    quoted, feature = pl.col("current_points_line"), pl.col("vegas_points_line")
    lined = case.rows.filter(quoted.is_not_null() | feature.is_not_null())
    # The time is that of the quoted line: a feature that is another number has none.
    known = (seen < decided) & (decided <= tip) & quoted.eq_missing(feature)
    late = lined.filter(~known.fill_null(value=False))
    if late.height:
        examples = _examples(
            late,
            lambda row: (
                f"has the line {row['vegas_points_line']}, quoted {row['current_points_line']}, seen "
                f"{row['line_snapshot_ts'] or 'at no known time'}, decided {row['as_of_ts']}, "
                f"tip-off {row['tipoff_utc']}"
            ),
        )
        return False, f"{late.height:,} of {lined.height:,} lines were not surely seen before the decision{examples}"
    alone = case.rows.filter(quoted.is_null(), pl.col("consensus_points_line").is_not_null()).height
    return True, (
        f"{lined.height:,} quoted lines, each seen before its decision and tip-off; {alone:,} consensus lines without "
        "a quote have no time of their own"
    )


def _rows_before_fit(case: Case) -> Answer:
    """Rows are older than the fit, one per key, of players who played, made under today's meaning of the features."""
    rows, points = case.rows, pl.col(TARGET)
    faults = {
        f"are dated on or after {case.before}": rows.filter(pl.col("game_date") >= case.before),
        "have a key that is there twice": rows.filter(pl.struct(KEY).is_duplicated()),
        "have no points": rows.filter(points.is_null()),
        "have negative points": rows.filter(points < 0),
        f"are of another feature version than {FEATURE_VERSION}": rows.filter(
            pl.col("feature_version").ne_missing(pl.lit(FEATURE_VERSION))
        ),
    }
    words = [f"{found.height:,} rows {what}{_examples(found)}" for what, found in faults.items() if found.height]
    if words:
        return False, "; ".join(words)
    first, last = rows["game_date"].min(), rows["game_date"].max()
    return True, f"{rows.height:,} rows of {first} to {last}" if rows.height else "no rows"


def _split_by_date(case: Case) -> Answer:
    """The holdout that stops the boosting is newer than everything it is trained on.

    Of the split function itself, on these rows; a fit checks what it really used and raises.
    """
    dates = case.rows.filter(training.teaches())["game_date"].to_numpy()
    if len(set(dates.tolist())) < 2:
        return True, "fewer than two dates: nothing is split"
    older, newest = training.split_by_date(dates)
    last, first = dates[older].max(), dates[newest].min()
    words = f"{older.sum():,} rows up to {last}, held out {newest.sum():,} from {first}"
    return bool(last < first), words


def _examples(rows: pl.DataFrame, say: Callable[[dict], str] | None = None) -> str:
    """The first rows by key, each with what there is to say of it."""
    first: Iterable[dict] = rows.sort(KEY).head(_SHOWN).iter_rows(named=True)
    named = [f"player {r['nba_player_id']} on {r['game_date']}" + (f" {say(r)}" if say else "") for r in first]
    return f" ({', '.join(named)})" if named else ""


RULES: dict[str, Callable[[Case], Answer]] = {
    "outcome_in_features": _outcome_in_features,
    "history_agrees": _history_agrees,
    "lines_before_tip": _lines_before_tip,
    "rows_before_fit": _rows_before_fit,
    "split_by_date": _split_by_date,
}
