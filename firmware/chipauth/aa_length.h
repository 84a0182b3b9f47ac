/*
 * aa_length: how long a signature of a key is.
 */
#ifndef CHIPAUTH_AA_LENGTH_H
#define CHIPAUTH_AA_LENGTH_H

#include "keys/public_key.h"

/* RSA: bytes of the modulus; EC: twice those of the order (r || s). */
size_t aa_signature_len(const struct public_key *key);

#endif
