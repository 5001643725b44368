// Gradients of convolutions of any shape.

// The stretches of the gradient at places whose distances to the windows are `top` and `left`, modulo
// the steps: they take the same taps.
INLINE long FUNCTION(class_terms)(
    long *a_terms, long *b_terms, long top, long left, const FRAME *f,
    const nsl_convolution_shape *s) {
  long tile = f->planes * NSL_BLOCK * NSL_BLOCK, count = 0;
  for (long o = 0; o < f->planes; o++) {
    for (long r = (top + s->padding_height) % s->stride_height; r < s->kernel_height; r += s->stride_height) {
      for (long c = (left + s->padding_width) % s->stride_width; c < s->kernel_width; c += s->stride_width) {
        long row = f->top + (top + s->padding_height - r) / s->stride_height;
        long column = f->left + (left + s->padding_width - c) / s->stride_width;
        a_terms[count] = o * f->plane + row * f->row + column * NSL_BLOCK;
        b_terms[count++] = (r * s->kernel_width + c) * tile + o * NSL_BLOCK * NSL_BLOCK;
      }
    }
  }
  return count;
}

// How many these are.
INLINE long FUNCTION(class_size)(
    long top, long left, const FRAME *f, const nsl_convolution_shape *s) {
  long r = (top + s->padding_height) % s->stride_height;
  long c = (left + s->padding_width) % s->stride_width;
  long rows = s->kernel_height > r ? (s->kernel_height - r - 1) / s->stride_height + 1 : 0;
  long columns = s->kernel_width > c ? (s->kernel_width - c - 1) / s->stride_width + 1 : 0;
  return f->planes * rows * columns;
}

// The gradient at one image, row by row, or its sum with what is there already; `soon` is read after it.
static void FUNCTION(image_gradient)(
    const float *frame, const float *packed, int adds, float *dx, const SPAN *soon, const FRAME *f,
    const FUNCTION(workspace) *w, const nsl_convolution_shape *s) {
  long inputs = nsl_blocks(s->inputs);
  PRODUCT_OF p = {0};
  p.depth = FUNCTION(depth)(s->outputs), p.half = FUNCTION(ends_half)(s->inputs);
  p.a_row = NSL_BLOCK, p.a_step = 1;
  p.b = packed, p.b_step = NSL_BLOCK;
  p.b_block = s->kernel_height * s->kernel_width * f->planes * NSL_BLOCK * NSL_BLOCK;
  p.c_row = s->stride_width * NSL_BLOCK, p.c_block = s->height * s->width * NSL_BLOCK;
  p.adds = adds;
  for (long top = 0, done = 0; top < s->stride_height && top < s->height; top++) {
    long taken = 0;
    // The same in all rows of the class.
    for (long left = 0; left < s->stride_width && left < s->width; left++)
      taken += FUNCTION(class_terms)(w->a_terms + taken, w->b_terms + taken, top, left, f, s);
    for (long h = top, row = 0; h < s->height; h += s->stride_height, row++) {
      p.a = frame + row * f->row;
      taken = 0;
      for (int i = 0; i < 3; i++) FUNCTION(fetch)(FUNCTION(part_of)(soon[i], done, s->height));
      done++;
      for (long i = 0; i < inputs && h + s->stride_height < s->height; i++)
        FUNCTION(fetch_result)((SPAN){
            dx + i * p.c_block + (h + s->stride_height) * s->width * NSL_BLOCK, s->width * NSL_BLOCK});
      for (long left = 0; left < s->stride_width && left < s->width; left++, taken += p.terms) {
        p.a_terms = w->a_terms + taken, p.b_terms = w->b_terms + taken;
        p.terms = FUNCTION(class_size)(top, left, f, s);
        if (adds && p.terms == 0) continue;
        p.c = dx + (h * s->width + left) * NSL_BLOCK;
        FUNCTION(multiply_terms)(
            &p, (s->width - left + s->stride_width - 1) / s->stride_width, inputs);
      }
    }
  }
}

// Adds one chain's sums of the gradients at the weights, over some images; what lies outside an image
// adds nothing.
static void FUNCTION(add_weight_gradient)(
    const float *x, const float *dy, const FRAME *in, const FRAME *out, long images, float *sums,
    const FUNCTION(workspace) *w, const nsl_convolution_shape *s) {
  long R = s->kernel_height, S = s->kernel_width;
  int plain = in->unit == 1, own = FUNCTION(is_image)(in);
  // Rows of the product are taps of a row-major image, in its frame, or channels of a block.
  long image = plain && !own ? in->size : in->planes * in->height * in->width * in->unit;
  long row = plain && !own ? in->row : in->width * in->unit;
  long plane_size = plain && !own ? in->plane : in->height * row;
  PRODUCT_OF p = {0};
  p.a_terms = w->a_terms, p.b_terms = w->b_terms;
  p.a_row = 1, p.a_step = s->stride_width * in->unit;
  p.b = dy + out->top * out->row + out->left * NSL_BLOCK;
  p.b_block = out->plane, p.b_step = NSL_BLOCK;
  p.c_row = out->planes * NSL_BLOCK, p.c_block = NSL_BLOCK, p.adds = 1;
  p.half = FUNCTION(ends_half)(s->outputs);
  for (long plane = 0; plane < in->planes; plane++) {
    long left = s->inputs - plane * NSL_BLOCK;
    long rows = plain ? S : left < NSL_BLOCK ? left : NSL_BLOCK;
    for (long r = 0; r < R; r++) {
      for (long tap = 0; tap < (plain ? 1 : S); tap++) {
        FUNCTION(range) down = {0, s->out_height}, right = {0, s->out_width};
        long from = r * row + tap * in->unit;
        if (!plain) {
          down = FUNCTION(inside)(r, s->padding_height, s->stride_height, s->height, s->out_height);
          right = FUNCTION(inside)(tap, s->padding_width, s->stride_width, s->width, s->out_width);
          from -= s->padding_height * row + s->padding_width * in->unit;
        }
        p.depth = right.end - right.first, p.terms = 0;
        for (long n = 0; n < images; n++)
          for (long h = down.first; h < down.end; h++, p.terms++) {
            w->a_terms[p.terms] = n * image + h * s->stride_height * row + right.first * p.a_step + from;
            w->b_terms[p.terms] = n * out->size + h * out->row + right.first * NSL_BLOCK;
          }
        long place = plain ? (plane * R + r) * S : ((plane * R + r) * S + tap) * NSL_BLOCK;
        p.a = x + plane * plane_size;
        p.c = sums + place * p.c_row;
        FUNCTION(multiply_terms)(&p, rows, out->planes);
      }
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
    const float *x, const float *dy, const float *gate, const float *packed, const float *residual,
    float *dx, float *dw, float *db, float *scratch, nsl_convolution_shape shape) {
  const nsl_convolution_shape *s = &shape;
  FUNCTION(workspace) w;
  FUNCTION(workspace_of)(scratch, s, &w);
  FRAME in = FUNCTION(input_frame)(s), out = FUNCTION(gradient_frame)(s);
  long taps = s->kernel_height * s->kernel_width, group = FUNCTION(images_per_sum)(s);
  int framed = in.unit == 1 && !FUNCTION(is_image)(&in);
  long image = in.planes * in.height * in.width * in.unit;
  long result = out.planes * out.height * out.width * NSL_BLOCK;
  long given = nsl_blocks(s->inputs) * s->height * s->width * NSL_BLOCK;
  nsl_weights_shape weights = {s->outputs, s->inputs, taps, !nsl_reads_plain(s->inputs)};
  memset(w.gradient, 0, (size_t)(group * out.size) * sizeof(float));
  if (dw) {
    if (framed) memset(w.image, 0, (size_t)(group * in.size) * sizeof(float));
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
      if (dx) {
        if (residual && residual != dx)
          memcpy(dx + n * given, residual + n * given, (size_t)given * sizeof(float));
        long next = n + 1 < s->batch ? result : 0;
        SPAN soon[3] = {{x + n * image, dw ? image : 0}, {dy + (n + 1) * result, next}, {NULL, 0}};
        if (gate) soon[2] = (SPAN){gate + (n + 1) * result, next};
        FUNCTION(image_gradient)(frame, packed, residual != NULL, dx + n * given, soon, &out, &w, s);
      }
      if (!dw) continue;
      FUNCTION(add_bias_gradient)(frame, w.bias, &out);
      if (framed) FUNCTION(fill_frame)(x + n * image, NULL, w.image + i * in.size, &in);
    }
    if (dw)
      FUNCTION(add_weight_gradient)(
          framed ? w.image : x + first * image, w.gradient, &in, &out, images, w.sums, &w, s);
  }
  if (!dw) return;
  memcpy(db, w.bias, (size_t)s->outputs * sizeof(float));
  FUNCTION(unpack)(w.sums, dw, weights);
}
