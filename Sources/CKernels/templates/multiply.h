// Matrix products, the heart of convolutions and dense layers.

// c [rows, blocks of columns] = a b. The sum over `terms` stretches of `depth` elements each is one
// chain of fused operations, in their order.
//
// Element k of a stretch is at a[row * a_row + k * a_step] and, for a whole block of columns, at
// b[block * b_block + k * b_step]; stretch t starts at a + a_terms[t] and b + b_terms[t].
typedef struct {
  const float *a, *b;
  float *c;
  long a_row, a_step, b_block, b_step, c_row, c_block;
  // Null where there is one stretch.
  const long *a_terms, *b_terms;
  long terms, depth;
  // What chains start with: these, by column, or c itself, or 0.
  const float *bias;
  int goes_on;
  // Adds the finished sums to c.
  int adds;
  // Leaves 0 of what is below.
  int relu;
  // Of the last block only the first half are columns; the others become 0 where sums are not added.
  int half;
} FUNCTION(product);

#define PRODUCT_OF FUNCTION(product)

// Vector j of a panel's columns in a tensor whose blocks are `step` floats apart.
#define COLUMN(step, j) ((j) / VECTORS * (step) + (j) % VECTORS * LANES)

// `rows` x `columns` vectors, with all sums in registers; both are constants at every call.
INLINE void FUNCTION(multiply_part)(
    const PRODUCT_OF *p, const float *a, const float *b, const float *bias, float *c, int rows,
    int columns) {
  vector sums[12][4];
  // Copies: what is written to c could be any of them, as far as a compiler knows.
  const PRODUCT_OF q = *p;
#pragma unroll
  for (int i = 0; i < rows; i++)
#pragma unroll
    for (int j = 0; j < columns; j++)
      sums[i][j] = q.goes_on ? *(const vector *)(c + i * q.c_row + COLUMN(q.c_block, j))
                   : bias ? *(const unaligned *)(bias + j * LANES) : (vector){0};
  for (long t = 0; t < q.terms; t++) {
    const float *x = q.a_terms ? a + q.a_terms[t] : a;
    const float *y = q.b_terms ? b + q.b_terms[t] : b;
    for (long k = 0; k < q.depth; k++, x += q.a_step, y += q.b_step) {
      vector factors[4];
#pragma unroll
      for (int j = 0; j < columns; j++) factors[j] = *(const vector *)(y + COLUMN(q.b_block, j));
#pragma unroll
      for (int i = 0; i < rows; i++) {
        vector factor = ALL(x[i * q.a_row]);
#pragma unroll
        for (int j = 0; j < columns; j++) sums[i][j] = FMA(factor, factors[j], sums[i][j]);
      }
    }
  }
#pragma unroll
  for (int i = 0; i < rows; i++) {
#pragma unroll
    for (int j = 0; j < columns; j++) {
      vector *to = (vector *)(c + i * q.c_row + COLUMN(q.c_block, j)), v = sums[i][j];
      if (q.adds) v += *to;
      if (q.relu) v = (vector)((mask)v & ~(v < (vector){0}));  // what is not a number stays so
      *to = v;
    }
  }
}

// All rows of one panel of `columns` vectors, in even portions: of at most 6, or of at most 12 where there
// are registers for so many sums; of two columns in one stretch, 6 are quicker.
#define TALL (columns * 12 <= 3 * LANES / 2)

INLINE void FUNCTION(multiply_panel)(
    const PRODUCT_OF *p, long rows, const float *b, const float *bias, float *c, int columns) {
  long most = TALL && (columns == 1 || p->a_terms) ? 12 : 6, parts = (rows + most - 1) / most;
  for (long part = 0, row = 0; part < parts; part++) {
    long next = rows * (part + 1) / parts;
    const float *x = p->a + row * p->a_row;
    float *y = c + row * p->c_row;
#define PART(n) FUNCTION(multiply_part)(p, x, b, bias, y, n, columns)
    switch (next - row) {
      case 12: if (TALL) PART(12); break;
      case 11: if (TALL) PART(11); break;
      case 10: if (TALL) PART(10); break;
      case 9: if (TALL) PART(9); break;
      case 8: if (TALL) PART(8); break;
      case 7: if (TALL) PART(7); break;
      case 6: PART(6); break;
      case 5: PART(5); break;
      case 4: PART(4); break;
      case 3: PART(3); break;
      case 2: PART(2); break;
      default: PART(1); break;
    }
#undef PART
    row = next;
  }
}

INLINE void FUNCTION(multiply_blocks)(const PRODUCT_OF *p, long rows, long blocks) {
  for (long block = 0; block < blocks;) {
    const float *b = p->b + block * p->b_block;
    const float *bias = p->bias ? p->bias + block * NSL_BLOCK : NULL;
    float *c = p->c + block * p->c_block;
#define PANEL(n) FUNCTION(multiply_panel)(p, rows, b, bias, c, (n) * VECTORS); block += n
#if VECTORS == 1
    long left = blocks - block;
    if (left >= 4) { PANEL(4); continue; }
    if (left == 3) { PANEL(3); continue; }
    if (left == 2) { PANEL(2); continue; }
#else
    if (p->half && block + 1 == blocks) {
      FUNCTION(multiply_panel)(p, rows, b, bias, c, 1);
      for (long row = 0; row < rows && !p->adds; row++)
        *(vector *)(c + row * p->c_row + LANES) = (vector){0};
      return;
    }
#endif
    PANEL(1);
#undef PANEL
  }
}

// The product of two matrices, in one stretch.
static void FUNCTION(multiply)(const PRODUCT_OF *p, long rows, long blocks) {
  PRODUCT_OF one = *p;
  one.terms = 1, one.a_terms = one.b_terms = NULL;
  one.bias = NULL, one.adds = one.relu = 0;
  FUNCTION(multiply_blocks)(&one, rows, blocks);
}

// The same of several stretches.
static void FUNCTION(multiply_terms)(const PRODUCT_OF *p, long rows, long blocks) {
  FUNCTION(multiply_blocks)(p, rows, blocks);
}
