#include "internal.h"

#include <stdlib.h>

nsl_dnn_status nsl_dnn_layout_create(
    nsl_dnn_layout *out, int rank, const int64_t *dimensions, int any) {
  if (nsl_dnn_load()) return dnnl_runtime_error;
  nsl_dnn_layout layout = calloc(1, sizeof *layout);
  if (!layout) return dnnl_out_of_memory;
  dnnl_dims_t strides;
  int64_t stride = 1;
  for (int i = rank - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= dimensions[i];
  }
  dnnl_status_t status =
#if DNNL_VERSION_MAJOR >= 3
      any ? dnnl.memory_desc_create_with_tag(
                &layout->descriptor, rank, dimensions, dnnl_f32, dnnl_format_tag_any)
          : dnnl.memory_desc_create_with_strides(
                &layout->descriptor, rank, dimensions, dnnl_f32, strides);
#else
      any ? dnnl.memory_desc_init_by_tag(
                &layout->descriptor, rank, dimensions, dnnl_f32, dnnl_format_tag_any)
          : dnnl.memory_desc_init_by_strides(
                &layout->descriptor, rank, dimensions, dnnl_f32, strides);
#endif
  if (status == dnnl_success) *out = layout;
  else free(layout);
  return status;
}

nsl_dnn_status nsl_dnn_layout_create_blocked(
    nsl_dnn_layout *out, const int64_t *dimensions, int block) {
  if (nsl_dnn_load()) return dnnl_runtime_error;
  nsl_dnn_layout layout = calloc(1, sizeof *layout);
  if (!layout) return dnnl_out_of_memory;
  dnnl_format_tag_t tag = block == 8 ? dnnl_nChw8c : dnnl_nChw16c;
#if DNNL_VERSION_MAJOR >= 3
  dnnl_status_t status =
      dnnl.memory_desc_create_with_tag(&layout->descriptor, 4, dimensions, dnnl_f32, tag);
#else
  dnnl_status_t status =
      dnnl.memory_desc_init_by_tag(&layout->descriptor, 4, dimensions, dnnl_f32, tag);
#endif
  if (status == dnnl_success) *out = layout;
  else free(layout);
  return status;
}

nsl_dnn_status nsl_dnn_layout_wrap(nsl_dnn_layout *out, nsl_dnn_query_result descriptor) {
  nsl_dnn_layout layout = calloc(1, sizeof *layout);
  if (!layout) return dnnl_out_of_memory;
  dnnl_status_t status = dnnl_success;
#if DNNL_VERSION_MAJOR >= 3
  // A tensor that an operation does not have is a null handle there and an empty struct in 2.x.
  if (descriptor) status = dnnl.memory_desc_clone(&layout->descriptor, descriptor);
#else
  layout->descriptor = *descriptor;
#endif
  if (status == dnnl_success) *out = layout;
  else free(layout);
  return status;
}

nsl_dnn_status nsl_dnn_layout_copy(nsl_dnn_layout *out, nsl_dnn_layout layout) {
  return nsl_dnn_layout_wrap(out, NSL_DNN_DESCRIPTOR(layout));
}

void nsl_dnn_layout_destroy(nsl_dnn_layout layout) {
#if DNNL_VERSION_MAJOR >= 3
  if (layout->descriptor) dnnl.memory_desc_destroy(layout->descriptor);
#endif
  free(layout);
}

int nsl_dnn_layout_equal(nsl_dnn_layout a, nsl_dnn_layout b) {
  return dnnl.memory_desc_equal(NSL_DNN_DESCRIPTOR(a), NSL_DNN_DESCRIPTOR(b));
}

size_t nsl_dnn_layout_size(nsl_dnn_layout layout) {
#if DNNL_VERSION_MAJOR >= 3
  if (!layout->descriptor) return 0;
#endif
  return dnnl.memory_desc_get_size(NSL_DNN_DESCRIPTOR(layout));
}

int nsl_dnn_layout_channel_block(nsl_dnn_layout layout) {
  static const struct { int block; dnnl_format_tag_t tag; } known[] = {
      {1, dnnl_nchw}, {8, dnnl_nChw8c}, {16, dnnl_nChw16c}};
#if DNNL_VERSION_MAJOR >= 3
  int rank;
  dnnl_dims_t *dimensions;
  if (dnnl.memory_desc_query(layout->descriptor, dnnl_query_ndims_s32, &rank) != dnnl_success
      || dnnl.memory_desc_query(layout->descriptor, dnnl_query_dims, &dimensions) != dnnl_success)
    return 0;
#else
  int rank = layout->descriptor.ndims;
  dnnl_dims_t *dimensions = &layout->descriptor.dims;
#endif
  if (rank != 4) return 0;
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    struct nsl_dnn_layout candidate;
#if DNNL_VERSION_MAJOR >= 3
    if (dnnl.memory_desc_create_with_tag(
            &candidate.descriptor, rank, *dimensions, dnnl_f32, known[i].tag) != dnnl_success)
      continue;
#else
    if (dnnl.memory_desc_init_by_tag(
            &candidate.descriptor, rank, *dimensions, dnnl_f32, known[i].tag) != dnnl_success)
      continue;
#endif
    int same = nsl_dnn_layout_equal(&candidate, layout);
#if DNNL_VERSION_MAJOR >= 3
    dnnl.memory_desc_destroy(candidate.descriptor);
#endif
    if (same) return known[i].block;
  }
  return 0;
}
