// What Swift needs of oneDNN, with one face for versions 2.x and 3.x.
//
// Why a shim: creating a primitive descriptor differs between the two (operation descriptors were
// removed in 3.0), memory descriptors are structs in one and handles in the other, and some of
// oneDNN's macros do not import into Swift. It holds no policy: statuses out, handles in. It can
// shrink to a module map when 2.x is no longer supported.
#ifndef NSL_CONEDNN_H
#define NSL_CONEDNN_H

#include <stddef.h>
#include <stdint.h>

// Every function returns oneDNN's status: 0 is success, 3 "unimplemented".
typedef int nsl_dnn_status;
enum { nsl_dnn_success = 0, nsl_dnn_unimplemented = 3 };

typedef struct nsl_dnn_context *nsl_dnn_context;      // engine and stream
typedef struct nsl_dnn_layout *nsl_dnn_layout;        // memory descriptor
typedef struct nsl_dnn_operation *nsl_dnn_operation;  // primitive descriptor and primitive
typedef struct nsl_dnn_call *nsl_dnn_call;            // primitive bound to its buffers

// The tensors of an operation, for queries and bindings.
enum nsl_dnn_role {
  nsl_dnn_source, nsl_dnn_weights, nsl_dnn_bias, nsl_dnn_destination,
  nsl_dnn_diff_source, nsl_dnn_diff_weights, nsl_dnn_diff_bias, nsl_dnn_diff_destination,
  nsl_dnn_workspace, nsl_dnn_scratchpad,
};

// Height and width of a window, of its steps and of the zeros before and after its input.
typedef struct {
  int64_t kernel[2], strides[2], padding[2], padding_end[2];
} nsl_dnn_window;

// Loads the library, once per process; other functions do so by themselves. NULL, or why it cannot
// be loaded, in the words of the system. Without it, whatever makes something fails with a status.
const char *nsl_dnn_load(void);
// The file it is loaded from, of the major version this was compiled for: "libdnnl.so.2".
const char *nsl_dnn_library_name(void);

// The library's version and the instruction set it uses ("avx2", "avx512_core", ...).
void nsl_dnn_version(int *major, int *minor, int *patch);
const char *nsl_dnn_instruction_set(void);
// Sets the OpenMP threads of this process; does nothing where oneDNN is built without OpenMP.
void nsl_dnn_set_threads(int count);
int nsl_dnn_get_threads(void);

nsl_dnn_status nsl_dnn_context_create(nsl_dnn_context *out);
void nsl_dnn_context_destroy(nsl_dnn_context context);

// `any` leaves the order of the elements to oneDNN; otherwise row-major. Float32.
nsl_dnn_status nsl_dnn_layout_create(nsl_dnn_layout *out, int rank, const int64_t *dimensions, int any);
// [N, C, H, W] as nChwBc, with B 8 or 16.
nsl_dnn_status nsl_dnn_layout_create_blocked(
    nsl_dnn_layout *out, const int64_t *dimensions, int block);
nsl_dnn_status nsl_dnn_layout_copy(nsl_dnn_layout *out, nsl_dnn_layout layout);
void nsl_dnn_layout_destroy(nsl_dnn_layout layout);
int nsl_dnn_layout_equal(nsl_dnn_layout a, nsl_dnn_layout b);
size_t nsl_dnn_layout_size(nsl_dnn_layout layout);
// For [N, C, H, W]: B where channels are blocked as nChwBc, 1 where plain, 0 for anything else.
int nsl_dnn_layout_channel_block(nsl_dnn_layout layout);

// Primitives. Scratch memory is the caller's. `relu` applies it to the destination. A backward
// operation needs its forward operation.
nsl_dnn_status nsl_dnn_convolution_forward(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout source,
    nsl_dnn_layout weights, nsl_dnn_layout bias, nsl_dnn_layout destination, nsl_dnn_window window,
    int relu);
nsl_dnn_status nsl_dnn_convolution_backward_data(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout diff_source,
    nsl_dnn_layout weights, nsl_dnn_layout diff_destination, nsl_dnn_window window,
    nsl_dnn_operation forward);
nsl_dnn_status nsl_dnn_convolution_backward_weights(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout source,
    nsl_dnn_layout diff_weights, nsl_dnn_layout diff_bias, nsl_dnn_layout diff_destination,
    nsl_dnn_window window, nsl_dnn_operation forward);

nsl_dnn_status nsl_dnn_dense_forward(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout source, nsl_dnn_layout weights,
    nsl_dnn_layout bias, nsl_dnn_layout destination, int relu);
nsl_dnn_status nsl_dnn_dense_backward_data(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout diff_source,
    nsl_dnn_layout weights, nsl_dnn_layout diff_destination, nsl_dnn_operation forward);
nsl_dnn_status nsl_dnn_dense_backward_weights(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout source,
    nsl_dnn_layout diff_weights, nsl_dnn_layout diff_bias, nsl_dnn_layout diff_destination,
    nsl_dnn_operation forward);

// Writes a workspace (the place of each maximum), which the backward operation reads.
nsl_dnn_status nsl_dnn_max_pooling_forward(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout source,
    nsl_dnn_layout destination, nsl_dnn_window window);
nsl_dnn_status nsl_dnn_max_pooling_backward(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout diff_source,
    nsl_dnn_layout diff_destination, nsl_dnn_window window, nsl_dnn_operation forward);

nsl_dnn_status nsl_dnn_relu_forward(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout data);
// Takes the *result* of the forward operation as its destination.
nsl_dnn_status nsl_dnn_relu_backward(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout diff_data, nsl_dnn_layout data,
    nsl_dnn_operation forward);

nsl_dnn_status nsl_dnn_reorder(
    nsl_dnn_operation *out, nsl_dnn_context context, nsl_dnn_layout source,
    nsl_dnn_layout destination);

void nsl_dnn_operation_destroy(nsl_dnn_operation operation);
// The layout that the operation wants for a tensor; of size 0 where it has no such tensor.
nsl_dnn_status nsl_dnn_operation_layout(
    nsl_dnn_layout *out, nsl_dnn_operation operation, enum nsl_dnn_role role);
const char *nsl_dnn_operation_implementation(nsl_dnn_operation operation);

// Binds buffers once, so that running costs one call.
typedef struct {
  enum nsl_dnn_role role;
  nsl_dnn_layout layout;
  void *buffer;
} nsl_dnn_binding;
nsl_dnn_status nsl_dnn_call_create(
    nsl_dnn_call *out, nsl_dnn_context context, nsl_dnn_operation operation,
    const nsl_dnn_binding *bindings, int count);
void nsl_dnn_call_destroy(nsl_dnn_call call);
nsl_dnn_status nsl_dnn_call_run(nsl_dnn_call call);

#endif
