"""Who is who: one normaliser of player names, and the linking of a written name to a person id."""

from nba_assets.transforms.identity.names import player_lookup, player_lookup_expr

__all__ = ["player_lookup", "player_lookup_expr"]
