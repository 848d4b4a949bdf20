#!/usr/bin/env bash
# Deals contiguous blocks of file numbers to the splits and runs results/oral-scc-study.yaml.
#
# Usage: results/study-oral-scc.sh DATA_FOLDER OUT_FOLDER [further options of `lowmag study`]
# (DATA_FOLDER holds the folders Normal and OSCC)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
data=$(cd "$1" && pwd) out=$2
shift 2
mkdir -p "$out"
ln -sfn "$data" "$out/tiles"
npx lowmag split --data "$out/tiles" --data-mpp 1 --include _400x_ --by block --blocks 10 --fractions 0.5,0.2,0.3 --seed 1 \
  --out "$out/splits.csv"
cp "$here/oral-scc-study.yaml" "$out/"
npx lowmag study "$out/oral-scc-study.yaml" "$@"
