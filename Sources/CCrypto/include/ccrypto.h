// The system's libcrypto, which libcurl brings along: digests, and nothing else of it.
#ifndef CCRYPTO_H
#define CCRYPTO_H

#include <stddef.h>
#include <stdint.h>

// Writes the digest of `count` bytes; 0 for success.
int ccrypto_sha256(const void *_Nullable bytes, size_t count, uint8_t *_Nonnull digest);
int ccrypto_md5(const void *_Nullable bytes, size_t count, uint8_t *_Nonnull digest);

#endif
