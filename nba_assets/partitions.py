"""The platform's two partitionings: ET game dates, and the weeks of the models."""

from datetime import date, timedelta

import dagster as dg

FIRST_GAME_DATE = date(2021, 10, 19)
TIMEZONE = "America/New_York"

# `end_offset=1` makes today a partition: odds and line-ups of tonight exist before the day is over.
GAME_DATES = dg.DailyPartitionsDefinition(start_date=FIRST_GAME_DATE.isoformat(), timezone=TIMEZONE, end_offset=1)

# A week's models are fitted on rows before its Monday and forecast its dates; this week's exist while it lasts.
MODEL_WEEKS = dg.WeeklyPartitionsDefinition(
    start_date=(FIRST_GAME_DATE - timedelta(days=FIRST_GAME_DATE.weekday())).isoformat(),
    day_offset=1,
    timezone=TIMEZONE,
    end_offset=1,
)

# One run holds at most this many dates: a whole season (174 days), bounded memory, and a crash costs one season at
# most.
MAX_DATES_PER_RUN = 200
MAX_WEEKS_PER_RUN = 30
