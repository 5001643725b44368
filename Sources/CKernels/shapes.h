// What the kernels of all instruction sets share.
#ifndef NSL_CKERNELS_SHAPES_H
#define NSL_CKERNELS_SHAPES_H

#include "ckernels.h"

// Blocks of so many channels.
static inline long nsl_blocks(long channels) { return (channels + NSL_BLOCK - 1) / NSL_BLOCK; }

// The same with all blocks full.
static inline long nsl_whole(long channels) { return nsl_blocks(channels) * NSL_BLOCK; }

// Floats between the planes of Winograd's 36 products: multiples of a memory page would compete for
// the same places of the first cache.
#define PLANE_GAP 16

// Tiles that are worked on at once: as many as the second cache holds with their products.
static inline long nsl_winograd_tiles(nsl_convolution_shape s) {
  long rows = (s.out_height + 3) / 4, columns = (s.out_width + 3) / 4;
  long total = s.batch * rows * columns;
  long most = 512 * 1024 / (36 * (s.inputs + s.outputs) * (long)sizeof(float));
  if (most < 12) most = 12;
  long parts = (total + most - 1) / most;
  long even = ((total + parts - 1) / parts + 5) / 6 * 6;
  return even < total ? even : total;
}

#endif
