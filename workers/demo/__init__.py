"""The demo: sample reports, a plan of who acts and who does not, and what became of each case."""
