/* iso9796: see iso9796.h. */
#include "iso9796.h"

enum { HEADER = 0x6A, IMPLICIT = 0xBC, EXPLICIT = 0xCC, NIBBLE = 0x0C };

/* ISO/IEC 10118-3: the numbers of the hashes that 9303-11 §6.1.2.2 permits. */
static const struct {
    uint8_t       number;
    enum hash_alg hash;
} numbers[] = {
    { 0x33, HASH_SHA1 },   { 0x34, HASH_SHA256 }, { 0x35, HASH_SHA512 },
    { 0x36, HASH_SHA384 }, { 0x38, HASH_SHA224 },
};

static enum hash_alg hash_of(uint8_t number)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (numbers[i].number == number)
            return numbers[i].hash;
    }
    return HASH_NONE;
}

static uint8_t last_of(struct view v, size_t back)
{
    return view_at(v, v.len - back);
}

/* n - j, as long as both. */
static void subtract(struct view n, struct view j, uint8_t *out)
{
    unsigned borrow = 0;

    for (size_t i = n.len; i-- > 0;) {
        const unsigned d = 256U + view_at(n, i) - view_at(j, i) - borrow;

        out[i] = (uint8_t)d;
        borrow = d < 256U;
    }
}

/* The representative that was signed.  B.6: s^e mod n itself.  B.4: the signer took the lesser of
 * s and n - s, so that it may be n less that; n is odd, and only one of the two ends in C. */
static struct err recover(const struct rsa_key *key, struct view sig, uint8_t *bytes)
{
    uint8_t    opened[ISO9796_MAX];
    struct buf j = BUF(opened), out = buf_of(bytes, ISO9796_MAX);

    TRY(rsa_public(key, sig, &j)); /* as long as n: leading zeros stay */
    if ((last_of(buf_view(&j), 1) & 0x0F) == NIBBLE)
        return buf_put(&out, buf_view(&j));
    subtract(key->n, buf_view(&j), bytes);
    return SUCCESS;
}

/* Between header and trailer stand M1 and the hash over M1 and M2. */
static struct err compare(struct view inner, enum hash_alg alg, struct view m2, bool *good)
{
    struct view part[2] = { { 0 }, m2 };
    uint8_t     digest_bytes[HASH_MAX];
    struct buf  digest = BUF(digest_bytes);

    *good = false;
    if (alg == HASH_NONE || inner.len <= hash_len(alg))
        return SUCCESS;
    TRY(view_take(&inner, inner.len - hash_len(alg), &part[0]));
    TRY(hash(alg, part, 2, &digest));
    *good = view_eq(buf_view(&digest), inner);
    return SUCCESS;
}

static struct err try_hash(struct view inner, enum hash_alg alg, struct view m2,
                           struct iso9796_result *out)
{
    TRY(compare(inner, alg, m2, &out->good));
    out->hash = out->good ? alg : HASH_NONE;
    return SUCCESS;
}

static struct err check(struct view f, const struct iso9796_terms *terms,
                        struct iso9796_result *out)
{
    const uint8_t trailer = last_of(f, 1);
    const bool    named = trailer == EXPLICIT;
    struct view   inner;

    if (view_at(f, 0) != HEADER || (trailer != IMPLICIT && !named))
        return SUCCESS;
    TRY(view_sub(f, 1, f.len - (named ? 3 : 2), &inner));
    if (named)
        return try_hash(inner, hash_of(last_of(f, 2)), terms->m2, out);
    TRY(try_hash(inner, HASH_SHA1, terms->m2, out)); /* 9303-11 §6.1.2.2: BC means SHA-1 */
    if (out->good || terms->agreed == HASH_NONE || terms->agreed == HASH_SHA1)
        return SUCCESS;
    TRY(try_hash(inner, terms->agreed, terms->m2, out));
    out->unusual = out->good;
    return SUCCESS;
}

struct err iso9796_verify(const struct rsa_key *key, const struct iso9796_terms *terms,
                          struct view sig, struct iso9796_result *out)
{
    uint8_t f[ISO9796_MAX];

    CHECK(key->n.len >= 3 && key->n.len <= ISO9796_MAX, E_BUG);
    *out = (struct iso9796_result){ .good = false };
    if (sig.len != key->n.len || view_order(sig, key->n) >= 0)
        return SUCCESS;
    TRY(recover(key, sig, f));
    return check(view_of(f, key->n.len), terms, out);
}
