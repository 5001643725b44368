// Convolutions of any shape as sums of matrix products: the rows are places of the image, the columns
// output channels, and each tap of the window with each block of input channels is a stretch.

INLINE long FUNCTION(blocks)(long channels) { return (channels + NSL_BLOCK - 1) / NSL_BLOCK; }

// Images whose gradients at the weights are summed in one chain: those of small maps together.
INLINE long FUNCTION(images_per_sum)(const nsl_convolution_shape *s) {
  long places = s->out_height * s->out_width;
  long images = places < 256 ? 256 / places : 1;
  return images < s->batch ? images : s->batch;
}

// Most stretches of a product: taps times blocks, or rows of some images.
INLINE long FUNCTION(most_terms)(const nsl_convolution_shape *s) {
  long taps = s->kernel_height * s->kernel_width;
  long inputs = nsl_reads_plain(s->inputs) ? s->inputs : FUNCTION(blocks)(s->inputs);
  long outputs = FUNCTION(blocks)(s->outputs), most = taps * (inputs > outputs ? inputs : outputs);
  long rows = FUNCTION(images_per_sum)(s) * s->out_height;
  return most > rows ? most : rows;
}

// Parts of the scratch memory.
typedef struct {
  float *bias, *image, *gradient, *sums;
  long *a_terms, *b_terms;
} FUNCTION(workspace);

// In floats.
INLINE long FUNCTION(workspace_of)(
    float *scratch, const nsl_convolution_shape *s, FUNCTION(workspace) *result) {
  FRAME x = FUNCTION(input_frame)(s), dy = FUNCTION(gradient_frame)(s);
  long images = FUNCTION(images_per_sum)(s), outputs = FUNCTION(blocks)(s->outputs) * NSL_BLOCK;
  long rows = nsl_packed_rows(s->inputs, s->kernel_height * s->kernel_width, !nsl_reads_plain(s->inputs));
  long terms = FUNCTION(most_terms)(s) * (long)(sizeof(long) / sizeof(float));
  terms = (terms + NSL_BLOCK - 1) / NSL_BLOCK * NSL_BLOCK;
  long at = 0;
#define TAKE(count) (at += (count), scratch + at - (count))
  result->bias = TAKE(outputs);
  result->image = TAKE(FUNCTION(is_image)(&x) ? 0 : images * x.size);
  result->gradient = TAKE(images * dy.size);
  result->sums = TAKE(rows * outputs);
  result->a_terms = (long *)TAKE(terms);
  result->b_terms = (long *)TAKE(terms);
#undef TAKE
  return at;
}

long FUNCTION(nsl_convolution_scratch)(nsl_convolution_shape shape) {
  FUNCTION(workspace) w;
  return FUNCTION(workspace_of)(NULL, &shape, &w);
}

void FUNCTION(nsl_convolution_forward)(
    const float *x, const float *packed, const float *bias, int relu, float *y, float *scratch,
    nsl_convolution_shape shape) {
  const nsl_convolution_shape *s = &shape;
  FUNCTION(workspace) w;
  FUNCTION(workspace_of)(scratch, s, &w);
  FRAME f = FUNCTION(input_frame)(s);
  long R = s->kernel_height, S = s->kernel_width, outputs = FUNCTION(blocks)(s->outputs);
  int own = FUNCTION(is_image)(&f), plain = f.unit == 1;
  long image = f.planes * f.height * f.width * f.unit, out = s->out_height * s->out_width * NSL_BLOCK;
  memset(w.bias, 0, (size_t)(outputs * NSL_BLOCK) * sizeof(float));
  memcpy(w.bias, bias, (size_t)s->outputs * sizeof(float));
  if (!own) memset(w.image, 0, (size_t)f.size * sizeof(float));

  PRODUCT_OF p = {0};
  // A row of the window of a row-major image is one stretch; of blocked channels, each tap is one.
  p.depth = plain ? S : NSL_BLOCK;
  for (long plane = 0; plane < f.planes; plane++)
    for (long r = 0; r < R; r++)
      for (long tap = 0; tap < (plain ? 1 : S); tap++, p.terms++) {
        w.a_terms[p.terms] = plane * f.plane + r * f.row + tap * f.unit;
        w.b_terms[p.terms] = p.terms * p.depth * NSL_BLOCK;
      }
  p.a_terms = w.a_terms, p.b_terms = w.b_terms;
  p.a_row = s->stride_width * f.unit, p.a_step = 1;
  p.b = packed, p.b_block = p.terms * p.depth * NSL_BLOCK, p.b_step = NSL_BLOCK;
  p.c_row = NSL_BLOCK, p.c_block = out;
  p.bias = w.bias, p.relu = relu;
  // Rows of the image that follow each other without a gap are one.
  int joined = s->stride_height * f.row == s->out_width * p.a_row;
  long rows = joined ? 1 : s->out_height, places = s->out_height * s->out_width / rows;
  for (long n = 0; n < s->batch; n++) {
    const float *from = x + n * image;
    if (!own) FUNCTION(fill_frame)(from, NULL, w.image, &f);
    for (long h = 0; h < rows; h++) {
      p.a = (own ? from : w.image) + h * s->stride_height * f.row;
      p.c = y + n * outputs * out + h * places * NSL_BLOCK;
      FUNCTION(multiply_terms)(&p, places, outputs);
    }
  }
}

// The gradient at one image: places whose distances to the windows are the same, modulo the steps,
// take the same taps.
static void FUNCTION(image_gradient)(
    const float *frame, const float *packed, float *dx, const FRAME *f, const FUNCTION(workspace) *w,
    const nsl_convolution_shape *s) {
  long R = s->kernel_height, S = s->kernel_width, inputs = FUNCTION(blocks)(s->inputs);
  long tile = f->planes * NSL_BLOCK * NSL_BLOCK;
  PRODUCT_OF p = {0};
  p.depth = NSL_BLOCK;
  p.a_terms = w->a_terms, p.b_terms = w->b_terms;
  p.a_row = NSL_BLOCK, p.a_step = 1;
  p.b = packed, p.b_block = R * S * tile, p.b_step = NSL_BLOCK;
  p.c_row = s->stride_width * NSL_BLOCK, p.c_block = s->height * s->width * NSL_BLOCK;
  for (long top = 0; top < s->stride_height && top < s->height; top++) {
    for (long left = 0; left < s->stride_width && left < s->width; left++) {
      p.terms = 0;
      for (long o = 0; o < f->planes; o++) {
        for (long r = (top + s->padding_height) % s->stride_height; r < R; r += s->stride_height) {
          for (long c = (left + s->padding_width) % s->stride_width; c < S; c += s->stride_width) {
            long row = f->top + (top + s->padding_height - r) / s->stride_height;
            long column = f->left + (left + s->padding_width - c) / s->stride_width;
            w->a_terms[p.terms] = o * f->plane + row * f->row + column * NSL_BLOCK;
            w->b_terms[p.terms++] = (r * S + c) * tile + o * NSL_BLOCK * NSL_BLOCK;
          }
        }
      }
      long places = (s->width - left + s->stride_width - 1) / s->stride_width;
      for (long h = top, t = 0; h < s->height; h += s->stride_height, t++) {
        p.a = frame + t * f->row;
        p.c = dx + (h * s->width + left) * NSL_BLOCK;
        FUNCTION(multiply_terms)(&p, places, inputs);
      }
    }
  }
}

// Adds one chain's sums of the gradients at the weights, over some images.
static void FUNCTION(add_weight_gradient)(
    const float *x, const float *dy, const FRAME *in, const FRAME *out, long images, float *sums,
    const FUNCTION(workspace) *w, const nsl_convolution_shape *s) {
  long R = s->kernel_height, S = s->kernel_width;
  int plain = in->unit == 1;
  PRODUCT_OF p = {0};
  p.depth = s->out_width;
  for (long n = 0; n < images; n++)
    for (long h = 0; h < s->out_height; h++, p.terms++) {
      w->a_terms[p.terms] = n * in->size + h * s->stride_height * in->row;
      w->b_terms[p.terms] = n * out->size + h * out->row;
    }
  p.a_terms = w->a_terms, p.b_terms = w->b_terms;
  // Rows of the product are taps of a row-major image, or channels of a block.
  p.a_row = 1, p.a_step = s->stride_width * in->unit;
  p.b = dy + out->top * out->row + out->left * NSL_BLOCK;
  p.b_block = out->plane, p.b_step = NSL_BLOCK;
  p.c_row = out->planes * NSL_BLOCK, p.c_block = NSL_BLOCK, p.adds = 1;
  for (long plane = 0; plane < in->planes; plane++) {
    long left = s->inputs - plane * NSL_BLOCK;
    long rows = plain ? S : left < NSL_BLOCK ? left : NSL_BLOCK;
    for (long r = 0; r < R; r++)
      for (long tap = 0; tap < (plain ? 1 : S); tap++) {
        long place = plain ? (plane * R + r) * S : ((plane * R + r) * S + tap) * NSL_BLOCK;
        p.a = x + plane * in->plane + r * in->row + tap * in->unit;
        p.c = sums + place * p.c_row;
        FUNCTION(multiply_terms)(&p, rows, out->planes);
      }
  }
}

INLINE void FUNCTION(add_bias_gradient)(const float *dy, float *bias, const FRAME *f) {
  for (long o = 0; o < f->planes; o++) {
    vector sums[VECTORS];
    for (int v = 0; v < VECTORS; v++) sums[v] = (vector){0};
    const float *row = dy + o * f->plane + f->top * f->row + f->left * NSL_BLOCK;
    for (long h = 0; h < f->height; h++, row += f->row)
      for (long c = 0; c < f->width; c++)
        for (int v = 0; v < VECTORS; v++)
          sums[v] += *(const vector *)(row + c * NSL_BLOCK + v * LANES);
    for (int v = 0; v < VECTORS; v++) *(vector *)(bias + o * NSL_BLOCK + v * LANES) += sums[v];
  }
}

void FUNCTION(nsl_convolution_gradients)(
    const float *x, const float *dy, const float *gate, const float *packed, float *dx, float *dw,
    float *db, float *scratch, nsl_convolution_shape shape) {
  const nsl_convolution_shape *s = &shape;
  FUNCTION(workspace) w;
  FUNCTION(workspace_of)(scratch, s, &w);
  FRAME in = FUNCTION(input_frame)(s), out = FUNCTION(gradient_frame)(s);
  long taps = s->kernel_height * s->kernel_width, group = FUNCTION(images_per_sum)(s);
  int own = FUNCTION(is_image)(&in);
  long image = in.planes * in.height * in.width * in.unit;
  long result = out.planes * out.height * out.width * NSL_BLOCK;
  long given = FUNCTION(blocks)(s->inputs) * s->height * s->width * NSL_BLOCK;
  nsl_weights_shape weights = {s->outputs, s->inputs, taps, !nsl_reads_plain(s->inputs)};
  memset(w.gradient, 0, (size_t)(group * out.size) * sizeof(float));
  if (dw) {
    if (!own) memset(w.image, 0, (size_t)(group * in.size) * sizeof(float));
    long rows = nsl_packed_rows(s->inputs, taps, weights.blocked);
    memset(w.sums, 0, (size_t)(rows * out.planes * NSL_BLOCK) * sizeof(float));
    memset(w.bias, 0, (size_t)(out.planes * NSL_BLOCK) * sizeof(float));
  }
  for (long first = 0; first < s->batch; first += group) {
    long images = s->batch - first < group ? s->batch - first : group;
    for (long i = 0; i < images; i++) {
      long n = first + i;
      float *frame = w.gradient + i * out.size;
      FUNCTION(fill_frame)(dy + n * result, gate ? gate + n * result : NULL, frame, &out);
      if (dx) FUNCTION(image_gradient)(frame, packed, dx + n * given, &out, &w, s);
      if (!dw) continue;
      FUNCTION(add_bias_gradient)(frame, w.bias, &out);
      if (!own) FUNCTION(fill_frame)(x + n * image, NULL, w.image + i * in.size, &in);
    }
    if (dw)
      FUNCTION(add_weight_gradient)(
          own ? x + first * image : w.image, w.gradient, &in, &out, images, w.sums, &w, s);
  }
  if (!dw) return;
  memcpy(db, w.bias, (size_t)s->outputs * sizeof(float));
  FUNCTION(unpack)(w.sums, dw, weights);
}
