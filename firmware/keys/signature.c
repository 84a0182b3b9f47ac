/*
 * signature: the verifying half of keys/signature.h.
 *
 * Encodings of signatures are read here, the arithmetic is crypto's.  A signature that
 * cannot be read does not verify: that is a finding, not a failure.
 */
#include "keys/signature.h"

#include "base/der.h"
#include "number.h"

enum { PKCS1_MIN_PAD = 8, DIGEST_INFO_MAX = 96 };

/* 9303-12 §4.1.6: the least that a document signer's key may have; both 112 bits strong.  Many
 * Emirati and German documents are signed on curves of 224 bits. */
enum { WEAK_RSA_BITS = 2048, WEAK_EC_BITS = 224 };

typedef struct err check_fn(const struct public_key *key, const struct sig_alg *alg,
                            const struct signed_digest *s, bool *good, struct notes *notes);

/* DigestInfo, RFC 8017 §9.2 note 1; without_null: what some signers leave out. */
static struct err put_digest_info(const struct signed_digest *s, bool without_null, struct buf *out)
{
    static const struct {
        uint8_t len, oid[9];
    } ids[] = {
        /* clang-format off */
        [HASH_SHA1]   = { 5, { 0x2B, 0x0E, 0x03, 0x02, 0x1A } },
        [HASH_SHA224] = { 9, { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04 } },
        [HASH_SHA256] = { 9, { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01 } },
        [HASH_SHA384] = { 9, { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02 } },
        [HASH_SHA512] = { 9, { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03 } },
        /* clang-format on */
    };
    uint8_t    alg_bytes[16], info_bytes[DIGEST_INFO_MAX];
    struct buf alg = BUF(alg_bytes), info = BUF(info_bytes);

    TRY(tlv_put(&alg, DER_OID, view_of(ids[s->hash].oid, ids[s->hash].len)));
    if (!without_null)
        TRY(tlv_put(&alg, DER_NULL, view_of(NULL, 0)));
    TRY(tlv_put(&info, DER_SEQUENCE, buf_view(&alg)));
    TRY(tlv_put(&info, DER_OCTET_STRING, s->digest));
    return tlv_put(out, DER_SEQUENCE, buf_view(&info));
}

/* EMSA-PKCS1-v1_5, RFC 8017 §9.2: 00 01 FF .. FF 00 DigestInfo. */
static struct err is_encoded(struct view em, const struct signed_digest *s, bool without_null,
                             bool *same)
{
    uint8_t    want_bytes[RSA_MAX], info_bytes[DIGEST_INFO_MAX];
    struct buf want = buf_of(want_bytes, em.len), info = BUF(info_bytes);

    TRY(put_digest_info(s, without_null, &info));
    CHECK(em.len >= 3 + PKCS1_MIN_PAD + info.len, E_BUG); /* 1024 bits hold every digest */
    TRY(buf_put(&want, view_of("\x00\x01", 2)));
    TRY(buf_fill(&want, 0xFF, em.len - 3 - info.len));
    TRY(buf_u8(&want, 0x00));
    TRY(buf_put(&want, buf_view(&info)));
    *same = view_eq(em, buf_view(&want));
    return SUCCESS;
}

/* RSASSA-PKCS1-v1_5, RFC 8017 §8.2.2: what was signed is built and compared, not parsed. */
static struct err check_pkcs1(const struct public_key *key, const struct sig_alg *alg,
                              const struct signed_digest *s, bool *good, struct notes *notes)
{
    uint8_t    em_bytes[RSA_MAX];
    struct buf em = BUF(em_bytes);
    bool       without_null = false;

    (void)alg;
    if (s->sig.len != key->rsa.n.len || number_order(s->sig, key->rsa.n) >= 0)
        return SUCCESS;
    TRY(rsa_public(&key->rsa, s->sig, &em));
    TRY(is_encoded(buf_view(&em), s, false, good));
    if (*good)
        return SUCCESS;
    TRY(is_encoded(buf_view(&em), s, true, &without_null));
    *good = without_null;
    if (without_null)
        note_add(notes, NOTE_DIGEST_INFO_NO_NULL);
    return SUCCESS;
}

static struct err check_pss(const struct public_key *key, const struct sig_alg *alg,
                            const struct signed_digest *s, bool *good, struct notes *notes)
{
    const struct pss pss = { alg->hash, alg->mgf_hash, alg->salt_len };

    (void)notes;
    return rsa_pss_verify(&key->rsa, &pss, s->digest, s->sig, good);
}

/* Ecdsa-Sig-Value and Dss-Sig-Value, RFC 3279 §2.2.2, 2.2.3. */
static struct err read_strict(struct view in, struct rs *out)
{
    struct view body;

    TRY(der_expect(&in, DER_SEQUENCE, &body));
    TRY(der_end(in));
    TRY(der_unsigned(&body, &out->r));
    TRY(der_unsigned(&body, &out->s));
    return der_end(body);
}

/* The same, but each INTEGER is a magnitude, whatever zeros it has or lacks in front.  The
 * numbers decide, and no forger gains by how they are written. */
static struct err read_lenient(struct view in, struct rs *out)
{
    struct view body, r, s;

    TRY(der_expect(&in, DER_SEQUENCE, &body));
    TRY(der_end(in));
    TRY(der_expect(&body, DER_INTEGER, &r));
    TRY(der_expect(&body, DER_INTEGER, &s));
    TRY(der_end(body));
    *out = (struct rs){ number_stripped(r), number_stripped(s) };
    return SUCCESS;
}

/* false: it is no such value in either form. */
static bool read_rs(struct view in, struct rs *out, bool *lenient)
{
    *lenient = read_strict(in, out).code != OK;
    return !*lenient || read_lenient(in, out).code == OK;
}

static struct err check_ecdsa(const struct public_key *key, const struct sig_alg *alg,
                              const struct signed_digest *s, bool *good, struct notes *notes)
{
    struct rs rs;
    bool      lenient;

    (void)alg;
    if (!read_rs(s->sig, &rs, &lenient))
        return SUCCESS;
    TRY(ecdsa_verify(&key->ec, s->digest, &rs, good));
    if (*good && lenient)
        note_add(notes, NOTE_SIGNATURE_NOT_DER);
    return SUCCESS;
}

/* TR-03111 §5.2.1: r || s, each as long as the order. */
static struct err check_plain(const struct public_key *key, const struct sig_alg *alg,
                              const struct signed_digest *s, bool *good, struct notes *notes)
{
    const struct ec_domain *d = ec_domain(key->ec.group);
    struct view             rest = s->sig;
    struct rs               rs;

    (void)alg;
    (void)notes;
    CHECK(d != NULL, E_BUG);
    if (s->sig.len != 2 * d->n.len)
        return SUCCESS;
    TRY(view_take(&rest, d->n.len, &rs.r));
    rs.s = rest;
    return ecdsa_verify(&key->ec, s->digest, &rs, good);
}

static struct err check_dsa(const struct public_key *key, const struct sig_alg *alg,
                            const struct signed_digest *s, bool *good, struct notes *notes)
{
    struct rs rs;
    bool      lenient;

    (void)alg;
    if (!read_rs(s->sig, &rs, &lenient))
        return SUCCESS;
    TRY(dsa_verify(&key->dsa, s->digest, &rs, good));
    if (*good && lenient)
        note_add(notes, NOTE_SIGNATURE_NOT_DER);
    return SUCCESS;
}

static const struct {
    enum key_kind key;
    check_fn     *check;
} schemes[] = {
    /* clang-format off */
    [SCHEME_RSA_PKCS1]   = { KEY_RSA, check_pkcs1 },
    [SCHEME_RSA_PSS]     = { KEY_RSA, check_pss },
    [SCHEME_ECDSA]       = { KEY_EC,  check_ecdsa },
    [SCHEME_ECDSA_PLAIN] = { KEY_EC,  check_plain },
    [SCHEME_DSA]         = { KEY_DSA, check_dsa },
    /* clang-format on */
};

/* Verified all the same: what a weak algorithm is worth is the profile's to say. */
static void note_weak(const struct public_key *key, enum hash_alg hash, struct notes *notes)
{
    if (hash == HASH_SHA1)
        note_add(notes, NOTE_WEAK_HASH);
    if (key->bits < (key->kind == KEY_EC ? WEAK_EC_BITS : WEAK_RSA_BITS))
        note_add(notes, NOTE_WEAK_KEY);
}

struct err signature_check(const struct public_key *key, const struct sig_alg *alg,
                           const struct signed_digest *s, enum result *out, struct notes *notes)
{
    bool good = false;

    if (key->kind == KEY_NONE || alg->scheme == SCHEME_NONE) {
        *out = UNDETERMINED;
        return SUCCESS;
    }
    CHECK(alg->scheme < sizeof schemes / sizeof *schemes, E_BUG);
    CHECK(s->digest.len != 0 && s->digest.len == hash_len(s->hash), E_BUG);
    CHECK(alg->hash == HASH_NONE || alg->hash == s->hash, E_BUG);
    if (schemes[alg->scheme].key != key->kind) {
        *out = FAILED;
        return SUCCESS;
    }
    note_weak(key, s->hash, notes);
    TRY(schemes[alg->scheme].check(key, alg, s, &good, notes));
    if (good && key->pss_only && alg->scheme != SCHEME_RSA_PSS)
        note_add(notes, NOTE_PSS_KEY_OTHERWISE);
    *out = good ? SUCCESSFUL : FAILED;
    return SUCCESS;
}
