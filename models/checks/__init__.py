"""The checks of check.py: one subject a file."""
