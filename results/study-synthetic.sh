#!/usr/bin/env bash
# Draws the synthetic tissue, divides it by patient, and runs the three studies on it: the paper's curve
# (synthetic-study.yaml), what the paper leaves open (choices-study.yaml), a teacher without jitter (plain-teacher-study.yaml).
#
# Usage: results/study-synthetic.sh OUT_FOLDER [further options of `lowmag study`, as --dry-run or --jobs 2]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$1
shift
mkdir -p "$out"
npx lowmag synthesize --out "$out/tissue" --patients 258 --images-per-patient 2 --unlabelled-patients 500 --size 288 --seed 11
npx lowmag split --data "$out/tissue/manifest.csv" --fractions 0.23256,0.11628,0.65116 --seed 11 --out "$out/splits.csv"
for study in synthetic-study choices-study plain-teacher-study; do
  cp "$here/$study.yaml" "$out/"
  npx lowmag study "$out/$study.yaml" --cache "$out/cache" "$@"
done
