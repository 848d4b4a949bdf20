/*
 * The decoder module talks to nobody but its caller: what the C library would ask a system for is not there. The decoders
 * refer to these in parts that are never reached (files, dumps) and in debugging output.
 */
#include <stdio.h>
#include <stdlib.h>

FILE *const stderr = NULL;
FILE *const stdout = NULL;
char *getenv(const char *name) { return NULL; }
void abort(void) { __builtin_trap(); }
int printf(const char *format, ...) { return 0; }
int fprintf(FILE *file, const char *format, ...) { return 0; }
int sprintf(char *to, const char *format, ...) { abort(); }
int snprintf(char *to, size_t size, const char *format, ...) { abort(); }
FILE *fopen(const char *path, const char *mode) { return NULL; }
int fclose(FILE *file) { return 0; }
int fseeko(FILE *file, off_t to, int from) { return -1; }
off_t ftello(FILE *file) { return -1; }
size_t fread(void *to, size_t size, size_t count, FILE *file) { return 0; }
size_t fwrite(const void *from, size_t size, size_t count, FILE *file) { return 0; }
int fputc(int character, FILE *file) { return character; }
