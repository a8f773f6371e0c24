"""The clock: the one place where the present instant comes from."""

from datetime import UTC, datetime


class SystemClock:
    """Real time. Anything with the same `now` may stand in its place."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        return datetime.now(UTC)
