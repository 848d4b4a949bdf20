/* OpenSlide in C: the same pieces as lowmag, as packed RGB.
   openslide-peer FILE tiles W H | random N | grid | level L REPEAT_IGNORED
   "level" reads one whole level in 512 x 512 pieces: what a program does before it resizes; no resizing is charged here.
   Build: cc -O3 openslide-peer.c -o openslide-peer -lopenslide (headers: openslide.h) */
#include <openslide/openslide.h>
#include "peer.h"

static void pack(const uint32_t *argb, uint8_t *rgb, int64_t pixels) {
  for (int64_t i = 0; i < pixels; i++) { /* tissue is opaque: no division by alpha; transparent is white */
    uint32_t v = argb[i];
    uint32_t white = 255 - (v >> 24);
    rgb[3 * i] = (uint8_t)(((v >> 16) & 255) + white);
    rgb[3 * i + 1] = (uint8_t)(((v >> 8) & 255) + white);
    rgb[3 * i + 2] = (uint8_t)((v & 255) + white);
  }
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  openslide_t *slide = openslide_open(argv[1]);
  if (!slide || openslide_get_error(slide)) return fprintf(stderr, "cannot open %s\n", argv[1]), 1;
  int64_t width, height;
  openslide_get_level0_dimensions(slide, &width, &height);
  int repeat = argc > 5 ? atoi(argv[5]) : 1;
  uint32_t *argb = malloc((size_t)4 << 20);
  uint8_t *rgb = malloc((size_t)3 << 20);
  double wall = now(), work = cpu(), pixels = 0;
  long pieces = 0;
#define READ(level, x, y, ds, w, h)                                                        \
  do {                                                                                     \
    openslide_read_region(slide, argb, (int64_t)((x) * (ds)), (int64_t)((y) * (ds)), level, w, h); \
    pack(argb, rgb, (int64_t)(w) * (h));                                                   \
    add(rgb, (size_t)3 * (w) * (h));                                                       \
    pixels += (double)(w) * (h);                                                           \
    pieces++;                                                                              \
  } while (0)
  for (int round = 0; round < repeat; round++) {
    if (round > 0) { /* an empty cache: the slide is read again, not looked up */
      openslide_close(slide);
      slide = openslide_open(argv[1]);
    }
    if (!strcmp(argv[2], "tiles")) {
      int w = atoi(argv[3]), h = atoi(argv[4]);
      for (int64_t y = 0; y + h <= height; y += h)
        for (int64_t x = 0; x + w <= width; x += w) READ(0, x, y, 1, w, h);
    } else if (!strcmp(argv[2], "grid")) {
      for (int64_t y = 0; y + PATCH <= height; y += PATCH)
        for (int64_t x = 0; x + PATCH <= width; x += PATCH) READ(0, x, y, 1, PATCH, PATCH);
    } else if (!strcmp(argv[2], "random")) {
      lcg_state = 1;
      for (int i = 0, n = atoi(argv[3]); i < n; i++) {
        int64_t x = lcg((uint32_t)(width - PATCH)), y = lcg((uint32_t)(height - PATCH));
        READ(0, x, y, 1, PATCH, PATCH);
      }
    } else if (!strcmp(argv[2], "level")) {
      int level = atoi(argv[3]);
      int64_t w, h;
      openslide_get_level_dimensions(slide, level, &w, &h);
      double ds = openslide_get_level_downsample(slide, level);
      for (int64_t y = 0; y < h; y += 512)
        for (int64_t x = 0; x < w; x += 512)
          READ(level, x, y, ds, (int)(w - x < 512 ? w - x : 512), (int)(h - y < 512 ? h - y : 512));
    } else return 2;
  }
  if (openslide_get_error(slide)) return fprintf(stderr, "%s\n", openslide_get_error(slide)), 1;
  report(wall, work, pieces, pixels);
  return 0;
}
