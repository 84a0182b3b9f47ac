/*
 * agreement_read: keys and domains for key agreement, see agreement.h.
 *
 *   PKCS#3    DHParameter      ::= SEQUENCE { prime p, base g, privateValueLength OPTIONAL }
 *   X9.42     DomainParameters ::= SEQUENCE { p, g, q, j OPTIONAL, validationParms OPTIONAL }
 *   BSI       standardizedDomainParameters, INTEGER id
 */
#include "access/agreement.h"
#include "base/der.h"
#include "keys/ec_parameters.h"

static struct err by_curve(struct view params, struct agreement *out, struct notes *notes)
{
    bool spelt_out;

    out->kind = AGREEMENT_ECDH;
    TRY(ec_parameters_read(&params, &out->group, &spelt_out, notes));
    return der_end(params);
}

/* A group of our table brings the q along that PKCS#3 does not name. */
static bool recognise(struct dh_params *dh)
{
    for (enum dh_group g = DH_NONE + 1; g < DH_GROUP_COUNT; g++) {
        const struct dh_domain *d = dh_domain(g);

        if (!view_eq(dh->p, d->p) || !view_eq(dh->g, d->g))
            continue;
        if (dh->q.len != 0 && !view_eq(dh->q, d->q))
            return false;
        *dh = (struct dh_params){ d->p, d->g, d->q };
        return true;
    }
    return false;
}

static struct err check_sizes(const struct dh_params *dh)
{
    CHECK(dh->p.len >= AGREEMENT_P_MIN && dh->p.len <= AGREEMENT_P_MAX, E_UNSUPPORTED);
    CHECK((view_at(dh->p, dh->p.len - 1) & 1) != 0, E_MALFORMED);
    CHECK(dh->g.len < dh->p.len || (dh->g.len == dh->p.len && view_order(dh->g, dh->p) < 0),
          E_MALFORMED);
    CHECK(dh->g.len > 1 || view_at(dh->g, 0) > 1, E_MALFORMED);
    CHECK(dh->q.len == 0 || (dh->q.len >= AGREEMENT_Q_MIN && dh->q.len <= dh->p.len),
          E_UNSUPPORTED);
    return SUCCESS;
}

static struct err by_pkcs3(struct view params, struct agreement *out, struct notes *notes)
{
    struct view body, length;

    (void)notes;
    out->kind = AGREEMENT_DH;
    TRY(der_expect(&params, DER_SEQUENCE, &body));
    TRY(der_end(params));
    TRY(der_unsigned(&body, &out->dh.p));
    TRY(der_unsigned(&body, &out->dh.g));
    if (body.len != 0)
        TRY(der_unsigned(&body, &length)); /* a hint to who makes private keys; ours are longer */
    return der_end(body);
}

static struct err by_x942(struct view params, struct agreement *out, struct notes *notes)
{
    struct view body, unused;

    (void)notes;
    out->kind = AGREEMENT_DH;
    TRY(der_expect(&params, DER_SEQUENCE, &body));
    TRY(der_end(params));
    TRY(der_unsigned(&body, &out->dh.p));
    TRY(der_unsigned(&body, &out->dh.g));
    TRY(der_unsigned(&body, &out->dh.q));
    if (der_at(body, DER_INTEGER))
        TRY(der_unsigned(&body, &unused));
    if (der_at(body, DER_SEQUENCE))
        TRY(der_expect(&body, DER_SEQUENCE, &unused));
    return der_end(body);
}

static struct err by_id(struct view params, struct agreement *out, struct notes *notes)
{
    uint32_t id;

    (void)notes;
    TRY(der_u32(&params, &id));
    TRY(der_end(params));
    if (agreement_of_id(AGREEMENT_DH, id, out).code == OK)
        return SUCCESS;
    return agreement_of_id(AGREEMENT_ECDH, id, out);
}

static const struct {
    enum oid oid;
    struct err (*read)(struct view params, struct agreement *out, struct notes *notes);
} algorithms[] = {
    /* clang-format off */
    { OID_EC_PUBLIC_KEY,           by_curve },
    { OID_DH_KEY_AGREEMENT,        by_pkcs3 },
    { OID_DH_PUBLIC_NUMBER,        by_x942 },
    { OID_BSI_STANDARDIZED_DOMAIN, by_id },
    /* clang-format on */
};

/* Content of an AlgorithmIdentifier.  known: every number is of our tables. */
static struct err read_algorithm(struct view body, struct agreement *out, bool *known,
                                 struct notes *notes)
{
    struct agreement a = { 0 };
    struct view      id;

    TRY(der_oid(&body, &id));
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
        if (algorithms[i].oid != oid_of(id))
            continue;
        TRY(algorithms[i].read(body, &a, notes));
        *known = a.kind == AGREEMENT_ECDH || recognise(&a.dh);
        if (a.kind == AGREEMENT_DH)
            TRY(check_sizes(&a.dh));
        *out = a;
        return SUCCESS;
    }
    FAIL(E_UNSUPPORTED);
}

struct err agreement_read(struct view spki, struct agreement *out, struct view *key,
                          struct notes *notes)
{
    struct view      body, algorithm, bits, number;
    struct agreement a;
    bool             known;

    TRY(der_expect(&spki, DER_SEQUENCE, &body));
    TRY(der_end(spki));
    TRY(der_expect(&body, DER_SEQUENCE, &algorithm));
    TRY(der_bit_octets(&body, &bits));
    TRY(der_end(body));
    TRY(read_algorithm(algorithm, &a, &known, notes));
    if (a.kind == AGREEMENT_DH) { /* RFC 3279 clause 2.3.3: an INTEGER inside */
        TRY(der_unsigned(&bits, &number));
        TRY(der_end(bits));
        bits = number;
    }
    *out = a;
    *key = bits;
    return SUCCESS;
}

struct err agreement_domain_read(struct view algorithm, struct agreement *out, struct notes *notes)
{
    struct view      body;
    struct agreement a;
    bool             known;

    TRY(der_expect(&algorithm, DER_SEQUENCE, &body));
    TRY(der_end(algorithm));
    TRY(read_algorithm(body, &a, &known, notes));
    CHECK(known, E_UNSUPPORTED); /* 9303-11 clause 9.2.2: else the password leaks */
    *out = a;
    return SUCCESS;
}
