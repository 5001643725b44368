// `rows` x `columns` vectors of c (+)= a b, with sums in registers: a(row, k) is at
// a[row * a_row + k * a_step]. rows and columns are constants at every call.
INLINE void FUNCTION(multiply_part)(
    const float *a, long a_row, long a_step, const float *b, long b_step, float *c, long c_row,
    long depth, int accumulate, int rows, int columns) {
  vector sums[12][4];
#pragma unroll
  for (int i = 0; i < rows; i++)
#pragma unroll
    for (int j = 0; j < columns; j++)
      sums[i][j] = accumulate ? *(const vector *)(c + i * c_row + j * LANES) : (vector){0};
  for (long k = 0; k < depth; k++) {
    vector factors[4];
#pragma unroll
    for (int j = 0; j < columns; j++) factors[j] = *(const vector *)(b + k * b_step + j * LANES);
#pragma unroll
    for (int i = 0; i < rows; i++) {
      float factor = a[i * a_row + k * a_step];
#pragma unroll
      for (int j = 0; j < columns; j++) sums[i][j] += factor * factors[j];
    }
  }
#pragma unroll
  for (int i = 0; i < rows; i++)
#pragma unroll
    for (int j = 0; j < columns; j++) *(vector *)(c + i * c_row + j * LANES) = sums[i][j];
}

// All rows of one panel of `columns` vectors, in even portions of at most 6; of at most 12 where there
// is one column, so that enough sums are under way.
INLINE void FUNCTION(multiply_panel)(
    const float *a, long a_row, long a_step, const float *b, long b_step, float *c, long c_row,
    long rows, long depth, int accumulate, int columns) {
  long most = columns == 1 ? 12 : 6, parts = (rows + most - 1) / most;
  for (long part = 0, row = 0; part < parts; part++) {
    long next = rows * (part + 1) / parts;
    const float *x = a + row * a_row;
    float *y = c + row * c_row;
#define PART(n) FUNCTION(multiply_part)(x, a_row, a_step, b, b_step, y, c_row, depth, accumulate, n, columns)
    switch (next - row) {
      case 12: PART(columns == 1 ? 12 : 1); break;
      case 11: PART(columns == 1 ? 11 : 1); break;
      case 10: PART(columns == 1 ? 10 : 1); break;
      case 9: PART(columns == 1 ? 9 : 1); break;
      case 8: PART(columns == 1 ? 8 : 1); break;
      case 7: PART(columns == 1 ? 7 : 1); break;
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

// c [rows, width] (+)= a b, b [depth, width]; width is a multiple of LANES.
static void FUNCTION(multiply)(
    const float *a, long a_row, long a_step, const float *b, float *c, long rows, long width,
    long depth, int accumulate) {
  for (long column = 0; column < width;) {
    long vectors = (width - column) / LANES;
#define PANEL(n) FUNCTION(multiply_panel)( \
      a, a_row, a_step, b + column, width, c + column, width, rows, depth, accumulate, n)
#if LANES == 16
    if (vectors >= 4) { PANEL(4); column += 4 * LANES; continue; }
    if (vectors == 3) { PANEL(3); column += 3 * LANES; continue; }
#endif
    if (vectors >= 2) { PANEL(2); column += 2 * LANES; continue; }
    PANEL(1);
    column += LANES;
#undef PANEL
  }
}

