"""The sensor that evaluates automation conditions; declared here because Dagster's default one starts stopped."""

import dagster as dg

from nba_assets.policies import preview_features_accepted

with preview_features_accepted():
    AUTOMATION_SENSOR = dg.AutomationConditionSensorDefinition(
        "automation",
        target=dg.AssetSelection.all(),
        description="Materializes the dates whose inputs changed (condition after_inputs).",
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        # The daemon knows Dagster's own conditions only.
        use_user_code_server=True,
    )
