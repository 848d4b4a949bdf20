#!/usr/bin/env bash
# Teacher at 10x, students and label-only baselines at 5x, 2.5x and 1.25x on 60 H&E images of 1024x1024 px
# (TCIA osteosarcoma, doi 10.7937/tcia.2019.bvhjhdas, CC BY 3.0). Four patients, confounded with class: blocks, not patients.
#
# Usage: results/osteosarcoma.sh DATA_FOLDER OUT_FOLDER [SEED]     (DATA_FOLDER holds one folder per class)
set -euo pipefail
data=$1 out=$2 seed=${3:-1}
common=(--data "$data" --data-mpp 1 --splits "$out/splits.csv" --cache "$out/cache" --seed "$seed")
training=(--epochs 40 --batch 4 --schedule exponential --gamma 0.95)
npx lowmag split --data "$data" --data-mpp 1 --by block --blocks 10 --out "$out/splits.csv" --seed "$seed" --overwrite
npx lowmag train "${common[@]}" "${training[@]}" --mpp 1 --out "$out/teacher"
for mpp in 2 4 8; do
  npx lowmag distill "${common[@]}" "${training[@]}" --teacher "$out/teacher" --mpp $mpp --out "$out/student-$mpp"
  npx lowmag train "${common[@]}" "${training[@]}" --mpp $mpp --out "$out/baseline-$mpp"
done
npx lowmag evaluate "$out"/teacher "$out"/student-{2,4,8} "$out"/baseline-{2,4,8} "${common[@]}" --split test --out "$out/report"
