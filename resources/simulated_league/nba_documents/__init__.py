"""The NBA's documents of the simulated league, as they stand at an instant: plain dicts in the provider's shape.

Marked SIMULATED where text is free (arena, request), never by keys the real documents do not have. What nobody can know
at the instant is in no document: `common.state` is the only way to a game's events.
"""
