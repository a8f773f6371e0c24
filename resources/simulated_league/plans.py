"""Fault plans with a name, for `--faults`: each is a way in which real evenings went wrong."""

from datetime import date
from pathlib import Path

from resources.simulated_league.faults import (
    Cut,
    FaultPlan,
    Lateness,
    Refusal,
    Repetition,
    Rule,
    Silence,
    Truncation,
    read_rules,
)
from resources.simulated_league.revisions import Correction, Respelling

_STATS, _CDN, _ODDS = "/stats/*", "/static/json/*", "/v4/*"
_BOX = "/static/json/liveData/boxscore/*"

PLANS: dict[str, tuple[Rule, ...]] = {
    # Everything that a retry cures.
    "rough_night": (
        Rule("throttled", Refusal(429, retry_after="2"), share=0.1, times=1, lot="rough"),
        Rule("throttled_twice", Refusal(429), share=0.05, times=2, lot="rough"),
        Rule("broken", Refusal(500), share=0.1, times=1, lot="rough"),
        Rule("bad_gateway", Refusal(502), share=0.05, times=2, lot="rough"),
        Rule("unavailable", Refusal(503), share=0.05, times=1, lot="rough"),
        Rule("cut", Cut(), share=0.1, times=1, lot="rough"),
        Rule("truncated", Truncation(), share=0.1, times=1, lot="rough"),
        Rule("silent", Silence(), share=0.05, times=1, lot="rough"),
    ),
    # Schedule and scoreboard say final, the box score is twelve minutes behind.
    "early_final": (
        Rule("late_box", Lateness(minutes=12), _BOX),
        Rule("late_log", Lateness(minutes=12), "/stats/leaguegamelog"),
    ),
    "corrected_box": (Rule("correction", Correction(hours=24, share=0.3)),),
    # A cache that forgets: a document again, or an older one than before.
    "stale_cache": (
        Rule("repeated", Repetition(), _CDN, share=0.5, skip=1, times=1),
        Rule("older", Lateness(minutes=180), _STATS, share=0.5, skip=1, times=1),
    ),
    "thin_market": (Rule("no_market", Refusal(204), "/v4/sports/*/events/*/odds", share=0.3, times=1),),
    "respelled_names": (Rule("respelled", Respelling(since=date(2025, 1, 15))),),
    "stats_down": (Rule("stats_down", Refusal(503), _STATS),),
    "stats_blocked": (Rule("stats_blocked", Refusal(403), _STATS),),
}


def fault_plan(words: str, seed: int = 0) -> FaultPlan:
    """The plan of comma-separated names, or of TOML files (`*.toml`) with rules of one's own."""
    rules: list[Rule] = []
    for word in filter(None, (word.strip() for word in words.split(","))):
        if word.endswith(".toml"):
            rules += read_rules(Path(word))
        elif word in PLANS:
            rules += PLANS[word]
        else:
            raise ValueError(f"no fault plan is called {word!r}; there are {', '.join(PLANS)}, or a file *.toml")
    return FaultPlan(*rules, seed=seed)
