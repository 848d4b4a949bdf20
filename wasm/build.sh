#!/usr/bin/env bash
# Builds decoders.wasm from Debian 12's sources of libjpeg-turbo and OpenJPEG and the files in src/. Nobody who uses lowmag
# runs this: the outcome is part of the package. README.md says what it needs and what the outcome's sha256 must be.
#
#   wasm/build.sh FOLDER [OUTPUT]     FOLDER holds libjpeg-turbo-2.1.5 and openjpeg2-2.5.0, from `apt-get source`
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
jpeg=$(cd "$1/libjpeg-turbo-2.1.5" && pwd)
openjpeg=$(cd "$1/openjpeg2-2.5.0/src/lib/openjp2" && pwd)
output=${2:-$here/decoders.wasm}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/include" "$work/objects"

# What the projects' own configuration would write.
sed -e 's/@JPEG_LIB_VERSION@/62/; s/@VERSION@/2.1.5/; s/@LIBJPEG_TURBO_VERSION_NUMBER@/2001005/' \
  -e 's/@BITS_IN_JSAMPLE@/8/; /#cmakedefine/d' "$jpeg/jconfig.h.in" > "$work/include/jconfig.h"
echo '#define WITH_SIMD 1' >> "$work/include/jconfig.h"
sed -e 's/@BUILD@/0/; s/@INLINE@/inline __attribute__((always_inline))/; s/@THREAD_LOCAL@//' \
  -e 's/@CMAKE_PROJECT_NAME@/libjpeg-turbo/; s/@VERSION@/2.1.5/; s/@SIZE_T@/4/; /#cmakedefine/d' \
  "$jpeg/jconfigint.h.in" > "$work/include/jconfigint.h"
sed -e 's/@COPYRIGHT_YEAR@/1991-2023/' "$jpeg/jversion.h.in" > "$work/include/jversion.h"
sed -e 's/@OPENJPEG_VERSION_MAJOR@/2/; s/@OPENJPEG_VERSION_MINOR@/5/; s/@OPENJPEG_VERSION_BUILD@/0/' \
  -e 's/#cmakedefine OPJ_HAVE_STDINT_H.*/#define OPJ_HAVE_STDINT_H 1/' "$openjpeg/opj_config.h.cmake.in" \
  > "$work/include/opj_config.h"
printf '#define %s\n' 'OPJ_HAVE_INTTYPES_H 1' 'OPJ_PACKAGE_VERSION "2.5.0"' 'OPJ_HAVE_FSEEKO 1' \
  'OPJ_HAVE_POSIX_MEMALIGN 1' '_POSIX_C_SOURCE 200112L' > "$work/include/opj_config_private.h"
cp -r /usr/include/simde "$work/include/simde"

compile=(clang-14 --target=wasm32-wasi -O3 -msimd128 -mbulk-memory -fno-exceptions -ffunction-sections -fdata-sections
  -DNDEBUG -w -I"$work/include" -I"$here/src")
objects=()

# one SOURCE FLAGS...: compiles one file.
one() {
  local source=$1 object
  shift
  object="$work/objects/$(basename "$(dirname "$source")")-$(basename "$source" .c).o"
  "${compile[@]}" "$@" -c "$source" -o "$object"
  objects+=("$object")
}

# The decoding half of libjpeg-turbo. Its Huffman decoder has a 64-bit bit buffer where size_t has 64 bits, or on x32: that
# branch is the right one here too.
for name in jcomapi jdapimin jdapistd jdcoefct jdcolor jddctmgr jdinput jdmainct jdmarker jdmaster jdmerge jdpostct \
  jdsample jidctflt jidctfst jidctint jidctred jquant1 jquant2 jutils jmemmgr jmemnobs; do
  one "$jpeg/$name.c" -DNO_GETENV -DNO_PUTENV -I"$jpeg"
done
for name in jdhuff jdphuff; do one "$jpeg/$name.c" -DNO_GETENV -DNO_PUTENV -I"$jpeg" -D__x86_64__ -D__ILP32__; done
for name in jpeg jpeg-simd; do one "$here/src/$name.c" -I"$jpeg"; done

# OpenJPEG without high-throughput coding, files and messages; its SSE2 code through SIMDe.
shim=(-DOPJ_STATIC -include "$here/src/shim/rounding.h" -I"$here/src/shim" -I"$openjpeg")
for name in bio cio function_list image invert j2k jp2 mqc openjpeg opj_malloc pi sparse_array t2 tcd tgt thread; do
  one "$openjpeg/$name.c" "${shim[@]}"
done
for name in dwt mct t1; do one "$openjpeg/$name.c" "${shim[@]}" -D__SSE__ -D__SSE2__; done
for name in jpeg2000 jpeg2000-messages; do one "$here/src/$name.c" "${shim[@]}"; done

for name in module no-system; do one "$here/src/$name.c"; done

# -O at this step would run whichever wasm-opt is installed; the stack lies first so that an overflow traps.
clang-14 --target=wasm32-wasi -mexec-model=reactor "${objects[@]}" -o "$output" -Wl,--gc-sections -Wl,--strip-all \
  -Wl,--max-memory=268435456 -Wl,-z,stack-size=262144 -Wl,--stack-first
sha256sum "$output"
