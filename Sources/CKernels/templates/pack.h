// Weights and their gradients, row-major in the parameter vector, in the order of matrix products.

// Walks over the columns of row-major weights, [C, P], and knows the row of each in a product's order:
// [C/16, P, 16], or the same where the input is row-major.
typedef struct {
  long channel, place;
} FUNCTION(column);

INLINE long FUNCTION(row_of)(FUNCTION(column) *c, const nsl_weights_shape *s) {
  long row = s->blocked ? (c->channel / NSL_BLOCK * s->places + c->place) * NSL_BLOCK
                              + c->channel % NSL_BLOCK
                        : c->channel * s->places + c->place;
  if (++c->place == s->places) c->place = 0, c->channel++;
  return row;
}

// One block of outputs, [K, 16]; outputs and channels that only fill a block are 0.
static void FUNCTION(pack_block)(
    const float *weights, float *result, long first, const nsl_weights_shape *s) {
  long count = s->channels * s->places, rows = nsl_packed_rows(s->channels, s->places, s->blocked);
  if (rows != count || first + NSL_BLOCK > s->outputs)
    memset(result, 0, (size_t)(rows * NSL_BLOCK) * sizeof(float));
  for (long part = 0; part < NSL_BLOCK && first + part < s->outputs; part += LANES) {
    long outputs = s->outputs - first - part < LANES ? s->outputs - first - part : LANES;
    FUNCTION(column) column = {0, 0};
    for (long k = 0; k < count; k += LANES) {
      vector v[LANES];
      long left = count - k < LANES ? count - k : LANES;
#pragma unroll
      for (int o = 0; o < LANES; o++) {
        v[o] = (vector){0};
        const float *from = weights + (first + part + o) * count + k;
        if (o >= outputs) continue;
        if (left == LANES) v[o] = *(const unaligned *)from;
        else memcpy(&v[o], from, (size_t)left * sizeof(float));
      }
      FUNCTION(transpose)(v);
      for (long j = 0; j < left; j++)
        *(vector *)(result + FUNCTION(row_of)(&column, s) * NSL_BLOCK + part) = v[j];
    }
  }
}

// Exchanges rows and columns of a square of one block, whose rows follow each other.
INLINE void FUNCTION(transpose_square)(const float *from, float *to) {
  for (long a = 0; a < NSL_BLOCK; a += LANES) {
    for (long b = 0; b < NSL_BLOCK; b += LANES) {
      vector v[LANES];
#pragma unroll
      for (int i = 0; i < LANES; i++) v[i] = *(const vector *)(from + (a + i) * NSL_BLOCK + b);
      FUNCTION(transpose)(v);
#pragma unroll
      for (int i = 0; i < LANES; i++) *(vector *)(to + (b + i) * NSL_BLOCK + a) = v[i];
    }
  }
}

void FUNCTION(nsl_pack)(
    const float *weights, int transposed, float *result, nsl_weights_shape shape) {
  const nsl_weights_shape *s = &shape;
  long rows = nsl_packed_rows(s->channels, s->places, s->blocked);
  long blocks = nsl_blocks(s->outputs), squares = nsl_blocks(rows);
  if (!transposed) {
    for (long o = 0; o < blocks; o++)
      FUNCTION(pack_block)(weights, result + o * rows * NSL_BLOCK, o * NSL_BLOCK, s);
    return;
  }
  // One block of outputs at a time, behind the result.
  float *block = result + blocks * squares * NSL_BLOCK * NSL_BLOCK;
  memset(block + rows * NSL_BLOCK, 0, (size_t)((squares * NSL_BLOCK - rows) * NSL_BLOCK) * sizeof(float));
  for (long o = 0; o < blocks; o++) {
    FUNCTION(pack_block)(weights, block, o * NSL_BLOCK, s);
    for (long k = 0; k < squares; k++)
      FUNCTION(transpose_square)(
          block + k * NSL_BLOCK * NSL_BLOCK, result + (k * blocks + o) * NSL_BLOCK * NSL_BLOCK);
  }
}

// Sums by row and output, [K, O] with whole blocks of outputs, to row-major gradients.
static void FUNCTION(unpack)(const float *sums, float *result, nsl_weights_shape shape) {
  const nsl_weights_shape *s = &shape;
  long count = s->channels * s->places;
  long width = nsl_whole(s->outputs);
  for (long o = 0; o < s->outputs; o += LANES) {
    long outputs = s->outputs - o < LANES ? s->outputs - o : LANES;
    FUNCTION(column) column = {0, 0};
    for (long k = 0; k < count; k += LANES) {
      vector v[LANES];
      long left = count - k < LANES ? count - k : LANES;
      for (long j = 0; j < left; j++)
        v[j] = *(const vector *)(sums + FUNCTION(row_of)(&column, s) * width + o);
      for (long j = left; j < LANES; j++) v[j] = (vector){0};
      FUNCTION(transpose)(v);
      for (long i = 0; i < outputs; i++) {
        float *to = result + (o + i) * count + k;
        if (left == LANES) *(unaligned *)to = v[i];
        else memcpy(to, &v[i], (size_t)left * sizeof(float));
      }
    }
  }
}
