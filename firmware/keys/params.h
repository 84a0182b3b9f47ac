/*
 * params: the parameters of an AlgorithmIdentifier, those of PSS among them.
 */
#ifndef KEYS_PARAMS_H
#define KEYS_PARAMS_H

#include "base/oid.h"
#include "crypto/verify.h"
#include "report/note.h"

/* Split a whole AlgorithmIdentifier, and step over it.  params: what follows the OID. */
struct err params_split(struct view *in, enum oid *id, struct view *params);

/* NULL where NULL belongs, nothing where nothing belongs; the other way round is the note
 * ALG_PARAMS; anything else E_MALFORMED. */
struct err params_null(struct view params, struct notes *notes);
struct err params_none(struct view params, struct notes *notes);

/* RSASSA-PSS-params (RFC 4055 clause 3.1) and nothing after it.  E_UNSUPPORTED for another
 * mask generation function, trailer or digest, or a salt that fits no modulus of ours. */
struct err params_pss(struct view params, struct pss *out);

#endif
