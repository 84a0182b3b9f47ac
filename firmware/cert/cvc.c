/* cvc: see cvc.h for the picture; one function per data object that has parts. */
#include "cert/cvc.h"

#include "base/tlv.h"

enum {
    TAG_CERTIFICATE = 0x7F21,
    TAG_BODY = 0x7F4E,
    TAG_PROFILE = 0x5F29,
    TAG_CAR = 0x42,
    TAG_PUBLIC_KEY = 0x7F49,
    TAG_CHR = 0x5F20,
    TAG_CHAT = 0x7F4C,
    TAG_RIGHTS = 0x53,
    TAG_FROM = 0x5F25,
    TAG_UNTIL = 0x5F24,
    TAG_EXTENSIONS = 0x65,
    TAG_SIGNATURE = 0x5F37,
    TAG_OID = 0x06,
};

enum { NAME_MIN = 8, UNCOMPRESSED = 4, E_BITS_MAX = 32 };

static const struct terms {
    enum oid      oid;
    enum key_kind kind;
    enum scheme   scheme;
    enum hash_alg hash;
} algorithms[] = {
    /* clang-format off */
    { OID_TA_RSA_V1_5_SHA1,   KEY_RSA, SCHEME_RSA_PKCS1,   HASH_SHA1   },
    { OID_TA_RSA_V1_5_SHA256, KEY_RSA, SCHEME_RSA_PKCS1,   HASH_SHA256 },
    { OID_TA_RSA_V1_5_SHA512, KEY_RSA, SCHEME_RSA_PKCS1,   HASH_SHA512 },
    { OID_TA_RSA_PSS_SHA1,    KEY_RSA, SCHEME_RSA_PSS,     HASH_SHA1   },
    { OID_TA_RSA_PSS_SHA256,  KEY_RSA, SCHEME_RSA_PSS,     HASH_SHA256 },
    { OID_TA_RSA_PSS_SHA512,  KEY_RSA, SCHEME_RSA_PSS,     HASH_SHA512 },
    { OID_TA_ECDSA_SHA1,      KEY_EC,  SCHEME_ECDSA_PLAIN, HASH_SHA1   },
    { OID_TA_ECDSA_SHA224,    KEY_EC,  SCHEME_ECDSA_PLAIN, HASH_SHA224 },
    { OID_TA_ECDSA_SHA256,    KEY_EC,  SCHEME_ECDSA_PLAIN, HASH_SHA256 },
    { OID_TA_ECDSA_SHA384,    KEY_EC,  SCHEME_ECDSA_PLAIN, HASH_SHA384 },
    { OID_TA_ECDSA_SHA512,    KEY_EC,  SCHEME_ECDSA_PLAIN, HASH_SHA512 },
    /* clang-format on */
};

/* NULL for any other. */
static const struct terms *terms_of(enum oid oid)
{
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
        if (algorithms[i].oid == oid)
            return &algorithms[i];
    }
    return NULL;
}

static size_t shortest_head(const struct tlv *t)
{
    const size_t n = t->value.len;

    return (t->tag > 0xFF) + 2U + (n > 0x7F) + (n > 0xFF) + (n > 0xFFFF);
}

/* TR-03110-3 v2.21 D.2: DER, so that there is one way to write a certificate. */
static struct err next(struct view *in, struct tlv *out)
{
    struct view rest = *in;
    struct tlv  t;

    TRY(tlv_next(&rest, &t));
    CHECK(t.whole.len - t.value.len == shortest_head(&t), E_MALFORMED);
    *in = rest;
    *out = t;
    return SUCCESS;
}

static struct err expect_whole(struct view *in, uint32_t tag, struct tlv *out)
{
    struct view rest = *in;
    struct tlv  t;

    TRY(next(&rest, &t));
    CHECK(t.tag == tag, E_UNEXPECTED);
    *in = rest;
    *out = t;
    return SUCCESS;
}

static struct err expect(struct view *in, uint32_t tag, struct view *value)
{
    struct tlv t;

    TRY(expect_whole(in, tag, &t));
    *value = t.value;
    return SUCCESS;
}

static struct view stripped(struct view v)
{
    uint8_t zero;

    while (v.len != 0 && view_at(v, 0) == 0 && view_u8(&v, &zero).code == OK)
        continue;
    return v;
}

static bool same(struct view a, struct view b)
{
    return view_eq(stripped(a), stripped(b));
}

static unsigned bits_of(struct view v)
{
    unsigned bits = (unsigned)(8 * v.len);

    for (unsigned mask = 0x80; bits != 0 && (view_at(v, 0) & mask) == 0; mask >>= 1)
        bits--;
    return bits;
}

/* { 81 n, 82 e }: TR-03110-3 v2.21 D.3.1. */
static struct err read_rsa(struct view in, struct public_key *out)
{
    struct rsa_key k;

    TRY(expect(&in, 0x81, &k.n));
    TRY(expect(&in, 0x82, &k.e));
    TRY(tlv_end(in));
    k.n = stripped(k.n);
    k.e = stripped(k.e);
    const unsigned bits = bits_of(k.n), e_bits = bits_of(k.e);

    CHECK((view_at(k.n, k.n.len - 1) & view_at(k.e, k.e.len - 1) & 1) != 0, E_MALFORMED);
    if (bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX && e_bits >= 2 && e_bits <= E_BITS_MAX)
        *out = (struct public_key){ .kind = KEY_RSA, .bits = (uint16_t)bits, .rsa = k };
    return SUCCESS;
}

/* TR-03110-3 v2.21 D.3.3; the cofactor last. */
struct spelt {
    struct view p, a, b, base, n, point, cofactor;
};

static struct err read_spelt(struct view in, struct spelt *out)
{
    struct spelt s = { 0 };

    TRY(expect(&in, 0x81, &s.p));
    TRY(expect(&in, 0x82, &s.a));
    TRY(expect(&in, 0x83, &s.b));
    TRY(expect(&in, 0x84, &s.base));
    TRY(expect(&in, 0x85, &s.n));
    TRY(expect(&in, 0x86, &s.point));
    if (in.len != 0)
        TRY(expect(&in, 0x87, &s.cofactor));
    TRY(tlv_end(in));
    *out = s;
    return SUCCESS;
}

static bool is_generator(struct view base, const struct ec_domain *d)
{
    struct view form, x;

    return view_take(&base, 1, &form).code == OK && view_at(form, 0) == UNCOMPRESSED &&
           view_take(&base, d->p.len, &x).code == OK && view_eq(x, d->x) && view_eq(base, d->y);
}

/* All of a known curve, or none: nothing is computed on parameters from outside. */
static enum ec_group match(const struct spelt *s)
{
    static const uint8_t one[] = { 1 };

    for (enum ec_group g = EC_NONE + 1; g < EC_GROUP_COUNT; g++) {
        const struct ec_domain *d = ec_domain(g);

        if (same(s->p, d->p) && same(s->a, d->a) && same(s->b, d->b) && same(s->n, d->n) &&
            is_generator(s->base, d) && (s->cofactor.len == 0 || same(s->cofactor, VIEW(one))))
            return g;
    }
    return EC_NONE;
}

static void put_curve(struct cvc_key *k, enum ec_group group)
{
    const struct ec_domain *d = ec_domain(group);

    if (d == NULL || k->point.len != 1 + 2 * d->p.len)
        return;
    k->key = (struct public_key){ .kind = KEY_EC, .bits = d->bits, .ec = { group, k->point } };
}

static struct err read_ec(struct view in, struct cvc_key *out)
{
    struct spelt s = { 0 };
    struct view  rest = in;

    out->inherits = expect(&rest, 0x86, &s.point).code == OK;
    if (out->inherits)
        TRY(tlv_end(rest));
    else
        TRY(read_spelt(in, &s));
    CHECK(view_at(s.point, 0) == UNCOMPRESSED && s.point.len % 2 == 1, E_MALFORMED);
    out->point = s.point;
    if (!out->inherits)
        put_curve(out, match(&s));
    return SUCCESS;
}

/* A key of an unknown algorithm is passed over, if its data objects are whole. */
static struct err read_other(struct view in)
{
    struct tlv t;

    while (in.len != 0)
        TRY(next(&in, &t));
    return SUCCESS;
}

static struct err read_key(struct view in, struct cvc_key *out)
{
    struct cvc_key      k = { .alg = OID_UNKNOWN };
    const struct terms *terms;

    TRY(expect(&in, TAG_OID, &k.oid));
    terms = terms_of(oid_of(k.oid));
    if (terms == NULL) {
        TRY(read_other(in));
    } else {
        k.alg = terms->oid;
        TRY(terms->kind == KEY_RSA ? read_rsa(in, &k.key) : read_ec(in, &k));
    }
    *out = k;
    return SUCCESS;
}

/* Country, mnemonic, sequence number: TR-03110-3 v2.21 D.2.1.1. */
static struct err read_name(struct view *in, uint32_t tag, struct view *out)
{
    struct view name;

    TRY(expect(in, tag, &name));
    CHECK(name.len >= NAME_MIN && name.len <= CVC_NAME_MAX, E_MALFORMED);
    *out = name;
    return SUCCESS;
}

static struct err read_chat(struct view in, struct cvc *out)
{
    static const enum cvc_role roles[] = { CVC_TERMINAL, CVC_DV_FOREIGN, CVC_DV_DOMESTIC,
                                           CVC_CVCA };
    struct view                oid;

    TRY(expect(&in, TAG_OID, &oid));
    TRY(expect(&in, TAG_RIGHTS, &out->rights));
    TRY(tlv_end(in));
    CHECK(out->rights.len != 0 && out->rights.len <= CVC_RIGHTS_MAX, E_MALFORMED);
    out->type = oid_of(oid);
    if (out->type != OID_ROLE_IS && out->type != OID_ROLE_AT && out->type != OID_ROLE_ST)
        out->type = OID_UNKNOWN;
    out->role = roles[view_at(out->rights, 0) >> 6];
    return SUCCESS;
}

/* Six digits, an octet each: YYMMDD of this century. */
static struct err read_date(struct view *in, uint32_t tag, struct date *out)
{
    struct view digits;
    struct date d;

    TRY(expect(in, tag, &digits));
    CHECK(digits.len == 6, E_MALFORMED);
    for (size_t i = 0; i < digits.len; i++)
        CHECK(view_at(digits, i) <= 9, E_MALFORMED);
    d.year = (uint16_t)(2000 + 10 * view_at(digits, 0) + view_at(digits, 1));
    d.month = (uint8_t)(10 * view_at(digits, 2) + view_at(digits, 3));
    d.day = (uint8_t)(10 * view_at(digits, 4) + view_at(digits, 5));
    CHECK(date_exists(d), E_MALFORMED);
    *out = d;
    return SUCCESS;
}

static struct err read_body(struct view in, struct cvc *out)
{
    struct view value;

    TRY(expect(&in, TAG_PROFILE, &value));
    CHECK(value.len == 1 && view_at(value, 0) == 0, E_UNSUPPORTED); /* version 1 */
    TRY(read_name(&in, TAG_CAR, &out->car));
    TRY(expect(&in, TAG_PUBLIC_KEY, &value));
    TRY(read_key(value, &out->key));
    TRY(read_name(&in, TAG_CHR, &out->chr));
    TRY(expect(&in, TAG_CHAT, &value));
    TRY(read_chat(value, out));
    TRY(read_date(&in, TAG_FROM, &out->from));
    TRY(read_date(&in, TAG_UNTIL, &out->until));
    if (in.len != 0)
        TRY(expect(&in, TAG_EXTENSIONS, &value));
    return tlv_end(in);
}

struct err cvc_read(struct view *in, struct cvc *out)
{
    struct view rest = *in, inner;
    struct cvc  c = { .role = CVC_NO_ROLE };
    struct tlv  t;

    TRY(expect_whole(&rest, TAG_CERTIFICATE, &t));
    CHECK(t.whole.len <= CVC_MAX, E_TOO_LONG);
    c.whole = t.whole;
    c.content = inner = t.value;
    TRY(expect_whole(&inner, TAG_BODY, &t));
    c.body = t.whole;
    TRY(read_body(t.value, &c));
    TRY(expect(&inner, TAG_SIGNATURE, &c.signature));
    TRY(tlv_end(inner));
    *in = rest;
    *out = c;
    return SUCCESS;
}

bool cvc_self_signed(const struct cvc *c)
{
    return c->role == CVC_CVCA && view_eq(c->car, c->chr);
}

void cvc_inherit(struct cvc *c, const struct cvc_key *issuer)
{
    if (c->key.inherits && issuer->key.kind == KEY_EC)
        put_curve(&c->key, issuer->key.ec.group);
}

struct err cvc_check(const struct cvc *c, const struct cvc_key *issuer, enum result *out)
{
    return cvc_verify(issuer, c->body, c->signature, out);
}

struct err cvc_verify(const struct cvc_key *key, struct view message, struct view signature,
                      enum result *out)
{
    const struct terms *t = terms_of(key->alg);
    uint8_t             bytes[HASH_MAX];
    struct buf          digest = BUF(bytes);

    if (t == NULL || key->key.kind == KEY_NONE) {
        *out = UNDETERMINED;
        return SUCCESS;
    }
    TRY(hash(t->hash, &message, 1, &digest));
    /* TR-03110-3 v2.21 A.7.3.1: MGF1 with the same hash, a salt as long as it */
    const struct sig_alg alg = { t->scheme, t->hash, t->hash, (uint16_t)hash_len(t->hash), t->oid };
    const struct signed_digest s = { t->hash, buf_view(&digest), signature };

    return signature_check(&key->key, &alg, &s, out, NULL);
}
