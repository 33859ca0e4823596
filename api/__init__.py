"""The HTTP interface: reporters, officers, leadership and integrations come in here."""
