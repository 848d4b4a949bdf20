/* The two sums of the area filter (src/pixels/area-kernel.ts): down the rows under an output row, then along the columns under
   each output pixel. Weights and sums are float64; what lies between the outer rows is summed in whole numbers. Built into
   src/pixels/area-kernel-bytes.ts, on its own: every reader of a slide needs it, whatever decodes. */
typedef unsigned char byte8 __attribute__((vector_size(8), aligned(1)));
typedef unsigned int whole4 __attribute__((vector_size(16)));
typedef unsigned int whole8 __attribute__((vector_size(32)));
typedef double double8 __attribute__((vector_size(64), aligned(16)));

static inline whole8 whole(const unsigned char *at) { return __builtin_convertvector(*(const byte8 *)at, whole8); }

/* The empty instructions hide from clang 14 that these were bytes: it would convert them one by one. */
static inline double8 real(whole8 values) {
  whole4 low = __builtin_shufflevector(values, values, 0, 1, 2, 3), high = __builtin_shufflevector(values, values, 4, 5, 6, 7);
  __asm__("" : "+r"(low));
  __asm__("" : "+r"(high));
  return __builtin_convertvector(__builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7), double8);
}

/* down[k] = outer[0] first row + between (rows between) + outer[1] last row, for k < count rounded up to 8. */
__attribute__((export_name("sum_rows"))) void sum_rows(double *down, const unsigned char *data, int stride, int count, int rows,
                                                       double first, double between, double last) {
  for (int k = 0; k < count; k += 8) {
    const unsigned char *at = data + k;
    double8 sum = first * real(whole(at));
    if (rows > 2) {
      whole8 middle = {0};
      for (int row = 2; row < rows; row++) middle += whole(at += stride);
      sum += between * real(middle);
    }
    if (rows > 1) sum += last * real(whole(at + stride));
    *(double8 *)(down + k) = sum;
  }
}

/* The same along a row of RGB sums, for each of `count` output pixels over source pixels first[i] to last[i]. */
__attribute__((export_name("sum_columns"))) void sum_columns(double *out, const double *down, const int *first, const int *last,
                                                             const double *first_weight, const double *last_weight,
                                                             double between, int count) {
  for (int i = 0; i < count; i++, out += 3) {
    const double *at = down + 3 * first[i], *end = down + 3 * last[i];
    double weight = first_weight[i];
    double red = weight * at[0], green = weight * at[1], blue = weight * at[2];
    if (at < end) {
      double r = 0, g = 0, b = 0;
      for (at += 3; at < end; at += 3) r += at[0], g += at[1], b += at[2];
      weight = last_weight[i];
      red += between * r + weight * end[0];
      green += between * g + weight * end[1];
      blue += between * b + weight * end[2];
    }
    out[0] = red, out[1] = green, out[2] = blue;
  }
}
