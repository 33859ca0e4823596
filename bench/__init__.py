"""Measurements: each is a ratio against something measured in the same run."""
