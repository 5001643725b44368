#include "ccrypto.h"

#include <openssl/evp.h>
#include <pthread.h>

static EVP_MD *sha256, *md5;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fetch(void) {
  sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
  // Against damage, not against attackers: allowed where only approved algorithms are.
  md5 = EVP_MD_fetch(NULL, "MD5", "-fips");
}

static int digest(EVP_MD *algorithm, const void *bytes, size_t count, uint8_t *result) {
  if (!algorithm) return 1;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  int isDone = context && EVP_DigestInit_ex2(context, algorithm, NULL) &&
               EVP_DigestUpdate(context, bytes, count) &&
               EVP_DigestFinal_ex(context, result, NULL);
  EVP_MD_CTX_free(context);
  return isDone ? 0 : 1;
}

int ccrypto_sha256(const void *bytes, size_t count, uint8_t *result) {
  pthread_once(&once, fetch);
  return digest(sha256, bytes, count, result);
}

int ccrypto_md5(const void *bytes, size_t count, uint8_t *result) {
  pthread_once(&once, fetch);
  return digest(md5, bytes, count, result);
}
