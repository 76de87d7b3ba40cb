"""Losses of the logits of a linear layer, of which there are never all at once.

A row formula is computed on the logits of some rows at a time, and its derivative goes on
to features, kernel and bias before the next rows are looked at. `layer` holds what the
logits are made of; `blocks`, `jax` and `torch` are the ways of the libraries, and
`whole` that of a library which cuts its arrays itself. `sampled` is for losses of a few of
the logits.
"""

from .evaluate import evaluate_linear, linear
from .layer import Layer
from .sampled import evaluate_sampled, sampling

__all__ = ["Layer", "evaluate_linear", "evaluate_sampled", "linear", "sampling"]
