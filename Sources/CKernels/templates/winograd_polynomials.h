// Winograd's F(4x4, 3x3): tiles of 4x4 results from 6x6 inputs with 36 multiplications instead of
// 144. Included once per instruction set, with LANES floats in a vector.
//
// Source: Lavin and Gray 2016, "Fast algorithms for convolutional neural networks", section 4; the
// points 0, +-5/8, +-3/2 and infinity instead of 0, +-1, +-2 round better (Barabasz et al. 2020,
// "Error analysis and improving the accuracy of Winograd convolution", section 5).

// What is known of a convolution: extents in elements, channels in whole vectors.
typedef struct {
  long inputs, outputs, height, width, out_height, out_width, padding_height, padding_width;
  long tile_rows, tile_columns, tiles;
} FUNCTION(geometry);

#define GEOMETRY FUNCTION(geometry)

#define P 0.625f
#define Q 1.5f
#define P2 (P * P)
#define Q2 (Q * Q)
#define SQUARES (P2 + Q2)
#define PRODUCT (P2 * Q2)

// The polynomials of the transforms; each works on the elements of `in` and `out` in steps of
// vectors that the optimizer keeps in registers.
INLINE void FUNCTION(inputs)(const vector *in, vector *out) {
  vector even = in[4] - Q2 * in[2], odd = P * (in[3] - Q2 * in[1]);
  vector more_even = in[4] - P2 * in[2], more_odd = Q * (in[3] - P2 * in[1]);
  out[0] = PRODUCT * in[0] - SQUARES * in[2] + in[4];
  out[1] = even + odd;
  out[2] = even - odd;
  out[3] = more_even + more_odd;
  out[4] = more_even - more_odd;
  out[5] = PRODUCT * in[1] - SQUARES * in[3] + in[5];
}

INLINE void FUNCTION(inputs_adjoint)(const vector *in, vector *out) {
  vector sum = in[1] + in[2], difference = in[1] - in[2];
  vector more_sum = in[3] + in[4], more_difference = in[3] - in[4];
  out[0] = PRODUCT * in[0];
  out[1] = PRODUCT * in[5] - P * Q2 * difference - P2 * Q * more_difference;
  out[2] = -SQUARES * in[0] - Q2 * sum - P2 * more_sum;
  out[3] = P * difference + Q * more_difference - SQUARES * in[5];
  out[4] = in[0] + sum + more_sum;
  out[5] = in[5];
}

INLINE void FUNCTION(results)(const vector *in, vector *out) {
  vector sum = in[1] + in[2], difference = in[1] - in[2];
  vector more_sum = in[3] + in[4], more_difference = in[3] - in[4];
  out[0] = in[0] + sum + more_sum;
  out[1] = P * difference + Q * more_difference;
  out[2] = P2 * sum + Q2 * more_sum;
  out[3] = in[5] + P * P2 * difference + Q * Q2 * more_difference;
}

INLINE void FUNCTION(results_adjoint)(const vector *in, vector *out) {
  vector even = in[0] + P2 * in[2], odd = P * (in[1] + P2 * in[3]);
  vector more_even = in[0] + Q2 * in[2], more_odd = Q * (in[1] + Q2 * in[3]);
  out[0] = in[0];
  out[1] = even + odd;
  out[2] = even - odd;
  out[3] = more_even + more_odd;
  out[4] = more_even - more_odd;
  out[5] = in[3];
}

#define AT_ZERO (1 / PRODUCT)
#define AT_P (1 / (2 * P2 * (P2 - Q2)))
#define AT_Q (1 / (2 * Q2 * (Q2 - P2)))

INLINE void FUNCTION(weights)(const vector *in, vector *out) {
  vector even = AT_P * (in[0] + P2 * in[2]), odd = AT_P * P * in[1];
  vector more_even = AT_Q * (in[0] + Q2 * in[2]), more_odd = AT_Q * Q * in[1];
  out[0] = AT_ZERO * in[0];
  out[1] = even + odd;
  out[2] = even - odd;
  out[3] = more_even + more_odd;
  out[4] = more_even - more_odd;
  out[5] = in[2];
}

INLINE void FUNCTION(weights_adjoint)(const vector *in, vector *out) {
  vector sum = AT_P * (in[1] + in[2]), difference = AT_P * P * (in[1] - in[2]);
  vector more_sum = AT_Q * (in[3] + in[4]), more_difference = AT_Q * Q * (in[3] - in[4]);
  out[0] = AT_ZERO * in[0] + sum + more_sum;
  out[1] = difference + more_difference;
  out[2] = P2 * sum + Q2 * more_sum + in[5];
}

