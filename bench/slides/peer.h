/* What both peers share: the workloads, the clock, the checksum. The TypeScript side has the same (lowmag.ts). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define PATCH 224

/* The positions of random patches: a linear congruential generator, 31 bits. */
static uint32_t lcg_state = 1;
static uint32_t lcg(uint32_t below) {
  lcg_state = (lcg_state * 1103515245u + 12345u) & 0x7fffffffu;
  return (uint32_t)(((uint64_t)lcg_state * below) >> 31);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e3 * t.tv_sec + 1e-6 * t.tv_nsec;
}

static double cpu(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return 1e3 * (u.ru_utime.tv_sec + u.ru_stime.tv_sec) + 1e-3 * (u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

/* A checksum that costs little and asks for no order: every 61st byte of each piece, so that programs' pixels can be compared. */
static uint32_t sum = 0;
static void add(const uint8_t *rgb, size_t bytes) {
  uint32_t piece = 0;
  for (size_t i = 0; i < bytes; i += 61) piece = piece * 31u + rgb[i];
  sum += piece;
}

static void report(double wall, double work, long pieces, double pixels) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  printf("{\"wallMilliseconds\":%.1f,\"cpuMilliseconds\":%.1f,\"pieces\":%ld,\"megapixels\":%.3f,\"checksum\":%u,\"peakMegabytes\":%.1f}\n",
         now() - wall, cpu() - work, pieces, pixels / 1e6, sum, u.ru_maxrss / 1024.0);
}
