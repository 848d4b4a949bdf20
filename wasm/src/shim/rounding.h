/* Included before every file of OpenJPEG: rounding by one instruction, where the C library would call a function. */
#include <math.h>
#define lrintf(x) ((long)__builtin_rintf(x))
