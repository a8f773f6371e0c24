"""How the lead went in a game, from the running score."""

from itertools import pairwise

from resources.simulated_league.nba_documents.common import Document, State, clock


def leads(game: State, side: int) -> Document:
    """The keys of a team's statistics about its lead, its longest run, ties and changes."""
    scores = [event for event in game.script.events[: game.moment.count] if event.points]
    lines = [(0, 0, 0), *((event.elapsed, event.score[side], event.score[1 - side]) for event in scores)]
    _, own, theirs = best = max(lines, key=lambda line: line[1] - line[2])
    signs = [(line[1] > line[2]) - (line[1] < line[2]) for line in lines]
    times = [*(line[0] for line in lines), game.moment.elapsed]
    leading = sum(later - earlier for (earlier, later), sign in zip(pairwise(times), signs, strict=True) if sign > 0)
    held = [sign for sign in signs if sign]
    run, longest, at = 0, 0, best
    for earlier, later in pairwise(lines):
        run = run + later[1] - earlier[1] if later[2] == earlier[2] else 0
        if run > longest:
            longest, at = run, later
    return {
        "biggestLead": max(own - theirs, 0),
        "biggestLeadScore": f"{own}-{theirs}",
        "biggestScoringRun": longest,
        "biggestScoringRunScore": f"{at[1]}-{at[2]}",
        "leadChanges": sum(earlier != later for earlier, later in pairwise(held)),
        "timeLeading": clock(leading),
        "timesTied": signs[1:].count(0),
    }
