#ifndef NSL_CONEDNN_INTERNAL_H
#define NSL_CONEDNN_INTERNAL_H

#include "conednn.h"
#include "library.h"

// What oneDNN's functions take and its queries return for a memory descriptor.
#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t nsl_dnn_descriptor;
typedef const_dnnl_memory_desc_t nsl_dnn_query_result;
#define NSL_DNN_DESCRIPTOR(layout) ((layout)->descriptor)
#else
typedef dnnl_memory_desc_t nsl_dnn_descriptor;
typedef const dnnl_memory_desc_t *nsl_dnn_query_result;
#define NSL_DNN_DESCRIPTOR(layout) (&(layout)->descriptor)
#endif

struct nsl_dnn_context {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
};

struct nsl_dnn_layout {
  nsl_dnn_descriptor descriptor;
};

struct nsl_dnn_operation {
  dnnl_primitive_desc_t descriptor;
  dnnl_primitive_t primitive;
};

nsl_dnn_status nsl_dnn_layout_wrap(nsl_dnn_layout *out, nsl_dnn_query_result descriptor);

// Attributes that every primitive shares: scratch memory is ours; optionally ReLU at the end.
nsl_dnn_status nsl_dnn_attributes(dnnl_primitive_attr_t *out, int relu);

// Makes the primitive of a descriptor that was created with `status`, and takes `attributes`.
nsl_dnn_status nsl_dnn_operation_finish(
    nsl_dnn_operation *out, dnnl_status_t status, dnnl_primitive_desc_t descriptor,
    dnnl_primitive_attr_t attributes);

#endif
