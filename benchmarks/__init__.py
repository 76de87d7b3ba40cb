"""Side by side with what a user would call instead: ``python -m benchmarks``."""
