"""The exact answers: textbook definitions in many digits, and in intervals that prove them.

Imports neither arrayloss nor any array library.
"""
