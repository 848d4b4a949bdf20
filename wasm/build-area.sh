#!/usr/bin/env bash
# Builds the area filter's sums (src/area.c) into src/pixels/area-kernel-bytes.ts. Needs clang and lld 14, no sources of others.
# Nobody who uses lowmag runs this.
#
#   wasm/build-area.sh [OUTPUT.ts]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
output=${1:-$here/../src/pixels/area-kernel-bytes.ts}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
clang-14 --target=wasm32 -O3 -msimd128 -c "$here/src/area.c" -o "$work/area.o"
clang-14 --target=wasm32 -nostdlib "$work/area.o" -o "$work/area.wasm" \
  -Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=4096 -Wl,--stack-first -Wl,--initial-memory=65536
{
  echo '// The compiled module of wasm/src/area.c, made by wasm/build-area.sh. Not to be edited.'
  echo
  echo '/** A WebAssembly module, in base64. */'
  echo 'export const AREA_KERNEL ='
  base64 -w 100 "$work/area.wasm" | sed 's/.*/  "&" +/; $ s/ +$/;/'
} > "$output"
wc -c < "$work/area.wasm"
