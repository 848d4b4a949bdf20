#!/usr/bin/env bash
# Teacher, students and label-only baselines on the 670 images of 224x224 px taken with the 40x objective of the oral
# squamous cell carcinoma set (Rahman et al. 2020, Data in Brief 29:105114). The pixel size is not stated: the stored
# images are called 1 µm/px, so only ratios of resolution mean anything here. No patient is known.
#
# Usage: results/oral-scc.sh MANIFEST_OR_FOLDER OUT_FOLDER [SEED]
# A manifest brings its own split; for a folder, contiguous blocks of file numbers are dealt to the splits.
set -euo pipefail
data=$1 out=$2 seed=${3:-1}
common=(--data "$data" --data-mpp 1 --include _400x_ --cache "$out/cache" --seed "$seed")
if [ -d "$data" ]; then
  npx lowmag split --data "$data" --data-mpp 1 --include _400x_ --by block --blocks 10 --fractions 0.5,0.2,0.3 \
    --out "$out/splits.csv" --seed "$seed" --overwrite
  common+=(--splits "$out/splits.csv")
fi
training=(--epochs 25 --batch 8 --schedule exponential --gamma 0.97 --select balancedAccuracy)
npx lowmag train "${common[@]}" "${training[@]}" --class-weights balanced --mpp 1 --out "$out/teacher"
for mpp in 2 4 8; do
  npx lowmag distill "${common[@]}" "${training[@]}" --teacher "$out/teacher" --mpp $mpp --out "$out/student-$mpp"
  npx lowmag train "${common[@]}" "${training[@]}" --class-weights balanced --mpp $mpp --out "$out/baseline-$mpp"
done
npx lowmag evaluate "$out"/teacher "$out"/student-{2,4,8} "$out"/baseline-{2,4,8} "${common[@]}" --split test --out "$out/report"
