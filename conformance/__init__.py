"""The right numbers, and how exactly each backend gives them.

Run ``python -m conformance``; `README.md` says how to read and extend it.
"""
