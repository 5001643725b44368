// Exchanges of lanes between vectors.

// Lane l of the results, whose bit `width` is clear, comes from lane l of a (lower) or l + width of a
// (upper); with that bit set, from lane l - width of b (lower) or l of b (upper). `width` is a
// constant at every call.
INLINE vector FUNCTION(lower)(vector a, vector b, int width) {
#if LANES == 16
  if (width == 8)
    return __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  if (width == 4)
    return __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
  if (width == 2)
    return __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
  return __builtin_shufflevector(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);
#else
  if (width == 4) return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
  if (width == 2) return __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
  return __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
#endif
}

INLINE vector FUNCTION(upper)(vector a, vector b, int width) {
#if LANES == 16
  if (width == 8)
    return __builtin_shufflevector(
        a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  if (width == 4)
    return __builtin_shufflevector(
        a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
  if (width == 2)
    return __builtin_shufflevector(
        a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
  return __builtin_shufflevector(
      a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
#else
  if (width == 4) return __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  if (width == 2) return __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
  return __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
#endif
}

// Element j of vector i becomes element i of vector j.
INLINE void FUNCTION(transpose)(vector *v) {
#pragma unroll
  for (int width = LANES / 2; width >= 1; width /= 2) {
#pragma unroll
    for (int i = 0; i < LANES; i++) {
      if (i & width) continue;
      vector a = v[i], b = v[i | width];
      v[i] = FUNCTION(lower)(a, b, width);
      v[i | width] = FUNCTION(upper)(a, b, width);
    }
  }
}

// Leaves the sums of LANES vectors' elements in v[0], one in each lane. Halves of a vector are added
// first, then their halves.
INLINE void FUNCTION(sum_up)(vector *v) {
#pragma unroll
  for (int width = LANES / 2; width >= 1; width /= 2)
#pragma unroll
    for (int i = 0; i < width; i++)
      v[i] = FUNCTION(lower)(v[i], v[i + width], width) + FUNCTION(upper)(v[i], v[i + width], width);
}
