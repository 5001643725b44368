#include "conednn.h"

#include <stdlib.h>

#include "internal.h"

void nsl_dnn_set_threads(int count) {
  if (!nsl_dnn_load() && dnnl.omp_set_num_threads) dnnl.omp_set_num_threads(count);
}

int nsl_dnn_get_threads(void) {
  return !nsl_dnn_load() && dnnl.omp_get_max_threads ? dnnl.omp_get_max_threads() : 1;
}

void nsl_dnn_version(int *major, int *minor, int *patch) {
  *major = *minor = *patch = 0;
  if (nsl_dnn_load()) return;
  const dnnl_version_t *version = dnnl.version();
  *major = version->major;
  *minor = version->minor;
  *patch = version->patch;
}

const char *nsl_dnn_instruction_set(void) {
  if (nsl_dnn_load()) return "unknown";
  // Values are bit sets; each holds the bits of those below it.
  int isa = (int)dnnl.get_effective_cpu_isa();
  if ((isa & dnnl_cpu_isa_avx512_core) == dnnl_cpu_isa_avx512_core) return "avx512_core";
  if ((isa & dnnl_cpu_isa_avx2) == dnnl_cpu_isa_avx2) return "avx2";
  if ((isa & dnnl_cpu_isa_avx) == dnnl_cpu_isa_avx) return "avx";
  if ((isa & dnnl_cpu_isa_sse41) == dnnl_cpu_isa_sse41) return "sse41";
  return "generic";
}

nsl_dnn_status nsl_dnn_context_create(nsl_dnn_context *out) {
  if (nsl_dnn_load()) return dnnl_runtime_error;
  nsl_dnn_context context = calloc(1, sizeof *context);
  if (!context) return dnnl_out_of_memory;
  dnnl_status_t status = dnnl.engine_create(&context->engine, dnnl_cpu, 0);
  if (status == dnnl_success)
    status = dnnl.stream_create(&context->stream, context->engine, dnnl_stream_default_flags);
  if (status == dnnl_success) *out = context;
  else nsl_dnn_context_destroy(context);
  return status;
}

void nsl_dnn_context_destroy(nsl_dnn_context context) {
  if (context->stream) dnnl.stream_destroy(context->stream);
  if (context->engine) dnnl.engine_destroy(context->engine);
  free(context);
}

static dnnl_query_t query_of(enum nsl_dnn_role role) {
  switch (role) {
    case nsl_dnn_source: return dnnl_query_src_md;
    case nsl_dnn_weights: case nsl_dnn_bias: return dnnl_query_weights_md;
    case nsl_dnn_destination: return dnnl_query_dst_md;
    case nsl_dnn_diff_source: return dnnl_query_diff_src_md;
    case nsl_dnn_diff_weights: case nsl_dnn_diff_bias: return dnnl_query_diff_weights_md;
    case nsl_dnn_diff_destination: return dnnl_query_diff_dst_md;
    case nsl_dnn_workspace: return dnnl_query_workspace_md;
    case nsl_dnn_scratchpad: return dnnl_query_scratchpad_md;
  }
  return dnnl_query_undef;
}

static int argument_of(enum nsl_dnn_role role) {
  switch (role) {
    case nsl_dnn_source: return DNNL_ARG_SRC;
    case nsl_dnn_weights: return DNNL_ARG_WEIGHTS;
    case nsl_dnn_bias: return DNNL_ARG_BIAS;
    case nsl_dnn_destination: return DNNL_ARG_DST;
    case nsl_dnn_diff_source: return DNNL_ARG_DIFF_SRC;
    case nsl_dnn_diff_weights: return DNNL_ARG_DIFF_WEIGHTS;
    case nsl_dnn_diff_bias: return DNNL_ARG_DIFF_BIAS;
    case nsl_dnn_diff_destination: return DNNL_ARG_DIFF_DST;
    case nsl_dnn_workspace: return DNNL_ARG_WORKSPACE;
    case nsl_dnn_scratchpad: return DNNL_ARG_SCRATCHPAD;
  }
  return 0;
}

nsl_dnn_status nsl_dnn_operation_layout(
    nsl_dnn_layout *out, nsl_dnn_operation operation, enum nsl_dnn_role role) {
  int index = role == nsl_dnn_bias || role == nsl_dnn_diff_bias;
  nsl_dnn_query_result descriptor =
      dnnl.primitive_desc_query_md(operation->descriptor, query_of(role), index);
#if DNNL_VERSION_MAJOR < 3
  if (!descriptor) return dnnl_invalid_arguments;
#endif
  return nsl_dnn_layout_wrap(out, descriptor);
}

const char *nsl_dnn_operation_implementation(nsl_dnn_operation operation) {
  const char *name = NULL;
  dnnl_status_t status =
      dnnl.primitive_desc_query(operation->descriptor, dnnl_query_impl_info_str, 0, &name);
  return status == dnnl_success && name ? name : "unknown";
}

struct nsl_dnn_call {
  dnnl_primitive_t primitive;
  dnnl_stream_t stream;
  int count;
  dnnl_exec_arg_t arguments[];
};

nsl_dnn_status nsl_dnn_call_create(
    nsl_dnn_call *out, nsl_dnn_context context, nsl_dnn_operation operation,
    const nsl_dnn_binding *bindings, int count) {
  nsl_dnn_call call = calloc(1, sizeof *call + (size_t)count * sizeof(dnnl_exec_arg_t));
  if (!call) return dnnl_out_of_memory;
  call->primitive = operation->primitive;
  call->stream = context->stream;
  for (int i = 0; i < count; i++) {
    // A reorder names its tensors FROM and TO, which are the same numbers as SRC and DST.
    call->arguments[i].arg = argument_of(bindings[i].role);
    dnnl_status_t status = dnnl.memory_create(
        &call->arguments[i].memory, NSL_DNN_DESCRIPTOR(bindings[i].layout), context->engine,
        bindings[i].buffer);
    if (status != dnnl_success) {
      nsl_dnn_call_destroy(call);
      return status;
    }
    call->count = i + 1;
  }
  *out = call;
  return dnnl_success;
}

void nsl_dnn_call_destroy(nsl_dnn_call call) {
  for (int i = 0; i < call->count; i++) dnnl.memory_destroy(call->arguments[i].memory);
  free(call);
}

nsl_dnn_status nsl_dnn_call_run(nsl_dnn_call call) {
  dnnl_status_t status =
      dnnl.primitive_execute(call->primitive, call->stream, call->count, call->arguments);
  return status == dnnl_success ? dnnl.stream_wait(call->stream) : status;
}
