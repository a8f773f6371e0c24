"""The provider hosts as data: rates, headers, and what to do about their errors."""

from resources.providers.http import HostPolicy

# A recent desktop Chrome; raise it when stats.nba.com stops answering.
_CHROME = 152
_BROWSER = {
    "User-Agent": (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{_CHROME}.0.0.0 Safari/537.36"
    ),
    "Sec-Ch-Ua": f'"Chromium";v="{_CHROME}", "Google Chrome";v="{_CHROME}", "Not?A_Brand";v="24"',
    "Sec-Ch-Ua-Mobile": "?0",
    "Sec-Ch-Ua-Platform": '"Windows"',
    "Referer": "https://www.nba.com/",
    "Origin": "https://www.nba.com",
    "Accept": "application/json, text/plain, */*",
    "Accept-Language": "en-US,en;q=0.9",
}
_STATS_BLOCKS = "stats.nba.com blocks cloud addresses: run it from a home network or set a residential proxy."
# Both NBA file hosts answer 403, not 404, for a file that does not exist.
_ABSENT_OR_BLOCKED = (
    "There is no such file (yet). If files that must exist answer 403, too, the host blocks this address."
)
_KEY = "ODDS_API_KEY is missing or wrong: set it to the key of your plan at https://the-odds-api.com."

NBA_STATS = HostPolicy(
    "stats.nba.com",
    "stats.nba.com",
    requests_per_minute=30,
    burst=5,
    min_gap=1.0,
    headers=_BROWSER,
    advice={403: _STATS_BLOCKS, "no answer": f"{_STATS_BLOCKS} Else check the network; nothing was stored."},
)
NBA_CDN = HostPolicy(
    "cdn.nba.com",
    "cdn.nba.com",
    requests_per_minute=60,
    burst=10,
    min_gap=0.0,
    headers=_BROWSER,
    advice={"absent 403": _ABSENT_OR_BLOCKED},
)
INJURY_REPORTS = HostPolicy(
    "NBA injury report",
    "ak-static.cms.nba.com",
    requests_per_minute=60,
    burst=10,
    min_gap=0.0,
    headers=_BROWSER,
    advice={"absent 403": _ABSENT_OR_BLOCKED},
)
ODDS_API = HostPolicy(
    "The Odds API",
    "api.the-odds-api.com",
    requests_per_minute=30,
    burst=1,
    min_gap=2.0,
    headers={"Accept": "application/json", "Accept-Encoding": "gzip"},
    key_parameter="apiKey",
    advice={
        401: _KEY,
        "MISSING_KEY": _KEY,
        "INVALID_KEY": _KEY,
        "DEACTIVATED_KEY": "ODDS_API_KEY belongs to a subscription that has ended: set the key of an active plan.",
        "OUT_OF_USAGE_CREDITS": "The plan's quota is used up: wait for its next month or choose a larger plan.",
        "HISTORICAL_UNAVAILABLE_ON_FREE_USAGE_PLAN": "Historical odds need a paid plan of The Odds API.",
        "absent 204": "The market is not published yet; ask again later.",
        "absent 404": "The event is gone (ids vanish at tip-off) or was never listed; list the events again.",
    },
)
