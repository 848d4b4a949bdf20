/*
 * The JPEG 2000 half of the decoder module: one call decodes one window of one codestream to RGB, with OpenJPEG.
 * An error, and every warning that means wrong pixels, leaves through the imported fail() (jpeg2000-messages.c).
 */
#include <stdlib.h>
#include <string.h>

#include "module.h"
#include "openjpeg.h"

struct source {
  const uint8_t *bytes;
  size_t size, at;
};

static OPJ_SIZE_T read_source(void *buffer, OPJ_SIZE_T wanted, void *data) {
  struct source *source = data;
  size_t left = source->size - source->at;
  if (left == 0) return (OPJ_SIZE_T)-1;
  size_t count = wanted < left ? wanted : left;
  memcpy(buffer, source->bytes + source->at, count);
  source->at += count;
  return count;
}

static OPJ_OFF_T skip_source(OPJ_OFF_T count, void *data) {
  struct source *source = data;
  if (count < 0 || (uint64_t)count > source->size - source->at) return -1;
  source->at += (size_t)count;
  return count;
}

static OPJ_BOOL seek_source(OPJ_OFF_T to, void *data) {
  struct source *source = data;
  if (to < 0 || (uint64_t)to > source->size) return OPJ_FALSE;
  source->at = (size_t)to;
  return OPJ_TRUE;
}

static opj_stream_t *open_source(struct source *source) {
  opj_stream_t *stream = opj_stream_create(1 << 16, OPJ_TRUE);
  if (stream == NULL) fail("not enough memory", NULL);
  opj_stream_set_user_data(stream, source, NULL);
  opj_stream_set_user_data_length(stream, source->size);
  opj_stream_set_read_function(stream, read_source);
  opj_stream_set_skip_function(stream, skip_source);
  opj_stream_set_seek_function(stream, seek_source);
  return stream;
}

/* One component's samples of the window, at their own resolution. */
struct plane {
  const OPJ_INT32 *samples;
  uint32_t width, x0, y0, step_x, step_y;
};

static struct plane plane_of(const opj_image_t *image, uint32_t index, uint32_t left, uint32_t top, uint32_t width,
                             uint32_t height) {
  const opj_image_comp_t *component = &image->comps[index];
  struct plane plane = {component->data, component->w, component->x0, component->y0, component->dx, component->dy};
  if (plane.samples == NULL || component->prec != 8 || component->sgnd || plane.step_x == 0 || plane.step_y == 0)
    fail("a component without 8-bit samples", NULL);
  if (left / plane.step_x < plane.x0 || top / plane.step_y < plane.y0 ||
      (left + width - 1) / plane.step_x >= plane.x0 + component->w ||
      (top + height - 1) / plane.step_y >= plane.y0 + component->h)
    fail("a component that does not cover the window", NULL);
  return plane;
}

static const OPJ_INT32 *row_of(const struct plane *plane, uint32_t y) {
  return plane->samples + (size_t)(y / plane->step_y - plane->y0) * plane->width;
}

static inline uint8_t clamped(int value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

/* The conversion of JFIF with OpenSlide's rounding: whole numbers for red and blue, 16 binary places for green. */
static int32_t red[256], green_cb[256], green_cr[256], blue[256];

static int32_t rounded(double value) { return (int32_t)(value < 0 ? value - 0.5 : value + 0.5); }

static void fill_tables(void) {
  for (int i = 0; i < 256; i++) {
    red[i] = rounded(1.402 * (i - 128));
    green_cb[i] = rounded(65536 * (0.5 - 0.34414 * (i - 128)));
    green_cr[i] = rounded(65536 * -0.71414 * (i - 128));
    blue[i] = rounded(1.772 * (i - 128));
  }
}

static inline void put_ycbcr(uint8_t *to, int y, uint8_t cb, uint8_t cr) {
  to[0] = clamped(y + red[cr]);
  to[1] = clamped(y + ((green_cb[cb] + green_cr[cr]) >> 16));
  to[2] = clamped(y + blue[cb]);
}

struct window {
  uint32_t left, top, width, height;
};

static void put_grey(uint8_t *to, const struct plane *plane, struct window at) {
  for (uint32_t y = at.top; y < at.top + at.height; y++) {
    const OPJ_INT32 *row = row_of(plane, y);
    for (uint32_t x = at.left; x < at.left + at.width; x++, to += 3)
      to[0] = to[1] = to[2] = clamped(row[x / plane->step_x - plane->x0]);
  }
}

/* Components that are coarser than the first are repeated, as OpenSlide does. */
static void put_three(uint8_t *to, const struct plane planes[3], struct window at, int ycbcr) {
  int full = 1;
  for (int i = 0; i < 3; i++) full &= planes[i].step_x == 1;
  if (ycbcr && red[0] == 0) fill_tables();
  for (uint32_t y = at.top; y < at.top + at.height; y++) {
    const OPJ_INT32 *a = row_of(&planes[0], y), *b = row_of(&planes[1], y), *c = row_of(&planes[2], y);
    if (full && !ycbcr) {
      a += at.left - planes[0].x0, b += at.left - planes[1].x0, c += at.left - planes[2].x0;
      for (uint32_t x = 0; x < at.width; x++, to += 3) to[0] = (uint8_t)a[x], to[1] = (uint8_t)b[x], to[2] = (uint8_t)c[x];
      continue;
    }
    for (uint32_t x = at.left; x < at.left + at.width; x++, to += 3) {
      int first = a[x / planes[0].step_x - planes[0].x0], second = b[x / planes[1].step_x - planes[1].x0],
          third = c[x / planes[2].step_x - planes[2].x0];
      if (ycbcr) put_ycbcr(to, first, (uint8_t)second, (uint8_t)third);
      else to[0] = (uint8_t)first, to[1] = (uint8_t)second, to[2] = (uint8_t)third;
    }
  }
}

static uint8_t *to_rgb(const opj_image_t *image, struct window at, int ycbcr) {
  uint8_t *pixels = pixel_space((size_t)at.width * at.height * 3);
  struct plane planes[3];
  if (image->numcomps != 1 && image->numcomps != 3) fail("an image of %d components", &image->numcomps);
  for (uint32_t i = 0; i < image->numcomps; i++)
    planes[i] = plane_of(image, i, at.left, at.top, at.width, at.height);
  if (image->numcomps == 1) put_grey(pixels, planes, at);
  else put_three(pixels, planes, at, ycbcr);
  return pixels;
}

/*
 * RGB of the window of a codestream of `size` bytes at stream_space(). The image must be frame_width x frame_height
 * and the window inside it. ycbcr: whether three components are YCbCr. The pixels are good until the next call.
 */
EXPORT(decode_jpeg2000)
uint8_t *decode_jpeg2000(uint32_t size, int ycbcr, uint32_t frame_width, uint32_t frame_height, uint32_t left,
                         uint32_t top, uint32_t width, uint32_t height) {
  struct source source = {stream_at(), size, 0};
  opj_stream_t *stream = open_source(&source);
  opj_codec_t *codec = opj_create_decompress(OPJ_CODEC_J2K);
  opj_dparameters_t parameters;
  opj_image_t *image = NULL;
  opj_set_default_decoder_parameters(&parameters);
  if (codec == NULL || !opj_setup_decoder(codec, &parameters) || !opj_decoder_set_strict_mode(codec, OPJ_TRUE))
    fail("not enough memory", NULL);
  if (!opj_read_header(stream, codec, &image)) fail("a header that cannot be read", NULL);
  if (image->x0 != 0 || image->y0 != 0 || image->x1 != frame_width || image->y1 != frame_height)
    fail("the image differs from its header", NULL);
  int whole = width == frame_width && height == frame_height;
  /* A coarser sample belongs to the area of its first pixel: begin at one. */
  if (!whole && !opj_set_decode_area(codec, image, (OPJ_INT32)(left & ~3u), (OPJ_INT32)(top & ~3u), (OPJ_INT32)(left + width),
                                     (OPJ_INT32)(top + height)))
    fail("a window that cannot be decoded", NULL);
  if (!opj_decode(codec, stream, image)) fail("data that cannot be decoded", NULL);
  if (!opj_end_decompress(codec, stream)) fail("an end that cannot be read", NULL);
  uint8_t *pixels = to_rgb(image, (struct window){left, top, width, height}, ycbcr);
  opj_stream_destroy(stream);
  opj_destroy_codec(codec);
  opj_image_destroy(image);
  return pixels;
}
