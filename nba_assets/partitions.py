"""The platform's one partitioning: ET game dates."""

from datetime import date

import dagster as dg

FIRST_GAME_DATE = date(2021, 10, 19)

# `end_offset=1` makes today a partition: odds and line-ups of tonight exist before the day is over.
GAME_DATES = dg.DailyPartitionsDefinition(
    start_date=FIRST_GAME_DATE.isoformat(), timezone="America/New_York", end_offset=1
)

# One run holds at most this many dates: a whole season (174 days), bounded memory, and a crash costs one season at
# most.
MAX_DATES_PER_RUN = 200
