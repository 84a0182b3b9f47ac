/*
 * cert: X.509 certificates of the ICAO PKI.
 *
 * Reads what is there; what a profile forbids is a note.  An unknown extension is passed
 * over (a critical one with a note), an unsupported key or algorithm leaves kind or scheme
 * at NONE, so that every certificate of a list can at least be shown.
 *
 * Spec: RFC 5280 clause 4; Doc 9303-12 (8th ed.) clause 7.1.
 */
#ifndef CERT_CERT_H
#define CERT_CERT_H

#include "base/date.h"
#include "cert/name.h"
#include "keys/signature.h"

enum key_usage { /* bits of KeyUsage, RFC 5280 clause 4.2.1.3 */
                 KU_DIGITAL_SIGNATURE = 1 << 0,
                 KU_KEY_CERT_SIGN = 1 << 5,
                 KU_CRL_SIGN = 1 << 6,
};

struct cert {
    struct view       whole;           /* the certificate, for its fingerprint     */
    struct view       tbs;             /* TBSCertificate, whole: what is signed    */
    uint32_t          version;         /* 3; 1 if it says none */
    struct view       serial;          /* INTEGER content, sign and all            */
    struct view       issuer, subject; /* whole Names                      */
    struct moment     not_before, not_after;
    struct view       spki; /* whole SubjectPublicKeyInfo */
    struct public_key key;
    struct sig_alg    sig_alg;   /* outer; differing from the inner is a note */
    struct view       signature; /* content of the BIT STRING */

    /* What the extensions say.  One that cannot be read counts as present and empty: no
     * usage, no CA. */
    struct view aki; /* authorityKeyIdentifier.keyIdentifier, or empty */
    struct view ski; /* subjectKeyIdentifier, or empty                 */
    struct {
        bool     present, critical;
        uint16_t bits; /* enum key_usage */
    } key_usage;
    struct {
        bool    present, ca, has_path_len;
        uint8_t path_len;
    } basic;
    struct moment use_from, use_until;  /* privateKeyUsagePeriod; 0 if absent   */
    struct view   document_types;       /* content of the SET of type codes, or empty; see
                                           cert_signs_type() */
    bool        has_extended_key_usage; /* it is there, whatever it holds */
    struct view extended_key_usage;     /* content of the SEQUENCE OF OID, or empty */
    bool        name_change;            /* 2.23.136.1.1.6.1 is there */
};

/* Read one whole certificate; E_TRAILING if more follows.
 * Memory: out points into der's bytes. */
struct err cert_read(struct view der, struct cert *out, struct notes *notes);

/* Does its signature verify under that key?  SUCCESSFUL, FAILED, UNDETERMINED (algorithm
 * not supported).  Fails with E_CRYPTO or E_BUG only. */
struct err cert_check(const struct cert *c, const struct public_key *issuer, enum result *out,
                      struct notes *notes);

/* Could both dates be read? */
bool cert_has_validity(const struct cert *c);

/* Is at within notBefore..notAfter?  False if at or one of them is not known.  notBefore counts
 * from the beginning of its day: who knows only today's date must not turn a document away that
 * was made this morning. */
bool cert_valid_at(const struct cert *c, struct moment at);

/* May this signer sign documents of that type ("P", "ID", as the MRZ begins, fillers cut off)?
 * True if it lists no types; a listed letter stands for every type that begins with it.
 * Doc 9303-12 clause 7.1.1.6. */
bool cert_signs_type(const struct cert *c, struct view type);

/* The outer shape of a certificate: subject and issuer are the same name. */
bool cert_self_issued(const struct cert *c);

#endif
