// Convolutions of any shape as sums of matrix products: the rows are places of the image, the columns
// output channels, and each tap of the window with each block of input channels is a stretch.

// Channels of a block that may be other than 0: all of them, but for a single block.
INLINE long FUNCTION(depth)(long channels) { return channels < NSL_BLOCK ? channels : NSL_BLOCK; }

// Whether the last block is at most half full.
INLINE int FUNCTION(ends_half)(long channels) {
  return (channels - 1) % NSL_BLOCK < NSL_BLOCK / 2;
}

// Images whose gradients at the weights are summed in one chain: those of small maps together.
INLINE long FUNCTION(images_per_sum)(const nsl_convolution_shape *s) {
  long places = s->out_height * s->out_width;
  long images = places < 256 ? 256 / places : 1;
  return images < s->batch ? images : s->batch;
}

// Most stretches of a product: taps times blocks, or rows of some images.
INLINE long FUNCTION(most_terms)(const nsl_convolution_shape *s) {
  long taps = s->kernel_height * s->kernel_width;
  long inputs = nsl_reads_plain(s->inputs) ? s->inputs : nsl_blocks(s->inputs);
  long outputs = nsl_blocks(s->outputs), most = taps * (inputs > outputs ? inputs : outputs);
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
  long images = FUNCTION(images_per_sum)(s), outputs = nsl_blocks(s->outputs) * NSL_BLOCK;
  long rows = nsl_packed_rows(s->inputs, s->kernel_height * s->kernel_width, !nsl_reads_plain(s->inputs));
  long terms = FUNCTION(most_terms)(s) * (long)(sizeof(long) / sizeof(float));
  terms = nsl_whole(terms);
  long at = 0;
#define TAKE(count) (at += (count), scratch + at - (count))
  result->bias = TAKE(outputs);
  // What lies at the border of an image, or, of row-major ones, all.
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

// Those of `count` windows along an axis whose tap `tap` lies inside the input.
typedef struct {
  long first, end;
} FUNCTION(range);

INLINE FUNCTION(range) FUNCTION(inside)(long tap, long padding, long stride, long extent, long count) {
  long first = padding > tap ? (padding - tap + stride - 1) / stride : 0;
  long end = extent + padding - tap > 0 ? (extent + padding - tap - 1) / stride + 1 : 0;
  if (end > count) end = count;
  return (FUNCTION(range)){first, end > first ? end : first};
}
