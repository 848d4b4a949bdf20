#!/usr/bin/env bash
# Builds a small module of loops over pixels (src/area.c, src/jitter.c) into src/pixels/NAME-kernel-bytes.ts. Needs clang and lld
# 14, no sources of others. Nobody who uses lowmag runs this.
#
#   wasm/build-kernel.sh area|jitter [OUTPUT.ts]
set -euo pipefail

name=$1
here=$(cd "$(dirname "$0")" && pwd)
output=${2:-$here/../src/pixels/$name-kernel-bytes.ts}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
clang-14 --target=wasm32 -O3 -msimd128 -ffreestanding -Wall -Wextra -c "$here/src/$name.c" -o "$work/kernel.o"
clang-14 --target=wasm32 -nostdlib "$work/kernel.o" -o "$work/kernel.wasm" \
  -Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=4096 -Wl,--stack-first -Wl,--initial-memory=65536
{
  echo "// The compiled module of wasm/src/$name.c, made by wasm/build-kernel.sh. Not to be edited."
  echo
  echo '/** A WebAssembly module, in base64. */'
  echo "export const ${name^^}_KERNEL ="
  base64 -w 100 "$work/kernel.wasm" | sed 's/.*/  "&" +/; $ s/ +$/;/'
} > "$output"
sha256sum "$work/kernel.wasm"
wc -c < "$work/kernel.wasm"
