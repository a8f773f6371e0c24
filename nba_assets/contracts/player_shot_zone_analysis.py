import dataframely as dy
import polars as pl

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table

# The word of primary_scoring_zone for each zone; balanced is none of them.
ZONE_WORDS = {"paint": "paint", "three_pt": "perimeter", "mid_range": "mid_range"}
PRIMARY_ZONES = [*ZONE_WORDS.values(), "balanced"]
SAMPLE_QUALITIES = ["excellent", "good", "limited", "insufficient"]
QUALITY_TIERS = ["high", "medium", "low"]


def _percent(description: str, *, nullable: bool = True) -> dy.Float64:
    return col.number(description, unit="percent", low=0, high=100, nullable=nullable)


def _share(description: str) -> dy.Float64:
    return col.number(description, unit="fraction", low=0, high=1)


def _per_game(description: str) -> dy.Float64:
    return col.number(description, unit="per game", low=0, high=60, nullable=False)


class PlayerShotZoneAnalysis(dy.Schema):
    """One row per player expected for a game of the date who has enough games: from where he shot in his last games.

    State before the games of `game_date` (analysis_date of old). A game is one he played this season, with minutes or
    a shot, whose zones are known; a game without zone data is no game here. Fewer than 10 games are no row, on season
    days 14-20 fewer than min(3 + day // 3, 9); days 0-13 have no rows. Zones, definition 1: a shot's label decides
    between two and three, then the play-by-play qualifier pointsinthepaint (in shot charts the basic zone) between paint
    and mid-range; distance decides nothing.
    """

    game_date = col.game_date(primary_key=True)
    nba_player_id = col.nba_player_id(primary_key=True)
    player_lookup = col.player_lookup()
    team_abbr = col.team_abbr("His team as of the date.")
    season_year = col.season_year()
    paint_rate_last_10 = _percent("Share of his attempts in the paint; null without an attempt.")
    mid_range_rate_last_10 = _percent("Share of his attempts from mid-range.")
    three_pt_rate_last_10 = _percent("Share of his attempts from three.")
    paint_pct_last_10 = _share("Makes / attempts in the paint; null without an attempt there.")
    mid_range_pct_last_10 = _share("Makes / attempts from mid-range.")
    three_pt_pct_last_10 = _share("Makes / attempts from three.")
    paint_attempts_per_game = _per_game("Attempts in the paint, last 10.")
    mid_range_attempts_per_game = _per_game("Attempts from mid-range, last 10.")
    three_pt_attempts_per_game = _per_game("Attempts from three, last 10.")
    total_shots_last_10 = col.count("Attempts of the three zones, last 10.", maximum=600, nullable=False)
    games_in_sample_10 = col.count("Games behind the _last_10 columns.", maximum=10, nullable=False)
    games_in_sample_20 = col.count("Games of the season he has, at most 20.", maximum=20, nullable=False)
    paint_rate_last_20 = _percent("Share of attempts in the paint over the last 20; null below 15 games.")
    paint_pct_last_20 = _share("Makes / attempts in the paint over the last 20; null below 15 games.")
    assisted_rate_last_10 = _percent("Assisted makes / makes, over those of the 10 games that know assists.")
    unassisted_rate_last_10 = _percent("Unassisted makes / makes, over the same games.")
    primary_scoring_zone = col.one_of(
        PRIMARY_ZONES,
        "paint from 40 % of attempts, else perimeter from 40 %, else mid_range from 35 %, else balanced; null without "
        "rates.",
        nullable=True,
    )
    sample_quality_10 = col.one_of(SAMPLE_QUALITIES, "excellent from 10 games, good from 7, limited from 5.")
    sample_quality_20 = col.one_of(SAMPLE_QUALITIES, "excellent from 20 games, good from 14, limited from 10.")
    data_quality_tier = col.one_of(QUALITY_TIERS, "high from 10 games, medium from 7, else low.")

    @dy.rule()
    def rates_sum_to_100(cls) -> pl.Expr:
        total = pl.sum_horizontal(
            "paint_rate_last_10", "mid_range_rate_last_10", "three_pt_rate_last_10", ignore_nulls=False
        )
        return (total - 100).abs() < 1e-6


TABLE = Table(
    "nba_precompute",
    "player_shot_zone_analysis",
    PlayerShotZoneAnalysis,
    source="upcoming_player_game_context, and player_game_summary of the season before the date",
    cluster_by=("player_lookup",),
)
