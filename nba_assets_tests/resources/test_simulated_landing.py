"""The simulated league: consistent with itself, the same every time, and shaped like the providers' documents."""

import gzip
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nba_assets.reference.teams import TEAM_ABBR_BY_NAME
from resources.simulated_landing import SimulatedLanding, write_simulated_landing


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> SimulatedLanding:
    return write_simulated_landing(tmp_path_factory.mktemp("simulated"))


def load(path: Path) -> Any:
    content = path.read_bytes()
    return json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)


def documents(root: Path, pattern: str) -> list[Any]:
    found = [load(path) for path in sorted(root.glob(pattern))]
    assert found, f"no files match {pattern}"
    return found


def rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    result = document["resultSets"][0]
    return [dict(zip(result["headers"], row, strict=True)) for row in result["rowSet"]]


def all_rows(root: Path, dataset: str) -> list[dict[str, Any]]:
    return [row for document in documents(root, f"nba-com/{dataset}/*/*") for row in rows(document)]


def players_and_games(root: Path) -> dict[tuple[str, int], dict[str, Any]]:
    return {(row["GAME_ID"], row["PLAYER_ID"]): row for row in all_rows(root, "player-boxscores")}


# --- consistent with itself


def test_points_are_the_sum_of_shots_in_every_row(simulated: SimulatedLanding) -> None:
    for dataset in ("player-boxscores", "team-boxscores"):
        for row in all_rows(simulated.root, dataset):
            assert row["PTS"] == 2 * row["FGM"] + row["FG3M"] + row["FTM"], row
            assert row["FG3M"] <= row["FGM"] <= row["FGA"], row
            assert row["REB"] == row["OREB"] + row["DREB"], row
            assert row["PF"] <= 6 or dataset == "team-boxscores", row


def test_players_add_up_to_their_team(simulated: SimulatedLanding) -> None:
    sums: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in all_rows(simulated.root, "player-boxscores"):
        for statistic in ("PTS", "FGM", "FGA", "FG3A", "FTA", "OREB", "DREB", "AST", "STL", "BLK", "PF", "TOV"):
            sums[row["GAME_ID"], row["TEAM_ABBREVIATION"]][statistic] += row[statistic]
    teams = all_rows(simulated.root, "team-boxscores")
    assert len(teams) == 2 * simulated.games
    margins: Counter[str] = Counter()
    for row in teams:
        team_sum = sums[row["GAME_ID"], row["TEAM_ABBREVIATION"]]
        assert {key: row[key] for key in team_sum if key != "TOV"} == {k: v for k, v in team_sum.items() if k != "TOV"}
        assert row["TOV"] >= team_sum["TOV"]  # team turnovers belong to nobody
        assert row["MIN"] == (265 if row["GAME_ID"] == simulated.overtime_game_id else 240)
        margins[row["GAME_ID"]] += row["PLUS_MINUS"]
    assert set(margins.values()) == {0}


def test_scores_look_like_basketball(simulated: SimulatedLanding) -> None:
    teams = all_rows(simulated.root, "team-boxscores")
    mean = {key: sum(row[key] for row in teams) / len(teams) for key in ("PTS", "FGA", "FTA", "TOV", "OREB", "AST")}
    assert 105 < mean["PTS"] < 122, mean
    assert 80 < mean["FGA"] < 95, mean
    assert 12 < mean["TOV"] < 17, mean
    assert max(row["PTS"] for row in all_rows(simulated.root, "player-boxscores")) < 70


def test_shots_agree_with_the_box_score(simulated: SimulatedLanding) -> None:
    counts: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for shot in all_rows(simulated.root, "shot-charts"):
        three = shot["SHOT_TYPE"] == "3PT Field Goal"
        counts[shot["GAME_ID"], shot["PLAYER_ID"]].update(
            FGA=1, FGM=shot["SHOT_MADE_FLAG"], FG3A=int(three), FG3M=three * shot["SHOT_MADE_FLAG"]
        )
        assert shot["SHOT_DISTANCE"] == int((shot["LOC_X"] ** 2 + shot["LOC_Y"] ** 2) ** 0.5 / 10)
    for key, row in players_and_games(simulated.root).items():
        for statistic in ("FGA", "FGM", "FG3A", "FG3M"):
            assert counts[key][statistic] == row[statistic], (key, statistic)


def test_play_by_play_reproduces_the_box_score(simulated: SimulatedLanding) -> None:
    box = players_and_games(simulated.root)
    and_ones = 0
    for document in documents(simulated.root, "nba-com/play-by-play/*/*/*"):
        game = document["game"]["gameId"]
        counted: dict[int, Counter[str]] = defaultdict(Counter)
        actions = document["game"]["actions"]
        assert len({a["actionNumber"] for a in actions}) == len(actions)
        assert [a["orderNumber"] for a in actions] == sorted(a["orderNumber"] for a in actions)
        assert 250 < len(actions) < 1000
        made_at = set()
        for a in actions:
            kind, person, made = a["actionType"], a["personId"], a.get("shotResult") == "Made"
            moment = (person, a["period"], a["clock"])
            if kind in ("2pt", "3pt"):
                counted[person].update(FGA=1, FGM=made, PTS=made * int(kind[0]), FG3A=kind == "3pt")
                if made:
                    made_at.add(moment)
                if "assistPersonId" in a:
                    counted[a["assistPersonId"]]["AST"] += 1
                if "blockPersonId" in a:
                    counted[a["blockPersonId"]]["BLK"] += 1
            elif kind == "freethrow":
                counted[person].update(FTA=1, FTM=made, PTS=made)
                single = a["subType"] == "1 of 1" and a.get("descriptor") != "technical"
                assert not single or moment in made_at
                and_ones += single
            elif kind == "rebound" and person:
                counted[person]["OREB" if a["subType"] == "offensive" else "DREB"] += 1
            elif kind == "turnover" and person:
                counted[person]["TOV"] += 1
            elif kind == "steal":
                counted[person]["STL"] += 1
            elif kind == "foul":
                counted[person]["PF"] += 1
        for (game_id, person), row in box.items():
            if game_id == game:
                statistics = (
                    "PTS",
                    "FGM",
                    "FGA",
                    "FG3A",
                    "FTM",
                    "FTA",
                    "AST",
                    "BLK",
                    "OREB",
                    "DREB",
                    "TOV",
                    "STL",
                    "PF",
                )
                assert {s: counted[person][s] for s in statistics} == {s: row[s] for s in statistics}, (game, person)
        final = actions[-1]
        points = Counter({row["TEAM_ABBREVIATION"]: 0 for (g, _), row in box.items() if g == game})
        for (game_id, _), row in box.items():
            if game_id == game:
                points[row["TEAM_ABBREVIATION"]] += row["PTS"]
        assert sorted(points.values()) == sorted((int(final["scoreHome"]), int(final["scoreAway"])))
    assert and_ones > simulated.games / 2


def test_cdn_box_scores_agree_and_list_starters_and_absentees(simulated: SimulatedLanding) -> None:
    box = players_and_games(simulated.root)
    found = documents(simulated.root, "nba-com/cdn-boxscores/*/*/*")
    absent: Counter[str] = Counter()
    for document in found:
        game = document["game"]
        for side in ("homeTeam", "awayTeam"):
            players = game[side]["players"]
            assert sum(p["starter"] == "1" for p in players) == 5
            assert game[side]["score"] == sum(period["score"] for period in game[side]["periods"])
            for p in players:
                row = box.get((game["gameId"], p["personId"]))
                assert (p["played"] == "1") == (row is not None)
                assert ("position" in p) == (p["starter"] == "1")
                if row is None:
                    absent[p.get("notPlayingReason", p["status"])] += 1
                    assert not any(v for v in p["statistics"].values() if not isinstance(v, str))
                    continue
                statistics = p["statistics"]
                assert (statistics["points"], statistics["fieldGoalsAttempted"]) == (row["PTS"], row["FGA"])
                assert statistics["plusMinusPoints"] == row["PLUS_MINUS"]
                assert (
                    2 * statistics["twoPointersMade"]
                    + 3 * statistics["threePointersMade"]
                    + statistics["freeThrowsMade"]
                    == row["PTS"]
                )
            assert game[side]["statistics"]["minutes"] in ("PT240M00.00S", "PT265M00.00S")
    assert absent["ACTIVE"] and absent["INACTIVE_INJURY"]
    days = {path.name for path in (simulated.root / "nba-com/cdn-boxscores").iterdir()}
    with_games = {path.name for path in (simulated.root / "nba-com/player-boxscores").iterdir()}
    assert days == {str(day) for day in simulated.dates_with_cdn_boxscores} and days < with_games


def test_schedule_before_the_season_and_as_played(simulated: SimulatedLanding) -> None:
    announced, played = documents(simulated.root, "nba-com/schedule/2024-25/*")

    def games(document: Any) -> dict[str, Any]:
        dates = document["leagueSchedule"]["gameDates"]
        return {g["gameId"]: g for entry in dates for g in entry["games"]}

    before, after = games(announced), games(played)
    assert before.keys() == after.keys() and len(after) == simulated.games
    assert {g["gameStatus"] for g in before.values()} == {1} and {g["gameStatus"] for g in after.values()} == {3}
    assert {g["homeTeam"]["score"] for g in before.values()} == {0}
    points = {(r["GAME_ID"], r["TEAM_ABBREVIATION"]): r["PTS"] for r in all_rows(simulated.root, "team-boxscores")}
    for game in after.values():
        for side in ("homeTeam", "awayTeam"):
            assert game[side]["score"] == points[game["gameId"], game[side]["teamTricode"]]
    moved = [key for key in after if before[key]["gameDateEst"] != after[key]["gameDateEst"]]
    assert moved == [simulated.moved_game_id]
    assert after[simulated.overtime_game_id]["gameStatusText"] == "Final/OT"
    assert sum(g["gameStatusText"] != "Final" for g in after.values()) == 1
    assert simulated.date_without_games is not None
    for document in (announced, played):
        appearances: Counter[tuple[str, str]] = Counter()
        for entry in document["leagueSchedule"]["gameDates"]:
            assert not entry["gameDate"].startswith(f"{simulated.date_without_games:%m/%d/%Y}")
            for game in entry["games"]:
                appearances.update((entry["gameDate"], game[side]["teamTricode"]) for side in ("homeTeam", "awayTeam"))
        assert set(appearances.values()) == {1}


def test_traded_player_has_games_for_two_teams(simulated: SimulatedLanding) -> None:
    trade = simulated.trade
    assert trade is not None
    teams = {
        row["GAME_DATE"]: row["TEAM_ABBREVIATION"]
        for row in all_rows(simulated.root, "player-boxscores")
        if row["PLAYER_ID"] == trade.person_id
    }
    assert set(teams.values()) == {trade.from_team, trade.to_team}
    assert all((abbr == trade.to_team) == (day >= str(trade.day)) for day, abbr in teams.items())


def test_player_index_lists_every_roster_before_and_after_the_trade(simulated: SimulatedLanding) -> None:
    trade = simulated.trade
    assert trade is not None
    before, after = (
        {row["PERSON_ID"]: row["TEAM_ABBREVIATION"] for row in rows(document)}
        for document in documents(simulated.root, "nba-com/player-list/*/*")
    )
    assert set(Counter(before.values()).values()) == {13} and before.keys() == after.keys()
    for row in all_rows(simulated.root, "player-boxscores"):
        index = before if row["GAME_DATE"] < str(trade.day) else after
        assert index[row["PLAYER_ID"]] == row["TEAM_ABBREVIATION"], row
    assert {person for person in before if before[person] != after[person]} == {trade.person_id}


def test_names_are_invented_and_distinct(simulated: SimulatedLanding) -> None:
    names = {row["PLAYER_ID"]: row["PLAYER_NAME"] for row in all_rows(simulated.root, "player-boxscores")}
    assert len(set(names.values())) == len(names) > 300
    assert min(names) > 90_000_000  # no such person ids
    assert any(not name.isascii() for name in names.values())
    assert any(name.endswith("Jr.") for name in names.values()) and any(name.endswith("III") for name in names.values())


def test_some_players_enter_for_less_than_half_a_minute(simulated: SimulatedLanding) -> None:
    assert any(row["MIN"] == 0 for row in all_rows(simulated.root, "player-boxscores"))


def american(price: float) -> bool:
    return abs(price) >= 100


def quotes(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for book in document["data"]["bookmakers"]:
        for market in book["markets"]:
            for outcome in market["outcomes"]:
                yield book["key"], market["key"], outcome


def test_odds_snapshots_stand_before_the_tip_but_one(simulated: SimulatedLanding) -> None:
    _, played = documents(simulated.root, "nba-com/schedule/2024-25/*")
    tips = {
        (entry_game["homeTeam"]["teamTricode"], entry_game["gameDateEst"][:10]): entry_game["gameDateTimeUTC"]
        for entry in played["leagueSchedule"]["gameDates"]
        for entry_game in entry["games"]
    }
    formats: Counter[bool] = Counter()
    late = set()
    for dataset in ("game-lines-history", "player-props-history"):
        for path in sorted((simulated.root / "odds-api" / dataset).glob("*/*/*")):
            document = load(path)
            data = document["data"]
            home, away = TEAM_ABBR_BY_NAME[data["home_team"]], TEAM_ABBR_BY_NAME[data["away_team"]]
            assert path.parent.name == f"{data['id']}-{away}{home}" and re.fullmatch("[0-9a-f]{32}", data["id"])
            tip = datetime.fromisoformat(tips[home, path.parent.parent.name])
            assert datetime.fromisoformat(data["commence_time"]) - tip == timedelta(minutes=10)
            if datetime.fromisoformat(document["timestamp"]) > tip:
                late.add(data["id"])
            assert {book["key"] for book in data["bookmakers"]} == {"draftkings", "fanduel", "betmgm", "betrivers"}
            kinds = {american(outcome["price"]) for _, _, outcome in quotes(document)}
            assert len(kinds) == 1, path
            formats[kinds.pop()] += 1
    assert late == {simulated.in_play_event_id}
    assert set(formats) == {True, False}


def test_props_have_alternates_one_sided_quotes_and_name_variants(simulated: SimulatedLanding) -> None:
    names = {row["PLAYER_NAME"] for row in all_rows(simulated.root, "player-boxscores")}
    spellings: dict[str, set[str]] = defaultdict(set)
    points: dict[tuple[str, str, str], set[float]] = defaultdict(set)
    sides: Counter[int] = Counter()
    for document in documents(simulated.root, "odds-api/player-props-history/*/*/*"):
        pairs: Counter[tuple[str, str, float]] = Counter()
        for book, market, outcome in quotes(document):
            assert market == "player_points"
            key = (document["data"]["id"] + document["timestamp"], book, outcome["description"])
            points[key].add(outcome["point"])
            pairs[book, outcome["description"], outcome["point"]] += 1
            spellings[book].add(outcome["description"])
        sides.update(pairs.values())
    assert {book for _, book, _ in (key for key, lines in points.items() if len(lines) > 1)} == {"betrivers"}
    assert set(sides) == {1, 2} and sides[1] < sides[2] / 20
    assert any(f"{name} Jr." in names for name in spellings["draftkings"])
    assert any(" ".join(reversed(name.split())) in names for name in spellings["betrivers"] - names)


def test_lines_are_near_what_players_score(simulated: SimulatedLanding) -> None:
    """The simulated market is informed but not clairvoyant."""
    scored = {row["GAME_ID"]: {} for row in all_rows(simulated.root, "player-boxscores")}
    by_name: dict[tuple[str, str], int] = {}
    for row in all_rows(simulated.root, "player-boxscores"):
        scored[row["GAME_ID"]][row["PLAYER_ID"]] = row["PTS"]
        by_name[row["GAME_DATE"], row["PLAYER_NAME"]] = row["PTS"]
    errors = []
    for path in (simulated.root / "odds-api/player-props-history").glob("*/*/*"):
        document = load(path)
        if document["data"]["id"] == simulated.in_play_event_id:
            continue
        for book, _, outcome in quotes(document):
            actual = by_name.get((path.parent.parent.name, outcome["description"]))
            if book == "fanduel" and outcome["name"] == "Over" and actual is not None:
                errors.append(actual - outcome["point"])
    assert len(errors) > 500
    assert abs(sum(errors) / len(errors)) < 1.5
    assert 3 < sum(abs(e) for e in errors) / len(errors) < 7


# --- the same every time


def digests(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_same_arguments_same_bytes_other_seed_other_league(tmp_path: Path) -> None:
    first = date(2024, 11, 1)
    landings = [write_simulated_landing(tmp_path / str(n), seed, first, days=2) for n, seed in enumerate((7, 7, 8))]
    one, two, other = (digests(landing.root) for landing in landings)
    assert one == two
    assert one != other
    assert landings[0].files == len(one)


@pytest.mark.parametrize("days", [1, 3])
def test_short_landings(tmp_path: Path, days: int) -> None:
    told: list[date] = []
    landing = write_simulated_landing(tmp_path, first=date(2025, 10, 30), days=days, on_day=told.append)
    assert told == list(landing.dates) and len(told) == days
    assert landing.date_without_games is None and landing.games >= 5 * days
    assert [p.name for p in (tmp_path / "nba-com/schedule").iterdir()] == ["2025-26"]


def test_no_days_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="days must be at least 1"):
        write_simulated_landing(tmp_path, days=0)


def test_folder_says_that_it_is_simulated(simulated: SimulatedLanding) -> None:
    assert (simulated.root / "SIMULATED.txt").read_text().startswith("SIMULATED")
    for path in sorted(simulated.root.glob("nba-com/**/*.json.gz")):
        document = load(path)
        assert (document.get("meta") or document["parameters"])["simulated"] == "SIMULATED", path


# --- shaped like the providers' documents


def key_paths(value: Any, prefix: str = "") -> set[str]:
    """Every path of keys, list positions as []: the shape of a document, without what is in it."""
    if isinstance(value, dict):
        return {prefix}.union(*(key_paths(v, f"{prefix}.{k}") for k, v in value.items()))
    if isinstance(value, list):
        return {prefix}.union(*(key_paths(v, f"{prefix}[]") for v in value))
    return {prefix}


def shapes(found: Iterable[Any]) -> list[set[str]]:
    return [key_paths(document) for document in found]


LABELS = {".meta.simulated", ".parameters.simulated"}


def assert_same_shape(ours: list[Any], real: list[Any], *, ours_may_lack: str = "(?!)") -> None:
    """Nothing real documents never have, and everything that all of them have."""
    real_shapes, own = shapes(real), set().union(*shapes(ours)) - LABELS
    assert own - set().union(*real_shapes) == set()
    always = set.intersection(*real_shapes)
    assert {path for path in always - own if not re.search(ours_may_lack, path)} == set()


def test_stats_documents_have_the_real_shape(simulated: SimulatedLanding, realdata: Path, season_landing: Path) -> None:
    samples = realdata / "samples"
    for dataset, sample in (
        ("player-boxscores", samples / "stats_leaguegamelog/players_2025-03-15.json"),
        ("team-boxscores", samples / "stats_leaguegamelog/teams_2025-26_cassette.json"),
        ("shot-charts", samples / "stats_shotchartdetail/cassette_ShotChartDetail.json"),
    ):
        ours = documents(simulated.root, f"nba-com/{dataset}/*/*")
        season = load(min((season_landing / "nba-com" / dataset).glob("*/*")))
        real = load(sample)
        assert_same_shape(ours[:3], [season, real])
        real_set, own_set = real["resultSets"][0], ours[0]["resultSets"][0]
        assert own_set["name"] == real_set["name"]
        assert own_set["headers"] == real_set["headers"]
        for ours_row, real_row in zip(own_set["rowSet"][:1], real_set["rowSet"][:1], strict=True):
            for header, own, other in zip(own_set["headers"], ours_row, real_row, strict=True):
                if own is not None and other is not None:
                    assert isinstance(own, int | float) == isinstance(other, int | float), header


def test_schedule_has_the_real_shape(simulated: SimulatedLanding, realdata: Path, season_landing: Path) -> None:
    real = [
        *documents(season_landing, "nba-com/schedule/2023-24/*"),
        *documents(realdata / "samples", "schedule/*"),
    ]
    lack = r"Broadcasters\[\]|roadcasters?List\[\]|weeks\[\]|pointsLeaders\[\]"
    assert_same_shape(documents(simulated.root, "nba-com/schedule/*/*"), real, ours_may_lack=lack)


def test_player_index_has_the_real_shape(simulated: SimulatedLanding, realdata: Path) -> None:
    ours = documents(simulated.root, "nba-com/player-list/*/*")
    real = documents(realdata / "samples", "player_index/*")
    assert_same_shape(ours, real, ours_may_lack=r"^\.parameters\.")
    assert ours[0]["resultSets"][0]["headers"] == real[0]["resultSets"][0]["headers"]


def test_cdn_box_score_has_the_real_shape(simulated: SimulatedLanding, realdata: Path) -> None:
    ours = documents(simulated.root, "nba-com/cdn-boxscores/*/*/*")
    real = documents(realdata / "samples", "cdn_boxscore/*")
    assert_same_shape(ours, real, ours_may_lack=r"officials\[\]")


def test_play_by_play_has_the_real_shape(simulated: SimulatedLanding, realdata: Path) -> None:
    ours = documents(simulated.root, "nba-com/play-by-play/*/*/*")
    real = documents(realdata / "samples", "cdn_playbyplay/*")

    def kinds(found: list[Any]) -> dict[tuple[str, bool], list[set[str]]]:
        by_kind: dict[tuple[str, bool], list[set[str]]] = defaultdict(list)
        for document in found:
            for action in document["game"]["actions"]:
                by_kind[action["actionType"], bool(action["personId"])].append(set(action))
        return by_kind

    own_kinds, real_kinds = kinds(ours), kinds(real)
    assert own_kinds.keys() <= real_kinds.keys()
    for kind, own in own_kinds.items():
        assert set().union(*own) <= set().union(*real_kinds[kind]), kind
        unknown = {"officialId", "area", "areaDetail"}  # which referee, where on the court
        assert set.intersection(*real_kinds[kind]) - unknown <= set.intersection(*own), kind
    assert {path.split(".")[1] for path in key_paths(ours[0]) if path} == {"meta", "game"}


def test_odds_have_the_real_shape(simulated: SimulatedLanding, realdata: Path, season_landing: Path) -> None:
    sample = load(realdata / "samples/odds_event_odds/historical_game_lines_ATLGSW_2024-01-24_inplay_decimal.json")
    assert_same_shape(documents(simulated.root, "odds-api/game-lines-history/*/*/*")[:20], [sample])
    props = load(min((season_landing / "odds-api/player-props-history").glob("*/*/*")))
    assert_same_shape(documents(simulated.root, "odds-api/player-props-history/*/*/*")[:20], [props])


def test_paths_follow_the_real_templates(simulated: SimulatedLanding, season_landing: Path) -> None:
    def templates(root: Path) -> set[str]:
        relative = (path.relative_to(root).as_posix() for path in root.glob("*/**/*.json.gz"))
        return {re.sub(r"\d", "0", re.sub(r"[0-9a-f]{32}-[A-Z]{6}", "EVENT", path)) for path in relative}

    extra = {"nba-com/play-by-play/", "nba-com/cdn-boxscores/", "nba-com/player-list/"}  # the real season has none
    ours = {path for path in templates(simulated.root) if not path.startswith(tuple(extra))}
    assert ours == templates(season_landing)
