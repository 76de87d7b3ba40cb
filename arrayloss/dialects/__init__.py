"""Other libraries' losses under their own names, on any array library: porting is changing an import.

``arrayloss.dialects.tensorflow``
    The losses of tf.nn.
``arrayloss.dialects.torch``
    The losses of torch.nn.functional, and torch.nn's classes of them.

A dialect translates arguments and holds no formula: numbers, gradients and what runs them
are the core's. Importing one imports no other library.
"""
