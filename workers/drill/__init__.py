"""Drills: scenarios that read like the rule book, run against the rules or the real server."""
