/*
 * master_list: a state's list of CSCA certificates, and who may be believed.
 *
 * A list is taken when its signature verifies under a signer's certificate that it carries,
 * and that certificate was issued by one of the roots the operator named, or by a CSCA that a
 * link certificate in the list's envelope ties to such a root.
 *
 * Spec: Doc 9303-12 (8th ed.) clause 9 (CscaMasterList), RFC 5652.
 */
#ifndef TRUST_MASTER_LIST_H
#define TRUST_MASTER_LIST_H

#include "pool.h"

/* Add what a CMS master list holds, or leave it out with the reason. */
void master_list_signed(struct pool *p, const char *file, struct view cms);

/* Add what a CscaMasterList without a signature holds. */
void master_list_bare(struct pool *p, const char *file, struct view der);

#endif
