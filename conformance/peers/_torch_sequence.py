"""PyTorch's loss of sequences."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from . import Unsupported, mapped

# Its stubs are older than its functions.
functional: Any = torch.nn.functional


@mapped("torch.nn.functional.ctc_loss")
def ctc(
    reduction: str,
    *,
    logits: Tensor,
    labels: Tensor,
    logit_lengths: Tensor | None = None,
    label_lengths: Tensor | None = None,
    blank: int = 0,
) -> Tensor:
    """The loss of the logarithms of a softmax, as it is documented."""
    if logits.ndim != 3:
        raise Unsupported(f"torch.nn.functional.ctc_loss takes no logits with {logits.ndim} axes")
    lengths = (_all(logits) if logit_lengths is None else logit_lengths).to(torch.int64)
    names = (_all(labels) if label_lengths is None else label_lengths).to(torch.int64)
    frames = torch.log_softmax(logits, dim=-1).transpose(0, 1)
    # Its own mean divides each loss by the number of labels.
    items = functional.ctc_loss(frames, labels, lengths, names, blank=blank, reduction="none")
    return items if reduction == "none" else getattr(items, reduction)()


def _all(rows: Tensor) -> Tensor:
    """The length of the second axis for each along the first."""
    return torch.full(rows.shape[:1], rows.shape[1])
