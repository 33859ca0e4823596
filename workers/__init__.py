"""Processes and their wiring: the worker, the relay, the sealer and the embedded stack."""
