/*
 * signed_data: a CMS SignedData with one signer, as EF.SOD and master lists are.
 *
 *   ContentInfo { id-signedData, [0] SignedData {
 *       version, digestAlgorithms, encapContentInfo { eContentType, [0] eContent },
 *       [0] certificates, [1] crls, signerInfos { SignerInfo {
 *           version, sid, digestAlgorithm, [0] signedAttrs, signatureAlgorithm, signature }}}}
 *
 * Everything inside must be DER; only the framing drawn above may be BER (indefinite or long
 * lengths, an eContent in pieces), and is noted.  Pieces are joined in the caller's scratch.
 *
 * Spec: RFC 5652 clause 5; Doc 9303-10 (8th ed.) clause 4.6.2; Doc 9303-12 clause 9.
 */
#ifndef CMS_SIGNED_DATA_H
#define CMS_SIGNED_DATA_H

#include "keys/signature.h"

struct signer_id {
    struct view issuer; /* the whole Name, or empty */
    struct view serial; /* INTEGER content, or empty */
    struct view ski;    /* subjectKeyIdentifier, or empty */
};

struct signed_data {
    uint32_t    version;
    struct view content_type; /* OID content octets; compare with oid_of() */
    struct view content;      /* eContent: what the message digest covers */
    struct view certificates; /* content of [0]; empty if there is none.  Walk with
                                 signed_data_next_cert() */
    uint32_t         signer_version;
    struct signer_id sid;
    enum hash_alg    digest_alg;
    struct view      signed_attrs; /* content of [0]; empty if there is none */
    bool             has_attrs;
    struct view      attr_content_type;
    struct view      attr_message_digest;
    struct sig_alg   sig_alg;
    struct view      signature;
};

/*
 * Read a whole ContentInfo.
 *
 * scratch   receives the eContent if it comes in pieces; room for der.len bytes is enough.
 *           Else not touched, and may be NULL where only DER is expected (E_NO_SPACE for
 *           pieces then).
 * Memory:   out points into der's bytes or into scratch's.
 * Returns:  the failures of der.h; E_UNEXPECTED for another content type, for no or several
 *           signers.  An algorithm that is not on the whitelist is not a failure: digest_alg
 *           is HASH_NONE or sig_alg.scheme SCHEME_NONE then.
 */
struct err signed_data_read(struct view der, struct buf *scratch, struct signed_data *out,
                            struct notes *notes);

/* The next certificate of the set, whole; E_TRUNCATED at the end.  Other choices of
 * CertificateChoices are skipped with a note. */
struct err signed_data_next_cert(struct view *certificates, struct view *cert, struct notes *notes);

/*
 * Do message digest and signature verify under this key?
 *
 * With signed attributes: contentType and messageDigest must be there and right, and the
 * signature covers SET OF attributes as sent (quirk: also as DER would sort them, noted).
 * Without: the signature covers the content.
 *
 * hash_result  contentType is the content's and messageDigest equals H(content); SUCCESSFUL,
 *              FAILED, UNDETERMINED.  Without signed attributes: the same as sig_result
 * sig_result   SUCCESSFUL, FAILED, UNDETERMINED (algorithm not supported)
 * Fails with E_CRYPTO or E_BUG only.
 */
struct err signed_data_check(const struct signed_data *sd, const struct public_key *signer,
                             enum result *hash_result, enum result *sig_result,
                             struct notes *notes);

#endif
