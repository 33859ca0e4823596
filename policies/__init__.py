"""Dated policy data: packs, calendars and facts about units, shipped as files to read."""
