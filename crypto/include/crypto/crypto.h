/*
 * crypto: starting and stopping the backend.
 *
 * The primitives work without either call (the backend then makes itself ready on first
 * use); a program that handles documents calls crypto_start() first in main, because only
 * then is every allocation of the backend wiped when it is freed.
 *
 * One implementation is linked: crypto/openssl/ or crypto/mbedtls/.
 */
#ifndef CRYPTO_CRYPTO_H
#define CRYPTO_CRYPTO_H

#include "base/outcome.h"

/*
 * Take over the backend's memory, and make its algorithms and curves ready.
 *
 * The system's configuration of the library is not read: no policy of the machine changes
 * a verdict.
 *
 * Returns: E_CRYPTO if the library has already allocated (something used it earlier in
 *          this process), or lacks an algorithm or a curve of ours.  The program must not
 *          go on to read documents then.
 */
struct err crypto_start(void);

/* Give everything back.  The last call: every primitive fails with E_CRYPTO from here on. */
void crypto_stop(void);

#endif
