#!/usr/bin/env bash
# Deals contiguous blocks of files to the splits and runs results/osteosarcoma-study.yaml.
#
# Usage: results/study-osteosarcoma.sh DATA_FOLDER OUT_FOLDER [further options of `lowmag study`]
# (DATA_FOLDER holds one folder per class)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
data=$(cd "$1" && pwd) out=$2
shift 2
mkdir -p "$out"
ln -sfn "$data" "$out/tiles"
npx lowmag split --data "$out/tiles" --data-mpp 1 --by block --blocks 10 --seed 1 --out "$out/splits.csv"
cp "$here/osteosarcoma-study.yaml" "$out/"
npx lowmag study "$out/osteosarcoma-study.yaml" "$@"
