"""What workflows make happen: commands handled, wake-ups fired, reports taken in."""
