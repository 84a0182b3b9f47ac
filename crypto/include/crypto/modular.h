/*
 * modular: arithmetic modulo a number, for Diffie-Hellman and the mappings of PACE.
 *
 * Numbers are unsigned and big-endian, with or without leading zeros.  Every result is
 * appended exactly as long as the view m is, with zeros in front: the coordinate or shared
 * secret that lacks its leading zero byte gives other keys than the chip's.
 *
 * Operands and exponent may be secrets: backends use their constant-time forms where they
 * have them, and leave no copy in memory.  docs/crypto-backends.md says what each keeps.
 *
 * Outcomes of all: E_NO_SPACE; E_CRYPTO if m is no modulus (0, 1, longer than MOD_MAX, or of
 * a kind not allowed below) or an operand is longer than allowed; E_CRYPTO if the backend
 * fails.
 *
 * One implementation is linked: crypto/openssl/ or crypto/mbedtls/.
 */
#ifndef CRYPTO_MODULAR_H
#define CRYPTO_MODULAR_H

#include "base/bytes.h"

enum {
    MOD_MAX = 512,             /* bytes of m */
    MOD_LONG_MAX = 2 * MOD_MAX /* bytes of an operand */
};

/* a mod m.  m may be even: a private key is made modulo n - 1. */
struct err mod_reduce(struct view m, struct view a, struct buf *out);

/* a + b, a - b, a * b mod m; a and b need not be below m.  m may be even. */
struct err mod_add(struct view m, struct view a, struct view b, struct buf *out);
struct err mod_sub(struct view m, struct view a, struct view b, struct buf *out);
struct err mod_mul(struct view m, struct view a, struct view b, struct buf *out);

/* base ^ exponent mod m; the exponent at most MOD_MAX long; anything ^ 0 is 1.  m is odd. */
struct err mod_exp(struct view m, struct view base, struct view exponent, struct buf *out);

#endif
