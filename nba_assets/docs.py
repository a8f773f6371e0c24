"""Renders the generated pages of `docs/` from the declarations; `make docs` writes them, a test fails when they are
stale.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from ml_models import quality_rules as rules
from ml_models.feature_sets import FEATURE_SETS
from ml_models.features import FEATURE_VERSION, FEATURES, SOURCE_WEIGHTS, Feature
from nba_assets.contracts import TABLES, Column, Table
from nba_assets.contracts.quarantine import quarantine_of

DOCS = Path(__file__).resolve().parents[1] / "docs"

_HEADER = """# Tables

Generated from `nba_assets/contracts/` by `make docs`; do not edit. Every table is partitioned by `game_date`, the ET
date of the scheduled tip-off: one Parquet file per date locally, one partition in BigQuery. A null is unknown, a zero
is zero. What was left out of a table, and why, is in `nba_quarantine.<table>`.
"""

_FEATURES_HEADER = f"""# Features

Generated from `ml_models/` by `make docs`; do not edit. These are columns of
[nba_predictions.ml_feature_store_v2](tables.md#nba_predictionsml_feature_store_v2); version `{FEATURE_VERSION}`.
D is the game date; "last N" are played games of the season before D, oldest to newest. A null is unknown; nothing is
filled in. A value outside its range cannot be true, and its row is left out.

- **need**: without a *required* feature there is no prediction; an *optional* one may be missing (no line); an *alert*
  one may be missing too, but not for more than 5 % of a date's rows.
- **knows**: what the value may depend on: final *games* before D, the *schedule*, *injuries* as reported before the
  decision instant, or quotes of the *market* before it.
- **varies**: least standard deviation and number of distinct values on a full slate.

Where no injury report speaks of a team, `injury_risk` and `usage_spike_score` of its players are unknown. Both are
required, so these rows are not quality-ready: nobody is assumed to be healthy. The check `quality` says how many.
"""


def tables_page() -> str:
    """The table reference: what one row means, source, key, and every column."""
    index = "\n".join(f"- [{t.full_name}](#{t.dataset}{t.name}): {t.grain}" for t in TABLES.values())
    companion = quarantine_of(next(iter(TABLES.values())))
    sections = [_section(table, table.full_name) for table in TABLES.values()]
    sections.append(_section(companion, "nba_quarantine.<table>"))
    return f"{_HEADER}\n{index}\n\n" + "\n".join(sections)


def features_page() -> str:
    """The feature reference: every feature, the feature sets, and when a row is good enough."""
    features = "\n".join(_cells(_feature_cells(number, feature)) for number, feature in enumerate(FEATURES))
    sets = "\n".join(
        _cells([f"`{s.name}`", str(len(s.features)), f"`{s.content_hash}`", s.description])
        for s in FEATURE_SETS.values()
    )
    weights = "\n".join(_cells([f"`{source}`", f"{weight:g}"]) for source, weight in SOURCE_WEIGHTS.items())
    limits = "\n".join(_cells([f"`{column}`", rule]) for column, rule in _quality_rules().items())
    return (
        f"{_FEATURES_HEADER}\n"
        "| # | feature | unit | range | need | knows | varies | category | source | meaning |\n"
        f"{_rule(10)}\n{features}\n"
        f"\n## Feature sets\n\nOrdered as above. A model stores name and hash of its set.\n\n"
        f"| set | features | hash | what |\n{_rule(4)}\n{sets}\n\nIn no set yet: {_in_no_set()}.\n"
        f"\n## Quality\n\n{rules.__doc__}\n| source | weight |\n{_rule(2)}\n{weights}\n\n"
        f"| column | rule |\n{_rule(2)}\n{limits}\n"
    )


def write(folder: Path = DOCS) -> None:
    """Write all generated pages."""
    folder.mkdir(exist_ok=True)
    (folder / "tables.md").write_text(tables_page())
    (folder / "features.md").write_text(features_page())


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
    return _cells(cells)


def _feature_cells(number: int, feature: Feature) -> list[str]:
    variance = feature.variance
    return [
        str(number),
        feature.name,
        feature.unit,
        f"{feature.low:g} to {feature.high:g}",
        feature.need,
        feature.knows,
        f"{variance.std:g}, {variance.distinct} ({variance.scope})" if variance else "",
        feature.category.replace("_", " "),
        feature.source,
        feature.definition,
    ]


def _quality_rules() -> dict[str, str]:
    """Quality column -> its rule in words, from the limits in `ml_models.quality_rules`."""
    caps = ", ".join(
        f"at most {cap:g} with {missing} or more required missing" for missing, cap in rules.SCORE_CAPS.items()
    )
    return {
        "feature_quality_score": f"mean weight, missing optional features skipped; {caps}",
        "quality_tier": ", ".join(f"{tier} from {least:g}" for tier, least in rules.TIERS.items()),
        "quality_alert_level": (
            f"red below {_limits(rules.RED)}; yellow below {_limits(rules.YELLOW)}, or with a required feature "
            "missing; else green"
        ),
        "is_quality_ready": f"from {_limits(rules.READY)}, with no required feature missing",
        "is_training_ready": f"from {_limits(rules.TRAINING_READY)}",
        "early_season_flag": f"below {rules.EARLY_SEASON_GAMES} played games this season",
    } | {rules.category_column(category): "mean weight, missing features weigh 0" for category in rules.CATEGORIES}


def _limits(limits: Mapping[str, float]) -> str:
    return ", ".join(f"{column} {least:g}" for column, least in limits.items())


def _in_no_set() -> str:
    used = {name for feature_set in FEATURE_SETS.values() for name in feature_set.features}
    return ", ".join(f"`{feature.name}`" for feature in FEATURES if feature.name not in used)


def _rule(columns: int) -> str:
    return "|" + "---|" * columns


def _cells(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    write()
