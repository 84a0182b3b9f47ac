/*
 * ties: which anchors belong together, and which CRL is whose.
 *
 * Two anchors are of one authority when they bear the same subject, hold the same key, or
 * one signed the other (a link certificate).  China, Hong Kong and Macao share a country code
 * and are three authorities.
 */
#ifndef TRUST_TIES_H
#define TRUST_TIES_H

#include "pool.h"

/* Sort the anchors by fingerprint, then set flags and authority of each. */
void ties_find(struct pool *p);

/* Verify every CRL under the CSCAs of its country and mark those that a newer one of the same
 * issuer replaces.  Those that nobody known signed stay CRL_UNPROVEN and are remarked. */
void ties_crls(struct pool *p);

#endif
