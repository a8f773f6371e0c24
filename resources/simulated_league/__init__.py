"""A SIMULATED league that answers like the NBA's and the bookmakers' servers.

For the demo, for tests, and for questions that need known true probabilities.

Teams are the NBA's; players, games and quotes are invented. Data's way: `world` (who exists) and `fixtures` (who plays
whom) -> `availability` (who is hurt, who knows it when) -> `box` (what happens) -> `script` (when it happens) ->
documents in the providers' shapes -> `server` (an ASGI application that answers according to its clock).
"""
