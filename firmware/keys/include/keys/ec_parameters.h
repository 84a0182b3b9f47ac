/*
 * ec_parameters: which curve of ours a key's parameters mean.
 *
 * Spec: RFC 5480 clause 2.1.1; SEC 1 C.2 (ECParameters); TR-03110-3 A.2.1 (ids).
 */
#ifndef KEYS_EC_PARAMETERS_H
#define KEYS_EC_PARAMETERS_H

#include "crypto/group.h"
#include "report/note.h"

/*
 * Read the parameters of id-ecPublicKey and step over them.
 *
 * spelt_out  were they explicit?
 * Returns:   E_UNSUPPORTED for any other curve (implicitCurve and binary fields too; in is
 *            then not stepped over), with the note EC_CURVE_ALTERED where p, a and b are
 *            those of a known one; E_MALFORMED and the rest of der.h.
 */
struct err ec_parameters_read(struct view *in, enum ec_group *out, bool *spelt_out,
                              struct notes *notes);

/* Read the INTEGER of standardizedDomainParameters, 8 to 18 for curves; E_UNSUPPORTED for
 * others. */
struct err ec_parameters_id_read(struct view *in, enum ec_group *out);

#endif
