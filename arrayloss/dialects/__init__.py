"""Other libraries' losses under their own names, on any array library: porting is changing an import.

``arrayloss.dialects.keras``
    The losses of keras.losses, functions and classes.
``arrayloss.dialects.optax``
    The losses of optax.losses.
``arrayloss.dialects.tensorflow``
    The losses of tf.nn, and in ``losses`` those of tf.compat.v1.losses.
``arrayloss.dialects.torch``
    The losses of torch.nn.functional, and torch.nn's classes of them.

A dialect translates arguments and holds no formula: numbers, gradients and what runs them
are the core's. Importing one imports no other library.
"""
