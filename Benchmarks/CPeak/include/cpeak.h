// The processor's floating-point peak, as the yardstick for everything else, and memory.
#ifndef NSL_CPEAK_H
#define NSL_CPEAK_H

#include <stddef.h>

// Runs `rounds` rounds of independent fused multiply-adds on float vectors held in registers.
// Returns the number of floating-point operations done; `sink` keeps them from being removed.
double nsl_multiply_add(long rounds, float *sink);

// Bytes of the heap that are in use.
size_t nsl_heap_bytes(void);
// Bytes of this process's memory at its largest.
size_t nsl_resident_bytes(void);

#endif
