"""Import of other systems' files: rows become complete histories or live cases."""
