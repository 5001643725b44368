#include "ccurl.h"

// Functions are called through pointers, which the checking macros do not know.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#if LIBCURL_VERSION_NUM < 0x075500
#error "libcurl 7.85 or newer is needed: older ones cannot be told protocols by name"
#endif

// libcurl is loaded when something is to be fetched: it brings some forty libraries along, which
// would make every start of the program slower.
static struct {
  CURLcode (*global_init)(long);
  CURL *(*easy_init)(void);
  CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
  CURLcode (*easy_perform)(CURL *);
  CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
  void (*easy_cleanup)(CURL *);
  const char *(*easy_strerror)(CURLcode);
  char *(*version)(void);
} curl;
static const char *missing;

// curl_global_init must have returned before any other call, once per process.
static pthread_once_t initialized = PTHREAD_ONCE_INIT;
static void initialize(void) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    missing = "libcurl.so.4, which downloads need, cannot be loaded (Debian and Ubuntu: apt-get "
              "install libcurl4)";
    return;
  }
#define LOAD(name) (*(void **)&curl.name = dlsym(library, "curl_" #name))
  if (!LOAD(global_init) || !LOAD(easy_init) || !LOAD(easy_setopt) || !LOAD(easy_perform)
      || !LOAD(easy_getinfo) || !LOAD(easy_cleanup) || !LOAD(easy_strerror) || !LOAD(version))
    missing = "libcurl.so.4 lacks a function that every version has";
  else if (curl.global_init(CURL_GLOBAL_DEFAULT))
    missing = "libcurl cannot be initialized";
#undef LOAD
}

// libcurl's write callback has one argument more than `ccurl_receive`.
typedef struct {
  ccurl_receive receive;
  void *context;
} receiver;

static size_t write_callback(char *bytes, size_t size, size_t count, void *user) {
  receiver *r = user;
  return r->receive(bytes, size * count, r->context);
}

int ccurl_fetch(const ccurl_request *request, ccurl_receive receive, void *context, char *error,
                size_t error_size, long *status) {
  pthread_once(&initialized, initialize);
  *status = 0;
  if (error_size > 0) error[0] = 0;
  CURL *handle = missing ? NULL : curl.easy_init();
  if (!handle) {
    if (error_size > 0)
      snprintf(error, error_size, "%s", missing ? missing : "libcurl cannot be initialized");
    return CURLE_FAILED_INIT;
  }

  receiver r = {receive, context};
  char message[CURL_ERROR_SIZE] = {0};
  curl.easy_setopt(handle, CURLOPT_ERRORBUFFER, message);
  curl.easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl.easy_setopt(handle, CURLOPT_FAILONERROR, 1L);
  curl.easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
  curl.easy_setopt(handle, CURLOPT_MAXREDIRS, 5L);
  curl.easy_setopt(handle, CURLOPT_USERAGENT, request->user_agent);
  curl.easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, request->connect_timeout);
  curl.easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, request->low_speed_limit);
  curl.easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, request->low_speed_time);
  curl.easy_setopt(handle, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)request->size_limit);
  curl.easy_setopt(handle, CURLOPT_WRITEFUNCTION, write_callback);
  curl.easy_setopt(handle, CURLOPT_WRITEDATA, &r);

  CURLcode code = curl.easy_setopt(handle, CURLOPT_URL, request->url);
  if (!code) code = curl.easy_setopt(handle, CURLOPT_PROTOCOLS_STR, request->protocols);
  if (!code) code = curl.easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, request->protocols);
  if (!code) code = curl.easy_perform(handle);
  curl.easy_getinfo(handle, CURLINFO_RESPONSE_CODE, status);
  curl.easy_cleanup(handle);
  if (code && error_size > 0)
    snprintf(error, error_size, "%s", message[0] ? message : curl.easy_strerror(code));
  return (int)code;
}

const char *ccurl_version(void) {
  pthread_once(&initialized, initialize);
  return missing ? missing : curl.version();
}
