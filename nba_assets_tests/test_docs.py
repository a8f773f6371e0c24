"""Generated pages are what the declarations say now; a stale page is worse than none."""

from pathlib import Path

from ml_models.feature_sets import FEATURE_SETS
from ml_models.features import FEATURES
from nba_assets.contracts import TABLES
from nba_assets.docs import DOCS, features_page, tables_page, write


def test_the_table_reference_is_up_to_date() -> None:
    assert (DOCS / "tables.md").read_text() == tables_page(), "docs/tables.md is stale: run `make docs`"


def test_the_feature_reference_is_up_to_date() -> None:
    assert (DOCS / "features.md").read_text() == features_page(), "docs/features.md is stale: run `make docs`"


def test_every_feature_and_set_is_on_the_feature_page() -> None:
    page = features_page()
    for number, feature in enumerate(FEATURES):
        assert f"\n| {number} | {feature.name} | " in page
    for feature_set in FEATURE_SETS.values():
        assert f"\n| `{feature_set.name}` | {len(feature_set.features)} | `{feature_set.content_hash}` | " in page
    # The page links to the table of the features.
    assert f"\n## {TABLES['ml_feature_store_v2'].full_name}\n" in tables_page()


def test_every_row_of_the_feature_page_has_as_many_cells_as_its_table() -> None:
    for block in features_page().split("\n\n"):
        rows = [line.replace("\\|", "").count("|") for line in block.splitlines() if line.startswith("|")]
        assert len(set(rows)) <= 1, block


def test_every_table_and_column_is_on_the_page_and_links_lead_somewhere() -> None:
    page = tables_page()
    for table in TABLES.values():
        heading = f"## {table.full_name}"
        assert f"\n{heading}\n" in page
        # GitHub's anchor of a heading: lower case, punctuation dropped.
        anchor = "".join(c for c in table.full_name.lower() if c.isalnum() or c in "_-")
        assert f"(#{anchor})" in page
        section = page.split(f"\n{heading}\n")[1].split("\n## ")[0]
        for name in table.column_names:
            assert f"| {name} |" in section or f"| **{name}** |" in section


def test_every_row_of_every_table_has_the_same_cells() -> None:
    """A vertical bar in a description or pattern would shift the columns to its right."""
    for line in tables_page().splitlines():
        if line.startswith("|"):
            assert line.replace("\\|", "").count("|") == 7, line


def test_pages_are_written_where_asked(tmp_path: Path) -> None:
    write(tmp_path / "docs")
    assert (tmp_path / "docs" / "tables.md").read_text() == tables_page()
    assert (tmp_path / "docs" / "features.md").read_text() == features_page()
