"""The rules of Hồi Âm: pure functions over frozen types, with no I/O and no clock."""
