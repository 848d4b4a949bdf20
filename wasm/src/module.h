/* What the two halves of the decoder module share: the door out for errors, and buffers that live between calls. */
#ifndef LOWMAG_MODULE_H
#define LOWMAG_MODULE_H
#include <stddef.h>
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(#name)))

/* Throws in the caller. `message` is a printf format; `arguments` lie as C passes variable arguments in wasm32. */
__attribute__((import_module("lowmag"), import_name("fail"), noreturn)) void fail(const char *message,
                                                                                 const void *arguments);

uint8_t *stream_at(void);
uint8_t *pixel_space(size_t size);
uint8_t *row_space(size_t size);

#endif
