"""Deterministic orchestration, thin; and the gateway through which everyone else comes in."""
