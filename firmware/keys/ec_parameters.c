/* ec_parameters: see ec_parameters.h. */
#include "keys/ec_parameters.h"

#include "base/der.h"
#include "number.h"

enum { COMPRESSED_EVEN = 2, COMPRESSED_ODD = 3, UNCOMPRESSED = 4 }; /* SEC 1 clause 2.3.3 */

enum { ID_FIRST = 8, ID_LAST = 18 }; /* 9303-11 §9.5.1; in the order of enum ec_group */

_Static_assert(EC_P192 + ID_LAST - ID_FIRST == EC_P521, "ids and groups are in one order");

/* As they stand in the key; each may have other leading zeros than ours. */
struct spelt {
    struct view p, a, b, base, n;
    struct view cofactor; /* empty if absent */
};

static struct err read_field(struct view *in, struct view *p)
{
    struct view rest = *in, body, id;

    TRY(der_expect(&rest, DER_SEQUENCE, &body));
    TRY(der_oid(&body, &id));
    CHECK(oid_of(id) == OID_PRIME_FIELD, E_UNSUPPORTED);
    TRY(der_unsigned(&body, p));
    TRY(der_end(body));
    *in = rest;
    return SUCCESS;
}

static struct err read_curve(struct view *in, struct view *a, struct view *b)
{
    struct view rest = *in, body, seed;
    uint8_t     unused;

    TRY(der_expect(&rest, DER_SEQUENCE, &body));
    TRY(der_expect(&body, DER_OCTET_STRING, a));
    TRY(der_expect(&body, DER_OCTET_STRING, b));
    if (der_at(body, DER_BIT_STRING)) /* says how a and b were found; nothing depends on it */
        TRY(der_bit_string(&body, &seed, &unused));
    TRY(der_end(body));
    *in = rest;
    return SUCCESS;
}

static struct err read_spelt(struct view *in, struct spelt *out)
{
    struct view  rest = *in, body;
    struct spelt s = { 0 };
    uint32_t     version;

    TRY(der_expect(&rest, DER_SEQUENCE, &body));
    TRY(der_u32(&body, &version));
    CHECK(version >= 1 && version <= 3, E_MALFORMED);
    TRY(read_field(&body, &s.p));
    TRY(read_curve(&body, &s.a, &s.b));
    TRY(der_expect(&body, DER_OCTET_STRING, &s.base));
    TRY(der_unsigned(&body, &s.n));
    if (body.len != 0)
        TRY(der_unsigned(&body, &s.cofactor));
    TRY(der_end(body));
    *in = rest;
    *out = s;
    return SUCCESS;
}

static bool same(struct view a, struct view b)
{
    return number_order(a, b) == 0;
}

/* Is this octet string the curve's generator, in full or compressed? */
static bool is_generator(struct view base, const struct ec_domain *d)
{
    struct view form, x, y;
    const bool  odd = number_odd(d->y);

    if (view_take(&base, 1, &form).code != OK || view_take(&base, d->p.len, &x).code != OK ||
        !view_eq(x, d->x))
        return false;
    if (view_at(form, 0) == (odd ? COMPRESSED_ODD : COMPRESSED_EVEN))
        return base.len == 0;
    return view_at(form, 0) == UNCOMPRESSED && view_take(&base, d->p.len, &y).code == OK &&
           view_eq(y, d->y) && base.len == 0;
}

/* The rule against chosen generators (CVE-2020-0601): all of a known curve, or none. */
static struct err match(const struct spelt *s, enum ec_group *out, struct notes *notes)
{
    static const uint8_t one[] = { 1 };

    for (enum ec_group g = EC_NONE + 1; g < EC_GROUP_COUNT; g++) {
        const struct ec_domain *d = ec_domain(g);

        if (!same(s->p, d->p) || !same(s->a, d->a) || !same(s->b, d->b))
            continue;
        if (is_generator(s->base, d) && same(s->n, d->n) &&
            (s->cofactor.len == 0 || same(s->cofactor, VIEW(one)))) {
            *out = g;
            return SUCCESS;
        }
        note_add(notes, NOTE_EC_CURVE_ALTERED);
    }
    FAIL(E_UNSUPPORTED);
}

static struct err by_name(struct view *in, enum ec_group *out)
{
    struct view rest = *in, id;

    TRY(der_oid(&rest, &id));
    for (enum ec_group g = EC_NONE + 1; g < EC_GROUP_COUNT; g++) {
        if (ec_domain(g)->oid == oid_of(id)) {
            *in = rest;
            *out = g;
            return SUCCESS;
        }
    }
    FAIL(E_UNSUPPORTED);
}

struct err ec_parameters_read(struct view *in, enum ec_group *out, bool *spelt_out,
                              struct notes *notes)
{
    struct view   rest = *in;
    struct spelt  s;
    enum ec_group group;
    const bool    spelt = der_at(rest, DER_SEQUENCE);

    CHECK(!der_at(rest, DER_NULL), E_UNSUPPORTED); /* implicitCurve: RFC 5480 forbids it too */
    if (spelt) {
        TRY(read_spelt(&rest, &s));
        TRY(match(&s, &group, notes));
    } else {
        TRY(by_name(&rest, &group));
    }
    *in = rest;
    *out = group;
    *spelt_out = spelt;
    return SUCCESS;
}

struct err ec_parameters_id_read(struct view *in, enum ec_group *out)
{
    struct view rest = *in;
    uint32_t    id;

    TRY(der_u32(&rest, &id));
    CHECK(id >= ID_FIRST && id <= ID_LAST, E_UNSUPPORTED); /* 0 to 2 are DH */
    *in = rest;
    *out = (enum ec_group)(EC_P192 + (id - ID_FIRST));
    return SUCCESS;
}
