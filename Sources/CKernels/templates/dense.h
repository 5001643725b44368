// Dense layers as matrix products: rows are examples, columns outputs or inputs.

// The extents of one example's inputs, as they lie in memory and in whole blocks.
INLINE long FUNCTION(row_size)(const nsl_dense_shape *s) {
  return nsl_packed_rows(s->weights.channels, s->weights.places, s->weights.blocked);
}

long FUNCTION(nsl_dense_scratch)(nsl_dense_shape s) {
  long inputs = nsl_whole(FUNCTION(row_size)(&s)), outputs = nsl_whole(s.weights.outputs);
  // A bias, examples with whole blocks of outputs, such with whole blocks of inputs, sums.
  return outputs + s.batch * (outputs + inputs) + inputs * outputs;
}

// Rows of `from` floats to rows of `to`; zeros where there are more.
INLINE void FUNCTION(copy_rows)(const float *x, long from, float *result, long to, long rows) {
  long count = from < to ? from : to;
  for (long n = 0; n < rows; n++, x += from, result += to) {
    memcpy(result, x, (size_t)count * sizeof(float));
    if (to > count) memset(result + count, 0, (size_t)(to - count) * sizeof(float));
  }
}

void FUNCTION(nsl_dense_forward)(
    const float *x, const float *packed, const float *bias, int relu, float *y, float *scratch,
    nsl_dense_shape shape) {
  long rows = FUNCTION(row_size)(&shape), count = shape.weights.outputs;
  long outputs = nsl_whole(count);
  FUNCTION(copy_rows)(bias, count, scratch, outputs, 1);
  PRODUCT_OF p = {0};
  p.terms = 1, p.depth = rows;
  p.a = x, p.a_row = rows, p.a_step = 1;
  p.b = packed, p.b_block = rows * NSL_BLOCK, p.b_step = NSL_BLOCK;
  p.c = outputs == count ? y : scratch + outputs, p.c_row = outputs, p.c_block = NSL_BLOCK;
  p.bias = scratch, p.relu = relu;
  FUNCTION(multiply_terms)(&p, shape.batch, outputs / NSL_BLOCK);
  if (outputs != count) FUNCTION(copy_rows)(p.c, outputs, y, count, shape.batch);
}

void FUNCTION(nsl_dense_input_gradient)(
    const float *dy, const float *packed, float *dx, float *scratch, nsl_dense_shape shape) {
  long rows = FUNCTION(row_size)(&shape), inputs = nsl_whole(rows);
  long outputs = nsl_whole(shape.weights.outputs);
  PRODUCT_OF p = {0};
  p.depth = shape.weights.outputs;
  p.a = dy, p.a_row = shape.weights.outputs, p.a_step = 1;
  p.b = packed, p.b_block = outputs * NSL_BLOCK, p.b_step = NSL_BLOCK;
  p.c = inputs == rows ? dx : scratch, p.c_row = inputs, p.c_block = NSL_BLOCK;
  FUNCTION(multiply)(&p, shape.batch, inputs / NSL_BLOCK);
  if (inputs != rows) FUNCTION(copy_rows)(scratch, inputs, dx, rows, shape.batch);
}

void FUNCTION(nsl_dense_weight_gradient)(
    const float *x, const float *dy, float *dw, float *db, float *scratch, nsl_dense_shape shape) {
  long rows = FUNCTION(row_size)(&shape), count = shape.weights.outputs;
  long outputs = nsl_whole(count);
  float *gradient = scratch, *sums = scratch + shape.batch * outputs;
  FUNCTION(copy_rows)(dy, count, gradient, outputs, shape.batch);
  PRODUCT_OF p = {0};
  p.depth = shape.batch;
  p.a = x, p.a_row = 1, p.a_step = rows;
  p.b = gradient, p.b_block = NSL_BLOCK, p.b_step = outputs;
  p.c = sums, p.c_row = outputs, p.c_block = NSL_BLOCK;
  FUNCTION(multiply)(&p, rows, outputs / NSL_BLOCK);
  FUNCTION(unpack)(sums, dw, shape.weights);
  for (long o = 0; o < count; o++) {
    float sum = 0;
    for (long n = 0; n < shape.batch; n++) sum += dy[n * count + o];
    db[o] = sum;
  }
}
