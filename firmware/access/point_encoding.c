/*
 * point_encoding: see point_encoding.h.
 *
 * With p = 4q + 3 both powers of the appendix come from one shift of p:
 *   1/x             = x^(p-2)         = (x^q)^4 * x
 *   1/sqrt(x) or so = x^(p-1-(p+1)/4) = (x^q)^3 * x
 */
#include "point_encoding.h"

#include "crypto/modular.h"

enum { UNCOMPRESSED = 0x04 };

static const uint8_t one[] = { 1 };

/* The field GF(p), and q of p = 4q + 3. */
struct field {
    struct view p, q;
};

bool point_encoding_exists(enum ec_group group)
{
    const struct ec_domain *d = ec_domain(group);

    return d != NULL && (view_at(d->p, d->p.len - 1) & 3) == 3;
}

static struct view value(const struct field *f, const struct secret *x)
{
    return view_of(x->bytes, f->p.len);
}

typedef struct err mod_fn(struct view m, struct view a, struct view b, struct buf *out);

/* out = a op b; out may be a or b. */
static struct err apply(mod_fn *op, const struct field *f, struct view a, struct view b,
                        struct secret *out)
{
    SECRET     result;
    struct buf r = BUF(result.bytes);

    TRY(op(f->p, a, b, &r));
    *out = result;
    return SUCCESS;
}

static struct err multiply(const struct field *f, const struct secret *a, const struct secret *b,
                           struct secret *out)
{
    return apply(mod_mul, f, value(f, a), value(f, b), out);
}

static struct err square(const struct field *f, const struct secret *a, struct secret *out)
{
    return multiply(f, a, a, out);
}

/* -a */
static struct err negate(const struct field *f, const struct secret *a, struct secret *out)
{
    static const uint8_t zero[] = { 0 };

    return apply(mod_sub, f, VIEW(zero), value(f, a), out);
}

/* x^q */
static struct err power_q(const struct field *f, const struct secret *x, struct secret *out)
{
    return apply(mod_exp, f, value(f, x), f->q, out);
}

static struct err invert(const struct field *f, const struct secret *x, struct secret *out)
{
    SECRET w;

    TRY(power_q(f, x, &w));
    TRY(square(f, &w, &w));
    TRY(square(f, &w, &w));
    return multiply(f, &w, x, out);
}

/* X2 = -b/a * (1 + 1/d) = -b (1 + d) / (a d), d = alpha + alpha^2: step 2. */
static struct err first_x(const struct ec_domain *e, const struct field *f,
                          const struct secret *alpha, struct secret *x2)
{
    SECRET d, over, under;

    TRY(square(f, alpha, &d));
    TRY(apply(mod_add, f, value(f, &d), value(f, alpha), &d));
    TRY(apply(mod_add, f, value(f, &d), VIEW(one), &over));
    TRY(apply(mod_mul, f, e->b, value(f, &over), &over));
    TRY(negate(f, &over, &over));
    TRY(apply(mod_mul, f, e->a, value(f, &d), &under));
    TRY(invert(f, &under, &under));
    return multiply(f, &over, &under, x2);
}

/* h = x^3 + a x + b: step 4. */
static struct err curve_at(const struct ec_domain *e, const struct field *f, const struct secret *x,
                           struct secret *h)
{
    SECRET s;

    TRY(square(f, x, &s));
    TRY(apply(mod_add, f, value(f, &s), e->a, &s));
    TRY(multiply(f, &s, x, &s));
    return apply(mod_add, f, value(f, &s), e->b, h);
}

/* FF for 1, 00 for anything else. */
static uint8_t mask_of_one(struct view number)
{
    unsigned other = view_at(number, number.len - 1) ^ 1U;

    for (size_t i = 0; i + 1 < number.len; i++)
        other |= view_at(number, i);
    return (uint8_t)((other - 1) >> 8);
}

static struct err put_chosen(uint8_t mask, struct view yes, struct view no, struct buf *out)
{
    for (size_t i = 0; i < yes.len; i++)
        TRY(buf_u8(out, (uint8_t)((view_at(yes, i) & mask) | (view_at(no, i) & ~(unsigned)mask))));
    return SUCCESS;
}

/* Two candidates, (x2, y2) and (x3, y3); one of them is on the curve. */
struct candidates {
    struct secret *x2, *y2, *x3, *y3;
};

/* Steps 6 and 7: A and U; the first candidate is good if A^2 h2 = 1. */
static struct err solve(const struct field *f, const struct secret *h2, const struct secret *t3,
                        const struct candidates *c, uint8_t *first)
{
    SECRET w, a;

    TRY(power_q(f, h2, &w));
    TRY(square(f, &w, &a));
    TRY(multiply(f, &a, &w, &a));
    TRY(multiply(f, &a, h2, &a)); /* A = (h2^q)^3 h2 */
    TRY(multiply(f, &a, h2, c->y2));
    TRY(multiply(f, t3, c->y2, c->y3)); /* A U, U = t^3 h2 */
    TRY(multiply(f, &a, c->y2, &w));
    *first = mask_of_one(value(f, &w));
    return SUCCESS;
}

static struct err encode(const struct ec_domain *e, const struct field *f, struct view t,
                         struct buf *out)
{
    SECRET                  t2, t3, alpha, h2, x2, y2, x3, y3;
    const struct candidates c = { &x2, &y2, &x3, &y3 };
    uint8_t                 first;

    TRY(apply(mod_mul, f, t, t, &t2));
    TRY(apply(mod_mul, f, value(f, &t2), t, &t3));
    TRY(negate(f, &t2, &alpha)); /* step 1 */
    TRY(first_x(e, f, &alpha, &x2));
    TRY(multiply(f, &alpha, &x2, &x3)); /* step 3 */
    TRY(curve_at(e, f, &x2, &h2));
    TRY(solve(f, &h2, &t3, &c, &first));
    TRY(buf_u8(out, UNCOMPRESSED));
    TRY(put_chosen(first, value(f, &x2), value(f, &x3), out)); /* steps 8, 9 */
    return put_chosen(first, value(f, &y2), value(f, &y3), out);
}

struct err point_encoding(enum ec_group group, struct view t, struct buf *out)
{
    const struct ec_domain *e = ec_domain(group);
    uint8_t                 bytes[EC_FIELD_MAX];
    struct buf              q = BUF(bytes), draft = *out;

    CHECK(point_encoding_exists(group) && t.len == e->p.len, E_BUG);
    for (size_t i = 0; i < e->p.len; i++) { /* p >> 2 */
        const unsigned above = i == 0 ? 0 : view_at(e->p, i - 1);

        TRY(buf_u8(&q, (uint8_t)(above << 6 | view_at(e->p, i) >> 2)));
    }

    const struct field f = { e->p, buf_view(&q) };

    TRY(encode(e, &f, t, &draft)); /* cofactor 1: step 10 */
    *out = draft;
    return SUCCESS;
}
