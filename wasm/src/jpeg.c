/*
 * The JPEG half of the decoder module: one call decodes one window of one stream to RGB, with libjpeg-turbo.
 * Nothing survives a call but two buffers. An error, and every warning that means wrong pixels, leaves through the imported
 * fail(), which throws; the caller then drops the whole instance, so nothing here has to be undone.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "jinclude.h"
#define JPEG_INTERNALS
#include "jpeglib.h"
#include "jerror.h"
#include "jversion.h"
#include "module.h"

#define JMESSAGE(code, text) text,
static const char *const messages[] = {
#include "jerror.h"
    NULL};

static void give_up(j_common_ptr cinfo) {
  struct jpeg_error_mgr *error = cinfo->err;
  int code = error->msg_code;
  if (code < 0 || code > error->last_jpeg_message) code = 0;
  const char *text = messages[code];
  /* A text parameter comes first and alone; all others are integers. */
  static const char *texts[1];
  if (strstr(text, "%s") != NULL) {
    texts[0] = error->msg_parm.s;
    fail(text, texts);
  }
  fail(text, error->msg_parm.i);
}

/* Only what leaves every pixel as it was meant may pass. */
static void on_message(j_common_ptr cinfo, int level) {
  if (level >= 0) return;
  switch (cinfo->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA: /* harmless between the markers of a header, lost synchronisation inside a scan */
      if (((j_decompress_ptr)cinfo)->global_state > DSTATE_READY) give_up(cinfo);
      return;
    case JWRN_JFIF_MAJOR:
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_ICC:
      return;
    default:
      give_up(cinfo);
  }
}

static void no_output(j_common_ptr cinfo) {}
static void no_format(j_common_ptr cinfo, char *buffer) { buffer[0] = 0; }
static void reset_errors(j_common_ptr cinfo) { cinfo->err->msg_code = 0; }

static void source_noop(j_decompress_ptr cinfo) {}

/* A stream without its last marker is complete when the last pixel is; a missing pixel is told by JWRN_HIT_MARKER. */
static boolean at_end(j_decompress_ptr cinfo) {
  static const JOCTET end[2] = {0xFF, JPEG_EOI};
  cinfo->src->next_input_byte = end;
  cinfo->src->bytes_in_buffer = 2;
  return TRUE;
}

static void skip(j_decompress_ptr cinfo, long count) {
  struct jpeg_source_mgr *source = cinfo->src;
  if (count <= 0) return;
  if ((size_t)count > source->bytes_in_buffer) {
    at_end(cinfo);
    return;
  }
  source->next_input_byte += count;
  source->bytes_in_buffer -= (size_t)count;
}

static void read_from(struct jpeg_source_mgr *source, const uint8_t *data, uint32_t size) {
  source->next_input_byte = data;
  source->bytes_in_buffer = size;
}

/* Reads up to the first scan, and says what colours the samples are, which the caller has decided. */
static void read_header(j_decompress_ptr cinfo, const uint8_t *stream, uint32_t tables_size, uint32_t size,
                        int colour) {
  if (tables_size > 0) {
    read_from(cinfo->src, stream, tables_size);
    jpeg_read_header(cinfo, FALSE);
  }
  read_from(cinfo->src, stream + tables_size, size);
  jpeg_read_header(cinfo, TRUE);
  cinfo->jpeg_color_space = (J_COLOR_SPACE)colour;
  cinfo->out_color_space = JCS_RGB;
  cinfo->dct_method = JDCT_ISLOW;
  cinfo->do_fancy_upsampling = TRUE;
}

/* Leaves out the columns that do not touch the window. One more iMCU on either side keeps the upsampling exact. */
static uint32_t crop_columns(j_decompress_ptr cinfo, uint32_t left, uint32_t width) {
  JDIMENSION margin = (JDIMENSION)cinfo->max_h_samp_factor * DCTSIZE;
  JDIMENSION from = left > margin ? left - margin : 0;
  JDIMENSION to = left + width + margin;
  if (to > cinfo->output_width) to = cinfo->output_width;
  JDIMENSION span = to - from;
  if (span < cinfo->output_width) jpeg_crop_scanline(cinfo, &from, &span);
  else from = 0;
  return left - from;
}

static void skip_rows(j_decompress_ptr cinfo, uint32_t rows, JSAMPROW scratch) {
  if (!jpeg_has_multiple_scans(cinfo)) {
    if (rows > 0) jpeg_skip_scanlines(cinfo, rows);
    return;
  }
  while (cinfo->output_scanline < rows) jpeg_read_scanlines(cinfo, &scratch, 1);
}

/*
 * RGB of the window of a stream that lies at stream_space(): tables_size bytes of tables, then size bytes of the image.
 * colour: 1 grey, 2 RGB, 3 YCbCr. The frame must be frame_width x frame_height and the window inside it. The
 * pixels are good until the next call.
 */
EXPORT(decode_jpeg)
uint8_t *decode_jpeg(uint32_t tables_size, uint32_t size, int colour, uint32_t frame_width, uint32_t frame_height,
                     uint32_t left, uint32_t top, uint32_t width, uint32_t height) {
  struct jpeg_error_mgr errors = {.error_exit = give_up,
                                  .emit_message = on_message,
                                  .output_message = no_output,
                                  .format_message = no_format,
                                  .reset_error_mgr = reset_errors,
                                  .jpeg_message_table = messages,
                                  .last_jpeg_message = (int)(sizeof messages / sizeof messages[0]) - 2};
  struct jpeg_source_mgr source = {.init_source = source_noop,
                                   .fill_input_buffer = at_end,
                                   .skip_input_data = skip,
                                   .resync_to_restart = jpeg_resync_to_restart,
                                   .term_source = source_noop};
  struct jpeg_decompress_struct cinfo;
  cinfo.err = &errors;
  jpeg_create_decompress(&cinfo);
  cinfo.src = &source;
  read_header(&cinfo, stream_at(), tables_size, size, colour);
  if (cinfo.image_width != frame_width || cinfo.image_height != frame_height)
    fail("the frame differs from its header", NULL);
  jpeg_start_decompress(&cinfo);

  uint32_t inset = left;
  if (!jpeg_has_multiple_scans(&cinfo)) inset = crop_columns(&cinfo, left, width);
  uint32_t row_bytes = width * 3;
  int direct = cinfo.output_width == width;
  /* The conversion to RGB may write up to 47 bytes beyond a row; the next row covers them. */
  uint8_t *pixels = pixel_space((size_t)row_bytes * height + 64);
  JSAMPROW scratch = direct ? NULL : row_space((size_t)cinfo.output_width * 3 + 64);
  skip_rows(&cinfo, top, scratch == NULL ? pixels : scratch);
  for (uint32_t row = 0; row < height; row++) {
    JSAMPROW to = direct ? pixels + (size_t)row * row_bytes : scratch;
    if (jpeg_read_scanlines(&cinfo, &to, 1) != 1) fail("the stream ends before its last row", NULL);
    if (!direct) memcpy(pixels + (size_t)row * row_bytes, scratch + (size_t)inset * 3, row_bytes);
  }
  jpeg_destroy_decompress(&cinfo);
  return pixels;
}
