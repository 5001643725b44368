#include "ccurl.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>

#if LIBCURL_VERSION_NUM < 0x075500
#error "libcurl 7.85 or newer is needed: older ones cannot be told protocols by name"
#endif

// curl_global_init must have returned before any other call, once per process.
static pthread_once_t initialized = PTHREAD_ONCE_INIT;
static void initialize(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

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
  CURL *curl = curl_easy_init();
  if (!curl) return CURLE_FAILED_INIT;

  receiver r = {receive, context};
  char message[CURL_ERROR_SIZE] = {0};
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, request->user_agent);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, request->connect_timeout);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, request->low_speed_limit);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, request->low_speed_time);
  curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)request->size_limit);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, write_callback);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &r);

  CURLcode code = curl_easy_setopt(curl, CURLOPT_URL, request->url);
  if (!code) code = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, request->protocols);
  if (!code) code = curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, request->protocols);
  if (!code) code = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
  curl_easy_cleanup(curl);
  if (code && error_size > 0)
    snprintf(error, error_size, "%s", message[0] ? message : curl_easy_strerror(code));
  return (int)code;
}

const char *ccurl_version(void) {
  pthread_once(&initialized, initialize);
  return curl_version();
}
