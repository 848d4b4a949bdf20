/*
 * The time-critical parts of JPEG decoding in WebAssembly SIMD, behind libjpeg-turbo's own interface for them: the accurate
 * inverse DCT, fancy upsampling and YCbCr to RGB. Arithmetic step by step as in libjpeg-turbo's SSE2 code
 * (simd/x86_64/jidctint-sse2.asm, jdsample-sse2.asm, jdcolext-sse2.asm), so that every pixel is equal to the
 * native library's. An altered version of that code, under its licence, the zlib licence: see LICENSES.txt.
 */
#include <wasm_simd128.h>

/* Everything that is not made faster here says so, by libjpeg-turbo's own stand-ins. */
#define jsimd_can_ycc_rgb none_can_ycc_rgb
#define jsimd_ycc_rgb_convert none_ycc_rgb_convert
#define jsimd_can_h2v1_fancy_upsample none_can_h2v1_fancy_upsample
#define jsimd_h2v1_fancy_upsample none_h2v1_fancy_upsample
#define jsimd_can_h2v2_fancy_upsample none_can_h2v2_fancy_upsample
#define jsimd_h2v2_fancy_upsample none_h2v2_fancy_upsample
#define jsimd_can_idct_islow none_can_idct_islow
#define jsimd_idct_islow none_idct_islow
#include "jsimd_none.c"
#undef jsimd_can_ycc_rgb
#undef jsimd_ycc_rgb_convert
#undef jsimd_can_h2v1_fancy_upsample
#undef jsimd_h2v1_fancy_upsample
#undef jsimd_can_h2v2_fancy_upsample
#undef jsimd_h2v2_fancy_upsample
#undef jsimd_can_idct_islow
#undef jsimd_idct_islow

int jsimd_can_ycc_rgb(void) { return 1; }
int jsimd_can_h2v1_fancy_upsample(void) { return 1; }
int jsimd_can_h2v2_fancy_upsample(void) { return 1; }
int jsimd_can_idct_islow(void) { return 1; }

/* ---- YCbCr to RGB ---- */

/* (26345 x + 32768) >> 16 of eight numbers: 1.40200 x = x + 0.40200 x. */
static inline v128_t times_0_402(v128_t x) {
  const v128_t two = wasm_i16x8_const_splat(2);
  const v128_t factor = wasm_i16x8_const(26345, 16384, 26345, 16384, 26345, 16384, 26345, 16384);
  v128_t low = wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(x, two, 0, 8, 1, 9, 2, 10, 3, 11), factor);
  v128_t high = wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(x, two, 4, 12, 5, 13, 6, 14, 7, 15), factor);
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(low, 16), wasm_i32x4_shr(high, 16));
}

/* (-22554 cb + 18734 cr + 32768) >> 16: -0.34414 cb - 0.71414 cr = that - cr. */
static inline v128_t green_part(v128_t cb, v128_t cr) {
  const v128_t half = wasm_i32x4_const_splat(32768);
  const v128_t factor = wasm_i16x8_const(-22554, 18734, -22554, 18734, -22554, 18734, -22554, 18734);
  v128_t low = wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(cb, cr, 0, 8, 1, 9, 2, 10, 3, 11), factor);
  v128_t high = wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(cb, cr, 4, 12, 5, 13, 6, 14, 7, 15), factor);
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(wasm_i32x4_add(low, half), 16),
                                 wasm_i32x4_shr(wasm_i32x4_add(high, half), 16));
}

struct rgb {
  v128_t r, g, b;
};

static inline struct rgb convert8(v128_t y, v128_t cb, v128_t cr) {
  const v128_t centre = wasm_i16x8_const_splat(128);
  cb = wasm_i16x8_sub(cb, centre);
  cr = wasm_i16x8_sub(cr, centre);
  struct rgb out;
  out.r = wasm_i16x8_add(wasm_i16x8_add(y, cr), times_0_402(cr));
  out.g = wasm_i16x8_add(wasm_i16x8_sub(y, cr), green_part(cb, cr));
  /* 1.77200 cb = 2 cb - 0.22800 cb; q15mulr is (a b + 2^14) >> 15. */
  v128_t part = wasm_i16x8_q15mulr_sat(cb, wasm_i16x8_const_splat(-7471));
  out.b = wasm_i16x8_add(wasm_i16x8_add(y, wasm_i16x8_add(cb, cb)), part);
  return out;
}

static inline void store_rgb(uint8_t *to, v128_t r, v128_t g, v128_t b) {
  v128_t rg, out;
  rg = wasm_i8x16_shuffle(r, g, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
  out = wasm_i8x16_shuffle(rg, b, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15);
  wasm_v128_store(to, out);
  rg = wasm_i8x16_shuffle(r, g, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
  out = wasm_i8x16_shuffle(rg, b, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15);
  wasm_v128_store(to + 16, out);
  rg = wasm_i8x16_shuffle(r, g, 0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0);
  out = wasm_i8x16_shuffle(rg, b, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31);
  wasm_v128_store(to + 32, out);
}

/* Reads and writes whole groups of 16 pixels: rows of samples are padded, and so is whoever asks for RGB (jpeg.c). */
void jsimd_ycc_rgb_convert(j_decompress_ptr cinfo, JSAMPIMAGE input, JDIMENSION input_row, JSAMPARRAY output,
                           int rows) {
  JDIMENSION width = cinfo->output_width;
  for (; rows > 0; rows--, input_row++, output++) {
    const uint8_t *ys = input[0][input_row], *cbs = input[1][input_row], *crs = input[2][input_row];
    uint8_t *to = *output;
    for (JDIMENSION x = 0; x < width; x += 16, to += 48) {
      v128_t y = wasm_v128_load(ys + x), cb = wasm_v128_load(cbs + x), cr = wasm_v128_load(crs + x);
      struct rgb low = convert8(wasm_u16x8_extend_low_u8x16(y), wasm_u16x8_extend_low_u8x16(cb),
                                wasm_u16x8_extend_low_u8x16(cr));
      struct rgb high = convert8(wasm_u16x8_extend_high_u8x16(y), wasm_u16x8_extend_high_u8x16(cb),
                                 wasm_u16x8_extend_high_u8x16(cr));
      store_rgb(to, wasm_u8x16_narrow_i16x8(low.r, high.r), wasm_u8x16_narrow_i16x8(low.g, high.g),
                wasm_u8x16_narrow_i16x8(low.b, high.b));
    }
  }
}

/* ---- Fancy upsampling ---- */

static inline v128_t shifted_in(v128_t before, v128_t now) {
  return wasm_i16x8_shuffle(before, now, 7, 8, 9, 10, 11, 12, 13, 14);
}

static inline v128_t shifted_out(v128_t now, v128_t after) {
  return wasm_i16x8_shuffle(now, after, 1, 2, 3, 4, 5, 6, 7, 8);
}

static inline v128_t interleave(v128_t even, v128_t odd) { return wasm_v128_or(even, wasm_i16x8_shl(odd, 8)); }

/* 3 : 1 of two rows, not yet divided. */
static inline v128_t column_sums(const uint8_t *near, const uint8_t *far) {
  return wasm_i16x8_add(wasm_i16x8_mul(wasm_u16x8_load8x8(near), wasm_i16x8_const_splat(3)), wasm_u16x8_load8x8(far));
}

static void h2v2_row(const uint8_t *near, const uint8_t *far, uint8_t *to, JDIMENSION width) {
  v128_t now = column_sums(near, far);
  v128_t before = wasm_i16x8_splat(wasm_i16x8_extract_lane(now, 0));
  for (JDIMENSION x = 0; x < width; x += 8) {
    v128_t after = column_sums(near + x + 8, far + x + 8);
    v128_t three = wasm_i16x8_mul(now, wasm_i16x8_const_splat(3));
    v128_t even = wasm_i16x8_add(wasm_i16x8_add(three, shifted_in(before, now)), wasm_i16x8_const_splat(8));
    v128_t odd = wasm_i16x8_add(wasm_i16x8_add(three, shifted_out(now, after)), wasm_i16x8_const_splat(7));
    wasm_v128_store(to + 2 * x, interleave(wasm_u16x8_shr(even, 4), wasm_u16x8_shr(odd, 4)));
    before = now;
    now = after;
  }
  int last = near[width - 1] * 3 + far[width - 1];
  to[2 * width - 1] = (uint8_t)((last * 4 + 7) >> 4);
}

static void h2v1_row(const uint8_t *from, uint8_t *to, JDIMENSION width) {
  v128_t now = wasm_u16x8_load8x8(from);
  v128_t before = wasm_i16x8_splat(from[0]);
  for (JDIMENSION x = 0; x < width; x += 8) {
    v128_t after = wasm_u16x8_load8x8(from + x + 8);
    v128_t three = wasm_i16x8_mul(now, wasm_i16x8_const_splat(3));
    v128_t even = wasm_i16x8_add(wasm_i16x8_add(three, shifted_in(before, now)), wasm_i16x8_const_splat(1));
    v128_t odd = wasm_i16x8_add(wasm_i16x8_add(three, shifted_out(now, after)), wasm_i16x8_const_splat(2));
    wasm_v128_store(to + 2 * x, interleave(wasm_u16x8_shr(even, 2), wasm_u16x8_shr(odd, 2)));
    before = now;
    now = after;
  }
  to[2 * width - 1] = from[width - 1];
}

void jsimd_h2v2_fancy_upsample(j_decompress_ptr cinfo, jpeg_component_info *component, JSAMPARRAY input,
                               JSAMPARRAY *output) {
  JSAMPARRAY rows = *output;
  for (int in = 0, out = 0; out < cinfo->max_v_samp_factor; in++, out += 2) {
    h2v2_row(input[in], input[in - 1], rows[out], component->downsampled_width);
    h2v2_row(input[in], input[in + 1], rows[out + 1], component->downsampled_width);
  }
}

void jsimd_h2v1_fancy_upsample(j_decompress_ptr cinfo, jpeg_component_info *component, JSAMPARRAY input,
                               JSAMPARRAY *output) {
  for (int row = 0; row < cinfo->max_v_samp_factor; row++)
    h2v1_row(input[row], (*output)[row], component->downsampled_width);
}

/* ---- Inverse DCT, accurate integer method ---- */

#define F_0_298 2446
#define F_0_390 3196
#define F_0_541 4433
#define F_0_765 6270
#define F_0_899 7373
#define F_1_175 9633
#define F_1_501 12299
#define F_1_847 15137
#define F_1_961 16069
#define F_2_053 16819
#define F_2_562 20995
#define F_3_072 25172
#define PAIR(a, b) wasm_i16x8_const(a, b, a, b, a, b, a, b)

/* Eight 32-bit numbers. */
struct wide {
  v128_t low, high;
};

static inline struct wide add(struct wide a, struct wide b) {
  return (struct wide){wasm_i32x4_add(a.low, b.low), wasm_i32x4_add(a.high, b.high)};
}

static inline struct wide subtract(struct wide a, struct wide b) {
  return (struct wide){wasm_i32x4_sub(a.low, b.low), wasm_i32x4_sub(a.high, b.high)};
}

static inline struct wide pairs(v128_t a, v128_t b) {
  return (struct wide){wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11),
                       wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15)};
}

static inline struct wide dot(struct wide pairs, v128_t factors) {
  return (struct wide){wasm_i32x4_dot_i16x8(pairs.low, factors), wasm_i32x4_dot_i16x8(pairs.high, factors)};
}

/* Times 2^13. */
static inline struct wide scaled(v128_t a) {
  return (struct wide){wasm_i32x4_shl(wasm_i32x4_extend_low_i16x8(a), 13),
                       wasm_i32x4_shl(wasm_i32x4_extend_high_i16x8(a), 13)};
}

#define DESCALE(a, bits) descale(a, wasm_i32x4_splat(1 << ((bits) - 1)), bits)
static inline v128_t descale(struct wide a, v128_t half, int bits) {
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(wasm_i32x4_add(a.low, half), bits),
                                 wasm_i32x4_shr(wasm_i32x4_add(a.high, half), bits));
}

/* One pass over eight columns (or rows, transposed) at once. */
static inline __attribute__((always_inline)) void transform(v128_t v[8], int bits) {
  struct wide z = pairs(v[2], v[6]);
  struct wide tmp3 = dot(z, PAIR(F_0_541 + F_0_765, F_0_541));
  struct wide tmp2 = dot(z, PAIR(F_0_541, F_0_541 - F_1_847));
  struct wide tmp0 = scaled(wasm_i16x8_add(v[0], v[4]));
  struct wide tmp1 = scaled(wasm_i16x8_sub(v[0], v[4]));
  struct wide tmp10 = add(tmp0, tmp3), tmp13 = subtract(tmp0, tmp3);
  struct wide tmp11 = add(tmp1, tmp2), tmp12 = subtract(tmp1, tmp2);

  struct wide z34 = pairs(wasm_i16x8_add(v[3], v[7]), wasm_i16x8_add(v[1], v[5]));
  struct wide z3 = dot(z34, PAIR(F_1_175 - F_1_961, F_1_175));
  struct wide z4 = dot(z34, PAIR(F_1_175, F_1_175 - F_0_390));
  struct wide p71 = pairs(v[7], v[1]), p53 = pairs(v[5], v[3]);
  tmp0 = add(dot(p71, PAIR(F_0_298 - F_0_899, -F_0_899)), z3);
  tmp3 = add(dot(p71, PAIR(-F_0_899, F_1_501 - F_0_899)), z4);
  tmp1 = add(dot(p53, PAIR(F_2_053 - F_2_562, -F_2_562)), z4);
  tmp2 = add(dot(p53, PAIR(-F_2_562, F_3_072 - F_2_562)), z3);

  v[0] = DESCALE(add(tmp10, tmp3), bits);
  v[7] = DESCALE(subtract(tmp10, tmp3), bits);
  v[1] = DESCALE(add(tmp11, tmp2), bits);
  v[6] = DESCALE(subtract(tmp11, tmp2), bits);
  v[2] = DESCALE(add(tmp12, tmp1), bits);
  v[5] = DESCALE(subtract(tmp12, tmp1), bits);
  v[3] = DESCALE(add(tmp13, tmp0), bits);
  v[4] = DESCALE(subtract(tmp13, tmp0), bits);
}

#define LOW16(a, b) wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH16(a, b) wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define LOW32(a, b) wasm_i32x4_shuffle(a, b, 0, 4, 1, 5)
#define HIGH32(a, b) wasm_i32x4_shuffle(a, b, 2, 6, 3, 7)
#define LOW64(a, b) wasm_i64x2_shuffle(a, b, 0, 2)
#define HIGH64(a, b) wasm_i64x2_shuffle(a, b, 1, 3)

static inline __attribute__((always_inline)) void transpose(v128_t v[8]) {
  v128_t a0 = LOW16(v[0], v[1]), a1 = HIGH16(v[0], v[1]), a2 = LOW16(v[2], v[3]), a3 = HIGH16(v[2], v[3]);
  v128_t a4 = LOW16(v[4], v[5]), a5 = HIGH16(v[4], v[5]), a6 = LOW16(v[6], v[7]), a7 = HIGH16(v[6], v[7]);
  v128_t b0 = LOW32(a0, a2), b1 = HIGH32(a0, a2), b2 = LOW32(a1, a3), b3 = HIGH32(a1, a3);
  v128_t b4 = LOW32(a4, a6), b5 = HIGH32(a4, a6), b6 = LOW32(a5, a7), b7 = HIGH32(a5, a7);
  v[0] = LOW64(b0, b4), v[1] = HIGH64(b0, b4), v[2] = LOW64(b1, b5), v[3] = HIGH64(b1, b5);
  v[4] = LOW64(b2, b6), v[5] = HIGH64(b2, b6), v[6] = LOW64(b3, b7), v[7] = HIGH64(b3, b7);
}

/* Two rows of samples from two rows of differences to the centre. */
static inline void store_rows(JSAMPARRAY output, JDIMENSION column, v128_t even, v128_t odd) {
  v128_t samples = wasm_i8x16_add(wasm_i8x16_narrow_i16x8(even, odd), wasm_i8x16_const_splat((char)CENTERJSAMPLE));
  wasm_v128_store64_lane(output[0] + column, samples, 0);
  wasm_v128_store64_lane(output[1] + column, samples, 1);
}

/* A block of one colour, from its only coefficient after the first pass. */
static void store_flat(JSAMPARRAY output, JDIMENSION column, int value) {
  v128_t sample = wasm_i16x8_splat((int16_t)((value + 16) >> 5));
  for (int i = 0; i < 8; i += 2) store_rows(output + i, column, sample, sample);
}

void jsimd_idct_islow(j_decompress_ptr cinfo, jpeg_component_info *component, JCOEFPTR coefficients,
                      JSAMPARRAY output, JDIMENSION column) {
  const int16_t *factors = component->dct_table;
  v128_t v[8];
  v128_t rows[8];
  for (int i = 0; i < 8; i++) rows[i] = wasm_v128_load(coefficients + 8 * i);
  v128_t below = wasm_v128_or(wasm_v128_or(wasm_v128_or(rows[1], rows[2]), wasm_v128_or(rows[3], rows[4])),
                              wasm_v128_or(wasm_v128_or(rows[5], rows[6]), rows[7]));
  v128_t first = wasm_i16x8_mul(rows[0], wasm_v128_load(factors));
  if (!wasm_v128_any_true(wasm_v128_or(below, wasm_i16x8_replace_lane(rows[0], 0, 0)))) {
    store_flat(output, column, (int16_t)((uint32_t)wasm_i16x8_extract_lane(first, 0) << 2));
    return;
  }
  if (!wasm_v128_any_true(below)) {
    /* Only the first row is there: after the first pass all rows are equal, so each column is one number. */
    first = wasm_i16x8_shl(first, 2);
    v[0] = wasm_i16x8_splat(wasm_i16x8_extract_lane(first, 0));
    v[1] = wasm_i16x8_splat(wasm_i16x8_extract_lane(first, 1));
    v[2] = wasm_i16x8_splat(wasm_i16x8_extract_lane(first, 2));
    v[3] = wasm_i16x8_splat(wasm_i16x8_extract_lane(first, 3));
    v[4] = wasm_i16x8_splat(wasm_i16x8_extract_lane(first, 4));
    v[5] = wasm_i16x8_splat(wasm_i16x8_extract_lane(first, 5));
    v[6] = wasm_i16x8_splat(wasm_i16x8_extract_lane(first, 6));
    v[7] = wasm_i16x8_splat(wasm_i16x8_extract_lane(first, 7));
  } else {
    v[0] = first;
    for (int i = 1; i < 8; i++) v[i] = wasm_i16x8_mul(rows[i], wasm_v128_load(factors + 8 * i));
    transform(v, 13 - 2);
    transpose(v);
  }
  transform(v, 13 + 2 + 3);
  transpose(v);
  for (int i = 0; i < 8; i += 2) store_rows(output + i, column, v[i], v[i + 1]);
}
