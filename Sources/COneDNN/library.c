#include "library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#include "conednn.h"

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

struct nsl_dnn_library dnnl;

static char failure[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *library = dlopen(nsl_dnn_library_name(), RTLD_LAZY | RTLD_LOCAL);
  int found = library != NULL;
#define FIND(name) \
  if (found && !(*(void **)&dnnl.name = dlsym(library, "dnnl_" #name))) found = 0;
  NSL_DNN_FUNCTIONS(FIND)
#undef FIND
  if (!found) {
    const char *reason = dlerror();
    snprintf(failure, sizeof failure, "%s", reason ? reason : "it cannot be loaded");
    return;
  }
  *(void **)&dnnl.omp_set_num_threads = dlsym(library, "omp_set_num_threads");
  *(void **)&dnnl.omp_get_max_threads = dlsym(library, "omp_get_max_threads");
}

const char *nsl_dnn_library_name(void) { return "libdnnl.so." TEXT(DNNL_VERSION_MAJOR); }

const char *nsl_dnn_load(void) {
  pthread_once(&once, load);
  return failure[0] ? failure : NULL;
}
