/* sig_alg: the AlgorithmIdentifier half of keys/signature.h. */
#include "base/der.h"
#include "keys/signature.h"
#include "number.h"
#include "params.h"

enum params { PARAMS_NULL, PARAMS_NONE, PARAMS_PSS };

/* The whitelist: 9303-12 §4.1.6.2 to 4.1.6.4, TR-03105-5.1 §7; the OIDs' own standards say
 * what parameters they take (RFC 4055 §5, RFC 5758 §3, TR-03111 §5.2.1.1). */
static const struct {
    enum oid      oid;
    enum scheme   scheme;
    enum hash_alg hash;
    enum params   params;
} whitelist[] = {
    /* clang-format off */
    { OID_RSA_ENCRYPTION,         SCHEME_RSA_PKCS1,   HASH_NONE,   PARAMS_NULL },
    { OID_SHA1_WITH_RSA,          SCHEME_RSA_PKCS1,   HASH_SHA1,   PARAMS_NULL },
    { OID_SHA224_WITH_RSA,        SCHEME_RSA_PKCS1,   HASH_SHA224, PARAMS_NULL },
    { OID_SHA256_WITH_RSA,        SCHEME_RSA_PKCS1,   HASH_SHA256, PARAMS_NULL },
    { OID_SHA384_WITH_RSA,        SCHEME_RSA_PKCS1,   HASH_SHA384, PARAMS_NULL },
    { OID_SHA512_WITH_RSA,        SCHEME_RSA_PKCS1,   HASH_SHA512, PARAMS_NULL },
    { OID_RSASSA_PSS,             SCHEME_RSA_PSS,     HASH_NONE,   PARAMS_PSS  },
    { OID_ECDSA_WITH_SHA1,        SCHEME_ECDSA,       HASH_SHA1,   PARAMS_NONE },
    { OID_ECDSA_WITH_SHA224,      SCHEME_ECDSA,       HASH_SHA224, PARAMS_NONE },
    { OID_ECDSA_WITH_SHA256,      SCHEME_ECDSA,       HASH_SHA256, PARAMS_NONE },
    { OID_ECDSA_WITH_SHA384,      SCHEME_ECDSA,       HASH_SHA384, PARAMS_NONE },
    { OID_ECDSA_WITH_SHA512,      SCHEME_ECDSA,       HASH_SHA512, PARAMS_NONE },
    { OID_BSI_ECDSA_PLAIN_SHA1,   SCHEME_ECDSA_PLAIN, HASH_SHA1,   PARAMS_NONE },
    { OID_BSI_ECDSA_PLAIN_SHA224, SCHEME_ECDSA_PLAIN, HASH_SHA224, PARAMS_NONE },
    { OID_BSI_ECDSA_PLAIN_SHA256, SCHEME_ECDSA_PLAIN, HASH_SHA256, PARAMS_NONE },
    { OID_BSI_ECDSA_PLAIN_SHA384, SCHEME_ECDSA_PLAIN, HASH_SHA384, PARAMS_NONE },
    { OID_BSI_ECDSA_PLAIN_SHA512, SCHEME_ECDSA_PLAIN, HASH_SHA512, PARAMS_NONE },
    { OID_DSA_WITH_SHA1,          SCHEME_DSA,         HASH_SHA1,   PARAMS_NONE },
    { OID_DSA_WITH_SHA224,        SCHEME_DSA,         HASH_SHA224, PARAMS_NONE },
    { OID_DSA_WITH_SHA256,        SCHEME_DSA,         HASH_SHA256, PARAMS_NONE },
    /* clang-format on */
};

static const struct {
    enum oid      oid;
    enum hash_alg hash;
} digests[] = {
    /* clang-format off */
    { OID_SHA1,   HASH_SHA1   },
    { OID_SHA224, HASH_SHA224 },
    { OID_SHA256, HASH_SHA256 },
    { OID_SHA384, HASH_SHA384 },
    { OID_SHA512, HASH_SHA512 },
    /* clang-format on */
};

static struct err read_params(enum params kind, struct view params, struct sig_alg *out,
                              struct notes *notes)
{
    struct pss pss;

    if (kind == PARAMS_NULL)
        return params_null(params, notes);
    if (kind == PARAMS_NONE)
        return params_none(params, notes);
    TRY(params_pss(params, &pss));
    out->hash = pss.hash;
    out->mgf_hash = pss.mgf_hash;
    out->salt_len = pss.salt_len;
    return SUCCESS;
}

static struct err find_alg(enum oid id, struct view params, struct sig_alg *out,
                           struct notes *notes)
{
    for (size_t i = 0; i < sizeof whitelist / sizeof *whitelist; i++) {
        struct sig_alg alg = { .scheme = whitelist[i].scheme, .hash = whitelist[i].hash };

        if (whitelist[i].oid != id)
            continue;
        alg.oid = id;
        TRY(read_params(whitelist[i].params, params, &alg, notes));
        *out = alg;
        return SUCCESS;
    }
    FAIL(E_UNSUPPORTED);
}

struct err sig_alg_read(struct view *in, struct sig_alg *out, struct notes *notes)
{
    struct view rest = *in, params;
    enum oid    id;

    TRY(params_split(&rest, &id, &params));
    const struct err e = find_alg(id, params, out, notes);

    if (e.code == OK || e.code == E_UNSUPPORTED)
        *in = rest;
    return e;
}

static struct err find_digest(enum oid id, struct view params, enum hash_alg *out)
{
    for (size_t i = 0; i < sizeof digests / sizeof *digests; i++) {
        if (digests[i].oid != id)
            continue;
        TRY(params_null(params, NULL)); /* RFC 5754 §2: either, both are right */
        *out = digests[i].hash;
        return SUCCESS;
    }
    FAIL(E_UNSUPPORTED);
}

struct err digest_alg_read(struct view *in, enum hash_alg *out)
{
    struct view rest = *in, params;
    enum oid    id;

    TRY(params_split(&rest, &id, &params));
    const struct err e = find_digest(id, params, out);

    if (e.code == OK || e.code == E_UNSUPPORTED)
        *in = rest;
    return e;
}

static struct err put_hash(enum hash_alg hash, struct buf *out)
{
    TRY(buf_put(out, TEXT(" SHA-")));
    return number_print(hash == HASH_SHA1 ? 1 : hash_len(hash) * 8, out);
}

static struct err put_scheme(enum scheme scheme, struct buf *out)
{
    switch (scheme) {
    case SCHEME_RSA_PKCS1:
        return buf_put(out, TEXT("RSA"));
    case SCHEME_RSA_PSS:
        return buf_put(out, TEXT("RSASSA-PSS"));
    case SCHEME_ECDSA:
        return buf_put(out, TEXT("ECDSA"));
    case SCHEME_ECDSA_PLAIN:
        return buf_put(out, TEXT("ECDSA-plain"));
    case SCHEME_DSA:
        return buf_put(out, TEXT("DSA"));
    case SCHEME_NONE:
        break;
    }
    return buf_put(out, TEXT("unknown"));
}

static struct err put_pss(const struct sig_alg *alg, struct buf *out)
{
    if (alg->mgf_hash != alg->hash) {
        TRY(buf_put(out, TEXT(" MGF1")));
        TRY(put_hash(alg->mgf_hash, out));
    }
    TRY(buf_put(out, TEXT(" salt ")));
    return number_print(alg->salt_len, out);
}

struct err sig_alg_print(const struct sig_alg *alg, struct buf *out)
{
    struct buf draft = *out;

    TRY(put_scheme(alg->scheme, &draft));
    if (alg->hash != HASH_NONE)
        TRY(put_hash(alg->hash, &draft));
    if (alg->scheme == SCHEME_RSA_PSS)
        TRY(put_pss(alg, &draft));
    *out = draft;
    return SUCCESS;
}
