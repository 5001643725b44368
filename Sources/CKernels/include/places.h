// Equal values by construction, behind a convolution that rounds by the place (Winograd's).
#ifndef NSL_CKERNELS_PLACES_H
#define NSL_CKERNELS_PLACES_H

#include <stdint.h>

#include "layers.h"

// Places of one image whose windows of 3x3 are equal have equal results. A direct convolution sums
// all in the same order and keeps them equal; Winograd's does not, and a max-pooling behind it would
// find the largest of equal values at random. This copies to every place of y [N, O, H', W'] the
// channels of the first place of its image whose window in x [N, I, H, W], and whose `residual` where
// that is given, has the same bits (-0 is 0).
//
// Bits are compared by numbers of 64 bits made of them. In blocks of 16 channels, which fill theirs.
// `residual` is not y.
void nsl_equal_places(
    const float *x, const float *residual, float *y, void *scratch, nsl_tensor_shape in,
    nsl_tensor_shape out, long padding_height, long padding_width);

// Bytes of scratch memory for that.
long nsl_equal_places_scratch(
    nsl_tensor_shape in, nsl_tensor_shape out, long padding_height, long padding_width);

#endif
