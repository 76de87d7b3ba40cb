"""The definition of every public loss and special function, by its dotted name.

Each is its textbook's formula for one item, with the derivatives that follow from it
by the rules of calculus. Digits take the place of care (see `generate`), so nothing here
shares a formula, or a mistake, with the library under test. A form that a textbook may
not print, equal to one that it does, stands only where no number of digits would do:
1 - 1 / (1 + exp(-x)) is 1 / (1 + exp(x)).
"""

from __future__ import annotations

from . import (
    angular,
    binary,
    box,
    contrast,
    decision,
    deviance,
    deviation,
    distance,
    divergence,
    embedding,
    fenchel_young,
    focal,
    heavy_tail,
    likelihood,
    margin,
    multiclass,
    multiclass_margin,
    penalty,
    ranking,
    regression,
    relative,
    robust,
    segmentation,
    sequence,
    similarity,
    special,
    vocabulary,
)
from .core import Definition

DEFINITIONS: dict[str, Definition] = {
    **regression.DEFINITIONS,
    **deviation.DEFINITIONS,
    **relative.DEFINITIONS,
    **robust.DEFINITIONS,
    **binary.DEFINITIONS,
    **likelihood.DEFINITIONS,
    **heavy_tail.DEFINITIONS,
    **deviance.DEFINITIONS,
    **decision.DEFINITIONS,
    **multiclass.DEFINITIONS,
    **focal.DEFINITIONS,
    **angular.DEFINITIONS,
    **divergence.DEFINITIONS,
    **embedding.DEFINITIONS,
    **distance.DEFINITIONS,
    **contrast.DEFINITIONS,
    **similarity.DEFINITIONS,
    **margin.DEFINITIONS,
    **multiclass_margin.DEFINITIONS,
    **fenchel_young.DEFINITIONS,
    **box.DEFINITIONS,
    **ranking.DEFINITIONS,
    **segmentation.DEFINITIONS,
    **sequence.DEFINITIONS,
    **penalty.DEFINITIONS,
    **vocabulary.DEFINITIONS,
    **special.DEFINITIONS,
}
