"""Prediction systems, training and evaluation; importable without Dagster. Empty until the first system lands."""
