"""The features of `ml_feature_store_v2` by where they come from; each module adds named columns to the rows asked for.

`rows` are those of the store (`game_date`, `nba_player_id`, `season_year`, teams). History is `player_game_summary` and
`team_offense_game_summary`; only games before a row's own date are seen, whatever other dates the frames hold.
"""
