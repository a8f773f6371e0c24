import dataframely as dy

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table
from nba_assets.contracts.player_shot_zone_analysis import QUALITY_TIERS, ZONE_WORDS


def _share(description: str) -> dy.Float64:
    return col.number(description, unit="fraction", low=0, high=1)


def _per_game(description: str, *, high: float = 200, nullable: bool = False) -> dy.Float64:
    return col.number(description, unit="per game", low=0, high=high, nullable=nullable)


def _vs_league(zone: str) -> dy.Float64:
    return col.number(
        f"({zone} pct allowed - league's) * 100; **positive = weaker defence**. The league's is the unweighted mean over "
        "teams with 10 or more games in the 30 days before the date (longer after an idle league); null below 10 such "
        "teams.",
        unit="percentage points",
        low=-100,
        high=100,
    )


class TeamDefenseZoneAnalysis(dy.Schema):
    """One row per team on every date with games: what its defence allowed by zone in its last 15 games.

    All teams, also those that do not play, because the league's mean needs them. State before the games of `game_date`
    (analysis_date of old); games are this season's with zone data. Fewer than 15 games are no row, on season days 14-20
    fewer than min(5 + day // 3, 14); days 0-13 and dates with fewer than 25 such teams have no rows. Zones are those of
    player_shot_zone_analysis.
    """

    game_date = col.game_date(primary_key=True)
    team_abbr = col.team_abbr("The defending team.", primary_key=True)
    season_year = col.season_year()
    paint_pct_allowed_last_15 = _share("Opponents' makes / attempts in the paint.")
    mid_range_pct_allowed_last_15 = _share("Opponents' makes / attempts from mid-range.")
    three_pt_pct_allowed_last_15 = _share("Opponents' makes / attempts from three.")
    paint_attempts_allowed_per_game = _per_game("Opponents' attempts in the paint.")
    mid_range_attempts_allowed_per_game = _per_game("Opponents' attempts from mid-range.")
    three_pt_attempts_allowed_per_game = _per_game("Opponents' attempts from three.")
    paint_points_allowed_per_game = _per_game("2 * opponents' makes in the paint.")
    paint_blocks_per_game = _per_game(
        "Own blocks of shots in the paint, over the games that know blocks; null without one.", high=50, nullable=True
    )
    mid_range_blocks_per_game = _per_game("Own blocks of mid-range shots, likewise.", high=50, nullable=True)
    three_pt_blocks_per_game = _per_game("Own blocks of threes, likewise.", high=50, nullable=True)
    paint_defense_vs_league_avg = _vs_league("paint")
    mid_range_defense_vs_league_avg = _vs_league("mid-range")
    three_pt_defense_vs_league_avg = _vs_league("three-point")
    defensive_rating_last_15 = col.number(
        "Mean points allowed per 100 opponent possessions.",
        unit="points per 100 possessions",
        low=50,
        high=200,
        nullable=False,
    )
    opponent_points_per_game = _per_game("Mean points allowed.")
    opponent_pace = col.number("Opponents' mean pace.", unit="possessions per 48 min", low=60, high=150, nullable=False)
    strongest_zone = col.one_of(
        list(ZONE_WORDS.values()), "Zone with the smallest vs-league value; null without them.", nullable=True
    )
    weakest_zone = col.one_of(list(ZONE_WORDS.values()), "Zone with the largest vs-league value.", nullable=True)
    games_in_sample = col.count("Games behind the row.", maximum=15, nullable=False)
    data_quality_tier = col.one_of(QUALITY_TIERS, "high from 15 games, medium from 10, else low.")


TABLE = Table(
    "nba_precompute",
    "team_defense_zone_analysis",
    TeamDefenseZoneAnalysis,
    source="nbac_schedule, and team_defense_game_summary of the season before the date",
    cluster_by=("team_abbr",),
)
