"""The interface and its lists over a million cases."""
