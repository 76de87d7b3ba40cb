"""The public surface: which names there are, and that every loss is made alike."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest

import arrayloss as al

from .catalogue import CATALOGUE, LAYERS, PENALTIES
from .definitions import DEFINITIONS
from .textbook import TEXTBOOK

ROOT = Path(__file__).parents[1]
FAMILIES = (
    "angular",
    "binary",
    "box",
    "contrast",
    "decision",
    "deviance",
    "deviation",
    "distance",
    "distillation",
    "divergence",
    "embedding",
    "fenchel_young",
    "focal",
    "heavy_tail",
    "likelihood",
    "listwise",
    "lovasz",
    "margin",
    "multiclass",
    "multiclass_margin",
    "penalty",
    "polynomial",
    "ranking",
    "regression",
    "relative",
    "robust",
    "segmentation",
    "sequence",
    "similarity",
    "tversky",
    "vocabulary",
)
NOT_LOSSES = {*("grad", "value_and_grad", "value_grad_and_curvature"), "special", "l1_penalty", "l2_penalty"}
LOSSES = [name for name in al.__all__ if name not in NOT_LOSSES]
# Of a linear layer, whose kernel is no item's: they have tables of their own.
OF_ITEMS = [name for name in LOSSES if name not in {loss.__name__ for loss in LAYERS}]
WORDS = {"weights": None, "where": None, "reduction": "mean", "denominator": "weights"}
TRUTHS = {"labels", "targets", "samples"}

# Every change here is a change for users: say it in the changelog.
NAMES = [
    "absolute_error",
    "absolute_percentage_error",
    "arcface",
    "binary_cross_entropy",
    "binary_sparsemax",
    "categorical_hinge",
    "cauchy",
    "charbonnier",
    "circle",
    "complete_iou",
    "contrastive",
    "cosface",
    "cosine_distance",
    "cosine_embedding",
    "cross_entropy",
    "ctc",
    "dice",
    "distance_iou",
    "distillation",
    "epsilon_insensitive",
    "expectile",
    "exponential",
    "fenchel_young",
    "focal_tversky",
    "gamma_deviance",
    "gaussian_nll",
    "geman_mcclure",
    "general_robust",
    "generalized_cross_entropy",
    "generalized_dice",
    "generalized_iou",
    "generalized_kl",
    "grad",
    "hinge",
    "hinge_embedding",
    "huber",
    "info_nce",
    "jaccard",
    "js_divergence",
    "kl_divergence",
    "l1_penalty",
    "l2_penalty",
    "laplace_nll",
    "linear_softmax_cross_entropy",
    "list_mle",
    "log_cosh",
    "log_poisson_nll",
    "lovasz_hinge",
    "lovasz_softmax",
    "margin_ranking",
    "modified_huber",
    "multi_margin",
    "multiclass_hinge",
    "multiclass_perceptron",
    "multilabel_margin",
    "multilabel_sigmoid_cross_entropy",
    "negative_binomial_nll",
    "nll",
    "noise_contrastive_estimation",
    "nt_xent",
    "pairwise_hinge",
    "pairwise_logistic",
    "perceptron",
    "poisson_deviance",
    "poisson_nll",
    "poly_cross_entropy",
    "pseudo_huber",
    "quantile",
    "ranking_softmax",
    "sampled_softmax",
    "sigmoid_cross_entropy",
    "sigmoid_focal",
    "smooth_l1",
    "soft_margin",
    "softmax_cross_entropy",
    "softmax_focal",
    "sparse_poly_cross_entropy",
    "sparse_softmax_cross_entropy",
    "sparse_softmax_focal",
    "sparsemax",
    "special",
    "squared_error",
    "squared_hinge",
    "squared_log_error",
    "student_t_nll",
    "supervised_contrastive",
    "triplet_margin",
    "triplet_margin_with_distance",
    "tversky",
    "tweedie_deviance",
    "value_and_grad",
    "value_grad_and_curvature",
    "welsch",
]
SPECIAL_NAMES = [
    "log_sigmoid",
    "log_softmax",
    "logsumexp",
    "sigmoid",
    "smooth_labels",
    "softmax",
    "softplus",
    "xlogy",
]


def public_functions(module):
    """The functions without an underscore that a module itself defines."""
    return {
        name
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
    }


def without_entry(names):
    return [name for name in names if name not in CATALOGUE]


def unmentioned(names, text):
    return [name for name in names if f"`{name}`" not in text]


def mistakes(loss):
    """Where the signature of a loss is not like that of every loss."""
    signature = inspect.signature(loss)
    parameters = list(signature.parameters.values())
    arrays = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    rest = parameters[len(arrays) :]
    found = [f"{p.name} has no annotation" for p in parameters if p.annotation is p.empty]
    found += [f"{p.name} has a default" for p in arrays if p.default is not p.empty]
    found += [f"{p.name} is not keyword-only" for p in rest if p.kind is not p.KEYWORD_ONLY]
    found += [f"{p.name} has no default" for p in rest if p.default is p.empty]
    if {p.name: p.default for p in rest[-4:]} != WORDS or [p.name for p in rest[-4:]] != list(WORDS):
        found.append("the four words are not last, or not as in every loss")
    truths = [p.name in TRUTHS for p in arrays]
    if not arrays or truths != sorted(truths) or truths[0]:
        found.append("the truth does not come after what the model gave")
    if signature.return_annotation is signature.empty:
        found.append("the result has no annotation")
    return found


def test_the_names_are_these():
    assert al.__all__ == NAMES == sorted(NAMES)
    assert sorted(al.special.__all__) == SPECIAL_NAMES
    for name in NAMES:
        assert hasattr(al, name)


def test_nothing_public_is_without_a_name_in_all():
    # The dialects are there as soon as someone asked for one.
    assert {n for n in vars(al) if not n.startswith("_")} - set(NAMES) - set(FAMILIES) <= {"dialects"}
    assert {n for n, value in vars(al.special).items() if inspect.isfunction(value) and n[0] != "_"} == {
        *SPECIAL_NAMES,
        "elementwise",
        "evaluate",
    }


def test_the_families_are_the_modules_there_are():
    modules = {path.stem for path in (ROOT / "arrayloss").glob("*.py")}

    assert {name for name in modules if not name.startswith("_")} == {*FAMILIES, "special"}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_function_of_a_family_is_exported(family):
    functions = public_functions(importlib.import_module(f"arrayloss.{family}"))

    assert functions
    assert functions - set(al.__all__) == set()


def test_every_loss_is_in_the_catalogue():
    assert without_entry(OF_ITEMS) == []
    assert CATALOGUE.keys() == set(OF_ITEMS)
    assert {penalty.__name__ for penalty in PENALTIES} == {n for n in NAMES if n.endswith("_penalty")}


def test_every_loss_is_defined_without_the_package():
    assert [name for name in OF_ITEMS if name not in DEFINITIONS] == []
    assert [name for name in OF_ITEMS if name not in TEXTBOOK] == []


def test_a_loss_that_is_not_in_the_catalogue_is_named():
    assert without_entry(["huber", "forgotten"]) == ["forgotten"]


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_has_the_same_shape(name):
    assert mistakes(getattr(al, name)) == []


def test_a_loss_of_another_shape_is_seen():
    def bare(targets, predictions, delta=1.0, *, where=None, weights=None, reduction="mean"):
        return None

    found = mistakes(bare)

    assert {"targets has no annotation", "delta has a default", "the result has no annotation"} <= set(found)
    assert "the four words are not last, or not as in every loss" in found
    assert "the truth does not come after what the model gave" in found


@pytest.mark.parametrize("name", [n for n in NAMES if n != "special"])
def test_every_public_function_is_documented_and_typed(name):
    function = getattr(al, name)
    signature = inspect.signature(function)

    assert inspect.cleandoc(function.__doc__).partition("\n")[0].endswith(".")
    for section in ("Parameters", "Returns", "See Also", "Examples"):
        assert f"{section}\n    {'-' * len(section)}\n" in function.__doc__, section
    annotations = [p.annotation for p in signature.parameters.values()] + [signature.return_annotation]
    assert inspect.Signature.empty not in annotations


def test_the_package_is_typed():
    assert (ROOT / "arrayloss" / "py.typed").is_file()


def test_the_version_is_one():
    public = r"([1-9]\d*!)?(0|[1-9]\d*)(\.(0|[1-9]\d*))*((a|b|rc)\d+)?(\.post\d+)?(\.dev\d+)?"

    assert re.fullmatch(public, al.__version__)


def test_the_changelog_mentions_every_public_name():
    text = (ROOT / "CHANGELOG.md").read_text()

    assert unmentioned([*NAMES, *SPECIAL_NAMES], text) == []
    assert unmentioned(["huber", "forgotten"], text) == ["forgotten"]
