#!/usr/bin/python3
"""Makes comparisons.json: DeLong with clustered patients, non-inferiority, Holm and Cohen's kappa, for src/stats.

Run: /usr/bin/python3 test/golden/stats/make_comparisons.py
Made with NumPy 1.24.2, SciPy 1.10.1, scikit-learn 1.2.1; seed 19970602. Probabilities are stored as whole thousandths. Tolerance in the tests:
1e-12 absolute (both sides work in float64 and sum in another order), p-values 1e-10 relative.

Independent of the TypeScript in how it computes: every pair of images is compared (the kernel, O(M N)), variances come from the matrix of
covariances of all AUROCs as the papers write them (Obuchowski 1997, equations for S10, S01, S11; DeLong et al. 1988 without clusters) and
differences from contrasts of that matrix. The macro AUROC of more than two classes is not in the papers; its variance is written out image by
image from the definition in src/stats/delong.ts. Holm's procedure is the loop of his paper: reject the smallest at α/m, and so on; the adjusted
p-value is the smallest α at which the test is rejected, found from the loop and not from the closed form.
"""
import json
import pathlib

import numpy as np
from scipy import optimize, stats
from sklearn import metrics

rng = np.random.default_rng(19970602)


def thousandths(p):
    whole = np.floor(p * 1000).astype(int)
    whole[np.arange(len(whole)), whole.argmax(axis=1)] += 1000 - whole.sum(axis=1)
    return whole


def answers(labels, patients, k, signal, coarse):
    shift = rng.normal(0, 0.7, size=(patients.max() + 1, k))
    logits = rng.normal(size=(len(labels), k)) + shift[patients]
    logits[np.arange(len(labels)), labels] += signal
    p = np.exp(logits)
    p /= p.sum(axis=1, keepdims=True)
    whole = thousandths(p)
    if coarse:
        whole = np.round(p * 10).astype(int) * 100
        whole[np.arange(len(labels)), whole.argmax(axis=1)] += 1000 - whole.sum(axis=1)
    return whole


def kernel(x, y):
    return 1.0 if x > y else 0.5 if x == y else 0.0


def components(scores, labels, c):
    """V10 of every image of class c, V01 of every other image, and the AUROC, by comparing every pair."""
    pos, neg = np.flatnonzero(labels == c), np.flatnonzero(labels != c)
    pairs = np.array([[kernel(scores[i], scores[j]) for j in neg] for i in pos])
    return dict(zip(pos, pairs.mean(axis=1))), dict(zip(neg, pairs.mean(axis=0))), pairs.mean()


def obuchowski(many_scores, labels, patients, c):
    """AUROCs of several score vectors and their covariance matrix."""
    parts = [components(s, labels, c) for s in many_scores]
    areas = np.array([a for _, _, a in parts])
    clusters = np.unique(patients)
    m, n = int((labels == c).sum()), int((labels != c).sum())
    n_all = len(clusters)
    n_pos = len(np.unique(patients[labels == c]))
    n_neg = len(np.unique(patients[labels != c]))
    size = len(parts)
    s10, s01, s11 = np.zeros((size, size)), np.zeros((size, size)), np.zeros((size, size))
    for cluster in clusters:
        inside = np.flatnonzero(patients == cluster)
        mi, ni = int((labels[inside] == c).sum()), int((labels[inside] != c).sum())
        v10 = np.array([sum(p[0].get(i, 0.0) for i in inside) for p in parts]) - mi * areas
        v01 = np.array([sum(p[1].get(i, 0.0) for i in inside) for p in parts]) - ni * areas
        s10 += np.outer(v10, v10)
        s01 += np.outer(v01, v01)
        s11 += np.outer(v10, v01)
    s10 *= n_pos / ((n_pos - 1) * m)
    s01 *= n_neg / ((n_neg - 1) * n)
    s11 *= n_all / (n_all - 1)
    return areas, s10 / m + s01 / n + (s11 + s11.T) / (m * n)


def delong(many_scores, labels, c):
    """DeLong et al. 1988, images independent: sample covariances of the components."""
    parts = [components(s, labels, c) for s in many_scores]
    v10 = np.array([list(p[0].values()) for p in parts])
    v01 = np.array([list(p[1].values()) for p in parts])
    return np.cov(v10) / v10.shape[1] + np.cov(v01) / v01.shape[1]


def macro(weighted, labels, patients, k):
    """Value and variance of a weighted sum of macro AUROCs, image by image."""
    present = [c for c in range(k) if (labels == c).any()]
    clusters = list(np.unique(patients))
    h = {(cluster, g): 0.0 for cluster in clusters for g in present}
    value = 0.0
    for weight, scores in weighted:
        for c in present:
            v10, v01, area = components(scores[:, c], labels, c)
            value += weight * area / len(present)
            for i, v in list(v10.items()):
                h[patients[i], c] += weight * (v - area) / len(v10) / len(present)
            for i, v in list(v01.items()):
                h[patients[i], labels[i]] += weight * (v - area) / len(v01) / len(present)
    i_all = len(clusters)
    variance = i_all / (i_all - 1) * sum(sum(h[cl, g] for g in present) ** 2 for cl in clusters)
    for g in present:
        i_g = len(np.unique(patients[labels == g]))
        variance += (i_g / (i_g - 1) - i_all / (i_all - 1)) * sum(h[cl, g] ** 2 for cl in clusters)
    return value, variance


def layout(kind, k):
    if kind == "independent":
        labels = np.concatenate([np.arange(k), np.arange(k), rng.integers(0, k, size=34)])
        return labels, np.arange(len(labels))
    if kind == "unequal":  # 1 to 9 images each, of several classes, as few as two patients with the rare class
        sizes = [1, 1, 2, 9, 3, 1, 6, 2]
        patients = np.repeat(np.arange(len(sizes)), sizes)
        labels = rng.choice(k, size=len(patients), p=[0.8] + [0.2 / (k - 1)] * (k - 1))
        labels[0], labels[3], labels[4], labels[15] = 1, k - 1, k - 1, 1
        labels[1] = 0
        return labels, patients
    patients = np.repeat(np.arange(9), 4)  # one class per patient
    return patients % k, patients


cases = []
for kind in ["independent", "unequal", "one class each"]:
    for k in [2, 3]:
        for coarse in [False, True]:
            labels, patients = layout(kind, k)
            models = [answers(labels, patients, k, signal, coarse) for signal in (1.0, 0.6, 1.2, 0.9)]
            p = [m / 1000 for m in models]
            binary = []
            for c in range(k):
                areas, cov = obuchowski([q[:, c] for q in p], labels, patients, c)
                assert np.allclose(areas, [metrics.roc_auc_score(labels == c, q[:, c]) for q in p], atol=1e-14)
                if kind == "independent":
                    assert np.allclose(cov, delong([q[:, c] for q in p], labels, c), atol=1e-15)
                contrast = np.array([1.0, -1.0, 0, 0])
                seeds = np.array([0.5, -0.5, 0.5, -0.5])
                binary.append({
                    "auroc": areas[0],
                    "variance": cov[0, 0],
                    "varianceOfDifference": contrast @ cov @ contrast,
                    "varianceOverSeeds": seeds @ cov @ seeds,
                })
            first, variance = macro([(1, p[0])], labels, patients, k)
            difference = macro([(1, p[0]), (-1, p[1])], labels, patients, k)
            over_seeds = macro([(0.5, p[0]), (-0.5, p[1]), (0.5, p[2]), (-0.5, p[3])], labels, patients, k)
            if k == 2:  # both classes have the same AUROC, so the mean must have Obuchowski's variance
                assert abs(variance - binary[1]["variance"]) < 1e-15
            cases.append({
                "name": f"{kind}, {k} classes{', ties' if coarse else ''}",
                "classes": k,
                "labels": labels.tolist(),
                "patients": patients.tolist(),
                "thousandths": [m.tolist() for m in models],
                "perClass": binary,
                "macro": {"auroc": first, "variance": variance},
                "macroDifference": {"value": difference[0], "variance": difference[1]},
                "macroOverSeeds": {"value": over_seeds[0], "variance": over_seeds[1]},
                "agreement": {
                    "share": float((p[0].argmax(1) == p[1].argmax(1)).mean()),
                    "kappa": metrics.cohen_kappa_score(p[0].argmax(1), p[1].argmax(1)),
                },
            })


def holm_rejects(ps, alpha):
    """Holm's loop; the indices rejected."""
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    rejected = set()
    for step, i in enumerate(order):
        if ps[i] * (len(ps) - step) <= alpha:
            rejected.add(i)
        else:
            break
    return rejected


def holm(ps):
    """Smallest α at which each is rejected; the loop can only change its mind at these candidates."""
    candidates = sorted({min(1.0, p * f) for p in ps for f in range(1, len(ps) + 1)} | {1.0})
    return [next((a for a in candidates if i in holm_rejects(ps, a)), 1.0) for i in range(len(ps))]


families = [[0.01], [0.01, 0.04, 0.03], [0.02, 0.02, 0.02], [0.5, 0.9, 1.0], [0.0, 0.001, 0.04, 0.04, 0.2]]
families += [np.round(rng.uniform(size=n) ** 3, 3).tolist() for n in (7, 20)]

def logit(a):
    return np.log(a / (1 - a)) if a > 0.5 else 4 * (a - 0.5)


def one_sided(a1, a2, cov, units, shift):
    """The larger p-value of "a1 <= a2 - shift": raw scale and logit scale, from the covariance matrix of both."""
    def t_test(excess, weights):
        return stats.t.sf(excess / np.sqrt(weights @ cov @ weights), units - 1)
    raw = t_test(a1 - a2 + shift, np.array([1.0, -1.0]))
    limit = a2 - shift
    if a1 <= limit:
        return raw
    if a1 == 1:
        return max(raw, max(limit, 0) ** units)
    def derivative(a):
        return 1 / (a * (1 - a)) if a > 0.5 else 4.0
    return max(raw, t_test(logit(a1) - logit(limit), np.array([derivative(a1), -derivative(limit)])))


def end(f, low):
    """Where a falling p-value is 2.5%, or 1."""
    return 1.0 if f(1.0) > 0.025 else optimize.brentq(lambda s: f(s) - 0.025, low, 1, xtol=1e-15, rtol=1e-14)


differences = []
for a1, a2, s1, s2, r, units, margin in [
    (0.80, 0.84, 0.03, 0.02, 0.5, 20, 0.05), (0.93, 0.95, 0.02, 0.015, 0.8, 5.5, 0.05), (0.4, 0.7, 0.06, 0.05, 0.1, 11.3, 0.1),
    (0.99, 0.9, 0.01, 0.03, 0.3, 49, 0.02), (0.85, 0.85, 0.04, 0.04, 0.9999, 12, 0.05), (1.0, 0.95, 0.0, 0.02, 0.0, 15, 0.03),
    (0.9, 1.0, 0.03, 0.0, 0.0, 15, 0.15), (0.55, 0.52, 0.2, 0.2, 0.0, 3, 0.3),
]:
    cov = np.array([[s1**2, r * s1 * s2], [r * s1 * s2, s2**2]])
    flipped = cov[::-1, ::-1]
    lower = lambda shift: one_sided(a1, a2, cov, units, shift)
    upper = lambda shift: one_sided(a2, a1, flipped, units, shift)
    differences.append({
        "first": a1, "second": a2, "varianceOfFirst": s1**2, "varianceOfSecond": s2**2,
        "varianceOfDifference": s1**2 + s2**2 - 2 * r * s1 * s2, "units": units, "margin": margin,
        "twoSided": min(1.0, 2 * min(lower(0.0), upper(0.0))),
        "nonInferiority": lower(margin),
        "interval": [-end(lower, a2 - a1), end(upper, a1 - a2)],
    })

out = {
    "cases": cases,
    "holm": [{"pValues": ps, "adjusted": holm(ps)} for ps in families],
    "differences": differences,
}
path = pathlib.Path(__file__).with_name("comparisons.json")
path.write_text(json.dumps(out, default=float) + "\n")
print(len(cases), "cases", path.stat().st_size, "bytes")
