"""What all checks stand on: rows by date, and a few words instead of a thousand.

Danger covered: a date without rows that gets no verdict, and so stays "in progress" for ever.
"""

import pytest

from nba_assets.checks.verdict import in_words
from nba_assets_tests.checks.batches import JAN_15, JAN_16, JAN_17, batch
from nba_assets_tests.frames import row


def test_every_date_of_the_batch_has_a_frame_and_no_other() -> None:
    rows = [row("nbac_schedule", game_date=day, nba_game_id=f"002230056{n}") for n, day in enumerate((JAN_15, JAN_17))]
    by_date = batch("nbac_schedule", rows, dates=[JAN_15, JAN_16]).rows_by_date()
    assert {day: frame.height for day, frame in by_date.items()} == {JAN_15: 1, JAN_16: 0}
    assert by_date[JAN_16].schema == by_date[JAN_15].schema


def test_an_empty_batch_has_empty_frames() -> None:
    assert batch("nbac_schedule").rows_by_date()[JAN_15].is_empty()


@pytest.mark.parametrize(("count", "text"), [(0, ""), (1, "a"), (5, "a; b; c; d; e"), (6, "a; b; c; d; e and 1 more")])
def test_a_few_examples_and_how_many_more(count: int, text: str) -> None:
    assert in_words(list("abcdefgh")[:count]) == text
