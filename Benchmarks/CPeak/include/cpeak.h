// The processor's floating-point peak, as the yardstick for everything else.
#ifndef NSL_CPEAK_H
#define NSL_CPEAK_H

// Runs `rounds` rounds of independent fused multiply-adds on float vectors held in registers.
// Returns the number of floating-point operations done; `sink` keeps them from being removed.
double nsl_multiply_add(long rounds, float *sink);

#endif
