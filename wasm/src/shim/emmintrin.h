/* OpenJPEG's SSE code in WebAssembly SIMD, translated by SIMDe. */
#define SIMDE_ENABLE_NATIVE_ALIASES
#include "simde/x86/sse2.h"
