// SHA256_Init and the like: a key of a stage is short, and setting up the general interface of
// OpenSSL 3 takes as long as its digest. They are deprecated there, and kept.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "ccrypto.h"

#include <openssl/md5.h>
#include <openssl/sha.h>

int ccrypto_sha256(const void *bytes, size_t count, uint8_t *result) {
  SHA256_CTX context;
  return SHA256_Init(&context) && SHA256_Update(&context, bytes, count) &&
                 SHA256_Final(result, &context)
             ? 0
             : 1;
}

int ccrypto_md5(const void *bytes, size_t count, uint8_t *result) {
  MD5_CTX context;
  return MD5_Init(&context) && MD5_Update(&context, bytes, count) && MD5_Final(result, &context)
             ? 0
             : 1;
}
