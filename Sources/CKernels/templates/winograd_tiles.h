// [N, I, H, W] in blocks of channels -> V [36][tiles][I]; zeros around the image.
static void FUNCTION(transform_inputs)(
    const float *x, float *result, long plane, const GEOMETRY *g, long first, long count) {
  long row_size = g->width * NSL_BLOCK, area = g->height * row_size, per_image = g->tile_rows * g->tile_columns;
  for (long t = first; t < first + count; t++) {
    long n = t / per_image, top = t % per_image / g->tile_columns * 4 - g->padding_height;
    long left = t % g->tile_columns * 4 - g->padding_width;
    int inside = top >= 0 && left >= 0 && top + 6 <= g->height && left + 6 <= g->width;
    for (long c = 0; c < g->inputs; c += LANES) {
      const float *corner = x + (n * g->inputs / NSL_BLOCK + c / NSL_BLOCK) * area + c % NSL_BLOCK + top * row_size + left * NSL_BLOCK;
      vector half[6][6], in[6], out[6];
      if (inside) {
        for (int j = 0; j < 6; j++) {
          for (int i = 0; i < 6; i++) in[i] = *(const vector *)(corner + i * row_size + j * NSL_BLOCK);
          FUNCTION(inputs)(in, out);
          for (int i = 0; i < 6; i++) half[i][j] = out[i];
        }
      } else {
        for (int j = 0; j < 6; j++) {
          for (int i = 0; i < 6; i++) {
            in[i] = (vector){0};
            if (left + j >= 0 && left + j < g->width && top + i >= 0 && top + i < g->height)
              in[i] = *(const vector *)(corner + i * row_size + j * NSL_BLOCK);
          }
          FUNCTION(inputs)(in, out);
          for (int i = 0; i < 6; i++) half[i][j] = out[i];
        }
      }
      float *to = result + (t - first) * g->inputs + c;
      for (int i = 0; i < 6; i++) {
        FUNCTION(inputs)(half[i], out);
        for (int j = 0; j < 6; j++) *(vector *)(to + (i * 6 + j) * plane) = out[j];
      }
    }
  }
}

// Adds the gradients at V [36][tiles][I] to those at x, whose tiles overlap. When an image's first
// tile comes, the image starts as `residual` has it, or with zeros. Places that no gradient reaches
// (bits of `support` that are 0) stay exactly as they are: rounding would make tiny numbers of their
// zeros, and an attack goes by signs.
static void FUNCTION(add_inputs)(
    const float *from, const unsigned long long *support, const float *residual, float *x,
    long plane, const GEOMETRY *g, long first, long count) {
  long row_size = g->width * NSL_BLOCK, area = g->height * row_size, per_image = g->tile_rows * g->tile_columns;
  for (long t = first; t < first + count; t++) {
    long n = t / per_image, top = t % per_image / g->tile_columns * 4 - g->padding_height;
    long left = t % g->tile_columns * 4 - g->padding_width;
    if (t % per_image == 0) {
      long start = n * g->inputs / NSL_BLOCK * area;
      size_t size = (size_t)(g->inputs / NSL_BLOCK * area) * sizeof(float);
      if (!residual) memset(x + start, 0, size);
      else if (residual != x) memcpy(x + start, residual + start, size);
    }
    unsigned long long wanted = support[t - first];
    if (!(top >= 0 && left >= 0 && top + 6 <= g->height && left + 6 <= g->width))
      for (long i = 0; i < 6; i++)
        for (long j = 0; j < 6; j++)
          if (top + i < 0 || top + i >= g->height || left + j < 0 || left + j >= g->width)
            wanted &= ~(1ull << (i * 6 + j));
    int whole = wanted == (1ull << 36) - 1;
    if (!wanted) continue;
    for (long c = 0; c < g->inputs; c += LANES) {
      const float *source = from + (t - first) * g->inputs + c;
      float *corner = x + (n * g->inputs / NSL_BLOCK + c / NSL_BLOCK) * area + c % NSL_BLOCK + top * row_size + left * NSL_BLOCK;
      vector half[6][6], in[6], out[6];
      for (int j = 0; j < 6; j++) {
        for (int i = 0; i < 6; i++) in[i] = *(const vector *)(source + (i * 6 + j) * plane);
        FUNCTION(inputs_adjoint)(in, out);
        for (int i = 0; i < 6; i++) half[i][j] = out[i];
      }
      for (int i = 0; i < 6; i++) {
        if (!(wanted >> (i * 6) & 63)) continue;
        FUNCTION(inputs_adjoint)(half[i], out);
        for (int j = 0; j < 6; j++)
          if (whole || (wanted >> (i * 6 + j) & 1))
            *(vector *)(corner + i * row_size + j * NSL_BLOCK) += out[j];
      }
    }
  }
}

// M [36][tiles][O] -> [N, O, H', W'] in blocks of channels, with bias, the sum with `residual` and
// ReLU.
static void FUNCTION(transform_results)(
    const float *from, const float *bias, const float *residual, int relu, float *y, long plane,
    const GEOMETRY *g, long first, long count) {
  long row_size = g->out_width * NSL_BLOCK, area = g->out_height * row_size, per_image = g->tile_rows * g->tile_columns;
  for (long t = first; t < first + count; t++) {
    long n = t / per_image, top = t % per_image / g->tile_columns * 4;
    long left = t % g->tile_columns * 4;
    long rows = g->out_height - top < 4 ? g->out_height - top : 4;
    long columns = g->out_width - left < 4 ? g->out_width - left : 4;
    for (long o = 0; o < g->outputs; o += LANES) {
      const float *source = from + (t - first) * g->outputs + o;
      long start = (n * g->outputs / NSL_BLOCK + o / NSL_BLOCK) * area + o % NSL_BLOCK + top * row_size + left * NSL_BLOCK;
      float *corner = y + start;
      vector half[4][6], in[6], out[4], b = *(const unaligned *)(bias + o), zero = {0};
      for (int j = 0; j < 6; j++) {
        for (int i = 0; i < 6; i++) in[i] = *(const vector *)(source + (i * 6 + j) * plane);
        FUNCTION(results)(in, out);
        for (int i = 0; i < 4; i++) half[i][j] = out[i];
      }
      for (int i = 0; i < rows; i++) {
        FUNCTION(results)(half[i], out);
        for (int j = 0; j < 4; j++) {
          long place = i * row_size + j * NSL_BLOCK;
          vector v = out[j] + b;
          if (residual && j < columns) v += *(const vector *)(residual + start + place);
          if (relu) v = (vector)((mask)v & ~(v < zero));  // what is not a number stays so
          if (j < columns) *(vector *)(corner + place) = v;
        }
      }
    }
  }
}

// The gradient at [N, O, H', W'] -> at M [36][tiles][O]; adds its sums to `bias` where wanted. Only
// where `gate`, ReLU's result, is above 0, where that is given. Bit 6i + j of a tile's `support` says
// whether anything but zeros reaches place (i, j) of its inputs.
static void FUNCTION(spread_results)(
    const float *dy, const float *gate, float *result, float *bias, unsigned long long *support,
    long plane, const GEOMETRY *g, long first, long count) {
  long row_size = g->out_width * NSL_BLOCK, area = g->out_height * row_size, per_image = g->tile_rows * g->tile_columns;
  for (long t = first; t < first + count; t++) {
    long n = t / per_image, top = t % per_image / g->tile_columns * 4;
    long left = t % g->tile_columns * 4;
    long rows = g->out_height - top < 4 ? g->out_height - top : 4;
    long columns = g->out_width - left < 4 ? g->out_width - left : 4;
    mask seen[4][4] = {0};
    for (long o = 0; o < g->outputs; o += LANES) {
      long start = (n * g->outputs / NSL_BLOCK + o / NSL_BLOCK) * area + o % NSL_BLOCK + top * row_size + left * NSL_BLOCK;
      vector half[6][4], in[4], out[6], sum = {0}, zero = {0};
      for (int j = 0; j < 4; j++) {
        for (int i = 0; i < 4; i++) {
          in[i] = (vector){0};
          if (i < rows && j < columns) {
            long place = start + i * row_size + j * NSL_BLOCK;
            in[i] = *(const vector *)(dy + place);
            if (gate) in[i] = (vector)((mask)in[i] & (*(const vector *)(gate + place) > zero));
          }
          seen[i][j] |= in[i] != zero;
        }
        sum += (in[0] + in[1]) + (in[2] + in[3]);
        FUNCTION(results_adjoint)(in, out);
        for (int i = 0; i < 6; i++) half[i][j] = out[i];
      }
      if (bias) *(vector *)(bias + o) += sum;
      float *to = result + (t - first) * g->outputs + o;
      for (int i = 0; i < 6; i++) {
        FUNCTION(results_adjoint)(half[i], out);
        for (int j = 0; j < 6; j++) *(vector *)(to + (i * 6 + j) * plane) = out[j];
      }
    }
    support[t - first] = 0;
    for (int i = 0; i < 4; i++)
      for (int j = 0; j < 4; j++)
        if (__builtin_reduce_or(seen[i][j])) support[t - first] |= 0x71c7ull << (i * 6 + j);
  }
}

