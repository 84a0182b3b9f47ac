/* agreement: see agreement.h. */
#include "access/agreement.h"

#include "crypto/ec.h"
#include "crypto/hash.h"
#include "crypto/modular.h"
#include "wide.h"

enum {
    UNCOMPRESSED = 0x04,
    SHORT_EXPONENT = 64, /* bytes: twice the strength of any p up to 4096 bits, and more */
    TURNS_MAX = 16,      /* one in 256 takes another; all of them never happens */
};

static const uint8_t one[] = { 1 }, zero[] = { 0 };

struct err agreement_of_id(enum info_agreement kind, uint32_t id, struct agreement *out)
{
    struct agreement a = { .kind = kind };

    if (kind == AGREEMENT_ECDH) {
        a.group = ec_group_of_id(id);
        CHECK(a.group != EC_NONE, E_UNSUPPORTED);
    } else {
        const struct dh_domain *d = dh_domain(dh_group_of_id(id));

        CHECK(kind == AGREEMENT_DH && d != NULL, E_UNSUPPORTED);
        a.dh = (struct dh_params){ d->p, d->g, d->q };
    }
    *out = a;
    return SUCCESS;
}

size_t agreement_len(const struct agreement *a)
{
    return a->kind == AGREEMENT_ECDH ? ec_domain(a->group)->p.len : a->dh.p.len;
}

/* Private keys are below this.  DH without a q, or with one so long that it bounds nothing
 * worth the time (a safe prime's): any number of 512 bits. */
static struct view bound(const struct agreement *a)
{
    static const uint8_t ones[SHORT_EXPONENT] = { [0 ... SHORT_EXPONENT - 1] = 0xFF };

    if (a->kind == AGREEMENT_ECDH)
        return ec_domain(a->group)->n;
    return a->dh.q.len != 0 && a->dh.q.len <= SHORT_EXPONENT ? a->dh.q : VIEW(ones);
}

/* FIPS 186-4 B.1.1, B.4.1: d = (c mod (n - 1)) + 1, c at least 64 bits longer than n. */
struct err agreement_private(const struct agreement *a, struct view random, struct buf *out)
{
    const struct view n = bound(a);
    uint8_t           bytes[AGREEMENT_PRIVATE_MAX];
    struct buf        less = BUF(bytes);
    SECRET            c;
    struct buf        reduced = BUF(c.bytes);

    CHECK(random.len == AGREEMENT_RANDOM_LEN && random.len >= n.len + 8, E_BUG);
    TRY(mod_sub(n, VIEW(zero), VIEW(one), &less));
    TRY(mod_reduce(buf_view(&less), random, &reduced));
    return mod_add(n, buf_view(&reduced), VIEW(one), out);
}

/* Is it 0 or 1?  Only asked of what is sent in the clear. */
static bool trivial(struct view number)
{
    unsigned above = 0;

    for (size_t i = 0; i + 1 < number.len; i++)
        above |= view_at(number, i);
    return above == 0 && view_at(number, number.len - 1) <= 1;
}

static struct err public_number(const struct agreement *a, struct view private, struct buf *out)
{
    const struct view g = a->generator.len != 0 ? a->generator : a->dh.g;
    struct buf        draft = *out;
    struct view       y;

    TRY(mod_exp(a->dh.p, g, private, &draft));
    TRY(view_sub(buf_view(&draft), out->len, a->dh.p.len, &y));
    CHECK(!trivial(y), E_UNEXPECTED); /* 9303-11 clause 4.4.3.3.2: the generator is not 1 */
    *out = draft;
    return SUCCESS;
}

struct err agreement_public(const struct agreement *a, struct view private, struct buf *out)
{
    if (a->kind == AGREEMENT_ECDH)
        return ec_multiply(a->group, private, a->generator, out);
    return public_number(a, private, out);
}

/* Other bytes made of random, for the next try: independent of those before, so that how long
 * it takes says nothing of the pair that is used.  (Were it g^(x+1), who guesses the password,
 * and so g, could tell from the time whether y/g has that zero.) */
static struct err other_random(struct view random, unsigned turn, struct buf *out)
{
    WIDE              digests;
    struct buf        d = BUF(digests.bytes);
    uint8_t           count[2] = { (uint8_t)turn, 0 };
    const struct view part[] = { VIEW(count), random };
    struct view       front;

    while (d.len < AGREEMENT_RANDOM_LEN) {
        TRY(hash(HASH_SHA512, part, 2, &d));
        count[1]++;
    }
    TRY(view_sub(buf_view(&d), 0, AGREEMENT_RANDOM_LEN, &front));
    return buf_put(out, front);
}

static struct err try_pair(const struct agreement *a, struct view random, struct buf *private,
                           struct buf *public)
{
    TRY(agreement_private(a, random, private));
    return agreement_public(a, buf_view(private), public);
}

/* 9303-11 clause 9.4.1 */
static bool needs_no_zero(const struct agreement *a, struct view public)
{
    return a->kind == AGREEMENT_ECDH || view_at(public, 0) != 0;
}

struct err agreement_pair(const struct agreement *a, struct view random, struct buf *private,
                          struct buf *public)
{
    SECRET      x;
    WIDE        other;
    struct buf  d = BUF(x.bytes), bytes = BUF(other.bytes), draft = *public;
    struct view y;

    TRY(try_pair(a, random, &d, &draft));
    TRY(view_sub(buf_view(&draft), public->len, draft.len - public->len, &y));
    for (unsigned turn = 1; !needs_no_zero(a, y); turn++) {
        CHECK(turn < TURNS_MAX, E_CRYPTO);
        bytes.len = d.len = 0;
        draft = *public;
        TRY(other_random(random, turn, &bytes));
        TRY(try_pair(a, buf_view(&bytes), &d, &draft));
    }
    TRY(buf_put(private, buf_view(&d)));
    *public = draft;
    return SUCCESS;
}

/* RFC 2631 clause 2.1.5: 2 <= y <= p-2, y^q = 1. */
static struct err check_number(const struct dh_params *dh, struct view peer, bool *good)
{
    uint8_t    bytes[3][AGREEMENT_PUBLIC_MAX];
    struct buf y = BUF(bytes[0]), top = BUF(bytes[1]), power = BUF(bytes[2]);
    bool       fits;

    *good = false;
    if (peer.len == 0 || peer.len > dh->p.len)
        return SUCCESS;
    TRY(buf_fill(&y, 0, dh->p.len - peer.len));
    TRY(buf_put(&y, peer));
    TRY(mod_sub(dh->p, VIEW(zero), VIEW(one), &top));
    fits = !trivial(buf_view(&y)) && view_order(buf_view(&y), buf_view(&top)) < 0;
    if (fits && dh->q.len != 0) {
        TRY(mod_exp(dh->p, buf_view(&y), dh->q, &power));
        fits = trivial(buf_view(&power)); /* 1: a power of y is not 0 */
    }
    *good = fits;
    return SUCCESS;
}

struct err agreement_check(const struct agreement *a, struct view peer, bool *good)
{
    if (a->kind == AGREEMENT_ECDH)
        return ec_check(a->group, peer, good);
    return check_number(&a->dh, peer, good);
}

/* The x coordinate, as long as the field. */
static struct err put_x(enum ec_group group, struct view point, struct buf *out)
{
    const size_t len = ec_domain(group)->p.len;
    struct view  x;

    CHECK(point.len == 1 + 2 * len && view_at(point, 0) == UNCOMPRESSED, E_UNEXPECTED);
    TRY(view_sub(point, 1, len, &x));
    return buf_put(out, x);
}

struct err agreement_shared(const struct agreement *a, struct view private, struct view peer,
                            struct buf *out)
{
    WIDE       point;
    struct buf p = BUF(point.bytes);

    if (a->kind == AGREEMENT_DH)
        return mod_exp(a->dh.p, peer, private, out);
    TRY(ec_multiply(a->group, private, peer, &p));
    return put_x(a->group, buf_view(&p), out); /* TR-03111 clause 4.3.1; quirk B9 */
}

struct err agreement_comp(const struct agreement *a, struct view public, struct buf *out)
{
    if (a->kind == AGREEMENT_ECDH)
        return put_x(a->group, public, out);
    CHECK(public.len != 0 && public.len <= a->dh.p.len, E_UNEXPECTED);
    return hash(HASH_SHA1, &public, 1, out);
}
