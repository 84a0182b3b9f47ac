/*
 * lds_security_object: the hashes of the data groups, as signed in EF.SOD.
 *
 *   LDSSecurityObject ::= SEQUENCE { version INTEGER { v0(0), v1(1) },
 *       hashAlgorithm AlgorithmIdentifier,
 *       SEQUENCE SIZE (2..16) OF SEQUENCE { dataGroupNumber INTEGER, hash OCTET STRING },
 *       ldsVersionInfo SEQUENCE { ldsVersion, unicodeVersion PrintableString } OPTIONAL }
 *
 * Spec: Doc 9303-10 (8th ed.) clause 4.6.2.3; cases LDS_H_39..47, 86..89.
 */
#ifndef LDS_LDS_SECURITY_OBJECT_H
#define LDS_LDS_SECURITY_OBJECT_H

#include "crypto/hash.h"
#include "lds/lds_file.h"

struct lds_security_object {
    uint32_t      version;              /* 0 or 1; another is noted */
    enum hash_alg hash_alg;             /* HASH_NONE: not on the list, its name is in hash_oid */
    struct view   hash_oid;             /* OID content octets */
    struct view   hash[LDS_DG_MAX + 1]; /* [n] of DGn; empty if there is none */
    uint32_t      dgs;                  /* 1 << n: there is a hash of DGn */
    struct view   lds_version;          /* "0108"; empty in version 0 */
    struct view   unicode_version;      /* "040000"; empty in version 0 */
};

/*
 * Read a whole LDSSecurityObject: the eContent of EF.SOD.
 *
 * Memory:  out points into der.
 * Notes:   version numbers that do not fit, an unknown digest, no hash of DG1 or DG2.
 * Returns: the failures of der.h; E_UNEXPECTED for a data group number that is none, or one
 *          given twice.
 */
struct err lds_security_object_read(struct view der, struct lds_security_object *out,
                                    struct notes *notes);

#endif
