"""CDN liveData play-by-play: the actions so far."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar

from resources.simulated_league.events import Event
from resources.simulated_league.league import League
from resources.simulated_league.model import Fixture, Player
from resources.simulated_league.nba_documents.boxscore import official_id
from resources.simulated_league.nba_documents.common import Document, State, cdn_meta, clock, period_type, state
from resources.simulated_league.tally import Tally

# Characters of an instant down to the second, and to its tenth.
_SECOND, _TENTH = 19, 21
_SHOT_WORDS = {"Layup": "Layup", "DUNK": "DUNK", "Hook": "Hook", "Jump Shot": "Shot"}


def play_by_play(league: League, fixture: Fixture, now: datetime) -> Document | None:
    """None before tip-off: the file does not exist."""
    game = state(league, fixture, now)
    if game is None:
        return None
    return {
        "meta": cdn_meta(fixture, "playbyplay", now),
        "game": {"gameId": fixture.nba_game_id, "actions": _Teller(game).actions()},
    }


class _Teller:
    """Tells the events in order, with the running totals the feed repeats."""

    def __init__(self, game: State) -> None:
        self.game = game
        self.teams = game.fixture.teams
        self.events = game.script.events
        lines = game.script.box.lines
        self.people = {line.player.person_id: line.player for team in self.teams for line in lines[team.abbr]}
        self.tally = Tally(game.script)
        self.official = official_id(game.fixture, 0)

    def actions(self) -> list[Document]:
        result = []
        for n, event in enumerate(self.events[: self.game.moment.count]):
            self.tally.add(event)
            action = self._base(event, n)
            if tell := self._TELL.get(event.kind):
                tell(self, event, action)
            result.append(action)
        return result

    def _base(self, event: Event, n: int) -> Document:
        at, side, player = event.at, event.side, event.player
        action: Document = {
            "actionNumber": event.number,
            "clock": clock(event.clock),
            "timeActual": f"{at.isoformat(timespec='milliseconds')[:_TENTH]}Z",
            "period": event.period,
            "periodType": period_type(event.period),
        }
        if side is not None:
            action["teamId"] = self.teams[side].team_id
            action["teamTricode"] = self.teams[side].abbr
        action["actionType"] = event.kind
        action["subType"] = event.sub
        if event.descriptor:
            action["descriptor"] = event.descriptor
        people = [person for person in (player, event.other) if person is not None]
        action |= {
            "qualifiers": list(event.qualifiers),
            "personId": player or 0,
            "x": None,
            "y": None,
            "side": None,
            "possession": 0 if event.possession is None else self.teams[event.possession].team_id,
            "scoreHome": str(event.score[1]),
            "scoreAway": str(event.score[0]),
            "edited": f"{(at + timedelta(seconds=n % 40)).isoformat()[:_SECOND]}Z",
            "orderNumber": (n + 2) * 10000,
            "isTargetScoreLastPeriod": False,
            "xLegacy": None,
            "yLegacy": None,
            "isFieldGoal": int(event.shot is not None),
            "description": "",
            "personIdsFilter": people,
        }
        if player is not None:
            action["playerName"] = self.people[player].family_name
            action["playerNameI"] = self.people[player].initial_name
        return action

    def _who(self, event: Event) -> str:
        """`Z. Vexbax`, or the team where nobody in particular acts."""
        return self._initials(event.player) if event.player is not None else "TEAM"

    def _initials(self, person: int) -> str:
        return self.people[person].initial_name

    def _abbr(self, event: Event) -> str:
        return self.teams[event.side].abbr if event.side is not None else ""

    def _other(self, event: Event) -> Player | None:
        return self.people[event.other] if event.other is not None else None

    def _shot(self, event: Event, action: Document) -> None:
        shot, count, other = event.shot, self.tally.players[event.player or 0], self._other(event)
        assert shot is not None
        # Teams change ends at half-time; the hoop is 5.25 feet from the line, the court 94 by 50 feet.
        left = (event.period <= 2) == (event.side == 1)
        along, across = (shot.y / 10 + 5.25) / 94 * 100, shot.x / 10 / 50 * 100
        action |= {
            "x": along if left else 100 - along,
            "y": 50.0 - across if left else 50.0 + across,
            "side": "left" if left else "right",
            "area": shot.area,
            "areaDetail": shot.area_detail,
            "shotDistance": round(shot.feet, 2),
            "xLegacy": shot.x,
            "yLegacy": shot.y,
            "shotResult": "Made" if event.made else "Missed",
        }
        word = "3PT" if event.kind == "3pt" else _SHOT_WORDS[shot.style[0]]
        words = " ".join(part for part in (f"{int(shot.feet)}'", event.descriptor, word) if part)
        text = f"{self._who(event)} {words}"
        if event.made:
            action["pointsTotal"] = count.points
            text = f"{text} ({count.points} PTS)"
            if other:
                assists = self.tally.players[other.person_id].ast
                action["assistPlayerNameInitial"] = other.initial_name
                action["assistPersonId"] = other.person_id
                action["assistTotal"] = assists
                text = f"{text} ({other.initial_name} {assists} AST)"
        else:
            text = f"MISS {text}"
            if other:
                action["blockPlayerName"] = other.family_name
                action["blockPersonId"] = other.person_id
        action["description"] = text

    def _free_throw(self, event: Event, action: Document) -> None:
        points = self.tally.players[event.player or 0].points
        action["shotResult"] = "Made" if event.made else "Missed"
        text = f"{self._who(event)} Free Throw {event.sub}"
        if event.made:
            action["pointsTotal"] = points
        action["description"] = f"{text} ({points} PTS)" if event.made else f"MISS {text}"

    def _rebound(self, event: Event, action: Document) -> None:
        missed = self.events[event.of or 0]
        if missed.shot:
            action["area"], action["areaDetail"] = missed.shot.area, missed.shot.area_detail
        action["shotActionNumber"] = missed.number
        if event.player is None:
            action["description"] = f"TEAM {event.sub} REBOUND"
            return
        count = self.tally.players[event.player]
        action["reboundTotal"] = count.oreb + count.dreb
        action["reboundDefensiveTotal"] = count.dreb
        action["reboundOffensiveTotal"] = count.oreb
        action["description"] = f"{self._who(event)} REBOUND (Off:{count.oreb} Def:{count.dreb})"

    def _turnover(self, event: Event, action: Document) -> None:
        action["area"], action["areaDetail"] = "Above the Break 3", "24+ Center"
        words = f"{event.descriptor} {event.sub}" if event.descriptor else event.sub
        if event.player is None:
            action["officialId"] = self.official
            action["description"] = f"{self._abbr(event)} {words} Team TURNOVER"
            return
        count = self.tally.players[event.player].tov
        action["turnoverTotal"] = count
        action["description"] = f"{self._who(event)} {words} TURNOVER ({count} TO)"
        if thief := self._other(event):
            action["stealPlayerName"] = thief.family_name
            action["stealPersonId"] = thief.person_id

    def _foul(self, event: Event, action: Document) -> None:
        count = self.tally.players[event.player or 0]
        action["officialId"] = self.official
        action["foulPersonalTotal"] = count.pf
        action["foulTechnicalTotal"] = count.technical_fouls
        technical = event.sub == "technical"
        total = f"{count.technical_fouls} Tech" if technical else f"{count.pf} PF"
        words = f"{event.descriptor} {event.sub}" if event.descriptor else event.sub
        action["description"] = f"{self._who(event)} {words} FOUL ({total})"
        if drawn := self._other(event):
            action["area"], action["areaDetail"] = "In The Paint (Non-RA)", "0-8 Center"
            action["foulDrawnPlayerName"] = drawn.family_name
            action["foulDrawnPersonId"] = drawn.person_id

    def _steal(self, event: Event, action: Document) -> None:
        action["area"], action["areaDetail"] = "Above the Break 3", "24+ Center"
        action["description"] = f"{self._who(event)} STEAL ({self.tally.players[event.player or 0].stl} STL)"

    def _block(self, event: Event, action: Document) -> None:
        action["area"], action["areaDetail"] = "Restricted Area", "0-8 Center"
        action["description"] = f"{self._who(event)} BLOCK ({self.tally.players[event.player or 0].blk} BLK)"

    def _jump_ball(self, event: Event, action: Document) -> None:
        winner, loser = self.people[event.player or 0], self._other(event)
        assert loser is not None
        action |= {
            "jumpBallRecoveredName": winner.initial_name,
            "jumpBallRecoverdPersonId": winner.person_id,
            "jumpBallWonPlayerName": winner.family_name,
            "jumpBallWonPersonId": winner.person_id,
            "jumpBallLostPlayerName": loser.family_name,
            "jumpBallLostPersonId": loser.person_id,
        }
        names = f"{winner.initial_name} vs. {loser.initial_name}"
        action["description"] = f"Jump Ball {names}: Tip to {winner.initial_name}"

    def _substitution(self, event: Event, action: Document) -> None:
        action["description"] = f"SUB {event.sub}: {self._who(event)}"

    def _timeout(self, event: Event, action: Document) -> None:
        action["description"] = f"{self._abbr(event)} Timeout"

    def _violation(self, event: Event, action: Document) -> None:
        action["officialId"] = self.official
        action["description"] = f"{self._who(event)} {event.sub} VIOLATION"

    def _heave(self, event: Event, action: Document) -> None:
        action["area"], action["areaDetail"], action["shotDistance"] = "Above the Break 3", "24+ Center", 55.08
        action["description"] = f"{self._abbr(event)} Heave"

    def _boundary(self, event: Event, action: Document) -> None:
        action["description"] = f"{event.kind} {event.sub}".title()

    _TELL: ClassVar[dict[str, Callable[["_Teller", Event, Document], None]]] = {
        "2pt": _shot,
        "3pt": _shot,
        "freethrow": _free_throw,
        "rebound": _rebound,
        "turnover": _turnover,
        "foul": _foul,
        "steal": _steal,
        "block": _block,
        "jumpball": _jump_ball,
        "substitution": _substitution,
        "timeout": _timeout,
        "heave": _heave,
        "violation": _violation,
        "period": _boundary,
        "game": _boundary,
    }
