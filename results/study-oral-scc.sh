#!/usr/bin/env bash
# Runs results/oral-scc-study.yaml. No patient is known, and neighbouring file numbers are often one case: every ten numbers of a
# class stand for a patient, joined where two of them show the same tissue (`lowmag leaks` finds such pairs).
#
# Usage: results/study-oral-scc.sh DATA_FOLDER OUT_FOLDER [further options of `lowmag study`]
# (DATA_FOLDER holds the folders Normal and OSCC)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
data=$(cd "$1" && pwd) out=$2
shift 2
mkdir -p "$out"
ln -sfn "$data" "$out/tiles"
data=(--data "$out/tiles" --data-mpp 1 --include _400x_)
npx lowmag leaks "${data[@]}" --patient-pattern '^(.*_400x_\d*)\d\.jpg$' --out "$out/leaks"
npx lowmag split "${data[@]}" --patients "$out/leaks/groups.csv" --fractions 0.5,0.2,0.3 --seed 1 --out "$out/splits.csv"
cp "$here/oral-scc-study.yaml" "$out/"
npx lowmag study "$out/oral-scc-study.yaml" "$@"
