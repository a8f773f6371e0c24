"""Published picks: what a run may say of them, and what it can never do to them.

Dangers covered: a pick that vanishes because a later run, another model or a halt does not want it; a line or price
that changes after the fact; publication after tip-off, of a backtest, during a halt, or beyond the caps; the same said
twice.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_assets.contracts.published_picks import TABLE
from nba_assets.pick_events import FIXED, SNAPSHOT
from nba_assets.transforms import published_picks as transform
from nba_assets_tests.frames import TIPOFF, frame, row
from nba_assets_tests.transforms.bets_support import CHAMPION, DAY, PLAYER
from resources import chain
from resources.pick_ledger import pick_problems

NOW = TIPOFF - timedelta(hours=3)
# Of a bet that passes all rules.
_BET: dict[str, Any] = {
    "best_line": 30.5, "best_price": 1.95, "best_book": "betmgm", "best_p_win": 0.56, "best_p_push": 0.0, "ev": 0.09,
    "nba_player_id": PLAYER,
}  # fmt: skip


def candidate(**more: Any) -> dict[str, Any]:
    return row("signal_best_bets_picks", **(_BET | more))


def rejected(by: str, **more: Any) -> dict[str, Any]:
    nothing = {"is_pick": False, "pick_rank": None, "stake_flat": None, "stake_edge": None}
    return candidate(failed_rules=[by], rejected_by=by, **nothing, **more)


class Ledger:
    """A ledger in memory, and runs over it."""

    def __init__(self) -> None:
        self.entries: list[chain.Entry] = []

    def run(
        self,
        *rows: dict[str, Any],
        now: datetime = NOW,
        not_halted: Collection[date] = (DAY,),
        dates: Sequence[date] = (DAY,),
        sha: str | None = "0" * 64,
    ) -> list[str]:
        """The events of one run."""
        candidates = frame("signal_best_bets_picks", rows).with_columns(model_sha256=pl.lit(sha, pl.String))
        return self.add(transform.events(candidates, dates, not_halted, self.entries, now), now)

    def add(self, bodies: Sequence[dict[str, Any]], now: datetime = NOW) -> list[str]:
        for body in bodies:
            last = self.entries[-1]["hash"] if self.entries else chain.GENESIS
            self.entries.append(chain.sealed(body, len(self.entries) + 1, now, last))
        assert pick_problems(self.entries) == []
        return [body["event"] for body in bodies]

    def rows(self) -> list[dict[str, Any]]:
        found = transform.rows(self.entries, [DAY])
        assert TABLE.schema.is_valid(found)
        return found.to_dicts()


def test_a_pick_is_published_once_with_its_line_and_price() -> None:
    ledger = Ledger()
    assert ledger.run(candidate()) == ["published"]
    assert ledger.run(candidate(), now=NOW + timedelta(hours=1)) == []
    (found,) = ledger.rows()
    assert (found["side"], found["line"], found["price"], found["book"]) == ("UNDER", 30.5, 1.95, "betmgm")
    assert (found["first_published_at"], found["last_event"], found["is_withdrawn"]) == (NOW, "published", False)
    assert (found["source"], found["model_sha256"], found["tipoff_utc"]) == ("algorithm", "0" * 64, TIPOFF)
    assert found["ledger_hash"] == ledger.entries[0]["hash"]
    assert all(name in ledger.entries[0] for name in SNAPSHOT)


NOT_PUBLISHED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "no pick": (rejected("edge"), {}),
    "a backtest": (candidate(prediction_made_before_game=False), {}),
    "at tip-off": (candidate(), {"now": TIPOFF}),
    "after tip-off": (candidate(), {"now": TIPOFF + timedelta(days=9)}),
    "a halted date": (candidate(), {"not_halted": ()}),
    "another date is open": (candidate(), {"not_halted": (DAY + timedelta(days=1),)}),
    "an unknown model": (candidate(), {"sha": None}),
}


@pytest.mark.parametrize("what", NOT_PUBLISHED)
def test_what_is_never_published(what: str) -> None:
    made, how = NOT_PUBLISHED[what]
    ledger = Ledger()
    assert ledger.run(made, **how) == []
    assert ledger.rows() == []


def test_only_what_may_change_is_refreshed() -> None:
    """A line that moves is another bet; the published one was at the published line."""
    ledger = Ledger()
    ledger.run(candidate())
    moved = candidate(best_line=29.5, best_price=2.1, best_book="fanduel", edge=5.5, pick_rank=2, why=["x"], ev=0.3)
    assert ledger.run(moved, now=NOW + timedelta(hours=1)) == ["refreshed"]
    assert ledger.run(moved, now=NOW + timedelta(hours=2)) == []
    (found,) = ledger.rows()
    assert (found["line"], found["price"], found["book"], found["ev"]) == (30.5, 1.95, "betmgm", 0.09)
    assert (found["edge"], found["first_edge"], found["pick_rank"], found["why"]) == (5.5, 4.0, 2, ["x"])
    assert (found["first_published_at"], found["last_event_at"]) == (NOW, NOW + timedelta(hours=1))


LATER = {
    "rejected by a rule": ((rejected("edge"),), "dropped_from_signal"),
    "rejected by a halt": ((rejected("halted"),), "dropped_from_signal"),
    "the system is blocked": ((rejected("system_blocked"),), "model_disabled"),
    "the model is no champion any more": ((rejected("model_is_champion"),), "model_disabled"),
    "the candidate is gone": ((candidate(nba_player_id=1, pick_rank=1, player_lookup="other"),), "dropped_from_signal"),
    "the system is gone": ((candidate(system_id="catboost_v12"),), "model_disabled"),
    "everything is gone": ((), "model_disabled"),
}


@pytest.mark.parametrize("what", LATER)
def test_a_pick_that_is_none_any_more_stays(what: str) -> None:
    rows, event = LATER[what]
    ledger = Ledger()
    ledger.run(candidate())
    assert ledger.run(*rows, now=NOW + timedelta(hours=1)) in ([event], [event, "published"])
    assert ledger.run(*rows, now=NOW + timedelta(hours=2)) == []
    found = next(row for row in ledger.rows() if row["nba_player_id"] == PLAYER)
    assert (found["last_event"], found["is_withdrawn"], found["line"]) == (event, False, 30.5)
    assert found["system_id"] == CHAMPION
    assert ledger.run(candidate(), now=NOW + timedelta(hours=2, minutes=1))[0] == "refreshed"


def test_from_tip_off_on_nothing_happens() -> None:
    """A backfill, a disabled model, a repaired table: whatever runs then, the ledger stays as it is."""
    ledger = Ledger()
    ledger.run(candidate())
    before = ledger.rows()
    for rows in ((), (rejected("edge"),), (candidate(edge=7.0),), (candidate(prediction_made_before_game=False),)):
        assert ledger.run(*rows, now=TIPOFF) == []
        assert ledger.run(*rows, now=TIPOFF + timedelta(days=400)) == []
    # Its tip-off was moved to tomorrow after the game began.
    assert ledger.run(candidate(tipoff_utc=TIPOFF + timedelta(days=1)), now=TIPOFF) == []
    assert ledger.rows() == before


def test_a_tip_off_that_comes_earlier_counts() -> None:
    ledger = Ledger()
    ledger.run(candidate())
    assert ledger.run(candidate(edge=5.0, tipoff_utc=NOW - timedelta(minutes=1)), now=NOW) == []


def test_a_withdrawn_pick_stays_and_is_not_published_again() -> None:
    ledger = Ledger()
    ledger.run(candidate())
    pick = next(iter(transform.published(ledger.entries).values()))
    later = NOW + timedelta(minutes=5)
    assert ledger.add([transform.retraction(pick, "he is ill", "ann", later)], later) == ["retracted"]
    assert ledger.run(candidate(edge=6.0), now=later) == []
    (found,) = ledger.rows()
    assert (found["is_withdrawn"], found["withdrawn_at"], found["why"]) == (True, later, ["he is ill"])
    withdrawn = next(iter(transform.published(ledger.entries).values()))
    with pytest.raises(ValueError, match="it was withdrawn"):
        transform.retraction(withdrawn, "again", "ann", later)


def test_a_pick_is_not_withdrawn_after_tip_off() -> None:
    ledger = Ledger()
    ledger.run(candidate())
    pick = next(iter(transform.published(ledger.entries).values()))
    with pytest.raises(ValueError, match="its game began"):
        transform.retraction(pick, "it loses", "ann", TIPOFF)


def team(players: Sequence[int], name: str = "PHI", game: str = "0022300561") -> list[dict[str, Any]]:
    return [
        candidate(nba_player_id=n, pick_rank=rank, team_abbr=name, nba_game_id=game, player_lookup=f"p{n}")
        for rank, n in enumerate(players, 1)
    ]


def test_the_caps_hold_over_all_runs_of_a_date() -> None:
    """Each run has two of a team; three runs had six, and they lose together."""
    ledger = Ledger()
    assert ledger.run(*team([1, 2])) == ["published"] * 2
    assert "published" not in ledger.run(*team([3, 4]))
    assert ledger.run(*team([5, 6], "NYK")).count("published") == 1
    assert [found["nba_player_id"] for found in ledger.rows()] == [1, 2, 5]


def test_the_better_pick_takes_the_last_place() -> None:
    ledger = Ledger()
    ledger.run(*team([1]))
    ledger.run(*team([3, 2])[::-1])
    assert {found["nba_player_id"] for found in ledger.rows()} == {1, 3}


def test_a_player_is_published_once_whoever_picks_him() -> None:
    """A new champion takes over in the afternoon: the same bet again would be twice the stake."""
    ledger = Ledger()
    ledger.run(candidate())
    assert ledger.run(candidate(system_id="catboost_v12", best_line=29.5)) == ["model_disabled"]
    assert len(ledger.rows()) == 1


def test_other_dates_are_left_alone() -> None:
    ledger = Ledger()
    ledger.run(candidate())
    assert ledger.run(dates=[DAY + timedelta(days=1)]) == []
    assert transform.rows(ledger.entries, [DAY + timedelta(days=1)]).is_empty()


def test_a_manual_pick_is_not_the_algorithm_s_to_change() -> None:
    ledger = Ledger()
    ledger.run(candidate())
    body = {name: ledger.entries[0][name] for name in SNAPSHOT} | {"event": "manual_added", "source": "manual"}
    ledger.entries.clear()
    ledger.add([body])
    assert ledger.run(rejected("edge")) == [] == ledger.run()
    ledger.add([body | {"event": "manual_removed"}])
    assert ledger.rows()[0]["is_withdrawn"]


def test_a_halt_state_of_yesterday_opens_nothing() -> None:
    """The table is not written any more: nobody knows whether the date is halted."""

    def found(hours: float, *, halted: bool = False) -> set[date]:
        state = row("halt_state", is_halted=halted, as_of_ts=NOW - timedelta(hours=hours))
        return transform.open_dates(frame("halt_state", [state]), NOW)

    assert found(1) == {DAY}
    assert found(23.9) == {DAY}
    assert found(24) == set() == found(1, halted=True)


RUNS = st.lists(
    st.tuples(
        st.integers(0, 90),
        st.lists(
            st.tuples(st.integers(1, 4), st.booleans(), st.floats(3, 9), st.sampled_from([28.5, 29.5, 30.5])),
            max_size=4, unique_by=lambda made: made[0],
        ),
        st.booleans(),
    ),
    max_size=8,
)  # fmt: skip


@given(RUNS)
@settings(max_examples=30, deadline=None)
def test_whatever_runs_follow_nothing_published_is_lost_or_altered(runs: list[Any]) -> None:
    ledger, now = Ledger(), NOW
    for minutes, made, is_open in runs:
        now += timedelta(minutes=minutes)
        rows = [
            candidate(nba_player_id=n, pick_rank=rank, edge=edge, best_line=line, player_lookup=f"p{n}")
            if good
            else rejected("edge", nba_player_id=n, edge=edge, player_lookup=f"p{n}")
            for rank, (n, good, edge, line) in enumerate(made, 1)
        ]
        before = {found["nba_player_id"]: found for found in ledger.rows()}
        said = ledger.run(*rows, now=now, not_halted=(DAY,) if is_open else ())
        after = {found["nba_player_id"]: found for found in ledger.rows()}
        assert before.keys() <= after.keys()
        fixed = [*(name for name in FIXED), "first_published_at"]
        assert all(after[n][name] == found[name] for n, found in before.items() for name in fixed)
        assert len(after) <= 2  # of one team
        if now >= TIPOFF:
            assert said == []
        assert ledger.run(*rows, now=now, not_halted=(DAY,) if is_open else ()) == []


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "another line": ({"event": "refreshed", "line": 29.5}, "altered"),
    "another price": ({"event": "refreshed", "price": 2.5}, "altered"),
    "after tip-off": ({"event": "refreshed", "tipoff_utc": NOW.isoformat()}, "back_dated"),
    "published twice": ({"event": "published"}, "foreign"),
    "an unknown event": ({"event": "improved"}, "foreign"),
    "a refresh of nothing": ({"event": "refreshed", "nba_player_id": 1}, "foreign"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_chained_entry_that_no_run_writes_is_named(what: str) -> None:
    """Somebody with the code can seal an entry; it must still say something possible."""
    values, kind = WRONG[what]
    ledger = Ledger()
    ledger.run(candidate())
    body = {name: ledger.entries[0][name] for name in SNAPSHOT} | values
    forged = chain.sealed(body, 2, NOW, ledger.entries[0]["hash"])
    assert [(problem.kind, problem.seq) for problem in pick_problems([*ledger.entries, forged])] == [(kind, 2)]
