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
  vector even = SCALED(-Q2, in[2], in[4]), odd = SCALED(-Q2, in[1], in[3]);
  vector more_even = SCALED(-P2, in[2], in[4]), more_odd = SCALED(-P2, in[1], in[3]);
  out[0] = SCALED(PRODUCT, in[0], SCALED(-SQUARES, in[2], in[4]));
  out[1] = SCALED(P, odd, even);
  out[2] = SCALED(-P, odd, even);
  out[3] = SCALED(Q, more_odd, more_even);
  out[4] = SCALED(-Q, more_odd, more_even);
  out[5] = SCALED(PRODUCT, in[1], SCALED(-SQUARES, in[3], in[5]));
}

INLINE void FUNCTION(inputs_adjoint)(const vector *in, vector *out) {
  vector sum = in[1] + in[2], difference = in[1] - in[2];
  vector more_sum = in[3] + in[4], more_difference = in[3] - in[4];
  out[0] = PRODUCT * in[0];
  out[1] = SCALED(-P * Q2, difference, SCALED(-P2 * Q, more_difference, PRODUCT * in[5]));
  out[2] = SCALED(-Q2, sum, SCALED(-P2, more_sum, -SQUARES * in[0]));
  out[3] = SCALED(P, difference, SCALED(Q, more_difference, -SQUARES * in[5]));
  out[4] = in[0] + sum + more_sum;
  out[5] = in[5];
}

INLINE void FUNCTION(results)(const vector *in, vector *out) {
  vector sum = in[1] + in[2], difference = in[1] - in[2];
  vector more_sum = in[3] + in[4], more_difference = in[3] - in[4];
  out[0] = in[0] + sum + more_sum;
  out[1] = SCALED(P, difference, Q * more_difference);
  out[2] = SCALED(P2, sum, Q2 * more_sum);
  out[3] = SCALED(P * P2, difference, SCALED(Q * Q2, more_difference, in[5]));
}

INLINE void FUNCTION(results_adjoint)(const vector *in, vector *out) {
  vector even = SCALED(P2, in[2], in[0]), odd = SCALED(P2, in[3], in[1]);
  vector more_even = SCALED(Q2, in[2], in[0]), more_odd = SCALED(Q2, in[3], in[1]);
  out[0] = in[0];
  out[1] = SCALED(P, odd, even);
  out[2] = SCALED(-P, odd, even);
  out[3] = SCALED(Q, more_odd, more_even);
  out[4] = SCALED(-Q, more_odd, more_even);
  out[5] = in[3];
}

#define AT_ZERO (1 / PRODUCT)
#define AT_P (1 / (2 * P2 * (P2 - Q2)))
#define AT_Q (1 / (2 * Q2 * (Q2 - P2)))

INLINE void FUNCTION(weights)(const vector *in, vector *out) {
  vector even = AT_P * SCALED(P2, in[2], in[0]), more_even = AT_Q * SCALED(Q2, in[2], in[0]);
  out[0] = AT_ZERO * in[0];
  out[1] = SCALED(AT_P * P, in[1], even);
  out[2] = SCALED(-AT_P * P, in[1], even);
  out[3] = SCALED(AT_Q * Q, in[1], more_even);
  out[4] = SCALED(-AT_Q * Q, in[1], more_even);
  out[5] = in[2];
}

INLINE void FUNCTION(weights_adjoint)(const vector *in, vector *out) {
  vector sum = in[1] + in[2], difference = in[1] - in[2];
  vector more_sum = in[3] + in[4], more_difference = in[3] - in[4];
  out[0] = SCALED(AT_P, sum, SCALED(AT_Q, more_sum, AT_ZERO * in[0]));
  out[1] = SCALED(AT_P * P, difference, (AT_Q * Q) * more_difference);
  out[2] = SCALED(AT_P * P2, sum, SCALED(AT_Q * Q2, more_sum, in[5]));
}
