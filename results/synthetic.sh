#!/usr/bin/env bash
# The paper's question on synthetic tissue with few labels and much unlabelled tissue: do students distilled at 2, 4 and
# 8 µm/px beat baselines trained from the same labels at the same resolution? 120 labelled training images of 60 patients,
# 400 unlabelled images of 200 further patients, 336 test images of 168 patients.
#
# Usage: results/synthetic.sh OUT_FOLDER SEED
set -euo pipefail
npx lowmag demo --out "$1" --seed "$2" --unlabelled-patients 200 --student-epochs 10
