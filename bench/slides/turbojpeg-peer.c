/* Bare libjpeg-turbo over the tiles of a TIFF's first directory: the physical limit of any reader that uses it.
   turbojpeg-peer FILE tiles W H | random N | grid   (whole tiles are decoded; the newest tiles of two rows are kept)
   Build: cc -O3 turbojpeg-peer.c -o turbojpeg-peer -ltiff -lturbojpeg */
#include <tiffio.h>
#include <turbojpeg.h>
#include "peer.h"

static TIFF *tiff;
static tjhandle decoder;
static uint32_t tile_width, tile_height, across, down;
static uint8_t *tables;
static uint32_t tables_length;
static uint8_t *stream;
static tmsize_t stream_limit;
static uint8_t **kept; /* decoded tiles by number, or NULL */
static int64_t *order;
static long head = 0, tail = 0, limit;

static uint8_t *decode(int64_t number, uint8_t *into) {
  uint64_t bytes = TIFFGetStrileByteCount(tiff, (uint32_t)number);
  tmsize_t preamble = tables_length > 2 ? (tmsize_t)tables_length - 2 : 0;
  if ((tmsize_t)bytes + preamble + 16 > stream_limit) {
    stream_limit = (tmsize_t)bytes + preamble + 65536;
    stream = realloc(stream, (size_t)stream_limit);
  }
  /* SOI and tables without their EOI, then the tile without its SOI. An APP14 marker says RGB where the tag says so. */
  static const uint8_t app14[16] = {0xff, 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0};
  uint16_t photometric = 6;
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
  uint8_t *at = stream + 32;
  if (preamble) memcpy(at, tables, (size_t)preamble);
  uint8_t *start = preamble ? at + preamble - 2 : at;
  uint8_t saved[2];
  if (preamble) memcpy(saved, start, 2);
  TIFFReadRawTile(tiff, (uint32_t)number, start, (tmsize_t)bytes);
  if (preamble) memcpy(start, saved, 2);
  size_t length = (size_t)(start - at) + bytes;
  if (photometric == 2) { /* SOI, then the marker in front of everything else */
    uint8_t *first = at - 16;
    first[0] = 0xff;
    first[1] = 0xd8;
    memcpy(first + 2, app14, 16);
    at = first;
    length += 16;
  }
  if (tjDecompress2(decoder, at, length, into, (int)tile_width, 0, (int)tile_height, TJPF_RGB, TJFLAG_ACCURATEDCT) < 0)
    fprintf(stderr, "tile %ld: %s\n", (long)number, tjGetErrorStr2(decoder)), exit(1);
  return into;
}

static uint8_t *tile(int64_t number) {
  if (kept[number]) return kept[number];
  uint8_t *room;
  if (tail - head >= limit) {
    int64_t oldest = order[head++ % limit];
    room = kept[oldest];
    kept[oldest] = NULL;
  } else room = malloc((size_t)3 * tile_width * tile_height);
  order[tail++ % limit] = number;
  return kept[number] = decode(number, room);
}

static void patch(uint32_t x, uint32_t y, uint8_t *out) {
  for (uint32_t row = 0; row < PATCH;) {
    uint32_t ty = (y + row) / tile_height, inner = (y + row) % tile_height;
    uint32_t rows = tile_height - inner < PATCH - row ? tile_height - inner : PATCH - row;
    for (uint32_t col = 0; col < PATCH;) {
      uint32_t tx = (x + col) / tile_width, left = (x + col) % tile_width;
      uint32_t cols = tile_width - left < PATCH - col ? tile_width - left : PATCH - col;
      uint8_t *pixels = tile((int64_t)ty * across + tx);
      for (uint32_t r = 0; r < rows; r++)
        memcpy(out + 3 * ((row + r) * PATCH + col), pixels + 3 * ((inner + r) * tile_width + left), 3 * cols);
      col += cols;
    }
    row += rows;
  }
}

int main(int argc, char **argv) {
  if (argc < 3 || !(tiff = TIFFOpen(argv[1], "r"))) return 2;
  decoder = tjInitDecompress();
  uint32_t width, height;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
  TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &tile_width);
  TIFFGetField(tiff, TIFFTAG_TILELENGTH, &tile_height);
  void *table_data = NULL;
  if (TIFFGetField(tiff, TIFFTAG_JPEGTABLES, &tables_length, &table_data)) tables = table_data;
  across = (width + tile_width - 1) / tile_width;
  down = (height + tile_height - 1) / tile_height;
  kept = calloc((size_t)across * down, sizeof *kept);
  limit = 2 * across + 2;
  order = malloc((size_t)limit * sizeof *order);
  int repeat = argc > 5 ? atoi(argv[5]) : 1;
  uint8_t *rgb = malloc((size_t)3 * (tile_width * tile_height > PATCH * PATCH ? tile_width * tile_height : PATCH * PATCH));
  double wall = now(), work = cpu(), pixels = 0;
  long pieces = 0;
  for (int round = 0; round < repeat; round++) {
    for (; head < tail; head++) { /* an empty cache, as the others have after opening the slide again */
      free(kept[order[head % limit]]);
      kept[order[head % limit]] = NULL;
    }
    if (!strcmp(argv[2], "tiles")) {
      for (uint32_t row = 0; (row + 1) * tile_height <= height; row++)
        for (uint32_t col = 0; (col + 1) * tile_width <= width; col++, pieces++) {
          decode((int64_t)row * across + col, rgb);
          add(rgb, (size_t)3 * tile_width * tile_height);
          pixels += (double)tile_width * tile_height;
        }
    } else {
      int random = !strcmp(argv[2], "random");
      lcg_state = 1;
      long count = random ? atol(argv[3]) : (long)(width / PATCH) * (height / PATCH);
      for (long i = 0; i < count; i++, pieces++) {
        uint32_t x, y;
        if (random) x = lcg(width - PATCH), y = lcg(height - PATCH);
        else x = (uint32_t)(i % (width / PATCH)) * PATCH, y = (uint32_t)(i / (width / PATCH)) * PATCH;
        patch(x, y, rgb);
        add(rgb, (size_t)3 * PATCH * PATCH);
        pixels += (double)PATCH * PATCH;
      }
    }
  }
  report(wall, work, pieces, pixels);
  return 0;
}
