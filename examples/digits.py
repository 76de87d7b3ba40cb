"""Train a small network on handwritten digits with NumPy, JAX, PyTorch or CuPy.

The training is written once against the array API standard: the same lines run on
every library, and the gradient of the loss comes from `arrayloss.value_and_grad`.
For the data, the progress bar and the plot: ``pip install "arrayloss[examples]"``.

    python examples/digits.py
    python examples/digits.py --backend torch --loss huber --plot curves.png
"""

from __future__ import annotations

import argparse
import importlib
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import array_api_compat
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sklearn.datasets import load_digits

import arrayloss as al

Array = Any  # of whichever library was chosen
ToArray = Callable[[NDArray[Any]], Array]
Report = Callable[[int, float, float], object]

CLASSES = 10
TEST_FRACTION = 0.2


class Objective(NamedTuple):
    """A loss, and whether its labels are one-hot rows or class numbers."""

    loss: Callable[..., Any]
    one_hot: bool


LOSSES = {
    "sparse_softmax_cross_entropy": Objective(al.sparse_softmax_cross_entropy, one_hot=False),
    "softmax_cross_entropy": Objective(al.softmax_cross_entropy, one_hot=True),
    # One against the rest: every class is a yes-or-no question of its own.
    "sigmoid_cross_entropy": Objective(al.sigmoid_cross_entropy, one_hot=True),
    "squared_error": Objective(al.squared_error, one_hot=True),
    "huber": Objective(al.huber, one_hot=True),
}
EXTRAS = {"jax": ("jax",), "torch": ("torch",), "cupy": ("cupy-cuda12", "cupy-cuda13")}


@dataclass(frozen=True, slots=True)
class Options:
    """What to train, and how."""

    backend: str = "numpy"
    device: str | None = None
    loss: str = "sparse_softmax_cross_entropy"
    epochs: int = 40
    hidden: int = 128
    learning_rate: float = 0.01
    batch_size: int = 64
    seed: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """Loss on the training images and accuracy on the test images, after each epoch."""

    losses: tuple[float, ...]
    accuracies: tuple[float, ...]


class Digits(NamedTuple):
    """Images as rows of pixels from 0 to 1, and the digit that each one shows."""

    images: Array
    labels: Array


class Weights(NamedTuple):
    """What the network learns, or one number about each entry of it."""

    hidden: Array
    hidden_bias: Array
    output: Array
    output_bias: Array


class Adam(NamedTuple):
    """The weights, with the running means of their gradients and of the squares of these."""

    weights: Weights
    means: Weights
    squares: Weights
    steps: int


# The random numbers, all of them NumPy's, so that every library starts from the same.


def split_digits(rng: np.random.Generator) -> tuple[Digits, Digits]:
    """Split the digits at random into those to train on and those to test on."""
    pixels, labels = load_digits(return_X_y=True)
    images = (pixels / 16).astype(np.float32)
    order = rng.permutation(len(labels))
    test, train = np.split(order, [round(TEST_FRACTION * len(order))])
    labels = labels.astype(np.int32)
    return Digits(images[train], labels[train]), Digits(images[test], labels[test])


def initial_weights(rng: np.random.Generator, pixels: int, hidden: int) -> Weights:
    """Draw weights that keep the spread of what passes through, and biases of zero."""

    def layer(rows: int, columns: int) -> NDArray[np.float32]:
        return rng.normal(0, 1 / math.sqrt(rows), (rows, columns)).astype(np.float32)

    biases = (np.zeros(n, np.float32) for n in (hidden, CLASSES))
    return Weights(layer(pixels, hidden), next(biases), layer(hidden, CLASSES), next(biases))


def random_batches(rng: np.random.Generator, images: int, size: int) -> list[NDArray[np.int32]]:
    """Draw every image once, as the indices of one batch after another."""
    order = rng.permutation(images).astype(np.int32)
    return np.split(order, range(size, images, size))


# The training, on arrays of any library.


def forward(weights: Weights, images: Array) -> tuple[Array, Array]:
    """Return what the hidden layer gives, and the logits of the classes."""
    xp = array_api_compat.array_namespace(images)
    hidden = xp.tanh(images @ weights.hidden + weights.hidden_bias)
    return hidden, hidden @ weights.output + weights.output_bias


def backward(weights: Weights, images: Array, hidden: Array, dlogits: Array) -> Weights:
    """Return the gradient of the loss for every weight, from its gradient for the logits."""
    xp = array_api_compat.array_namespace(images)
    dsums = (dlogits @ xp.matrix_transpose(weights.output)) * (1 - hidden * hidden)
    return Weights(
        xp.matrix_transpose(images) @ dsums,
        xp.sum(dsums, axis=0),
        xp.matrix_transpose(hidden) @ dlogits,
        xp.sum(dlogits, axis=0),
    )


def start_adam(weights: Weights) -> Adam:
    """Return Adam before its first step."""
    xp = array_api_compat.array_namespace(*weights)
    zeros = Weights(*map(xp.zeros_like, weights))
    return Adam(weights, zeros, zeros, steps=0)


def adam_step(adam: Adam, gradients: Weights, learning_rate: float) -> Adam:
    """Take one step of Adam (Kingma and Ba, 2015)."""
    xp = array_api_compat.array_namespace(*gradients)
    steps = adam.steps + 1
    rate = learning_rate * math.sqrt(1 - 0.999**steps) / (1 - 0.9**steps)
    means = Weights(*(0.9 * m + 0.1 * g for m, g in zip(adam.means, gradients, strict=True)))
    squares = Weights(*(0.999 * s + 0.001 * g * g for s, g in zip(adam.squares, gradients, strict=True)))
    triples = zip(adam.weights, means, squares, strict=True)
    weights = Weights(*(w - rate * m / (xp.sqrt(s) + 1e-8) for w, m, s in triples))
    return Adam(weights, means, squares, steps)


def accuracy(weights: Weights, digits: Digits) -> float:
    """Return the fraction of the images whose digit gets the highest logit."""
    xp = array_api_compat.array_namespace(digits.images)
    found = xp.argmax(forward(weights, digits.images)[1], axis=1)
    return float(xp.count_nonzero(found == digits.labels)) / int(digits.labels.shape[0])


def train(options: Options, report: Report = lambda *_: None) -> History:
    """Train a network with one hidden layer.

    Parameters
    ----------
    options : Options
        What to train, and how.
    report : callable, optional
        Called after each epoch with its number, from 1, the loss on the training
        images and the accuracy on the test images.

    Returns
    -------
    History
        The same numbers, for all epochs.
    """
    rng = np.random.default_rng(options.seed)
    to_array = array_maker(options.backend, options.device)
    training, test = (Digits(*map(to_array, digits)) for digits in split_digits(rng))
    images, pixels = training.images.shape
    adam = start_adam(Weights(*map(to_array, initial_weights(rng, pixels, options.hidden))))
    xp = array_api_compat.array_namespace(training.images)

    loss, one_hot = LOSSES[options.loss]
    loss_and_gradient = al.value_and_grad(loss)
    identity = to_array(np.eye(CLASSES, dtype=np.float32))
    labels = xp.take(identity, training.labels, axis=0) if one_hot else training.labels

    losses, accuracies = [], []
    for epoch in range(1, options.epochs + 1):
        for batch in map(to_array, random_batches(rng, images, options.batch_size)):
            batch_images = xp.take(training.images, batch, axis=0)
            hidden, logits = forward(adam.weights, batch_images)
            _, dlogits = loss_and_gradient(logits, xp.take(labels, batch, axis=0))
            gradients = backward(adam.weights, batch_images, hidden, dlogits)
            adam = adam_step(adam, gradients, options.learning_rate)
        losses.append(float(loss(forward(adam.weights, training.images)[1], labels)))
        accuracies.append(accuracy(adam.weights, test))
        report(epoch, losses[-1], accuracies[-1])
    return History(tuple(losses), tuple(accuracies))


# The rest: the one function that knows libraries, the command and the plot.


def array_maker(backend: str, device: str | None) -> ToArray:
    """Choose how to make an array of a library, on a device, from one of NumPy.

    Parameters
    ----------
    backend : str
        ``"numpy"``, ``"jax"``, ``"torch"`` or ``"cupy"``; only this one is imported.
    device : str, optional
        As the library writes it: ``"cuda:1"`` for PyTorch, ``"gpu"`` or ``"gpu:1"``
        for JAX, ``"1"`` for CuPy. By default the library's own choice.

    Returns
    -------
    callable
        From a NumPy array to an array of the library.
    """
    library: Any = importlib.import_module(backend)
    name, _, number = (device or "").partition(":")
    if backend == "jax":
        place = library.devices(name)[int(number or 0)] if name else None
        return lambda array: library.device_put(array, place)
    if backend == "torch":
        return lambda array: library.asarray(array, device=device)
    if backend == "cupy":
        # CuPy computes on the current device, wherever its arrays are.
        library.cuda.Device(int(name or 0)).use()
    elif device not in (None, "cpu"):
        raise ValueError("the only one is cpu")
    asarray: ToArray = library.asarray
    return asarray


def check_backend(parser: argparse.ArgumentParser, backend: str, device: str | None) -> None:
    """Leave with a message if the library or the device is not there."""
    try:
        array_maker(backend, device)(np.zeros(1, np.float32))
    except ImportError as error:
        install = " or ".join(f'pip install "arrayloss[{extra}]"' for extra in EXTRAS[backend])
        parser.error(f"argument --backend: {backend} cannot be imported ({error}); {install}")
    except (AssertionError, IndexError, RuntimeError, ValueError) as error:
        # Each library refuses a device in its own way.
        reason = str(error).partition("\n")[0]
        parser.error(f"argument --device: {backend} cannot use {device or 'its default device'} ({reason})")


def number(kind: type[int | float], lowest: float) -> Callable[[str], float]:
    """Make a parser of numbers that are finite and not below the lowest."""

    def parse(text: str) -> float:
        value = kind(text)
        if not lowest <= value < math.inf:
            raise argparse.ArgumentTypeError(f"{text} is not a number from {lowest} up")
        return value

    parse.__name__ = kind.__name__  # argparse says it: "invalid int value"
    return parse


def plot_file(text: str) -> Path:
    """Check before the training that the plot can be written after it."""
    path = Path(text)
    if path.suffix.lower() != ".png":
        raise argparse.ArgumentTypeError(f"{text} is not the name of a .png file")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.parent}")
    return path


def parse_command(argv: Sequence[str] | None) -> tuple[Options, Path | None]:
    """Read the options, and the file to plot to, from the command line."""
    default = Options()
    parser = argparse.ArgumentParser(
        description="Train a small network on handwritten digits.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--backend", choices=("numpy", *EXTRAS), default=default.backend, help="array library")
    add(
        "--device",
        default=argparse.SUPPRESS,
        help="as the library writes it: cuda:1 (torch), gpu:1 (jax), 1 (cupy)",
    )
    add("--loss", choices=LOSSES, default=default.loss, help="what to minimise")
    add("--epochs", type=number(int, 1), default=default.epochs, help="passes over the training images")
    add("--hidden", type=number(int, 1), default=default.hidden, help="units of the hidden layer")
    add("--learning-rate", type=number(float, 0), default=default.learning_rate, help="Adam's step")
    add("--batch-size", type=number(int, 1), default=default.batch_size, help="images per step")
    add("--seed", type=number(int, 0), default=default.seed, help="of split, weights and order")
    add("--plot", type=plot_file, default=argparse.SUPPRESS, metavar="FILE.png", help="draw the curves")
    arguments = vars(parser.parse_args(argv))
    plot = arguments.pop("plot", None)
    options = Options(**arguments)
    check_backend(parser, options.backend, options.device)
    return options, plot


def train_with_progress(options: Options) -> History:
    """Train with a progress bar on the standard error stream."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("loss {task.fields[loss]:.5f}  test accuracy {task.fields[accuracy]:.1%}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(options.backend, total=options.epochs, loss=math.nan, accuracy=math.nan)

        def report(epoch: int, loss: float, accuracy: float) -> None:
            progress.update(task, completed=epoch, loss=loss, accuracy=accuracy)

        return train(options, report)


def draw(history: History, options: Options, path: Path) -> None:
    """Draw the training loss and the test accuracy over the epochs."""
    epochs = range(1, len(history.losses) + 1)
    # A Figure by itself draws with Agg: it needs no display.
    figure = Figure(figsize=(7, 6), layout="constrained")
    top, bottom = figure.subplots(2, sharex=True)
    top.set_title(f"Handwritten digits: {options.loss} on {options.backend}")
    top.semilogy(epochs, history.losses, "o-", color="tab:blue", markersize=4, label="training loss")
    top.set_ylabel("mean loss")
    last = history.accuracies[-1]
    bottom.plot(epochs, history.accuracies, "o-", color="tab:orange", markersize=4, label="test accuracy")
    bottom.axhline(last, color="tab:gray", linestyle="--", linewidth=1, label=f"at the end: {last:.2%}")
    bottom.set_ylabel("digits recognised")
    bottom.set_xlabel("epoch")
    bottom.xaxis.set_major_locator(MaxNLocator(integer=True))
    bottom.yaxis.set_major_formatter(PercentFormatter(1))
    for panel in (top, bottom):
        panel.grid(alpha=0.3)
        panel.legend()
    figure.savefig(path, dpi=150)


def main(argv: Sequence[str] | None = None) -> None:
    """Train as the command line says, and print the result."""
    options, plot = parse_command(argv)
    start = time.perf_counter()
    history = train_with_progress(options)
    seconds = time.perf_counter() - start
    print(
        f"{options.backend}: training loss {history.losses[-1]:#.9g}, "
        f"test accuracy {history.accuracies[-1]:.2%}, {seconds:.1f} s"
    )
    if plot is not None:
        draw(history, options, plot)


if __name__ == "__main__":
    main()
