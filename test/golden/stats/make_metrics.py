#!/usr/bin/python3
"""Makes metrics.json: classification metrics by scikit-learn, distributions and tests by SciPy.

Run: /usr/bin/python3 test/golden/stats/make_metrics.py
Made with scikit-learn 1.2.1, SciPy 1.10.1, NumPy 1.24.2; seed 20210104. Probabilities are stored as whole thousandths so that the
file is small and the numbers are the same on both sides. Tolerance in the tests: 1e-12 absolute for metrics (both sides work in
float64, sums in another order), 1e-10 relative for distribution functions, 1e-6 for the fitted temperature (SciPy's
optimiser stops there). scikit-learn has no expected calibration error, one-versus-rest accuracy or the published script's
variant: these are written out here from their definitions, the last one copied from the authors' loop.
"""
import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy import optimize, stats
from sklearn import metrics

rng = np.random.default_rng(20210104)
BINS = 15


def thousandths(rows):
    """Rows of whole numbers that sum to 1000, near the given probabilities."""
    whole = np.floor(rows * 1000).astype(int)
    whole[np.arange(len(whole)), whole.argmax(axis=1)] += 1000 - whole.sum(axis=1)
    return whole


def random_case(n, k, signal, present=None, coarse=None):
    labels = rng.choice(present if present is not None else np.arange(k), size=n)
    logits = rng.normal(size=(n, k))
    logits[np.arange(n), labels] += signal
    p = np.exp(logits)
    p /= p.sum(axis=1, keepdims=True)
    whole = thousandths(p)
    if coarse:  # few distinct values: many ties, also between classes
        whole = thousandths(np.round(p * coarse) / coarse)
        whole[whole < 0] = 0
        whole[np.arange(n), whole.argmax(axis=1)] += 1000 - whole.sum(axis=1)
    return labels, whole


def number(value):
    return None if value is None or not np.isfinite(value) else float(value)


def ece(labels, p, w):
    confidence, predicted = p.max(axis=1), p.argmax(axis=1)
    edges = np.linspace(0, 1, BINS + 1)
    total = 0.0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidence > low) & (confidence <= high)
        if w[inside].sum() > 0:
            accuracy = np.average(predicted[inside] == labels[inside], weights=w[inside])
            total += w[inside].sum() / w.sum() * abs(accuracy - np.average(confidence[inside], weights=w[inside]))
    return total


def expect(labels, whole, k, w):
    p = whole / 1000
    predicted = p.argmax(axis=1)
    present = sorted(set(labels[w > 0]))
    cm = metrics.confusion_matrix(labels, predicted, labels=range(k), sample_weight=w)
    per_class = []
    for c in range(k):
        truth, answer = labels == c, predicted == c
        here = c in present
        both = here and w[~truth].sum() > 0
        one = dict(labels=[c], average=None, zero_division=0, sample_weight=w)
        # The authors' accuracy (find_confidence_intervals_bootstrap.py), rows of their matrix are predictions.
        theirs = cm.T
        tp = theirs[c, c]
        tn = theirs.sum() - tp
        fp = theirs[c, :].sum() - tp
        fn = theirs[:, c].sum() - tp
        per_class.append({
            "precision": metrics.precision_score(labels, predicted, **one)[0] if here else None,
            "recall": metrics.recall_score(labels, predicted, **one)[0] if here else None,
            "f1": metrics.f1_score(labels, predicted, **one)[0] if here else None,
            "auroc": metrics.roc_auc_score(truth, p[:, c], sample_weight=w) if both else None,
            "auprc": metrics.average_precision_score(truth, p[:, c], sample_weight=w) if here else None,
            "oneVsRestAccuracy": metrics.accuracy_score(truth, answer, sample_weight=w),
            "publishedAccuracy": (tp + tn) / ((tp + fn) + (tn + fp)),
            "support": w[truth].sum(),
        })

    def mean(name):
        values = [per_class[c][name] for c in present]
        return None if any(v is None for v in values) else np.mean(values)

    macro = dict(labels=present, average="macro", zero_division=0, sample_weight=w)
    overall = {
        "accuracy": metrics.accuracy_score(labels, predicted, sample_weight=w),
        "balancedAccuracy": metrics.balanced_accuracy_score(labels, predicted, sample_weight=w),
        "macroF1": metrics.f1_score(labels, predicted, **macro),
        "macroPrecision": metrics.precision_score(labels, predicted, **macro),
        "macroRecall": metrics.recall_score(labels, predicted, **macro),
        "macroAuroc": mean("auroc"),
        "macroAuprc": mean("auprc"),
        "quadraticKappa": metrics.cohen_kappa_score(
            labels, predicted, labels=range(k), weights="quadratic", sample_weight=w),
        "oneVsRestAccuracy": mean("oneVsRestAccuracy"),
        "publishedAccuracy": mean("publishedAccuracy"),
        "expectedCalibrationError": ece(labels, p, w),
        "logLoss": metrics.log_loss(labels, p, labels=range(k), sample_weight=w),
    }
    if len(present) == k and k > 2 and (w == 1).all():  # scikit-learn's own macro AUROC, where it has one
        assert abs(overall["macroAuroc"] - metrics.roc_auc_score(labels, p, multi_class="ovr")) < 1e-12
    return {
        "overall": {name: number(value) for name, value in overall.items()},
        "perClass": [{name: number(value) for name, value in values.items()} for values in per_class],
        "confusion": cm.tolist(),
    }


def case(name, labels, whole, k, w=None):
    weights = np.ones(len(labels)) if w is None else w
    roc = None
    if w is None and len(set(labels)) == k:
        fpr, tpr, _ = metrics.roc_curve(labels == 0, whole[:, 0] / 1000, drop_intermediate=False)
        roc = [[number(a), number(b)] for a, b in zip(fpr, tpr)]
    return {
        "name": name, "classes": k, "labels": labels.tolist(), "thousandths": whole.tolist(),
        "weights": None if w is None else w.tolist(), "rocOfFirstClass": roc, **expect(labels, whole, k, weights),
    }


three = random_case(60, 3, 1.2)
ties = random_case(50, 5, 1.0, coarse=4)
two = random_case(40, 2, 0.8)
absent = random_case(30, 3, 1.0, present=[0, 2])
unanswered = random_case(20, 3, 1.0)
unanswered[1][:, 1] = 0
unanswered[1][:, 0] = 1000 - unanswered[1][:, 2]
one_class = random_case(12, 3, 1.0, present=[1])
zero = (np.array([0, 1, 2, 0]), np.array([[1000, 0, 0], [1000, 0, 0], [0, 0, 1000], [0, 500, 500]]))

cases = [
    case("three classes", *three, 3),
    case("five classes, many ties", *ties, 5),
    case("two classes", *two, 2),
    case("a class without images", *absent, 3),
    case("a class that is never predicted", *unanswered, 3),
    case("images of one class only", *one_class, 3),
    case("a true class of probability zero", *zero, 3),
    case("three classes, weighted", *three, 3, rng.integers(0, 4, size=60).astype(float)),
    case("five classes, many ties, weighted", *ties, 5, rng.integers(0, 4, size=50).astype(float)),
]


def temperature_case(n, k, scale, signal):
    labels = rng.integers(0, k, size=n)
    logits = rng.normal(size=(n, k))
    logits[np.arange(n), labels] += signal
    logits = np.round(logits * scale, 3)

    def nll(log_t):
        z = logits / np.exp(log_t)
        return float(np.mean(scipy.special.logsumexp(z, axis=1) - z[np.arange(n), labels]))

    best = optimize.minimize_scalar(nll, bounds=(np.log(0.01), np.log(100)), method="bounded", options={"xatol": 1e-10})
    return {"logits": logits.tolist(), "labels": labels.tolist(), "temperature": float(np.exp(best.x)),
            "logLossBefore": nll(0.0), "logLossAfter": float(best.fun)}


def t_quantile(p, df):
    """SciPy's ppf is good to 1e-9 only: polish it with its cdf."""
    near = stats.t.ppf(p, df)
    if p == 0.5:
        return 0.0
    low, high = sorted((near * (1 - 1e-6), near * (1 + 1e-6)))
    return float(optimize.brentq(lambda x: stats.t.cdf(x, df) - p, low, high, xtol=1e-300, rtol=1e-15))


zs = [-9.5, -6.0, -3.2, -1.959963984540054, -1.0, -0.3, 0.0, 0.7, 1.5, 2.6, 5.0]
ps = [1e-12, 1e-5, 0.001, 0.025, 0.2, 0.5, 0.8, 0.975, 0.9999]
dfs = [0.5, 1, 2.7, 5, 19, 150.3]
sample = np.round(rng.normal(size=23), 3)
distributions = {
    "normalCdf": [[z, stats.norm.cdf(z)] for z in zs],
    "normalQuantile": [[p, stats.norm.ppf(p)] for p in ps],
    "studentTCdf": [[t, df, stats.t.cdf(t, df)] for t in zs for df in dfs],
    "studentTQuantile": [[p, df, t_quantile(p, df)] for p in ps[2:] for df in dfs],
    "fairBinomialCdf": [[k, n, stats.binom.cdf(k, n, 0.5)] for k, n in [(0, 1), (2, 9), (10, 20), (35, 100), (300, 700)]],
    "mcnemar": [[b, c, stats.binomtest(b, b + c, 0.5).pvalue] for b, c in [(0, 1), (1, 8), (5, 5), (12, 3), (30, 61)]],
    "quantile": [[q, float(np.percentile(sample, q * 100))] for q in [0, 0.025, 0.3, 0.5, 0.975, 1]],
    "quantileSample": sample.tolist(),
}
out = {
    "madeBy": "make_metrics.py",
    "versions": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__, "numpy": np.__version__},
    "cases": cases,
    "temperature": [temperature_case(40, 3, 3.0, 1.5), temperature_case(60, 5, 0.4, 2.0)],
    "distributions": distributions,
}
path = pathlib.Path(__file__).with_name("metrics.json")
path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
print(path.stat().st_size, "bytes")
