"""The rules of the precomputed tables one by one, on a few rows.

Dangers covered: threes at 100 % because a game's zones are unknown, fatigue upside down, a match-up of the wrong sign,
a pace that rewards a fast team twice, usage invented where no report is known.
"""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from nba_assets.transforms import player_composite_factors, player_daily_cache, player_shot_zone_analysis
from nba_assets.transforms.windows import enough_games
from nba_assets_tests.frames import GAME_DATE, frame, row

CONTEXT = "upcoming_player_game_context"
RESTED: dict[str, Any] = {"days_rest": 2, "minutes_in_last_7_days": 90.0, "avg_minutes_per_game_last_7": 30.0}
ZONES_OF_A_GAME = {
    "paint_attempts": 4,
    "paint_makes": 2,
    "mid_range_attempts": 1,
    "mid_range_makes": 1,
    "three_attempts_pbp": 5,
    "three_makes_pbp": 2,
}


def games(count: int, *, player: int = 203954, **more: Any) -> list[dict[str, Any]]:
    """Played games on every second day, the newest two days before the default date."""
    return [
        row(
            "player_game_summary",
            **{
                "nba_player_id": player,
                "game_date": GAME_DATE - timedelta(2 * number),
                "nba_game_id": f"00223{900 - number:05d}",
                "minutes_played": 30.0,
            }
            | more,
        )
        for number in range(count, 0, -1)
    ]


def shot_zones(history: list[dict[str, Any]]) -> pl.DataFrame:
    return player_shot_zone_analysis.build(frame(CONTEXT, [row(CONTEXT)]), frame("player_game_summary", history))


def cache(history: list[dict[str, Any]], **context: Any) -> pl.DataFrame:
    return player_daily_cache.build(
        frame(CONTEXT, [row(CONTEXT, **context)]),
        frame("player_shot_zone_analysis"),
        frame("player_game_summary", history),
        frame("team_offense_game_summary"),
    )


def factors(
    *players: dict[str, Any],
    zones: dict[str, Any] | None = None,
    defence: dict[str, Any] | None = None,
    history: list[dict[str, Any]] | None = None,
    teams: list[dict[str, Any]] | None = None,
) -> list[dict[str, Any]]:
    built = player_composite_factors.build(
        frame(CONTEXT, [row(CONTEXT, **RESTED | player) for player in players or ({},)]),
        frame("player_shot_zone_analysis", [] if zones is None else [row("player_shot_zone_analysis", **zones)]),
        frame(
            "team_defense_zone_analysis",
            [] if defence is None else [row("team_defense_zone_analysis", team_abbr="NYK", **defence)],
        ),
        frame("player_game_summary", history or []),
        frame("team_offense_game_summary", teams or []),
    )
    return built.sort("nba_player_id").to_dicts()


# --- shot zones


def test_a_game_without_zones_is_no_game() -> None:
    assert shot_zones(games(9, **ZONES_OF_A_GAME) + games(12)[:3]).is_empty()
    (found,) = shot_zones(games(10, **ZONES_OF_A_GAME) + games(14)[:4]).to_dicts()
    assert found["games_in_sample_20"] == 10
    assert [found[f"{zone}_rate_last_10"] for zone in ("paint", "mid_range", "three_pt")] == [40.0, 10.0, 50.0]
    assert [found[f"{zone}_pct_last_10"] for zone in ("paint", "mid_range", "three_pt")] == [0.5, 1.0, 0.4]
    assert (found["paint_rate_last_20"], found["primary_scoring_zone"]) == (None, "paint")


def test_a_player_without_a_shot_has_no_rates() -> None:
    (found,) = shot_zones(games(10, **dict.fromkeys(ZONES_OF_A_GAME, 0))).to_dicts()
    assert found["paint_rate_last_10"] is None
    assert found["primary_scoring_zone"] is None
    assert found["total_shots_last_10"] == 0


def test_a_player_who_takes_no_threes_has_rates() -> None:
    none = {"three_attempts_pbp": 0, "three_makes_pbp": 0}
    (found,) = shot_zones(games(10, **ZONES_OF_A_GAME | none)).to_dicts()
    assert (found["paint_rate_last_10"], found["three_pt_rate_last_10"]) == (80.0, 0.0)
    assert found["three_pt_pct_last_10"] is None


@pytest.mark.parametrize(
    ("paint", "three", "mid", "zone"),
    [
        (40.0, 50.0, 10.0, "paint"),
        (39.0, 40.0, 21.0, "perimeter"),
        (39.0, 26.0, 35.0, "mid_range"),
        (39.0, 39.0, 22.0, "balanced"),
        (None, None, None, None),
    ],
)
def test_primary_zone(paint: float | None, three: float | None, mid: float | None, zone: str | None) -> None:
    rates = {"paint_rate_last_10": paint, "three_pt_rate_last_10": three, "mid_range_rate_last_10": mid}
    found = pl.DataFrame({name: [rate] for name, rate in rates.items()}, schema=dict.fromkeys(rates, pl.Float64))
    assert found.select(player_shot_zone_analysis.primary_zone()).item() == zone


@pytest.mark.parametrize(
    ("day", "games_played", "enough"),
    [(13, 40, False), (14, 7, False), (14, 8, True), (20, 8, True), (21, 9, False), (21, 10, True)],
)
def test_the_first_days_ask_for_less_and_the_very_first_for_nothing(day: int, games_played: int, enough: bool) -> None:
    asked = pl.DataFrame({"game_date": [date(2023, 10, 24) + timedelta(day)], "season_year": [2023]})
    gate = enough_games(pl.lit(games_played), least=10, lowered=pl.lit(8))
    assert asked.select(gate).item() is enough


# --- daily cache


def test_a_player_has_a_row_from_his_first_game_on() -> None:
    (found,) = cache(games(1, points=10)).to_dicts()
    assert (found["points_avg_season"], found["points_std_last_10"]) == (10.0, None)
    assert (found["games_played_season"], found["early_season_flag"]) == (1, True)
    assert cache([]).is_empty()


def test_the_ewma_halves_over_eight_games() -> None:
    zero = {"points": 0, "fg_makes": 0, "three_pt_makes": 0, "ft_makes": 0}
    history = games(9, **zero)
    history[0] |= {"points": 10}
    (found,) = cache(history).to_dicts()
    weights = [0.5 ** (age / 8) for age in range(9)]
    assert weights[8] == 0.5
    assert found["points_avg_ewma"] == pytest.approx(10 * 0.5 / sum(weights))


def test_a_dnp_row_changes_nothing() -> None:
    absent = games(3)[1] | {"is_dnp": True, "is_active": False, "points": None, "nba_game_id": "0022300999"}
    assert cache(games(3)).equals(cache([*games(3), absent]))


def test_the_cup_final_is_a_game_but_not_of_the_season() -> None:
    history = games(3, points=10)
    history[-1] |= {"nba_game_id": "0062300001", "points": 40}
    (found,) = cache(history).to_dicts()
    assert (found["points_avg_last_5"], found["points_avg_season"], found["games_played_season"]) == (20.0, 10.0, 2)


@pytest.mark.parametrize(("days_ago", "kept"), [(60, True), (61, False)])
def test_who_has_not_played_for_long_has_no_row(days_ago: int, kept: bool) -> None:
    league = [
        row("player_game_summary", nba_player_id=9, game_date=GAME_DATE - timedelta(ago), nba_game_id=f"00223{ago:05d}")
        for ago in range(1, 70)
    ]
    own = games(1, game_date=GAME_DATE - timedelta(days_ago))
    assert (cache(own + league).height == 1) is kept


# --- composite factors


@pytest.mark.parametrize(
    ("context", "score"),
    [
        ({}, 100),
        ({"days_rest": 1}, 85),
        ({"days_rest": 3}, 100),
        ({"days_rest": 3, "games_in_last_7_days": 4}, 95),
        ({"games_in_last_7_days": 4}, 90),
        ({"minutes_in_last_7_days": 241.0}, 90),
        ({"avg_minutes_per_game_last_7": 35.1}, 92),
        ({"avg_minutes_per_game_last_7": None, "minutes_in_last_7_days": 0.0}, 100),
        ({"back_to_backs_last_14_days": 1}, 95),
        ({"back_to_backs_last_14_days": 2}, 88),
        ({"days_rest": None}, None),
    ],
)
def test_fatigue_100_is_rested(context: dict[str, Any], score: int | None) -> None:
    (found,) = factors(context)
    assert found["fatigue_score"] == score
    assert found["fatigue_adjustment"] == (None if score is None else (score - 100) / 20)


@pytest.mark.parametrize(
    ("primary", "versus", "score"),
    [
        ("paint", 4.0, 4.0),
        ("balanced", 4.0, 4.0),
        ("paint", -4.0, -4.0),
        ("paint", 6.0, 7.2),
        ("paint", 9.0, 10.0),
        (None, 4.0, None),
        ("paint", None, None),
    ],
)
def test_a_weak_defence_in_his_zone_is_good_for_him(
    primary: str | None, versus: float | None, score: float | None
) -> None:
    (found,) = factors(zones={"primary_scoring_zone": primary}, defence={"paint_defense_vs_league_avg": versus})
    assert found["shot_zone_mismatch_score"] == pytest.approx(score)


def test_the_perimeter_is_judged_by_threes_and_by_how_much_he_shoots_them() -> None:
    zones = {"primary_scoring_zone": "perimeter", "three_pt_rate_last_10": 40.0}
    (found,) = factors(zones=zones, defence={"paint_defense_vs_league_avg": 9.0, "three_pt_defense_vs_league_avg": 2.0})
    assert found["shot_zone_mismatch_score"] == pytest.approx(1.6)


@pytest.mark.parametrize("missing", ["zones", "defence"])
def test_a_match_up_without_either_row_is_unknown(missing: str) -> None:
    rows: dict[str, Any] = {"zones": {}, "defence": {"paint_defense_vs_league_avg": 4.0}}
    (found,) = factors(**rows | {missing: None})
    assert found["shot_zone_mismatch_score"] is None
    assert found["total_composite_adjustment"] is None


def test_a_fast_opponent_is_good_whatever_his_own_team_plays() -> None:
    names = ["NYK", "PHI", "BOS", "MIA", "ATL", "CHI", "CLE", "DET", "IND", "MIL"]
    paces = dict.fromkeys(names, 99.0) | {"NYK": 103.0, "PHI": 110.0, "BOS": 84.0}
    teams = [
        row("team_offense_game_summary", team_abbr=name, pace=pace, game_date=GAME_DATE - timedelta(3))
        for name, pace in paces.items()
    ]
    (found,) = factors(teams=teams)
    assert found["league_pace_last_10"] == 99.0
    assert found["pace_score"] == 2.0
    (few,) = factors(teams=teams[:9])
    assert (few["opponent_pace_last_10"], few["pace_score"]) == (103.0, None)


def team_of_three(out: str | None) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Three players with usage 30, 20, 20 and 40 minutes each in the team's last game; the first has status `out`."""
    status = {"player_status": "available", "star_teammates_out": 1}
    players = [
        {"nba_player_id": number, "avg_usage_rate_last_7_games": usage, **status}
        for number, usage in ((1, 30.0), (2, 20.0), (3, 20.0))
    ]
    players[0] |= {"player_status": out}
    history = [game for number in (1, 2, 3) for game in games(1, player=number, minutes_played=40.0)]
    team = {"game_date": history[0]["game_date"], "nba_game_id": history[0]["nba_game_id"]}
    return players, {"history": history, "teams": [row("team_offense_game_summary", **team)]}


@pytest.mark.parametrize("status", ["out", "doubtful"])
def test_usage_of_who_is_out_is_shared(status: str) -> None:
    players, frames = team_of_three(status)
    gone, *left = factors(*players, **frames)
    # 70 points of usage in 120 minutes become 70 / 40 in 80: 20 * 70 / 40 * 80 / 120.
    assert [mate["projected_usage_rate"] for mate in left] == pytest.approx([70 / 3, 70 / 3])
    assert left[0]["usage_spike_score"] == pytest.approx(0.3 * (70 / 3 - 20) * 1.15)
    assert gone["usage_spike_score"] is None


def test_with_nobody_out_usage_stays() -> None:
    players, frames = team_of_three("questionable")
    assert [mate["usage_spike_score"] for mate in factors(*players, **frames)] == [0.0, 0.0, 0.0]


def test_without_a_report_usage_is_unknown() -> None:
    players, frames = team_of_three("out")
    found = factors(*({**player, "player_status": None} for player in players), **frames)
    assert [mate["usage_spike_score"] for mate in found] == [None] * 3
    assert [mate["usage_known"] for mate in found] == [False] * 3
