/* public_key: see public_key.h. */
#include "keys/public_key.h"

#include "base/der.h"
#include "keys/ec_parameters.h"
#include "number.h"
#include "params.h"

enum { COMPRESSED_EVEN = 2, COMPRESSED_ODD = 3, UNCOMPRESSED = 4 }; /* SEC 1 clause 2.3.3 */

enum { E_SHORT_BITS = 64, E_USUAL = 65537 };

/* What stands in the key's AlgorithmIdentifier, and the key itself. */
struct parts {
    struct view params, key;
};

typedef struct err key_fn(const struct parts *in, struct public_key *out, struct notes *notes);

static struct err read_rsa(struct view in, struct public_key *out)
{
    struct rsa_key k;
    struct view    body;

    TRY(der_expect(&in, DER_SEQUENCE, &body));
    TRY(der_end(in));
    TRY(der_unsigned(&body, &k.n));
    TRY(der_unsigned(&body, &k.e));
    TRY(der_end(body));
    const size_t n_bits = number_bits(k.n), e_bits = number_bits(k.e);

    CHECK(n_bits >= RSA_BITS_MIN && n_bits <= RSA_BITS_MAX, E_UNSUPPORTED);
    CHECK(e_bits <= RSA_E_BITS_MAX, E_UNSUPPORTED);
    CHECK(number_odd(k.n) && number_odd(k.e) && e_bits >= 2, E_MALFORMED); /* RFC 8017 §3.1 */
    out->kind = KEY_RSA;
    out->bits = (uint16_t)n_bits;
    out->rsa = k;
    return SUCCESS;
}

static struct err rsa(const struct parts *in, struct public_key *out, struct notes *notes)
{
    TRY(params_null(in->params, notes)); /* RFC 3279 §2.3.1 */
    return read_rsa(in->key, out);
}

/* RFC 4055 §1.2: without parameters the key may sign with any.  What they restrict is not
 * enforced: Turkish signers sign otherwise than their keys say. */
static struct err rsa_pss(const struct parts *in, struct public_key *out, struct notes *notes)
{
    struct pss ignored;

    (void)notes;
    if (in->params.len != 0)
        TRY(params_pss(in->params, &ignored));
    TRY(read_rsa(in->key, out));
    out->pss_only = true;
    return SUCCESS;
}

static struct err put_ec(enum ec_group group, struct view point, struct public_key *out)
{
    const struct ec_domain *d = ec_domain(group);
    const uint8_t           form = view_at(point, 0);
    const bool              compressed = form == COMPRESSED_EVEN || form == COMPRESSED_ODD;

    CHECK(!compressed || point.len != 1 + d->p.len, E_UNSUPPORTED); /* 9303-12 forbids it */
    CHECK(form == UNCOMPRESSED && point.len == 1 + 2 * d->p.len, E_MALFORMED);
    out->kind = KEY_EC;
    out->bits = d->bits;
    out->ec = (struct ec_key){ .group = group, .point = point };
    return SUCCESS;
}

static struct err ec(const struct parts *in, struct public_key *out, struct notes *notes)
{
    struct view   params = in->params;
    enum ec_group group;

    TRY(ec_parameters_read(&params, &group, &out->spelt_out, notes));
    TRY(der_end(params));
    return put_ec(group, in->key, out);
}

static struct err ec_by_id(const struct parts *in, struct public_key *out, struct notes *notes)
{
    struct view   params = in->params;
    enum ec_group group;

    (void)notes;
    TRY(ec_parameters_id_read(&params, &group));
    TRY(der_end(params));
    return put_ec(group, in->key, out);
}

/* FIPS 186-4 §4.1, 4.2. */
static struct err check_dsa(const struct dsa_key *k)
{
    static const uint8_t one[] = { 1 };
    const size_t         p = number_bits(k->p), q = number_bits(k->q);

    CHECK(p >= DSA_BITS_MIN && p <= DSA_BITS_MAX, E_UNSUPPORTED);
    CHECK(q == 160 || q == 224 || q == 256, E_UNSUPPORTED);
    CHECK(number_odd(k->p) && number_odd(k->q), E_MALFORMED);
    CHECK(number_order(k->g, VIEW(one)) > 0 && number_order(k->g, k->p) < 0, E_MALFORMED);
    CHECK(number_order(k->y, VIEW(one)) > 0 && number_order(k->y, k->p) < 0, E_MALFORMED);
    return SUCCESS;
}

static struct err dsa(const struct parts *in, struct public_key *out, struct notes *notes)
{
    struct view    params = in->params, key = in->key, body;
    struct dsa_key k;

    (void)notes;
    CHECK(params.len != 0, E_UNSUPPORTED); /* RFC 3279 §2.3.2: inherited from the issuer */
    TRY(der_expect(&params, DER_SEQUENCE, &body));
    TRY(der_end(params));
    TRY(der_unsigned(&body, &k.p));
    TRY(der_unsigned(&body, &k.q));
    TRY(der_unsigned(&body, &k.g));
    TRY(der_end(body));
    TRY(der_unsigned(&key, &k.y));
    TRY(der_end(key));
    TRY(check_dsa(&k));
    out->kind = KEY_DSA;
    out->bits = (uint16_t)number_bits(k.p);
    out->dsa = k;
    return SUCCESS;
}

static const struct {
    enum oid oid;
    key_fn  *read;
} whitelist[] = {
    /* clang-format off */
    { OID_RSA_ENCRYPTION,          rsa },
    { OID_RSASSA_PSS,              rsa_pss },
    { OID_EC_PUBLIC_KEY,           ec },
    { OID_BSI_STANDARDIZED_DOMAIN, ec_by_id },
    { OID_DSA,                     dsa },
    /* clang-format on */
};

static struct err read_kind(enum oid id, const struct parts *parts, struct public_key *out,
                            struct notes *notes)
{
    struct public_key key = { 0 };

    for (size_t i = 0; i < sizeof whitelist / sizeof *whitelist; i++) {
        if (whitelist[i].oid != id)
            continue;
        TRY(whitelist[i].read(parts, &key, notes));
        *out = key;
        return SUCCESS;
    }
    FAIL(E_UNSUPPORTED);
}

struct err public_key_read(struct view *in, struct public_key *out, struct notes *notes)
{
    struct view  rest = *in, body;
    struct parts parts;
    enum oid     id;

    TRY(der_expect(&rest, DER_SEQUENCE, &body));
    TRY(params_split(&body, &id, &parts.params));
    TRY(der_bit_octets(&body, &parts.key));
    TRY(der_end(body));
    const struct err e = read_kind(id, &parts, out, notes);

    if (e.code == OK || e.code == E_UNSUPPORTED)
        *in = rest;
    return e;
}

static struct err put_text(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++)
        TRY(buf_u8(out, (uint8_t)*text));
    return SUCCESS;
}

/* " e=3"; nothing for the usual one, and no digits for one that is absurdly long. */
static struct err put_exponent(struct view e, struct buf *out)
{
    uint64_t n = 0;
    uint8_t  octet;

    if (number_bits(e) > E_SHORT_BITS)
        return buf_put(out, TEXT(" e long"));
    for (e = number_stripped(e); e.len != 0;) {
        TRY(view_u8(&e, &octet));
        n = n << 8 | octet;
    }
    if (n == E_USUAL)
        return SUCCESS;
    TRY(buf_put(out, TEXT(" e=")));
    return number_print(n, out);
}

static struct err print(const struct public_key *key, struct buf *out)
{
    switch (key->kind) {
    case KEY_RSA:
        TRY(buf_put(out, TEXT("RSA-")));
        TRY(number_print(key->bits, out));
        return put_exponent(key->rsa.e, out);
    case KEY_EC:
        CHECK(ec_domain(key->ec.group) != NULL, E_BUG);
        return put_text(out, ec_domain(key->ec.group)->name);
    case KEY_DSA:
        TRY(buf_put(out, TEXT("DSA-")));
        return number_print(key->bits, out);
    case KEY_NONE:
        break;
    }
    return buf_put(out, TEXT("unknown"));
}

struct err public_key_print(const struct public_key *key, struct buf *out)
{
    struct buf draft = *out;

    TRY(print(key, &draft));
    *out = draft;
    return SUCCESS;
}
