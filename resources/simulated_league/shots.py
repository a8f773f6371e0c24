"""Where shots are taken from, and the words play-by-play and shot chart have for it."""

import math
import random
from dataclasses import dataclass

# Per zone: how it is described (subType, descriptor, ACTION_TYPE of the shot chart), more frequent ones repeated.
_LAYUP = ("Layup", "driving", "Driving Layup Shot")
_PLAIN = ("Jump Shot", None, "Jump Shot")
_PULLUP = ("Jump Shot", "pullup", "Pullup Jump shot")
_STEP_BACK = ("Jump Shot", "step back", "Step Back Jump shot")
_FLOATER = ("Jump Shot", "driving floating", "Driving Floating Jump Shot")
_RUNNING = ("Jump Shot", "running", "Running Jump Shot")
_STYLES: dict[str, tuple[tuple[str, str | None, str], ...]] = {
    "rim": (
        _LAYUP,
        _LAYUP,
        ("Layup", "cutting", "Cutting Layup Shot"),
        ("Layup", "running", "Running Layup Shot"),
        ("Layup", "driving finger roll", "Driving Finger Roll Layup Shot"),
        ("Layup", "putback", "Putback Layup Shot"),
        ("DUNK", "cutting", "Cutting Dunk Shot"),
        ("DUNK", None, "Dunk Shot"),
    ),
    "paint": (_FLOATER, _FLOATER, _PULLUP, ("Hook", "turnaround", "Turnaround Hook Shot"), _LAYUP),
    "mid": (_PULLUP, _PULLUP, _PLAIN, _STEP_BACK, ("Jump Shot", "fadeaway", "Fadeaway Jump Shot")),
    "corner": (_PLAIN, _PLAIN, _PLAIN, _PLAIN, _PLAIN, _RUNNING),
    "above": (_PLAIN, _PLAIN, _PLAIN, _PULLUP, _PULLUP, _STEP_BACK, _RUNNING),
}
_TIP = ("Layup", "tip", "Tip Layup Shot")


@dataclass(frozen=True, slots=True)
class Shot:
    """A spot and a style: tenths of a foot from the hoop, zone words of play-by-play and of the shot chart."""

    x: int
    y: int
    area: str
    area_detail: str
    zone_basic: str
    zone_area: str
    zone_range: str
    style: tuple[str, str | None, str]

    @property
    def feet(self) -> float:
        return math.hypot(self.x, self.y) / 10


def shot_from(zone: str, rng: random.Random) -> Shot:
    """A spot inside the zone."""
    random_ = rng.random
    if zone == "rim" and random_() < 0.05:
        # Tips are not located, and play-by-play then calls them Mid-Range.
        return Shot(0, 0, "Mid-Range", "8-16 Left", "Restricted Area", "Center(C)", "Less Than 8 ft.", _TIP)
    styles = _STYLES[zone]
    style = styles[int(random_() * len(styles))]
    side = -1 if random_() < 0.5 else 1
    word, letter = ("Left", "L") if side < 0 else ("Right", "R")
    if zone == "rim":
        radius, angle = 4 + 34 * random_(), math.pi * random_()
        x, y = round(radius * math.cos(angle)), round(radius * math.sin(angle))
        return _shot(x, y, "Restricted Area", "0-8 Center", "Center(C)", "Less Than 8 ft.", style)
    if zone == "paint":
        near = random_() < 0.65
        x, y = int(60 * random_()) - 30, 45 + int(27 * random_()) if near else 82 + int(53 * random_())
        detail, distance = ("0-8 Center", "Less Than 8 ft.") if near else ("8-16 Center", "8-16 ft.")
        return _shot(x, y, "In The Paint (Non-RA)", detail, "Center(C)", distance, style)
    if zone == "mid":
        if random_() < 0.6:
            x, y = side * (90 + int(55 * random_())), int(65 * random_()) - 5
            return _shot(x, y, "Mid-Range", f"8-16 {word}", f"{word} Side({letter})", "8-16 ft.", style)
        x, y = side * (85 + int(25 * random_())), 145 + int(45 * random_())
        return _shot(x, y, "Mid-Range", f"16-24 {word} Center", f"{word} Side Center({letter}C)", "16-24 ft.", style)
    if zone == "corner":
        # Less than 23.75 feet, and still a three.
        x, y = side * (222 + int(14 * random_())), int(90 * random_()) - 10
        return _shot(x, y, f"{word} Corner 3", f"24+ {word}", f"{word} Side({letter})", "24+ ft.", style)
    radius, angle = 241 + 34 * random_(), math.pi * (1 / 6 + 2 / 3 * random_())
    x, y = round(radius * math.cos(angle)), round(radius * math.sin(angle))
    if abs(x) < 80:
        return _shot(x, y, "Above the Break 3", "24+ Center", "Center(C)", "24+ ft.", style)
    word, letter = ("Left", "L") if x < 0 else ("Right", "R")
    return _shot(x, y, "Above the Break 3", f"24+ {word} Center", f"{word} Side Center({letter}C)", "24+ ft.", style)


def _shot(
    x: int, y: int, area: str, detail: str, zone_area: str, zone_range: str, style: tuple[str, str | None, str]
) -> Shot:
    return Shot(x, y, area, detail, area, zone_area, zone_range, style)
