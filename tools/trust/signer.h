/* signer: the operator's P-256 key, as PEM files of OpenSSL. */
#ifndef TRUST_SIGNER_H
#define TRUST_SIGNER_H

#include "base/bytes.h"

enum { SIGNER_POINT = 65, SIGNER_SIG = 64 };

struct signer {
    void   *key;                 /* EVP_PKEY */
    uint8_t point[SIGNER_POINT]; /* 04 || X || Y */
};

/* From PEM text: a private key (pem_private) or a public one.  E_MALFORMED if it is no PEM key,
 * E_UNEXPECTED if it is not on P-256. */
struct err signer_private(struct view pem, struct signer *out);
struct err signer_public(struct view pem, struct signer *out);

/* ECDSA with SHA-256: r || s. */
struct err signer_sign(const struct signer *s, struct view message, struct buf *out);

/* Draw a key.  private_pem and public_pem are kept until the program ends. */
struct err signer_new(struct view *private_pem, struct view *public_pem);

/* Draw bytes. */
struct err signer_random(uint8_t *bytes, size_t n);

/* Release the key. */
void signer_end(struct signer *s);

#endif
