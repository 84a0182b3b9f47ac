/*
 * key_file: the chip's secret keys, out of the document's folder.
 */
#ifndef CHIP_KEY_FILE_H
#define CHIP_KEY_FILE_H

#include <openssl/evp.h>

#include "chip/problem.h"

enum { KEY_FILE_NAME = 64 };

/* Read folder/name, PKCS#8 in DER or PEM; the caller frees *out with EVP_PKEY_free().
 * E_TRUNCATED cannot be read, E_MALFORMED no key; with why. */
struct err key_file_read(const char *folder, const char *name, EVP_PKEY **out, struct problem *why);

/* Another key over the same domain: what a copy of the chip would have.  NULL: libcrypto's
 * failure. */
EVP_PKEY *key_file_another(EVP_PKEY *like);

#endif
