/* Colour jitter (src/pixels/jitter-kernel.ts) on a strip of pixels, as three planes of float32 `stride` apart: every operation
   of torchvision's on 0..1, four pixels at a time. Loops run to a whole number of vectors, so a plane needs 3 values to spare
   behind its last; what stands there is anything. Nothing here depends on where a strip begins. Built into
   src/pixels/jitter-kernel-bytes.ts, on its own. */
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(#name))) void name
#define EACH(at) for (int at = 0; at < count; at += 4)

static inline v128_t all(float value) { return wasm_f32x4_splat(value); }
static inline v128_t get(const float *at) { return wasm_v128_load(at); }
static inline void put(float *at, v128_t value) { wasm_v128_store(at, value); }
static inline v128_t add(v128_t a, v128_t b) { return wasm_f32x4_add(a, b); }
static inline v128_t sub(v128_t a, v128_t b) { return wasm_f32x4_sub(a, b); }
static inline v128_t mul(v128_t a, v128_t b) { return wasm_f32x4_mul(a, b); }
static inline v128_t lesser(v128_t a, v128_t b) { return wasm_f32x4_pmin(a, b); }
static inline v128_t greater(v128_t a, v128_t b) { return wasm_f32x4_pmax(a, b); }
static inline v128_t clamp(v128_t value) { return lesser(greater(value, all(0)), all(1)); }

/* torchvision's luma weights (ITU-R BT.601, rounded). */
static inline v128_t grey(v128_t red, v128_t green, v128_t blue) {
  return add(add(mul(all(0.2989f), red), mul(all(0.587f), green)), mul(all(0.114f), blue));
}

/* Byte `at` of each of four RGB pixels (from the first, or from the last), over 255. */
#define CHANNEL(at) wasm_i8x16_shuffle(four, none, at, 16, 16, 16, at + 3, 16, 16, 16, at + 6, 16, 16, 16, at + 9, 16, 16, 16)
#define LENNAHC(at) wasm_i8x16_shuffle(four, none, at + 9, 16, 16, 16, at + 6, 16, 16, 16, at + 3, 16, 16, 16, at, 16, 16, 16)
#define WRITE(plane, bytes) put((plane) + k, wasm_f32x4_div(wasm_f32x4_convert_u32x4(bytes), all(255)))

/* RGB bytes to planes; 4 bytes behind the last pixel are read. */
EXPORT(load)(float *planes, int stride, const unsigned char *pixels, int count) {
  const v128_t none = wasm_i32x4_splat(0);
  EACH(k) {
    v128_t four = wasm_v128_load(pixels + 3 * k);
    WRITE(planes, CHANNEL(0));
    WRITE(planes + stride, CHANNEL(1));
    WRITE(planes + 2 * stride, CHANNEL(2));
  }
}

/* The same from the last pixel to the first; 9 bytes before the first pixel are read too. */
EXPORT(load_mirrored)(float *planes, int stride, const unsigned char *pixels, int count) {
  const v128_t none = wasm_i32x4_splat(0);
  EACH(k) {
    v128_t four = wasm_v128_load(pixels + 3 * (count - 4 - k));
    WRITE(planes, LENNAHC(0));
    WRITE(planes + stride, LENNAHC(1));
    WRITE(planes + 2 * stride, LENNAHC(2));
  }
}

/* v -> clamp(factor v + offset) */
EXPORT(scale)(float *planes, int stride, int count, float factor, float offset) {
  v128_t by = all(factor), plus = all(offset);
  for (int channel = 0; channel < 3; channel++, planes += stride)
    EACH(k) put(planes + k, clamp(add(mul(by, get(planes + k)), plus)));
}

/* v -> clamp(factor v + (1 - factor) grey of the pixel) */
EXPORT(saturate)(float *planes, int stride, int count, float factor) {
  v128_t by = all(factor), rest = all(1 - factor);
  float *greens = planes + stride, *blues = greens + stride;
  EACH(k) {
    v128_t red = get(planes + k), green = get(greens + k), blue = get(blues + k);
    v128_t share = mul(rest, grey(red, green, blue));
    put(planes + k, clamp(add(mul(by, red), share)));
    put(greens + k, clamp(add(mul(by, green), share)));
    put(blues + k, clamp(add(mul(by, blue), share)));
  }
}

/* The sum of the pixels' greys. */
__attribute__((export_name("sum_greys"))) double sum_greys(const float *planes, int stride, int count) {
  const float *greens = planes + stride, *blues = greens + stride;
  v128_t sums = wasm_f64x2_splat(0);
  int k = 0;
  for (; k + 4 <= count; k += 4) {
    v128_t four = grey(get(planes + k), get(greens + k), get(blues + k));
    v128_t last = wasm_i32x4_shuffle(four, four, 2, 3, 2, 3);
    sums = wasm_f64x2_add(sums, wasm_f64x2_add(wasm_f64x2_promote_low_f32x4(four), wasm_f64x2_promote_low_f32x4(last)));
  }
  double sum = wasm_f64x2_extract_lane(sums, 0) + wasm_f64x2_extract_lane(sums, 1);
  for (; k < count; k++) sum += 0.2989f * planes[k] + 0.587f * greens[k] + 0.114f * blues[k];
  return sum;
}

/* clamp(value) of the largest channel less chroma times what a channel lacks of it. */
static inline void mix(float *at, v128_t smallest, v128_t chroma, v128_t share) {
  put(at, add(smallest, mul(chroma, clamp(share))));
}

/* Turns the hue by `turn` sixths of the circle, -3 to 3: RGB -> HSV -> RGB with h, the hue in sixths, in 0..6, and the shares of
   chroma above the smallest channel: red |h - 3| - 1, green 2 - |h - 2|, blue 2 - |h - 4|, clamped to 0..1. */
EXPORT(turn_hue)(float *planes, int stride, int count, float turn) {
  float *greens = planes + stride, *blues = greens + stride;
  EACH(k) {
    v128_t red = get(planes + k), green = get(greens + k), blue = get(blues + k);
    v128_t largest = greater(greater(red, green), blue), smallest = lesser(lesser(red, green), blue);
    v128_t chroma = sub(largest, smallest);
    v128_t is_red = wasm_f32x4_eq(largest, red), is_green = wasm_f32x4_eq(largest, green);
    /* the two channels whose difference tells the hue; a grey pixel has none, and no chroma to mix in */
    v128_t first = wasm_v128_bitselect(green, wasm_v128_bitselect(blue, red, is_green), is_red);
    v128_t second = wasm_v128_bitselect(blue, wasm_v128_bitselect(red, green, is_green), is_red);
    v128_t base = wasm_v128_bitselect(all(0), wasm_v128_bitselect(all(2), all(4), is_green), is_red);
    v128_t hue = wasm_f32x4_div(sub(first, second), greater(chroma, all(1e-30f)));
    hue = add(add(hue, base), all(turn));
    hue = add(hue, wasm_v128_and(wasm_f32x4_lt(hue, all(0)), all(6)));
    hue = sub(hue, wasm_v128_and(wasm_f32x4_ge(hue, all(6)), all(6)));
    mix(planes + k, smallest, chroma, sub(wasm_f32x4_abs(sub(hue, all(3))), all(1)));
    mix(greens + k, smallest, chroma, sub(all(2), wasm_f32x4_abs(sub(hue, all(2)))));
    mix(blues + k, smallest, chroma, sub(all(2), wasm_f32x4_abs(sub(hue, all(4)))));
  }
}

/* One plane: v -> scale v + shift, unclamped. */
EXPORT(standardise)(float *plane, int count, float scale, float shift) {
  v128_t by = all(scale), plus = all(shift);
  EACH(k) put(plane + k, add(mul(by, get(plane + k)), plus));
}
