#!/usr/bin/env bash
# Wall time of a whole study (teacher, three students, three baselines) beside a PyTorch program that does the same work:
# `PYTHON PROGRAM osteo SEED EPOCHS 2,4,8`, which reads the folder of the images' parent from DATA. Both get both cores; the studies begin with
# empty caches: what they decode and measure counts. Three rounds, in turns; the second study caches the teacher's outputs.
#
# Usage: results/osteosarcoma-speed.sh DATA_FOLDER OUT_FOLDER PYTHON PROGRAM
# (DATA_FOLDER holds one folder per class and is called osteosarcoma)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
data=$(cd "$1" && pwd) out=$2 python=$3 program=$4
mkdir -p "$out"
# 32 images to train, 8 to validate and 20 to test, as the program deals them.
node -e '
  const { readdirSync } = require("node:fs");
  const [root] = process.argv.slice(1);
  const files = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort().flatMap((name) => readdirSync(`${root}/${name}`).sort().map((file) => [name, file]));
  console.log("image,label,split");
  files.forEach(([name, file], i) => console.log(`${root}/${name}/${file},${name},${i % 3 === 2 ? "test" : i % 15 === 0 || i % 15 === 7 ? "val" : "train"}`));
' "$data" > "$out/tiles.csv"
cp "$here/osteosarcoma-speed.yaml" "$out/computed.yaml"
sed 's/students: { mpp/students: { jitterViews: student, cacheTeacher: true, mpp/' "$out/computed.yaml" > "$out/cached.yaml"
seconds() {
  local start end
  start=$(date +%s.%N)
  "${@:2}" > "$out/$1.log" 2>&1
  end=$(date +%s.%N)
  echo "$1 $(echo "$end - $start" | bc)"
}
for round in 1 2 3; do
  rm -rf "$out/computed" "$out/cached"
  seconds computed npx lowmag study "$out/computed.yaml"
  DATA=$(dirname "$data") TH=2 BS=8 seconds pytorch "$python" "$program" osteo 1 10 2,4,8
  seconds cached npx lowmag study "$out/cached.yaml"
done
