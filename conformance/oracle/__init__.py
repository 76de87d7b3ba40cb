"""The exact answers: textbook definitions in multiple precision.

Imports neither arrayloss nor any array library.
"""
