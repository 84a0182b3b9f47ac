/*
 * terminal: a terminal's certificates and key out of a folder, for terminal authentication.
 *
 * The folder holds CV certificates (*.cvc, sent in the order of their names) and is.key, the
 * terminal's private key (PKCS#8; PEM or DER).  The key stays in this program: the reader asks for
 * one signature.  A border keeps such keys in a module made for it and answers the same question.
 */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include "verso/verso.h"

struct terminal;

/* NULL, and the reason on stderr, if the folder cannot be used.  terminal_free() takes NULL. */
struct terminal *terminal_open(const char *folder);
void             terminal_free(struct terminal *t);

/* All certificates, one behind the other. */
const uint8_t *terminal_certificates(const struct terminal *t, size_t *len);

/* Sign under the suite that what->algorithm names; false, and the reason on stderr, if the key
 * cannot.  Fits verso_order.sign; at most VERSO_SIGNATURE_MAX bytes. */
bool terminal_sign(const struct terminal *t, const struct verso_sign *what, uint8_t *signature,
                   size_t *len);

#endif
