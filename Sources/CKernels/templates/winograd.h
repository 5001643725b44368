INLINE GEOMETRY FUNCTION(geometry_of)(nsl_convolution_shape s) {
  long rows = (s.out_height + 3) / 4, columns = (s.out_width + 3) / 4;
  return (GEOMETRY){
      s.inputs, s.outputs, s.height, s.width, s.out_height, s.out_width, s.padding_height,
      s.padding_width, rows, columns, s.batch * rows * columns};
}

// c [rows, width] = a b, or c goes on with it; b [depth, width].
INLINE void FUNCTION(multiply_rows)(
    const float *a, long a_row, long a_step, const float *b, float *c, long rows, long width,
    long depth, int goes_on) {
  PRODUCT_OF p = {0};
  p.a = a, p.a_row = a_row, p.a_step = a_step;
  p.b = b, p.b_block = NSL_BLOCK, p.b_step = width;
  p.c = c, p.c_row = width, p.c_block = NSL_BLOCK;
  p.depth = depth, p.goes_on = goes_on;
  FUNCTION(multiply)(&p, rows, width / NSL_BLOCK);
}

// Asks for part p of 36 of what the tiles first to first + count see of the rows of a tensor [N, channels,
// height, width].
INLINE void FUNCTION(fetch_tiles)(
    const float *tensor, long channels, long height, long width, const GEOMETRY *g, long first,
    long count, int p) {
  if (first >= g->tiles) return;
  long last = first + count < g->tiles ? first + count - 1 : g->tiles - 1;
  long top = first / g->tile_columns, rows = last / g->tile_columns + 1 - top, row = width * NSL_BLOCK;
  for (long t = top + rows * p / 36; t < top + rows * (p + 1) / 36; t++) {
    long n = t / g->tile_rows, h = t % g->tile_rows * 4, left = height - h < 4 ? height - h : 4;
    for (long block = 0; block < channels / NSL_BLOCK; block++)
      FUNCTION(fetch)((SPAN){
          tensor + ((n * channels / NSL_BLOCK + block) * height + h) * row, left * row});
  }
}

void FUNCTION(nsl_winograd_forward)(
    const float *x, const float *transformed, const float *bias, const float *residual, int relu,
    float *y, float *scratch, nsl_convolution_shape shape) {
  GEOMETRY g = FUNCTION(geometry_of)(shape);
  long size = nsl_winograd_tiles(shape);
  long in_plane = size * g.inputs + PLANE_GAP, out_plane = size * g.outputs + PLANE_GAP;
  long weights_plane = g.inputs * g.outputs + PLANE_GAP;
  float *v = scratch, *m = scratch + 36 * in_plane;
  for (long first = 0; first < g.tiles; first += size) {
    long count = g.tiles - first < size ? g.tiles - first : size;
    FUNCTION(transform_inputs)(x, v, in_plane, &g, first, count);
    for (int p = 0; p < 36; p++)
      FUNCTION(multiply_rows)(
          v + p * in_plane, g.inputs, 1, transformed + p * weights_plane, m + p * out_plane,
          count, g.outputs, g.inputs, 0);
    FUNCTION(transform_results)(m, bias, residual, relu, y, out_plane, &g, first, count);
  }
}

void FUNCTION(nsl_winograd_gradients)(
    const float *x, const float *dy, const float *gate, const float *transformed,
    const float *residual, float *dx, float *dw, float *db, float *scratch,
    nsl_convolution_shape shape) {
  GEOMETRY g = FUNCTION(geometry_of)(shape);
  long size = nsl_winograd_tiles(shape);
  long in_plane = size * g.inputs + PLANE_GAP, out_plane = size * g.outputs + PLANE_GAP;
  long weights_plane = g.inputs * g.outputs + PLANE_GAP;
  float *v = scratch, *m = v + 36 * in_plane, *bias = m + 36 * out_plane;
  float *sums = bias + g.outputs;
  unsigned long long *support = (unsigned long long *)(sums + 36 * weights_plane);
  if (db) memset(bias, 0, (size_t)g.outputs * sizeof(float));
  for (long first = 0; first < g.tiles; first += size) {
    long count = g.tiles - first < size ? g.tiles - first : size;
    FUNCTION(spread_results)(dy, gate, m, db ? bias : NULL, support, out_plane, &g, first, count);
    if (dx) {
      for (int p = 0; p < 36; p++) {
        if (dw) {
          long next = first + size;
          FUNCTION(fetch_tiles)(x, g.inputs, g.height, g.width, &g, first, count, p);
          FUNCTION(fetch_tiles)(dy, g.outputs, g.out_height, g.out_width, &g, next, size, p);
          if (gate) FUNCTION(fetch_tiles)(gate, g.outputs, g.out_height, g.out_width, &g, next, size, p);
        }
        FUNCTION(multiply_rows)(
            m + p * out_plane, g.outputs, 1, transformed + p * weights_plane,
            v + p * in_plane, count, g.inputs, g.outputs, 0);
      }
      FUNCTION(add_inputs)(v, support, residual, dx, in_plane, &g, first, count);
    }
    if (dw) {
      FUNCTION(transform_inputs)(x, v, in_plane, &g, first, count);
      for (int p = 0; p < 36; p++)
        FUNCTION(multiply_rows)(
            v + p * in_plane, 1, g.inputs, m + p * out_plane, sums + p * weights_plane,
            g.inputs, g.outputs, count, first > 0);
    }
  }
  if (db) memcpy(db, bias, (size_t)g.outputs * sizeof(float));
  if (!dw) return;
  // [36][I][O] -> [O, I, 3, 3]
  for (long o = 0; o < g.outputs; o += LANES) {
    for (long i = 0; i < g.inputs; i++) {
      vector half[3][6], in[6], out[3];
      const float *from = sums + i * g.outputs + o;
      for (int c = 0; c < 6; c++) {
        for (int r = 0; r < 6; r++)
          in[r] = *(const vector *)(from + (r * 6 + c) * weights_plane);
        FUNCTION(weights_adjoint)(in, out);
        for (int r = 0; r < 3; r++) half[r][c] = out[r];
      }
      for (int r = 0; r < 3; r++) {
        FUNCTION(weights_adjoint)(half[r], out);
        for (int c = 0; c < 3; c++)
          for (long lane = 0; lane < LANES; lane++)
            dw[((o + lane) * g.inputs + i) * 9 + r * 3 + c] = out[c][lane];
      }
    }
  }
}

void FUNCTION(nsl_winograd_weights)(
    const float *w, int transposed, float *result, long inputs, long outputs) {
  long rows = transposed ? outputs : inputs, columns = transposed ? inputs : outputs;
  long row_step = transposed ? inputs * 9 : 9, column_step = transposed ? 9 : inputs * 9;
  long plane = rows * columns + PLANE_GAP;
  for (long column = 0; column < columns; column += LANES) {
    for (long row = 0; row < rows; row++) {
      const float *from = w + row * row_step + column * column_step;
      vector half[6][3], in[3], out[6];
      for (int s = 0; s < 3; s++) {
        for (int r = 0; r < 3; r++)
          for (long lane = 0; lane < LANES; lane++)
            in[r][lane] = from[lane * column_step + r * 3 + s];
        FUNCTION(weights)(in, out);
        for (int r = 0; r < 6; r++) half[r][s] = out[r];
      }
      float *to = result + row * columns + column;
      for (int r = 0; r < 6; r++) {
        FUNCTION(weights)(half[r], out);
        for (int s = 0; s < 6; s++) *(vector *)(to + (r * 6 + s) * plane) = out[s];
      }
    }
  }
}
