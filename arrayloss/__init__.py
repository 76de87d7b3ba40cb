from ._engine import grad, value_and_grad
from .regression import huber
from .multiclass import sparse_softmax_cross_entropy
