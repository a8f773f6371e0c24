"""Parts of `player_prop_predictions`: forecasts as rows, what they say of the line, the best offer, versions."""
