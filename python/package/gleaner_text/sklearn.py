"""A scikit-learn estimator on the naive Bayes of gleaner.

It judges single texts, without a document around them. For whole articles train a `gleaner_text.Model`.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import unique_labels
from sklearn.utils.validation import check_is_fitted

from . import _gleaner
from ._gleaner import Counts
from ._model import Model

#: `min_counts` of shape and place, which have few tags and keep them all.
_TAGS = (1, 1)


class GleanerClassifier(ClassifierMixin, BaseEstimator):
    """Multinomial naive Bayes over words, word pairs, edges and shape, tempered by length.

    Counts add: `partial_fit` on parts gives the same estimator as `fit` on the whole.

    | parameter | default | meaning |
    |---|---|---|
    | `alpha` | 0.5 | pseudo-count of words, pairs and edges |
    | `min_count` | 1 | a feature counts if it occurs in this many texts |
    | `fit_prior` | True | take the frequencies of classes from the training data, else treat them as equal |
    | `reference` | None | the class that the others are weighed against; by default the first of `classes_`. With two classes both give the same |

    >>> from gleaner_text.sklearn import GleanerClassifier
    >>> texts = ["whisk the eggs", "fold in the flour", "my aunt came by", "every winter my aunt baked"]
    >>> model = GleanerClassifier().fit(texts, ["recipe", "recipe", "story", "story"])
    >>> model.predict(["whisk the flour", "my aunt"]).tolist()
    ['recipe', 'story']
    """

    def __init__(
        self, alpha: float = 0.5, min_count: int = 1, fit_prior: bool = True, reference: Any = None
    ) -> None:
        self.alpha = alpha
        self.min_count = min_count
        self.fit_prior = fit_prior
        self.reference = reference

    def fit(self, X: Any, y: Any) -> GleanerClassifier:
        """Learns from texts `X` with labels `y`, and forgets what was learnt before."""
        for name in ("counts_", "classes_", "model_"):
            self.__dict__.pop(name, None)
        texts, labels = _texts(X), np.asarray(y)
        if len(unique_labels(labels)) < 2:
            raise ValueError("Classifier can't train when only one class is present.")
        return self.partial_fit(texts, labels)

    def partial_fit(self, X: Any, y: Any, classes: Any = None) -> GleanerClassifier:
        """Learns from more texts. As everywhere in scikit-learn, `classes` names all classes in the first call if it
        does not contain all of them; here, later calls may also bring new ones."""
        texts, labels = _texts(X), np.asarray(y)
        if labels.ndim != 1 or len(labels) != len(texts):
            raise ValueError(f"{len(texts)} texts, but labels of the shape {labels.shape}")
        known = [getattr(self, "classes_", None), classes, labels]
        found = unique_labels(*(part for part in known if part is not None and len(part)))
        # The state changes only after everything that can fail.
        counts = Counts()
        learnt: Counts | None = getattr(self, "counts_", None)
        counts.add(texts, [_name(label) for label in labels.tolist()])
        if learnt is not None:
            counts.merge(learnt)
        self.counts_, self.classes_ = counts, found
        self.__dict__.pop("model_", None)
        return self

    def predict_proba(self, X: Any) -> Any:
        """Probabilities, with a row for each text and a column for each of `classes_`. A class without training texts
        has probability 0."""
        check_is_fitted(self, "counts_")
        texts = _texts(X)
        joint = np.full((len(texts), len(self.classes_)), -np.inf)
        seen = dict(self.counts_.paragraphs())
        names = [_name(label) for label in self.classes_.tolist()]
        columns = [(column, name) for column, name in enumerate(names) if seen.get(name, 0) > 0]
        if len(columns) < 2:
            joint[:, [column for column, _ in columns]] = 0.0
            return np.exp(joint)
        model = self._fitted()
        others = [label for label, kept in model.labels.items() if not kept]
        # The log-odds of every class against the reference class, which has 0.
        odds = np.asarray(_gleaner.log_odds(model._native, texts)).reshape(len(texts), 1 + len(others))
        for column, name in columns:
            joint[:, column] = odds[:, 1 + others.index(name)] if name in others else 0.0
            if self.fit_prior:
                joint[:, column] += np.log(seen[name])
        joint -= joint.max(axis=1, keepdims=True, initial=-np.inf)
        likely = np.exp(joint)
        return likely / likely.sum(axis=1, keepdims=True)

    def predict(self, X: Any) -> Any:
        """The likeliest class of each text."""
        shares = self.predict_proba(X)
        return self.classes_[shares.argmax(axis=1)]

    def _fitted(self) -> Model:
        """The model of the counts, made on first use."""
        if not hasattr(self, "model_"):
            reference = self.classes_[0] if self.reference is None else self.reference
            counts = (self.min_count, self.min_count, self.min_count, *_TAGS)
            table = [("<counts>", self.counts_.to_bytes())]
            keep = [_name(reference)]
            self.model_ = Model._of(
                _gleaner.NativeModel.train(table, keep, type(self).__name__, 1, counts, self.alpha, 0.002, 1)
            )
        return self.model_

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        state.pop("model_", None)
        if "counts_" in state:
            state["counts_"] = state["counts_"].to_bytes()
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "counts_" in state:
            state = {**state, "counts_": Counts.from_bytes(state["counts_"])}
        super().__setstate__(state)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        return tags


def _texts(X: Any) -> list[str]:
    if isinstance(X, (str, bytes, os.PathLike)):
        raise ValueError("X is one text; give a list of texts")
    texts = X.tolist() if hasattr(X, "tolist") else list(X)
    for text in texts:
        if not isinstance(text, str):
            raise ValueError(f"X holds {type(text).__name__}; give a list of texts")
    return texts


def _name(label: Any) -> str:
    """A class as a label of a count table, without tabs and line ends."""
    return label if isinstance(label, str) else repr(label)
