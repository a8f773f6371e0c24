"""Asset checks: one verdict per check and game date, computed from the frames before they are written."""
