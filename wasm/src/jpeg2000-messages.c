/* Takes the place of OpenJPEG's event.c: errors and warnings end the decode at once; what is information is not said. */
#include <stdarg.h>
#include <string.h>

#include "module.h"
#include "opj_includes.h"

/* Warnings after which every pixel is still as it was meant. */
static const char *const harmless[] = {"Unknown marker", "Empty SOT marker", "Stream does not end with EOC"};

static int is_harmless(const char *format) {
  for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++)
    if (strncmp(format, harmless[i], strlen(harmless[i])) == 0) return 1;
  return 0;
}

OPJ_BOOL opj_event_msg(opj_event_mgr_t *manager, OPJ_INT32 type, const char *format, ...) {
  if (type == EVT_INFO || (type == EVT_WARNING && is_harmless(format))) return OPJ_TRUE;
  va_list arguments;
  va_start(arguments, format);
  /* In wasm32 a va_list is a pointer to the arguments. */
  fail(format, arguments);
}

void opj_set_default_event_handler(opj_event_mgr_t *manager) {}

/* High-throughput JPEG 2000 is refused before any decoder sees it. */
OPJ_BOOL opj_t1_ht_decode_cblk(opj_t1_t *t1, opj_tcd_cblk_dec_t *cblk, OPJ_UINT32 orient, OPJ_UINT32 roishift,
                               OPJ_UINT32 cblksty, opj_event_mgr_t *manager, opj_mutex_t *mutex, OPJ_BOOL check) {
  fail("high-throughput code blocks", NULL);
}
