"""The scikit-learn estimator."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

np = pytest.importorskip("numpy", reason="scikit-learn is not installed")
pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import estimator_checks

from gleaner_text.sklearn import GleanerClassifier

LABELS = Path(__file__).resolve().parents[2] / "examples" / "labels.tsv"


@pytest.fixture(scope="module")
def rows():
    lines = [line.partition("\t") for line in LABELS.read_text(encoding="utf-8").splitlines() if line]
    order = np.random.default_rng(3).permutation(len(lines))
    return [lines[at][2] for at in order], np.array([lines[at][0] for at in order])


def test_it_learns(rows):
    texts, labels = rows
    model = GleanerClassifier().fit(texts, labels)
    assert list(model.classes_) == ["recipe", "shop", "story"]
    shares = model.predict_proba(texts)
    assert shares.shape == (len(texts), 3)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert (model.predict(texts) == labels).mean() > 0.95
    assert cross_val_score(GleanerClassifier(), texts, labels, cv=5).mean() > 0.6


def test_parts_equal_the_whole(rows):
    texts, labels = rows
    whole = GleanerClassifier().fit(texts, labels)
    parts = GleanerClassifier().partial_fit(texts[:31], labels[:31], classes=["recipe", "shop", "story"])
    parts.predict(texts[:1])
    parts.partial_fit(texts[31:], labels[31:])
    assert parts.counts_.to_bytes() == whole.counts_.to_bytes()
    np.testing.assert_array_equal(parts.predict_proba(texts), whole.predict_proba(texts))
    one_class = GleanerClassifier().partial_fit(["whisk"], ["recipe"], classes=["recipe", "story"])
    np.testing.assert_array_equal(one_class.predict_proba(["eggs"]), [[1, 0]])


def test_two_classes_are_the_same_either_way(rows):
    texts, labels = rows
    labels = np.where(labels == "recipe", 1, 0)
    a = GleanerClassifier(reference=0).fit(texts, labels)
    b = GleanerClassifier(reference=1).fit(texts, labels)
    assert a.classes_.dtype == labels.dtype
    # Weights are bytes in sixteenths of a nat, cut at eight nats alike on both sides.
    np.testing.assert_allclose(a.predict_proba(texts), b.predict_proba(texts), atol=0.01)


def test_search_clone_pickle_pipeline(rows):
    texts, labels = rows
    search = GridSearchCV(GleanerClassifier(), {"alpha": [0.1, 0.5, 2], "fit_prior": [True, False]}, cv=3)
    search.fit(texts, labels)
    assert set(search.best_params_) == {"alpha", "fit_prior"} and search.best_score_ > 0.6
    assert len(set(search.cv_results_["mean_test_score"])) > 1
    copy = clone(search.best_estimator_)
    assert copy.get_params() == search.best_estimator_.get_params() and not hasattr(copy, "counts_")
    again = pickle.loads(pickle.dumps(search.best_estimator_))
    np.testing.assert_array_equal(again.predict_proba(texts), search.predict_proba(texts))
    lower = make_pipeline(FunctionTransformer(lambda texts: [text.lower() for text in texts]), GleanerClassifier())
    assert lower.fit(texts, labels).score(texts, labels) > 0.9


def test_what_is_wrong_is_told(rows):
    texts, labels = rows
    with pytest.raises(NotFittedError):
        GleanerClassifier().predict(texts)
    with pytest.raises(ValueError, match="only one class"):
        GleanerClassifier().fit(["a", "b"], ["x", "x"])
    with pytest.raises(ValueError, match="list of texts"):
        GleanerClassifier().fit([[1.0], [2.0]], [0, 1])
    with pytest.raises(ValueError):
        GleanerClassifier().fit(texts, labels[:-1])
    with pytest.raises(ValueError, match="alpha"):
        GleanerClassifier(alpha=-1).fit(texts, labels).predict(texts)
    assert GleanerClassifier().fit(texts, labels).predict_proba([]).shape == (0, 3)
    assert GleanerClassifier().fit(texts, labels).predict(["half \ud83c", "", "\0"]).shape == (3,)


#: Those of scikit-learn's checks that bring no table of numbers as `X`.
CHECKS = [
    "check_estimator_cloneable",
    "check_estimator_tags_renamed",
    "check_valid_tag_types",
    "check_estimator_repr",
    "check_no_attributes_set_in_init",
    "check_do_not_raise_errors_in_init_or_set_param",
    "check_parameters_default_constructible",
    "check_get_params_invariance",
    "check_set_params",
    "check_mixin_order",
]


@pytest.mark.parametrize("name", CHECKS)
def test_the_checks_of_scikit_learn_that_apply(name):
    check = getattr(estimator_checks, name, None)
    if check is None:
        pytest.skip("this version of scikit-learn has no such check")
    check("GleanerClassifier", GleanerClassifier())
