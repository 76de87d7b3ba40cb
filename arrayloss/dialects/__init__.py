"""The losses of other libraries, under their names, for the arrays of every library.

A dialect has another library's functions with its argument order, its defaults and its
reductions. It translates arguments and holds no formula: the numbers, the gradients
and the checks are those of the losses of `arrayloss`. ``import arrayloss`` imports no
dialect; ask for the one that you speak.
"""
