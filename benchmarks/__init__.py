"""Side by side with what a user would call instead: ``python -m benchmarks``.

From the bottom: `losses` are what is timed, with their numbers of `draws`; `library` says what a
library and a peer are, `on_numpy`, `on_torch`, `on_jax` and `on_cupy` are those, and `peers` what
users of NumPy write; `catalogue` is all other losses that somebody else has, at one size each, and
`catalogue_numpy`, `catalogue_torch` and `catalogue_jax` who has them; `contests` pairs them up and
sees that all compute the same; `measure`, `memory` and `ceilings` measure; `run` does all of it,
`results` is what it leaves, `report`, `listing` and `chart` show that. `growth` looks at ours alone.
"""
