/*
 * unproved: look into a bundle without the operator's key.
 *
 * The firmware's reader has no way past the signature, and gets none: the header is signed
 * again with a key drawn for the moment, in a copy.  Nothing is proved about its origin.
 */
#ifndef TRUST_UNPROVED_H
#define TRUST_UNPROVED_H

#include "trust/bundle.h"

/* As bundle_open(), whoever signed. */
struct err unproved_open(struct bundle *b, struct view file, enum bundle_why *why);

#endif
