// Equal values by construction: see places.h.
#include <string.h>

#include "ckernels.h"

#include "vector.h"

// Equal numbers in equal order give equal numbers.
#define FACTOR 0x9e3779b97f4a7c15ull
#define OTHER_FACTOR 0xd1342543de82ef95ull

// The channels of one place.
#define WIDTH NSL_BLOCK
typedef float values __attribute__((vector_size(WIDTH * sizeof(float)), aligned(4)));
typedef uint32_t words __attribute__((vector_size(WIDTH * sizeof(uint32_t))));
typedef uint64_t pairs __attribute__((vector_size(WIDTH / 2 * sizeof(uint64_t))));

// NH, the hash of UMAC: sums of products of two words, each with a key added (Black et al. 1999,
// "UMAC: fast and secure message authentication", section 4). The keys of the next block of channels
// are those before plus a constant.
static const words keys =
    {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89,
     0x452821e6, 0x38d01377, 0xbe5466cf, 0x34e90c6c, 0xc0ac29b7, 0xc97c50dd, 0x3f84d5b5, 0xb5470917};
static const words next_keys = {
    0x9216d5d9, 0x8979fb1b, 0xd1310ba6, 0x98dfb5ac, 0x2ffd72db, 0xd01adfb7, 0xb8e1afed, 0x6a267e96,
    0x9216d5d9, 0x8979fb1b, 0xd1310ba6, 0x98dfb5ac, 0x2ffd72db, 0xd01adfb7, 0xb8e1afed, 0x6a267e96};

INLINE void add_products(pairs *sums, const float *x, const words *key) {
  // -0 becomes 0.
  words w = (words)(*(const values *)x + (values){0}) + *key;
  *sums += ((pairs)w & 0xffffffffu) * ((pairs)w >> 32);
}

// The number of one place alone: the sum over its blocks, which are `step` floats apart.
INLINE uint64_t number_of(const float *x, long blocks, long step) {
  words key = keys;
  uint64_t total = 0;
  for (long b = 0; b < blocks; b++, x += step, key += next_keys) {
    pairs p = {0};
    add_products(&p, x, &key);
    for (long i = 0; i < WIDTH / 2; i++) total += p[i];
  }
  return total;
}

// The numbers of 4 places.
INLINE void number_group(const float *x, uint64_t *numbers, long blocks, long step) {
  words key = keys;
  pairs a = {0}, b = {0}, c = {0}, d = {0};
  for (long i = 0; i < blocks; i++, x += step, key += next_keys) {
    add_products(&a, x, &key);
    add_products(&b, x + WIDTH, &key);
    add_products(&c, x + 2 * WIDTH, &key);
    add_products(&d, x + 3 * WIDTH, &key);
  }
  pairs ab = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14)
             + __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
  pairs cd = __builtin_shufflevector(c, d, 0, 8, 2, 10, 4, 12, 6, 14)
             + __builtin_shufflevector(c, d, 1, 9, 3, 11, 5, 13, 7, 15);
  // Halves of a, b, c, d, then their other halves.
  pairs sums = __builtin_shufflevector(ab, cd, 0, 1, 8, 9, 4, 5, 12, 13)
               + __builtin_shufflevector(ab, cd, 2, 3, 10, 11, 6, 7, 14, 15);
  for (long i = 0; i < 4; i++) numbers[i] = sums[i] + sums[4 + i];
}

// The numbers of one image's places.
INLINE void number_places(const float *x, uint64_t *numbers, const nsl_tensor_shape *shape) {
  long area = shape->height * shape->width, blocks = shape->channels / WIDTH, i = 0;
  for (; i + 4 <= area; i += 4)
    number_group(x + i * WIDTH, numbers + i, blocks, area * WIDTH);
  for (; i < area; i++) numbers[i] = number_of(x + i * WIDTH, blocks, area * WIDTH);
}

// Rows of the places with a border of zeros around them.
INLINE void add_border(
    const uint64_t *from, uint64_t *to, uint64_t zeros, const nsl_tensor_shape *shape,
    long padding_height, long padding_width) {
  long width = shape->width + 2 * padding_width;
  for (long i = 0; i < (shape->height + 2 * padding_height) * width; i++) to[i] = zeros;
  for (long h = 0; h < shape->height; h++)
    memcpy(
        to + (h + padding_height) * width + padding_width, from + h * shape->width,
        (size_t)shape->width * sizeof(uint64_t));
}

// The numbers of windows of 3x3, in place: element h * width + w becomes that of the window whose
// first place it is. The last two of each row mix two rows, and nobody asks for them.
INLINE void number_windows(uint64_t *numbers, long height, long width) {
  for (long i = 0; i < height * width - 2; i++)
    numbers[i] = (numbers[i] * FACTOR + numbers[i + 1]) * FACTOR + numbers[i + 2];
  for (long i = 0; i < (height - 2) * width; i++)
    numbers[i] =
        (numbers[i] * OTHER_FACTOR + numbers[i + width]) * OTHER_FACTOR + numbers[i + 2 * width];
}

// The smallest power of two that leaves half of a table of `count` entries empty.
static long table_size(long count) {
  long size = 16;
  while (size < 2 * count) size *= 2;
  return size;
}

// Copies all channels from the first place with the same number.
INLINE void copy_equals(
    const uint64_t *numbers, int32_t *table, float *y, const nsl_tensor_shape *shape) {
  long area = shape->height * shape->width, mask = table_size(area) - 1;
  long blocks = shape->channels / WIDTH;
  memset(table, 0xff, (size_t)(mask + 1) * sizeof(int32_t));
  for (long i = 0; i < area; i++) {
    long slot = (long)(numbers[i] >> 32) & mask;
    while (table[slot] >= 0 && numbers[table[slot]] != numbers[i]) slot = (slot + 1) & mask;
    if (table[slot] < 0) {
      table[slot] = (int32_t)i;
      continue;
    }
    const float *from = y + table[slot] * WIDTH;
    float *to = y + i * WIDTH;
    for (long b = 0; b < blocks; b++, from += area * WIDTH, to += area * WIDTH)
      memcpy(to, from, (size_t)WIDTH * sizeof(float));
  }
}

long nsl_equal_places_scratch(
    nsl_tensor_shape in, nsl_tensor_shape out, long padding_height, long padding_width) {
  long results = out.height * out.width, places = in.height * in.width;
  if (places < results) places = results;
  long bordered = (in.height + 2 * padding_height) * (in.width + 2 * padding_width);
  return (places + bordered) * (long)sizeof(uint64_t)
         + table_size(results) * (long)sizeof(int32_t);
}

VARIANTS
void nsl_equal_places(
    const float *x, const float *residual, float *y, void *scratch, nsl_tensor_shape given,
    nsl_tensor_shape result, long padding_height, long padding_width) {
  const nsl_tensor_shape *in = &given, *out = &result;
  static const float nothing[WIDTH] = {0};
  long area = out->height * out->width;
  long height = in->height + 2 * padding_height, width = in->width + 2 * padding_width;
  uint64_t *numbers = scratch, *places = numbers + height * width;
  int32_t *table =
      (int32_t *)(places + (area > in->height * in->width ? area : in->height * in->width));
  uint64_t zeros = number_of(nothing, in->channels / WIDTH, 0);
  for (long n = 0; n < in->batch; n++) {
    const float *image = x + n * in->channels * in->height * in->width;
    if (padding_height > 0 || padding_width > 0) {
      number_places(image, places, in);
      add_border(places, numbers, zeros, in, padding_height, padding_width);
    } else {
      number_places(image, numbers, in);
    }
    number_windows(numbers, height, width);
    // Rows of the result follow each other.
    for (long h = 0; h < out->height; h++)
      memmove(
          numbers + h * out->width, numbers + h * width, (size_t)out->width * sizeof(uint64_t));
    long start = n * out->channels * area;
    if (residual) {
      number_places(residual + start, places, out);
      for (long i = 0; i < area; i++) numbers[i] = numbers[i] * FACTOR + places[i];
    }
    copy_equals(numbers, table, y + start, out);
  }
}
