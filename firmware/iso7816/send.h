/*
 * send: one command of a protocol and its answer, in as many turns as they need on the wire.
 * exchange.h says what goes in which form, and why.
 *
 * Spec: ISO/IEC 7816-4:2020 clause 5.3 (chaining of commands and of answers).
 */
#ifndef ISO7816_SEND_H
#define ISO7816_SEND_H

#include "iso7816/exchange.h"

/* out: the answer, data in x->rx or x->plain; after a failure unchanged.  Fails as
 * exchange_run() does. */
struct err send_command(struct exchange *x, const struct capdu *c, struct deadline d,
                        struct rapdu *out);

#endif
