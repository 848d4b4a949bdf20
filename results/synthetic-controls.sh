#!/usr/bin/env bash
# Controls at 4 µm/px on the tissue and teacher of results/synthetic.sh: baselines with as many steps as the students,
# and a student without the unlabelled tissue.
#
# Usage: results/synthetic-controls.sh OUT_FOLDER SEED      (the same as given to results/synthetic.sh)
set -euo pipefail
out=$1 seed=$2
data=(--data "$out/tissue/manifest.csv" --splits "$out/splits.csv" --cache "$out/cache" --seed "$seed")
recipe=(--mpp 4 --batch 8 --learning-rate 0.0015 --schedule cosine --warmup-steps 20 --jitter-brightness 0.15
  --jitter-contrast 0.15 --jitter-saturation 0.15 --jitter-hue 0.03)
runs=$out/runs
npx lowmag train "${data[@]}" "${recipe[@]}" --epochs 44 --out "$runs/baseline-4-44-epochs"
npx lowmag train "${data[@]}" "${recipe[@]}" --epochs 44 --select balancedAccuracy --out "$runs/baseline-4-44-epochs-by-accuracy"
npx lowmag distill "${data[@]}" "${recipe[@]}" --epochs 43 --teacher "$runs/teacher" --out "$runs/student-4-no-unlabelled"
npx lowmag evaluate "$runs"/{teacher,student-4,student-4-no-unlabelled,baseline-4,baseline-4-44-epochs,baseline-4-44-epochs-by-accuracy} \
  "${data[@]}" --out "$out/controls"
