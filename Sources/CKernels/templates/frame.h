// Images with what lies around them: zeros, so that no tap of a window leaves them.

// One image: `planes` of rows, each of `unit` floats per place: a block of channels, or one channel
// of a row-major image. `row` and `plane` are steps in floats. The image begins at row `top` and
// column `left`; of its `height` rows and `width` columns those count that the frame has room for.
typedef struct {
  long planes, rows, columns, unit, top, left, height, width;
  long row, plane, size;
} FUNCTION(frame);

#define FRAME FUNCTION(frame)

INLINE FRAME FUNCTION(frame_of)(
    long planes, long rows, long columns, long unit, long top, long left, long height, long width) {
  long row = columns * unit, plane = rows * row;
  long size = nsl_whole(planes * plane);
  return (FRAME){planes, rows, columns, unit, top, left, height, width, row, plane, size};
}

// Whether an image is its own frame.
INLINE int FUNCTION(is_image)(const FRAME *f) {
  return f->top == 0 && f->left == 0 && f->rows <= f->height && f->columns <= f->width;
}

// Copies a row of a plane, `columns` places of it.
INLINE void FUNCTION(copy_row)(const float *from, const float *gate, float *to, long count) {
  if (!gate) {
    memcpy(to, from, (size_t)count * sizeof(float));
    return;
  }
  for (long i = 0; i < count; i += LANES) {
    mask open = *(const vector *)(gate + i) > (vector){0};
    *(vector *)(to + i) = (vector)(*(const mask *)(from + i) & open);
  }
}

// Puts an image into its frame, whose border is 0 already; with `gate`, ReLU's result, only what lies
// where that is above 0.
INLINE void FUNCTION(fill_frame)(const float *image, const float *gate, float *to, const FRAME *f) {
  long rows = f->rows - f->top < f->height ? f->rows - f->top : f->height;
  long columns = f->columns - f->left < f->width ? f->columns - f->left : f->width;
  for (long plane = 0; plane < f->planes; plane++)
    for (long h = 0; h < rows; h++) {
      long from = (plane * f->height + h) * f->width * f->unit;
      FUNCTION(copy_row)(
          image + from, gate ? gate + from : NULL,
          to + plane * f->plane + (f->top + h) * f->row + f->left * f->unit, columns * f->unit);
    }
}

// The frame of a convolution's input: all that its windows touch.
INLINE FRAME FUNCTION(input_frame)(const nsl_convolution_shape *s) {
  int plain = nsl_reads_plain(s->inputs);
  long planes = plain ? s->inputs : nsl_blocks(s->inputs);
  FRAME f = FUNCTION(frame_of)(
      planes, (s->out_height - 1) * s->stride_height + s->kernel_height,
      (s->out_width - 1) * s->stride_width + s->kernel_width, plain ? 1 : NSL_BLOCK,
      s->padding_height, s->padding_width, s->height, s->width);
  // An image is its own frame, with all of its rows.
  if (FUNCTION(is_image)(&f)) {
    f.row = s->width * f.unit;
    f.plane = s->height * f.row;
    f.size = planes * f.plane;
  }
  return f;
}

// The frame of the gradient at its result: all that reaches some place of the input.
INLINE FRAME FUNCTION(gradient_frame)(const nsl_convolution_shape *s) {
  long top = (s->kernel_height - 1) / s->stride_height + 1;
  long left = (s->kernel_width - 1) / s->stride_width + 1;
  long rows = (s->height - 1 + s->padding_height) / s->stride_height + 1;
  long columns = (s->width - 1 + s->padding_width) / s->stride_width + 1;
  if (rows < s->out_height) rows = s->out_height;
  if (columns < s->out_width) columns = s->out_width;
  return FUNCTION(frame_of)(
      nsl_blocks(s->outputs), top + rows, left + columns, NSL_BLOCK, top, left,
      s->out_height, s->out_width);
}
