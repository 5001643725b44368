// Forward passes of convolutions of any shape.

// Places of the result.
typedef struct {
  FUNCTION(range) rows, columns;
} FUNCTION(area);

#define AREA FUNCTION(area)

// All places: first those whose windows lie inside the image, then the strips above, below, left and
// right of these.
INLINE void FUNCTION(divide)(const nsl_convolution_shape *s, AREA areas[5]) {
  long height = s->out_height, width = s->out_width, ends[4] = {height, height, width, width};
  FUNCTION(range) first = FUNCTION(inside)(0, s->padding_height, s->stride_height, s->height, height);
  FUNCTION(range) last = FUNCTION(inside)(
      s->kernel_height - 1, s->padding_height, s->stride_height, s->height, height);
  FUNCTION(range) leftmost = FUNCTION(inside)(0, s->padding_width, s->stride_width, s->width, width);
  FUNCTION(range) rightmost = FUNCTION(inside)(
      s->kernel_width - 1, s->padding_width, s->stride_width, s->width, width);
  if (first.first < last.end && leftmost.first < rightmost.end) {
    ends[0] = first.first, ends[1] = last.end;
    ends[2] = leftmost.first, ends[3] = rightmost.end;
  }
  FUNCTION(range) rows = {ends[0], ends[1]}, all = {0, width};
  areas[0] = (AREA){rows, {ends[2], ends[3]}};
  areas[1] = (AREA){{0, ends[0]}, all};
  areas[2] = (AREA){{ends[1], height}, all};
  areas[3] = (AREA){rows, {0, ends[2]}};
  areas[4] = (AREA){rows, {ends[3], width}};
}

// Copies a block of channels, or zeros.
INLINE void FUNCTION(copy_place)(const float *from, int inside, float *to) {
  for (long v = 0; v < NSL_BLOCK; v += LANES)
    *(vector *)(to + v) = inside ? *(const vector *)(from + v) : (vector){0};
}

// Copies what the windows of an area see of an image, with zeros for what lies outside; f, which gets
// the extents of that, has the image's.
INLINE void FUNCTION(fill_area)(
    const float *image, float *to, const AREA *area, FRAME *f, const nsl_convolution_shape *s) {
  long top = area->rows.first * s->stride_height - s->padding_height;
  long left = area->columns.first * s->stride_width - s->padding_width;
  long rows = (area->rows.end - area->rows.first - 1) * s->stride_height + s->kernel_height;
  long columns = (area->columns.end - area->columns.first - 1) * s->stride_width + s->kernel_width;
  long first = -left, end = f->width - left;
  f->row = columns * f->unit, f->plane = rows * f->row;
  for (long plane = 0; plane < f->planes; plane++)
    for (long r = 0; r < rows; r++, to += f->row) {
      const float *from = image + ((plane * f->height + top + r) * f->width + left) * f->unit;
      int inside = top + r >= 0 && top + r < f->height;
      long begin = inside ? first : columns;
      if (f->unit == 1)
        for (long i = 0; i < columns; i++) to[i] = i >= begin && i < end ? from[i] : 0;
      else
        for (long i = 0; i < columns; i++)
          FUNCTION(copy_place)(from + i * NSL_BLOCK, i >= begin && i < end, to + i * NSL_BLOCK);
    }
}

// Whether a row of a window is one stretch: its taps follow each other without a gap, in the image and in
// the packed weights.
INLINE int FUNCTION(joins_taps)(long unit, const nsl_convolution_shape *s) {
  return unit == 1 || s->inputs >= NSL_BLOCK;
}

// Where the stretches of a window begin: its rows, or its taps where they do not join.
INLINE void FUNCTION(window_terms)(long *terms, const FRAME *f, const nsl_convolution_shape *s) {
  long taps = FUNCTION(joins_taps)(f->unit, s) ? 1 : s->kernel_width;
  for (long p = 0; p < f->planes; p++)
    for (long r = 0; r < s->kernel_height; r++)
      for (long tap = 0; tap < taps; tap++) *terms++ = p * f->plane + r * f->row + tap * f->unit;
}

// The results of an area whose first window begins at p->a: row by row, or column by column where
// there are few columns. `ahead`: the image's next rows follow in memory, and are read next.
INLINE void FUNCTION(forward_area)(
    PRODUCT_OF *p, const AREA *area, int ahead, float *y, const FRAME *f,
    const nsl_convolution_shape *s) {
  long down = area->rows.end - area->rows.first, across = area->columns.end - area->columns.first;
  long a_down = s->stride_height * f->row, a_right = s->stride_width * f->unit;
  long c_down = s->out_width * NSL_BLOCK, c_right = NSL_BLOCK;
  int turned = across < 6 && across < down;
  p->a_row = turned ? a_down : a_right, p->c_row = turned ? c_down : c_right;
  p->c = y + area->rows.first * c_down + area->columns.first * c_right;
  for (long line = 0; line < (turned ? across : down); line++) {
    for (long plane = 0; plane < f->planes && ahead; plane++)
      FUNCTION(fetch)((SPAN){p->a + plane * f->plane + s->kernel_height * f->row, a_down});
    FUNCTION(multiply_terms)(p, turned ? down : across, nsl_blocks(s->outputs));
    p->a += turned ? a_right : a_down, p->c += turned ? c_right : c_down;
  }
}

void FUNCTION(nsl_convolution_forward)(
    const float *x, const float *packed, const float *bias, int relu, float *y, float *scratch,
    nsl_convolution_shape shape) {
  const nsl_convolution_shape *s = &shape;
  FUNCTION(workspace) w;
  FUNCTION(workspace_of)(scratch, s, &w);
  FRAME f = FUNCTION(input_frame)(s);
  f.row = f.width * f.unit, f.plane = f.height * f.row;
  long outputs = nsl_blocks(s->outputs), places = s->out_height * s->out_width;
  memset(w.bias, 0, (size_t)(outputs * NSL_BLOCK) * sizeof(float));
  memcpy(w.bias, bias, (size_t)s->outputs * sizeof(float));

  PRODUCT_OF p = {0};
  int joins = FUNCTION(joins_taps)(f.unit, s);
  long stretch = f.unit * (joins ? s->kernel_width : 1);
  p.depth = joins ? stretch : s->inputs;
  p.terms = f.planes * s->kernel_height * (joins ? 1 : s->kernel_width);
  for (long t = 0; t < p.terms; t++) w.b_terms[t] = t * stretch * NSL_BLOCK;
  p.a_terms = w.a_terms, p.b_terms = w.b_terms, p.a_step = 1;
  p.b = packed, p.b_block = p.terms * stretch * NSL_BLOCK, p.b_step = NSL_BLOCK;
  p.c_block = places * NSL_BLOCK;
  p.bias = w.bias, p.relu = relu, p.half = FUNCTION(ends_half)(s->outputs);

  AREA areas[5];
  FUNCTION(divide)(s, areas);
  long top = areas[0].rows.first * s->stride_height - s->padding_height;
  long left = areas[0].columns.first * s->stride_width - s->padding_width;
  // Rows of windows that follow each other without a gap are one.
  if (FUNCTION(is_image)(&f) && s->stride_height * f.width == s->out_width * s->stride_width)
    areas[0] = (AREA){{0, 1}, {0, places}};
  for (long n = 0; n < s->batch; n++) {
    const float *image = x + n * f.planes * f.plane;
    for (int i = 0; i < 5; i++) {
      const AREA *area = areas + i;
      if (area->rows.first == area->rows.end || area->columns.first == area->columns.end) continue;
      FRAME seen = f;
      p.a = i == 0 ? image + top * f.row + left * f.unit : w.image;
      if (i > 0) FUNCTION(fill_area)(image, w.image, area, &seen, s);
      FUNCTION(window_terms)(w.a_terms, &seen, s);
      FUNCTION(forward_area)(&p, area, i == 0, y + n * outputs * p.c_block, &seen, s);
    }
  }
}
