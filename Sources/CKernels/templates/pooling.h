// Max-pooling of blocked channels, and its gradient.

// The maxima of one plane, or 0 where `relu` and that is larger; the window's extents are constants at
// the call that matters.
INLINE void FUNCTION(pool)(
    const float *input, int relu, float *result, unsigned char *places, const nsl_pooling_shape *shape,
    long R, long S) {
  long out_height = (shape->height - R) / shape->stride_height + 1;
  long out_width = (shape->width - S) / shape->stride_width + 1;
  for (long h = 0; h < out_height; h++) {
    for (long w = 0; w < out_width; w++, result += NSL_BLOCK, places += NSL_BLOCK) {
      const float *corner =
          input + (h * shape->stride_height * shape->width + w * shape->stride_width) * NSL_BLOCK;
      for (long lane = 0; lane < NSL_BLOCK; lane += LANES) {
        vector best = *(const vector *)(corner + lane);
        mask place = {0};
        for (long r = 0; r < R; r++) {
          for (long s = 0; s < S; s++) {
            vector x = *(const vector *)(corner + (r * shape->width + s) * NSL_BLOCK + lane);
            mask larger = x > best;  // the first of equals stays
            best = (vector)(((mask)x & larger) | ((mask)best & ~larger));
            place = ((mask){0} + (int)(r * S + s) & larger) | (place & ~larger);
          }
        }
        if (relu) best = (vector)((mask)best & ~(best < (vector){0}));
        *(vector *)(result + lane) = best;
        *(bytes *)(places + lane) = __builtin_convertvector(place, bytes);
      }
    }
  }
}

// Whether a position may lie in several windows.
INLINE int FUNCTION(overlap)(const nsl_pooling_shape *shape) {
  return shape->stride_height < shape->kernel_height || shape->stride_width < shape->kernel_width;
}

// Sends one group of LANES channels of a plane's gradient to the places of the maxima, where `gate` is
// above 0 if it is given. Where windows do not overlap each of their positions is written, else added
// to.
INLINE void FUNCTION(spread_window)(
    const float *gradient, const float *gate, const unsigned char *places, float *result,
    const nsl_pooling_shape *shape, long row_size, long R, long S, int add) {
  long out_height = (shape->height - R) / shape->stride_height + 1;
  long out_width = (shape->width - S) / shape->stride_width + 1;
  for (long h = 0; h < out_height; h++) {
    float *corner = result + h * shape->stride_height * row_size;
    for (long w = 0; w < out_width; w++) {
      mask dy = *(const mask *)gradient;
      if (gate) {
        dy &= *(const vector *)gate > (vector){0};
        gate += NSL_BLOCK;
      }
      mask place = __builtin_convertvector(*(const bytes *)places, mask);
      for (long r = 0; r < R; r++) {
        for (long s = 0; s < S; s++) {
          vector *x = (vector *)(corner + r * row_size + s * NSL_BLOCK);
          vector share = (vector)(dy & (place == (int)(r * S + s)));
          *x = add ? *x + share : share;
        }
      }
      corner += shape->stride_width * NSL_BLOCK;
      gradient += NSL_BLOCK;
      places += NSL_BLOCK;
    }
  }
}

INLINE void FUNCTION(spread)(
    const float *gradient, const float *gate, const unsigned char *places, float *result,
    const nsl_pooling_shape *shape, long row_size) {
  if (FUNCTION(overlap)(shape))
    FUNCTION(spread_window)(
        gradient, gate, places, result, shape, row_size, shape->kernel_height,
        shape->kernel_width, 1);
  else if (shape->kernel_height == 2 && shape->kernel_width == 2)
    FUNCTION(spread_window)(gradient, gate, places, result, shape, row_size, 2, 2, 0);
  else
    FUNCTION(spread_window)(
        gradient, gate, places, result, shape, row_size, shape->kernel_height,
        shape->kernel_width, 0);
}

void FUNCTION(nsl_max_pooling)(
    const float *input, int relu, float *result, unsigned char *places, nsl_pooling_shape shape) {
  long out = ((shape.height - shape.kernel_height) / shape.stride_height + 1)
             * ((shape.width - shape.kernel_width) / shape.stride_width + 1) * NSL_BLOCK;
  for (long b = 0; b < shape.planes; b++) {
    const float *plane = input + b * shape.height * shape.width * NSL_BLOCK;
    if (shape.kernel_height == 2 && shape.kernel_width == 2)
      FUNCTION(pool)(plane, relu, result + b * out, places + b * out, &shape, 2, 2);
    else
      FUNCTION(pool)(
          plane, relu, result + b * out, places + b * out, &shape, shape.kernel_height,
          shape.kernel_width);
  }
}

void FUNCTION(nsl_max_pooling_gradient)(
    const float *gradient, const float *gate, const unsigned char *places, float *result,
    nsl_pooling_shape shape) {
  long out = ((shape.height - shape.kernel_height) / shape.stride_height + 1)
             * ((shape.width - shape.kernel_width) / shape.stride_width + 1) * NSL_BLOCK;
  // Positions in no window are never written.
  int whole = !FUNCTION(overlap)(&shape) && shape.stride_height == shape.kernel_height
              && shape.stride_width == shape.kernel_width
              && shape.height % shape.kernel_height == 0 && shape.width % shape.kernel_width == 0;
  for (long b = 0; b < shape.planes; b++) {
    long in = shape.height * shape.width * NSL_BLOCK;
    float *plane = result + b * in;
    // A plane fits into the first cache levels: clearing it first costs next to nothing.
    if (!whole) memset(plane, 0, (size_t)in * sizeof(float));
    for (long lane = 0; lane < NSL_BLOCK; lane += LANES)
      FUNCTION(spread)(
          gradient + b * out + lane, gate ? gate + b * out + lane : NULL, places + b * out + lane,
          plane + lane, &shape, shape.width * NSL_BLOCK);
  }
}
