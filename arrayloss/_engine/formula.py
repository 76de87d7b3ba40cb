"""What a loss says about itself, once, beside its formula."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, get_args

from .._check import Rule, type_error
from .._roles import Role, Shape

Mass = Callable[..., Any]


class Linear(NamedTuple):
    """The derivative of items that depend on each other, by one operand: a linear map and its transpose.

    Attributes
    ----------
    push : callable
        From a change of the operand to that of every item.
    pull : callable
        From a cotangent per item to that of the operand.
    """

    push: Callable[[Any], Any]
    pull: Callable[[Any], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """A pure function of arrays with the roles of its arguments.

    ``function(xp, *operands, **parameters)`` returns the value per item and then,
    for each differentiable operand in order, a function of no arguments that gives
    the derivative of the item with respect to that operand, in the operand's shape. The second
    derivatives, one for each entry, may follow, for as many of the first operands as there are.
    A derivative may also come as a pair ``(rows, factor)`` that stands for
    ``rows * factor[..., None]``, or of entries for their product with a number: the engine
    folds the factor into its own and saves a pass. The value of entries may be a pair
    of arrays that stands for their product, which can be added up without being formed.

    The items of a coupled formula depend on each other. It is given the mask too, as
    ``where`` (None where every item counts), to leave out what that leaves out, and each
    of its derivatives is a `Linear`. Its batch is the last axis but that of the features.

    Attributes
    ----------
    function : callable
        The formula. Operands with a class or feature axis have it last.
    name : str
        The public name of the loss, for errors.
    operands : dict of str to Role
        The positional arguments after `xp`, in order.
    rules : dict of str to Rule
        The keyword arguments.
    along_axis : bool
        Whether an item is a row along an axis, or a single entry.
    pairwise : bool
        Whether the formula pairs the classes of a row, so that C of them take C² numbers.
    serial : bool
        Whether it goes through a row step by step, so that more rows cost no more steps.
    length : int or None
        How many entries a row must have, where not any number will do.
    coupled : bool
        Whether items depend on each other.
    mass : callable or None
        What an item counts for in the sum of weights where an optional operand is
        given, or in any case if there is none, 1 elsewhere: a function of the formula's own
        arguments that returns the mass per item and its derivatives, in the form of a formula.
    differentiable : tuple of str
        The operands that it gives derivatives for, the first ones.
    roles : tuple of Role
        Those of the operands.
    limited : dict of str to tuple
        By shape, the operands that may not hold every number: position, name and role.
    curved : Formula or None
        The same with the second derivatives in place of the first.
    of_sets : bool
        Whether an item is a set whose entries `where` masks one by one: that is the last
        operand then, None where all are there. What is masked out of a set is 0 in its other
        operands, and its derivatives are made 0; of a set that is left out nothing is masked.
    """

    function: Callable[..., tuple[Any, ...]]
    name: str
    operands: dict[str, Role]
    rules: dict[str, Rule]
    along_axis: bool
    pairwise: bool
    serial: bool
    length: int | None
    coupled: bool
    mass: Mass | None
    differentiable: tuple[str, ...]
    roles: tuple[Role, ...]
    limited: dict[Shape, tuple[tuple[int, str, Role], ...]]
    curved: Formula | None
    of_sets: bool

    @property
    def output(self) -> str:
        """The name of the operand that decides library, device, dtype and shape."""
        return next(iter(self.operands))

    def counted(self, operands: tuple[Any, ...]) -> bool:
        """Whether an item of these operands may count for other than 1."""
        roles = zip(operands, self.roles, strict=True)
        given = [a is not None for a, r in roles if r.optional and not r.mask]
        return self.mass is not None and (any(given) or not given)


def elementwise(*, name: str | None = None, **says: Role | Rule) -> Callable[[Callable[..., Any]], Formula]:
    """Declare a formula whose items are the entries of its operands."""
    return _declare(says, along_axis=False, name=name)


def along_axis(
    *,
    name: str | None = None,
    pairwise: bool = False,
    serial: bool = False,
    length: int | None = None,
    mass: Mass | None = None,
    **says: Role | Rule,
) -> Callable[[Callable[..., Any]], Formula]:
    """Declare a formula whose items are rows along the class or feature axis."""
    return _declare(
        says, along_axis=True, pairwise=pairwise, serial=serial, length=length, name=name, mass=mass
    )


def coupled(*, mass: Mass | None = None, **says: Role | Rule) -> Callable[[Callable[..., Any]], Formula]:
    """Declare a formula whose items are rows along the feature axis that depend on each other."""
    return _declare(says, along_axis=True, coupled=True, mass=mass)


def _declare(
    says: dict[str, Role | Rule],
    *,
    along_axis: bool,
    pairwise: bool = False,
    serial: bool = False,
    length: int | None = None,
    coupled: bool = False,
    name: str | None = None,
    mass: Mass | None = None,
) -> Callable[[Callable[..., Any]], Formula]:
    def declare(function: Callable[..., Any]) -> Formula:
        names = list(inspect.signature(function).parameters)[1:]
        if names != [*says, *(["where"] if coupled else [])]:
            raise TypeError(f"{function.__name__} takes {names}, but {list(says)} are declared")
        operands = {said: role for said, role in says.items() if isinstance(role, Role)}
        formula = Formula(
            function=function,
            name=name or function.__name__.removeprefix("_"),
            operands=operands,
            rules={said: rule for said, rule in says.items() if isinstance(rule, Rule)},
            along_axis=along_axis,
            pairwise=pairwise,
            serial=serial,
            length=length,
            coupled=coupled,
            mass=mass,
            differentiable=tuple(said for said, role in operands.items() if role.differentiable),
            roles=tuple(operands.values()),
            limited={shape: _limited(operands, shape) for shape in get_args(Shape)},
            curved=None,
            of_sets=any(role.mask for role in operands.values()),
        )
        return replace(formula, curved=_curved(formula))

    return declare


def _curved(formula: Formula) -> Formula:
    """The formula with its second derivatives in place of the first."""
    count = len(formula.differentiable)

    def absent() -> Any:
        raise no_curvature(formula)

    def function(xp: Any, *operands: Any, **parameters: Any) -> tuple[Any, ...]:
        value, *derivatives = formula.function(xp, *operands, **parameters)
        return value, *derivatives[count:], *[absent] * (2 * count - len(derivatives))

    return replace(formula, function=function)


def no_curvature(formula: Formula) -> TypeError:
    """The error for a second derivative that the loss does not have."""
    expected = "a loss that has a second derivative with respect to the argument"
    return type_error("value_grad_and_curvature", "loss", f"is {formula.name}", expected)


def _limited(operands: dict[str, Role], shape: Shape) -> tuple[tuple[int, str, Role], ...]:
    numbered = ((place, *item) for place, item in enumerate(operands.items()))
    shapes = (shape, "lists") if shape == "items" else (shape,)  # both are read before any block
    return tuple(each for each in numbered if each[2].shape in shapes and each[2].domain is not None)
