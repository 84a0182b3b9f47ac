/*
 * aa: Active Authentication: the chip signs a challenge with the key that DG15 names.
 *
 *      reader                                           chip
 *        │ INTERNAL AUTHENTICATE, RND.IFD                │
 *        │ ────────────────────────────────────────────► │
 *        │                            signature over M1 and RND.IFD (RSA), RND.IFD (ECDSA)
 *        │ ◄──────────────────────────────────────────── │
 *
 * It proves that the chip holds the key; that the key is the document's, passive
 * authentication of DG15 proves.  Only both together are worth something.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 6.1; ISO/IEC 9796-2:2010 clause 8 (scheme 1), annex B.4
 *       and B.6; TR-03111 clause 5.2.1 (plain ECDSA).
 */
#ifndef CHIPAUTH_AA_H
#define CHIPAUTH_AA_H

#include "iso7816/step.h"
#include "keys/public_key.h"
#include "lds/security_infos.h"
#include "report/result.h"

enum {
    AA_CHALLENGE_LEN = 8,
    AA_ANSWER_MAX = 512, /* bytes: a signature of RSA-4096 */
};

/* What the document says of its AA key.  Points into DG15 and DG14. */
struct aa_key {
    struct public_key key;
    enum hash_alg     hash; /* ActiveAuthenticationInfo's; HASH_NONE: it names none */
};

/*
 * Read what the document says.
 *
 * spki   dg15_read()
 * infos  DG14's; NULL if there is none (legal beside an RSA key)
 * notes  AA_INFO: the info names an algorithm that does not go with the key (TR-03105
 *        ISO7816_E_08 of the ICAO part); AA_INFO_DER: ECDSA as X.509 names it
 * Returns: E_UNSUPPORTED for a key that is not on the whitelist, is neither RSA nor EC, or over
 *          4096 bits: UNDETERMINED.  E_MALFORMED and the rest of der.h: DG15 cannot be read.
 */
struct err aa_key_read(struct view spki, const struct security_infos *infos, struct aa_key *out,
                       struct notes *notes);

/* No secrets, but an answer that identifies the chip: the inspection's. */
struct aa {
    enum { AA_START, AA_ASKED, AA_RESUME, AA_DONE, AA_SPENT } state;
    uint8_t  rung;     /* which Le is asked with */
    bool     reopened; /* the one reopening is spent */
    bool     again;    /* more than one Le was needed */
    bool     answered; /* there was an answer, of whatever length */
    size_t   room;     /* bytes that an answer can carry */
    uint32_t exact;    /* Le that the chip itself named, or 0 */

    struct aa_key key;
    uint8_t       challenge[AA_CHALLENGE_LEN];
    uint8_t       answer[AA_ANSWER_MAX];
    size_t        answer_len;
};

/*
 * key        aa_key_read()'s; what it points to must live until aa_check()
 * challenge  AA_CHALLENGE_LEN bytes, never used before: random ones, or those of a host that
 *            wants to verify for itself.  Not to have a meaning: the chip signs them
 * room       exchange_room(): bytes of data that an answer can carry
 * E_BUG if a length is wrong or the key is of no kind.
 */
struct err aa_begin(struct aa *a, const struct aa_key *key, struct view challenge, size_t room);

/*
 * A step_fn; self is a struct aa.  The application must be selected, access control passed.
 *
 * An answer of another length than the key's signatures is asked for again with another Le
 * (extended, exact, short), each once, the same challenge each time.  Where secure messaging
 * ends with one of them (STEP_REOPEN, once), the next is tried in a new session.
 *
 * Done: an answer is there, of whatever length; aa_check() says what it is worth.
 * E_REFUSED    the chip refuses to sign (sw): it does not prove what its DG15 promises
 * E_SM_BROKEN  the session died more than once
 */
step_fn aa_step;

/* The answer and the challenge, for a host that verifies for itself.  Memory: in a. */
struct view aa_answer(const struct aa *a);
struct view aa_challenge(const struct aa *a);

/*
 * Does the answer verify?  After aa_step() is done.
 *
 * out    SUCCESSFUL; FAILED; UNDETERMINED: the answer is shorter than a signature because no
 *        longer one comes through this reader
 * notes  at the place the caller set (PLACE_DG15): AA_DER, AA_HASH_FOUND, AA_HASH_LONG, AA_TRAILER,
 *        AA_LE, WEAK_HASH only if it verified; AA_WEAK_KEY always
 * Fails with E_BUG before the protocol is done, E_CRYPTO: a bad signature is a finding.
 */
struct err aa_check(const struct aa *a, enum result *out, struct notes *notes);

#endif
