"""The event log in PostgreSQL: append, load, seal, verify, and the keys that keep it private."""
