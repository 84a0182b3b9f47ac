/*
 * pem: a key or certificate file's text wrapping.
 *
 * Spec: RFC 7468.
 */
#ifndef CRYPTO_PEM_H
#define CRYPTO_PEM_H

#include "base/bytes.h"

/*
 * Append the DER inside the first PEM block of that label ("PUBLIC KEY").
 *
 * file   the whole file.  One that begins with 0x30 is DER already and is appended as it is
 * E_UNEXPECTED if there is no such block; E_MALFORMED if it cannot be decoded; E_NO_SPACE.
 */
struct err pem_decode(struct view file, const char *label, struct buf *der);

#endif
