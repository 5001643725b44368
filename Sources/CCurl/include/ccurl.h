// The one call of libcurl that Swift needs. `curl_easy_setopt` takes variable arguments, which
// Swift cannot pass; this shim sets what it is told to and holds no policy.
#ifndef CCURL_H
#define CCURL_H

#include <stddef.h>
#include <stdint.h>

// What to fetch, and how patient to be.
typedef struct {
  const char *_Nonnull url;
  const char *_Nonnull protocols;   // comma-separated, also for redirects: "https"
  const char *_Nonnull user_agent;
  long connect_timeout;             // seconds
  long low_speed_limit;             // bytes a second; slower than this ...
  long low_speed_time;              // ... for so many seconds is a failure
  int64_t size_limit;               // bytes; a larger file is refused where its size is announced
} ccurl_request;

// Bytes as they arrive. Fewer than `count` as an answer ends the transfer.
typedef size_t (*ccurl_receive)(const void *_Nonnull bytes, size_t count, void *_Nullable context);

// Fetches a URL: blocks, calls `receive` with each piece. 0 for success, otherwise libcurl's code
// with its message in `error`. `status` is the server's last answer (404), 0 where there was none.
int ccurl_fetch(const ccurl_request *_Nonnull request, ccurl_receive _Nonnull receive,
                void *_Nullable context, char *_Nonnull error, size_t error_size,
                long *_Nonnull status);

// libcurl's version and TLS library, as it describes itself.
const char *_Nonnull ccurl_version(void);

#endif
