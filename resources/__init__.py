"""Everything that touches the world: settings, warehouse, landing store, Dagster storage."""
