"""What the arguments of the losses of masks must not be."""

from __future__ import annotations

from ._kinds import AXIS, BETA, DELTA, MULTIPLICITIES, OF_SETS, OUTPUT, OVER, UNIT, Table

OVERLAP = OF_SETS | {"probabilities": OUTPUT, "labels": UNIT, "smooth": BETA}
TVERSKY = OVERLAP | {"alpha": BETA, "beta": BETA}
LOSSES: Table = {
    "dice": OVERLAP,
    "jaccard": OVERLAP,
    "generalized_dice": OVERLAP | {"axis": AXIS, "over": OVER},
    "tversky": TVERSKY,
    "focal_tversky": TVERSKY | {"gamma": DELTA},
    "lovasz_hinge": OF_SETS | {"logits": OUTPUT, "labels": MULTIPLICITIES},
    "lovasz_softmax": OF_SETS | {"probabilities": OUTPUT, "labels": MULTIPLICITIES},
}
