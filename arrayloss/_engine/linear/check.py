"""Whether features, kernel and bias fit each other."""

from __future__ import annotations

from typing import Any

from ..check import Check, Facts, same


class LayerCheck(Check):
    """The checks of what a linear layer makes logits of, against its features."""

    def kernel(self, given: Any) -> Any:
        """See that the kernel takes the features; how many classes it has."""
        kernel = self._alike("kernel", given)
        features = self.shape[-1]
        if len(kernel.shape) != 2 or not same(kernel.shape[:1], (features,)):
            expected = f"({features}, classes), with the features of {self.formula.output!r}"
            raise self.wrong_value("kernel", f"has shape {kernel.shape}", expected)
        if 0 in kernel.shape:
            raise self.wrong_value(
                "kernel", f"has shape {kernel.shape}", "at least one feature and one class"
            )
        return kernel.shape[1]

    def bias(self, given: Any, classes: Any) -> None:
        """See that there is one number per class, if there is any."""
        if given is not None and not same(shape := self._alike("bias", given).shape, (classes,)):
            raise self.wrong_value("bias", f"has shape {shape}", f"({classes},), one entry per class")

    def _alike(self, name: str, given: Any) -> Facts:
        """The argument, if it is an array of the features' library, device and dtype."""
        facts = self.array(name, given)
        if facts.dtype != self.output.dtype:
            expected = f"{self.output.dtype}, the dtype of {self.formula.output!r}"
            raise self.wrong_type(name, f"has dtype {facts.dtype}", expected)
        return facts
