// Creation of primitives: the one place where oneDNN 2.x and 3.x differ for good.
#include "internal.h"

#include <stdlib.h>

#if DNNL_VERSION_MAJOR >= 3
// In 3.x a primitive descriptor is created from its arguments directly.
#define CREATE(kind, type, ...) \
  dnnl.kind##_primitive_desc_create(&descriptor, context->engine, __VA_ARGS__, attributes)
#define CREATE_BACKWARD(kind, forward, ...) \
  dnnl.kind##_primitive_desc_create( \
      &descriptor, context->engine, __VA_ARGS__, (forward)->descriptor, attributes)
#else
// In 2.x an operation descriptor comes first.
#define CREATE(kind, type, ...) \
  ({ \
    type operation; \
    dnnl_status_t status_ = dnnl.kind##_desc_init(&operation, __VA_ARGS__); \
    status_ == dnnl_success ? dnnl.primitive_desc_create( \
        &descriptor, &operation, attributes, context->engine, NULL) : status_; \
  })
#define CREATE_BACKWARD(kind, type, forward, ...) \
  ({ \
    type operation; \
    dnnl_status_t status_ = dnnl.kind##_desc_init(&operation, __VA_ARGS__); \
    status_ == dnnl_success ? dnnl.primitive_desc_create( \
        &descriptor, &operation, attributes, context->engine, (forward)->descriptor) : status_; \
  })
#endif

#define BEGIN(relu) \
  dnnl_primitive_attr_t attributes = NULL; \
  dnnl_primitive_desc_t descriptor = NULL; \
  dnnl_status_t status = nsl_dnn_attributes(&attributes, relu); \
  if (status != dnnl_success) return status

#define END return nsl_dnn_operation_finish(out, status, descriptor, attributes)

#define MD NSL_DNN_DESCRIPTOR

#if DNNL_VERSION_MAJOR >= 3
static const dnnl_dims_t no_dilation = {0, 0};
#endif

nsl_dnn_status nsl_dnn_attributes(dnnl_primitive_attr_t *out, int relu) {
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t operations = NULL;
  dnnl_status_t status = dnnl.primitive_attr_create(&attributes);
  if (status == dnnl_success)
    status = dnnl.primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  if (status == dnnl_success && relu) {
    status = dnnl.post_ops_create(&operations);
    if (status == dnnl_success)
#if DNNL_VERSION_MAJOR >= 3
      status = dnnl.post_ops_append_eltwise(operations, dnnl_eltwise_relu, 0.f, 0.f);
#else
      status = dnnl.post_ops_append_eltwise(operations, 1.f, dnnl_eltwise_relu, 0.f, 0.f);
#endif
    if (status == dnnl_success) status = dnnl.primitive_attr_set_post_ops(attributes, operations);
    if (operations) dnnl.post_ops_destroy(operations);
  }
  if (status == dnnl_success) *out = attributes;
  else if (attributes) dnnl.primitive_attr_destroy(attributes);
  return status;
}

nsl_dnn_status nsl_dnn_operation_finish(
    nsl_dnn_operation *out, dnnl_status_t status, dnnl_primitive_desc_t descriptor,
    dnnl_primitive_attr_t attributes) {
  if (attributes) dnnl.primitive_attr_destroy(attributes);
  if (status != dnnl_success) return status;
  nsl_dnn_operation operation = calloc(1, sizeof *operation);
  if (!operation) {
    dnnl.primitive_desc_destroy(descriptor);
    return dnnl_out_of_memory;
  }
  operation->descriptor = descriptor;
  status = dnnl.primitive_create(&operation->primitive, descriptor);
  if (status == dnnl_success) {
    *out = operation;
  } else {
    dnnl.primitive_desc_destroy(descriptor);
    free(operation);
  }
  return status;
}

void nsl_dnn_operation_destroy(nsl_dnn_operation operation) {
  dnnl.primitive_destroy(operation->primitive);
  dnnl.primitive_desc_destroy(operation->descriptor);
  free(operation);
}

nsl_dnn_status nsl_dnn_convolution_forward(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout source,
    nsl_dnn_layout weights, nsl_dnn_layout bias, nsl_dnn_layout destination, nsl_dnn_window window,
    int relu) {
  BEGIN(relu);
#if DNNL_VERSION_MAJOR >= 3
  status = CREATE(
      convolution_forward, , dnnl_forward_training, dnnl_convolution_direct, MD(source),
      MD(weights), MD(bias), MD(destination), window.strides, no_dilation, window.padding,
      window.padding_end);
#else
  status = CREATE(
      convolution_forward, dnnl_convolution_desc_t, dnnl_forward_training,
      dnnl_convolution_direct, MD(source), MD(weights), MD(bias), MD(destination),
      window.strides, window.padding, window.padding_end);
#endif
  END;
}

nsl_dnn_status nsl_dnn_convolution_backward_data(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout diff_source,
    nsl_dnn_layout weights, nsl_dnn_layout diff_destination, nsl_dnn_window window,
    nsl_dnn_operation forward) {
  BEGIN(0);
#if DNNL_VERSION_MAJOR >= 3
  status = CREATE_BACKWARD(
      convolution_backward_data, forward, dnnl_convolution_direct, MD(diff_source), MD(weights),
      MD(diff_destination), window.strides, no_dilation, window.padding, window.padding_end);
#else
  status = CREATE_BACKWARD(
      convolution_backward_data, dnnl_convolution_desc_t, forward, dnnl_convolution_direct,
      MD(diff_source), MD(weights), MD(diff_destination), window.strides, window.padding,
      window.padding_end);
#endif
  END;
}

nsl_dnn_status nsl_dnn_convolution_backward_weights(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout source,
    nsl_dnn_layout diff_weights, nsl_dnn_layout diff_bias, nsl_dnn_layout diff_destination,
    nsl_dnn_window window, nsl_dnn_operation forward) {
  BEGIN(0);
#if DNNL_VERSION_MAJOR >= 3
  status = CREATE_BACKWARD(
      convolution_backward_weights, forward, dnnl_convolution_direct, MD(source),
      MD(diff_weights), MD(diff_bias), MD(diff_destination), window.strides, no_dilation,
      window.padding, window.padding_end);
#else
  status = CREATE_BACKWARD(
      convolution_backward_weights, dnnl_convolution_desc_t, forward, dnnl_convolution_direct,
      MD(source), MD(diff_weights), MD(diff_bias), MD(diff_destination), window.strides,
      window.padding, window.padding_end);
#endif
  END;
}

nsl_dnn_status nsl_dnn_dense_forward(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout source, nsl_dnn_layout weights,
    nsl_dnn_layout bias, nsl_dnn_layout destination, int relu) {
  BEGIN(relu);
  status = CREATE(
      inner_product_forward, dnnl_inner_product_desc_t, dnnl_forward_training, MD(source),
      MD(weights), MD(bias), MD(destination));
  END;
}

nsl_dnn_status nsl_dnn_dense_backward_data(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout diff_source,
    nsl_dnn_layout weights, nsl_dnn_layout diff_destination, nsl_dnn_operation forward) {
  BEGIN(0);
#if DNNL_VERSION_MAJOR >= 3
  status = CREATE_BACKWARD(
      inner_product_backward_data, forward, MD(diff_source), MD(weights), MD(diff_destination));
#else
  status = CREATE_BACKWARD(
      inner_product_backward_data, dnnl_inner_product_desc_t, forward, MD(diff_source),
      MD(weights), MD(diff_destination));
#endif
  END;
}

nsl_dnn_status nsl_dnn_dense_backward_weights(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout source,
    nsl_dnn_layout diff_weights, nsl_dnn_layout diff_bias, nsl_dnn_layout diff_destination,
    nsl_dnn_operation forward) {
  BEGIN(0);
#if DNNL_VERSION_MAJOR >= 3
  status = CREATE_BACKWARD(
      inner_product_backward_weights, forward, MD(source), MD(diff_weights), MD(diff_bias),
      MD(diff_destination));
#else
  status = CREATE_BACKWARD(
      inner_product_backward_weights, dnnl_inner_product_desc_t, forward, MD(source),
      MD(diff_weights), MD(diff_bias), MD(diff_destination));
#endif
  END;
}

nsl_dnn_status nsl_dnn_max_pooling_forward(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout source,
    nsl_dnn_layout destination, nsl_dnn_window window) {
  BEGIN(0);
#if DNNL_VERSION_MAJOR >= 3
  status = CREATE(
      pooling_forward, , dnnl_forward_training, dnnl_pooling_max, MD(source), MD(destination),
      window.strides, window.kernel, no_dilation, window.padding, window.padding_end);
#else
  status = CREATE(
      pooling_forward, dnnl_pooling_desc_t, dnnl_forward_training, dnnl_pooling_max, MD(source),
      MD(destination), window.strides, window.kernel, window.padding, window.padding_end);
#endif
  END;
}

nsl_dnn_status nsl_dnn_max_pooling_backward(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout diff_source,
    nsl_dnn_layout diff_destination, nsl_dnn_window window, nsl_dnn_operation forward) {
  BEGIN(0);
#if DNNL_VERSION_MAJOR >= 3
  status = CREATE_BACKWARD(
      pooling_backward, forward, dnnl_pooling_max, MD(diff_source), MD(diff_destination),
      window.strides, window.kernel, no_dilation, window.padding, window.padding_end);
#else
  status = CREATE_BACKWARD(
      pooling_backward, dnnl_pooling_desc_t, forward, dnnl_pooling_max, MD(diff_source),
      MD(diff_destination), window.strides, window.kernel, window.padding, window.padding_end);
#endif
  END;
}

nsl_dnn_status nsl_dnn_relu_forward(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout data) {
  BEGIN(0);
#if DNNL_VERSION_MAJOR >= 3
  status = CREATE(
      eltwise_forward, , dnnl_forward_training, dnnl_eltwise_relu_use_dst_for_bwd, MD(data),
      MD(data), 0.f, 0.f);
#else
  status = CREATE(
      eltwise_forward, dnnl_eltwise_desc_t, dnnl_forward_training,
      dnnl_eltwise_relu_use_dst_for_bwd, MD(data), 0.f, 0.f);
#endif
  END;
}

nsl_dnn_status nsl_dnn_relu_backward(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout diff_data, nsl_dnn_layout data,
    nsl_dnn_operation forward) {
  BEGIN(0);
#if DNNL_VERSION_MAJOR >= 3
  status = CREATE_BACKWARD(
      eltwise_backward, forward, dnnl_eltwise_relu_use_dst_for_bwd, MD(diff_data), MD(diff_data),
      MD(data), 0.f, 0.f);
#else
  status = CREATE_BACKWARD(
      eltwise_backward, dnnl_eltwise_desc_t, forward, dnnl_eltwise_relu_use_dst_for_bwd,
      MD(diff_data), MD(data), 0.f, 0.f);
#endif
  END;
}

nsl_dnn_status nsl_dnn_reorder(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout source,
    nsl_dnn_layout destination) {
  BEGIN(0);
  status = dnnl.reorder_primitive_desc_create(
      &descriptor, MD(source), context->engine, MD(destination), context->engine, attributes);
  END;
}
