"""A real PostgreSQL and a real Temporal server run from wheels, with their data in one folder."""
