// Asks for memory that is needed soon, while something else is computed, so that it is in the cache when
// its turn comes. No result depends on it.

// Floats of a tensor.
typedef struct {
  const float *from;
  long count;
} FUNCTION(span);

#define SPAN FUNCTION(span)

INLINE void FUNCTION(fetch)(SPAN span) {
  for (long i = 0; i < span.count; i += NSL_BLOCK) __builtin_prefetch(span.from + i, 0, 2);
}

// The same of what is written.
INLINE void FUNCTION(fetch_result)(SPAN span) {
  for (long i = 0; i < span.count; i += NSL_BLOCK) __builtin_prefetch(span.from + i, 1);
}

// One of `parts` equal parts of a span.
INLINE SPAN FUNCTION(part_of)(SPAN span, long part, long parts) {
  long first = span.count * part / parts, end = span.count * (part + 1) / parts;
  return (SPAN){span.from + first, end - first};
}
