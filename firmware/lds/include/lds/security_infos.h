/*
 * security_infos: which protocols the chip speaks: EF.CardAccess, DG14, EF.CardSecurity.
 *
 *   SecurityInfos ::= SET OF SecurityInfo
 *   SecurityInfo  ::= SEQUENCE { protocol OBJECT IDENTIFIER, required ANY, optional ANY OPTIONAL }
 *
 *   PACE        { protocol, version 2, parameterId? }
 *   PACE params { protocol, AlgorithmIdentifier, parameterId? }
 *   CA          { protocol, version 1 | 2, keyId? }
 *   CA key      { protocol, SubjectPublicKeyInfo, keyId? }
 *   TA          { protocol, version, EF.CVCA SEQUENCE { FID, SFI? }? }
 *   AA          { protocol, version 1, signature algorithm OID }
 *
 * Infos of other protocols are passed over: legal, and many.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 9.2; 9303-10 clauses 3.11.3, 4.7.14; cases LDS_F_01..07.
 */
#ifndef LDS_SECURITY_INFOS_H
#define LDS_SECURITY_INFOS_H

#include "base/oid.h"
#include "lds/lds_file.h"

/* Far more than any document has; who walks such a list within another must come to an end. */
enum { SECURITY_INFOS_MAX = 128 };

enum security_info_kind {
    INFO_OTHER, /* a protocol not read here: only oid, oid_content, whole are set */
    INFO_PACE,
    INFO_PACE_PARAMS,
    INFO_CA,
    INFO_CA_KEY,
    INFO_TA,
    INFO_AA,
    INFO_KINDS
};

enum info_agreement { AGREEMENT_NONE, AGREEMENT_DH, AGREEMENT_ECDH };
enum info_mapping { MAPPING_NONE, MAPPING_GM, MAPPING_IM, MAPPING_CAM };
enum info_cipher {
    INFO_CIPHER_NONE,
    INFO_CIPHER_3DES,
    INFO_CIPHER_AES_128,
    INFO_CIPHER_AES_192,
    INFO_CIPHER_AES_256
};

struct security_info {
    enum security_info_kind kind;
    enum oid                oid;         /* OID_UNKNOWN if not in our table */
    struct view             oid_content; /* content octets: MSE:Set AT sends them */
    struct view             whole;       /* the SecurityInfo, to compare two files by */
    enum info_agreement     agreement;   /* PACE, PACE params, CA, CA key */
    enum info_mapping       mapping;     /* PACE, PACE params */
    enum info_cipher        cipher;      /* PACE, CA */
    uint32_t                version;     /* PACE, CA, TA, AA; one not known is noted */
    bool                    has_id;
    uint32_t                id;  /* parameterId or keyId, if has_id */
    struct view             key; /* CA key: SPKI, whole.  PACE params: AlgorithmIdentifier,
                                    whole */
    struct view fid;             /* TA: file identifier of EF.CVCA, 2 bytes, or empty */
    struct view sfi;             /* TA: its short identifier, 1 byte, or empty */
    struct view sig_oid;         /* AA: signature algorithm, content octets */
};

struct security_infos {
    struct view list;          /* content of the SET: walk with security_infos_next() */
    size_t      n[INFO_KINDS]; /* how many of each kind */
};

/*
 * Read a whole SecurityInfos element: EF.CardAccess, the content of DG14, the eContent of
 * EF.CardSecurity.
 *
 * A SEQUENCE instead of the SET, bytes behind it, and infos that break their form are notes;
 * the latter are left out of count and walk.
 * Memory:  out points into der.
 * Returns: the failures of tlv_next(); E_UNEXPECTED for another tag; E_TOO_LONG for more than
 *          SECURITY_INFOS_MAX.
 */
struct err security_infos_read(struct view der, struct security_infos *out, struct notes *notes);

/* The next info of a list that security_infos_read() made; takes it off the list.
 * E_TRUNCATED at the end.  Nothing is noted again. */
struct err security_infos_next(struct view *list, struct security_info *out);

#endif
