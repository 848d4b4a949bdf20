/* Buffers of the decoder module. They grow and never shrink: the caller drops an instance that has grown too large. */
#include "module.h"

#include <stdlib.h>

struct buffer {
  uint8_t *bytes;
  size_t size;
};

static struct buffer stream, pixels, row;

static uint8_t *room_in(struct buffer *buffer, size_t size) {
  if (size > buffer->size) {
    free(buffer->bytes);
    buffer->bytes = malloc(size);
    if (buffer->bytes == NULL) fail("not enough memory", NULL);
    buffer->size = size;
  }
  return buffer->bytes;
}

/* Where the caller writes a stream of `size` bytes before it asks for a decode. */
EXPORT(stream_space)
uint8_t *stream_space(size_t size) { return room_in(&stream, size); }

uint8_t *stream_at(void) { return stream.bytes; }
uint8_t *pixel_space(size_t size) { return room_in(&pixels, size); }
uint8_t *row_space(size_t size) { return room_in(&row, size); }
