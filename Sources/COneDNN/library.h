#ifndef NSL_CONEDNN_LIBRARY_H
#define NSL_CONEDNN_LIBRARY_H

#include <oneapi/dnnl/dnnl.h>

// oneDNN's functions, called through pointers: `dnnl.engine_create` is `dnnl_engine_create`. The
// library is loaded when it is needed, so that the program starts without it (it is large: half of
// the time that starting took), and can say what is missing and how to get it.
#define NSL_DNN_FUNCTIONS(X) \
  X(version) \
  X(get_effective_cpu_isa) \
  X(engine_create) \
  X(engine_destroy) \
  X(stream_create) \
  X(stream_destroy) \
  X(stream_wait) \
  X(memory_create) \
  X(memory_destroy) \
  X(memory_desc_equal) \
  X(memory_desc_get_size) \
  X(post_ops_create) \
  X(post_ops_destroy) \
  X(post_ops_append_eltwise) \
  X(primitive_attr_create) \
  X(primitive_attr_destroy) \
  X(primitive_attr_set_post_ops) \
  X(primitive_attr_set_scratchpad_mode) \
  X(primitive_desc_query) \
  X(primitive_desc_query_md) \
  X(primitive_desc_destroy) \
  X(primitive_create) \
  X(primitive_destroy) \
  X(primitive_execute) \
  X(reorder_primitive_desc_create) \
  NSL_DNN_FUNCTIONS_OF_VERSION(X)

#if DNNL_VERSION_MAJOR >= 3
#define NSL_DNN_FUNCTIONS_OF_VERSION(X) \
  X(memory_desc_create_with_tag) \
  X(memory_desc_create_with_strides) \
  X(memory_desc_clone) \
  X(memory_desc_destroy) \
  X(memory_desc_query) \
  X(convolution_forward_primitive_desc_create) \
  X(convolution_backward_data_primitive_desc_create) \
  X(convolution_backward_weights_primitive_desc_create) \
  X(inner_product_forward_primitive_desc_create) \
  X(inner_product_backward_data_primitive_desc_create) \
  X(inner_product_backward_weights_primitive_desc_create) \
  X(pooling_forward_primitive_desc_create) \
  X(pooling_backward_primitive_desc_create) \
  X(eltwise_forward_primitive_desc_create) \
  X(eltwise_backward_primitive_desc_create)
#else
#define NSL_DNN_FUNCTIONS_OF_VERSION(X) \
  X(memory_desc_init_by_tag) \
  X(memory_desc_init_by_strides) \
  X(primitive_desc_create) \
  X(convolution_forward_desc_init) \
  X(convolution_backward_data_desc_init) \
  X(convolution_backward_weights_desc_init) \
  X(inner_product_forward_desc_init) \
  X(inner_product_backward_data_desc_init) \
  X(inner_product_backward_weights_desc_init) \
  X(pooling_forward_desc_init) \
  X(pooling_backward_desc_init) \
  X(eltwise_forward_desc_init) \
  X(eltwise_backward_desc_init)
#endif

#define NSL_DNN_POINTER(name) __typeof__(dnnl_##name) *name;
struct nsl_dnn_library {
  NSL_DNN_FUNCTIONS(NSL_DNN_POINTER)
  // Where oneDNN is built on OpenMP, which it then brings along; null otherwise.
  void (*omp_set_num_threads)(int);
  int (*omp_get_max_threads)(void);
};
extern struct nsl_dnn_library dnnl;

#endif
