/* aa_check: what the chip's answer to a challenge is worth; see aa.h. */
#include "aa_length.h"
#include "chipauth/aa.h"
#include "iso9796.h"
#include "keys/signature.h"

enum { WEAK_RSA_BITS = 2048, WEAK_EC_BITS = 224 }; /* under 112 bits of strength */

/* What was read over to make it verify. */
struct found {
    bool          good;
    enum hash_alg hash;
    bool          der, trailer, searched, long_hash;
};

size_t aa_signature_len(const struct public_key *key)
{
    const struct ec_domain *d = key->kind == KEY_EC ? ec_domain(key->ec.group) : NULL;

    return d == NULL ? key->rsa.n.len : 2 * d->n.len;
}

static struct err check_rsa(const struct aa *a, struct found *out)
{
    const struct iso9796_terms terms = { VIEW(a->challenge), a->key.hash };
    struct iso9796_result      r;

    TRY(iso9796_verify(&a->key.key.rsa, &terms, aa_answer(a), &r));
    *out = (struct found){ .good = r.good, .hash = r.hash, .trailer = r.unusual };
    return SUCCESS;
}

/* The answer as r || s (TR-03111 §5.2.1), else in DER (quirk D5). */
static struct err check_ec_hash(const struct aa *a, enum hash_alg alg, struct found *out)
{
    static const enum scheme forms[] = { SCHEME_ECDSA_PLAIN, SCHEME_ECDSA };
    const struct view        challenge = VIEW(a->challenge);
    uint8_t                  digest_bytes[HASH_MAX];
    struct buf               digest = BUF(digest_bytes);

    TRY(hash(alg, &challenge, 1, &digest));
    for (size_t i = 0; i < sizeof forms / sizeof *forms && !out->good; i++) {
        const struct sig_alg       how = { .scheme = forms[i], .hash = alg };
        const struct signed_digest s = { alg, buf_view(&digest), aa_answer(a) };
        enum result                r = NOT_RUN;

        TRY(signature_check(&a->key.key, &how, &s, &r, NULL));
        out->good = r == SUCCESSFUL;
        out->der = forms[i] == SCHEME_ECDSA;
    }
    out->hash = alg;
    return SUCCESS;
}

/* 9303-11 §6.1.2.3: a hash no longer than the key; which, DG14 must say.  Where it does not, each
 * permitted one is tried (quirk D6); the challenge is ours, so that this helps no forger. */
static struct err check_ec(const struct aa *a, struct found *out)
{
    static const enum hash_alg permitted[] = { HASH_SHA256, HASH_SHA384, HASH_SHA512, HASH_SHA224,
                                               HASH_SHA1 };
    const size_t               order_len = aa_signature_len(&a->key.key) / 2;

    *out = (struct found){ .good = false };
    if (a->key.hash != HASH_NONE) {
        out->long_hash = hash_len(a->key.hash) > order_len;
        return check_ec_hash(a, a->key.hash, out);
    }
    out->searched = true;
    for (size_t i = 0; i < sizeof permitted / sizeof *permitted && !out->good; i++) {
        if (hash_len(permitted[i]) <= order_len)
            TRY(check_ec_hash(a, permitted[i], out));
    }
    return SUCCESS;
}

static void note_found(const struct aa *a, const struct found *f, struct notes *notes)
{
    const struct {
        bool         seen;
        enum note_id id;
    } rows[] = {
        { f->hash == HASH_SHA1, NOTE_WEAK_HASH }, { f->der, NOTE_AA_DER },
        { f->trailer, NOTE_AA_TRAILER },          { f->searched, NOTE_AA_HASH_FOUND },
        { f->long_hash, NOTE_AA_HASH_LONG },      { a->again, NOTE_AA_LE },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].seen)
            note_add(notes, rows[i].id);
    }
}

/* Cut short on the way, because no answer through this reader is longer? */
static bool cut_short(const struct aa *a)
{
    const size_t len = aa_signature_len(&a->key.key);

    return a->key.key.kind == KEY_RSA && a->answer_len < len && len > a->room;
}

struct err aa_check(const struct aa *a, enum result *out, struct notes *notes)
{
    const struct public_key *key = &a->key.key;
    struct found             f;

    CHECK(a->state == AA_DONE, E_BUG);
    if (key->bits < (key->kind == KEY_EC ? WEAK_EC_BITS : WEAK_RSA_BITS))
        note_add(notes, NOTE_AA_WEAK_KEY);
    if (cut_short(a)) {
        *out = UNDETERMINED;
        return SUCCESS;
    }
    TRY(key->kind == KEY_RSA ? check_rsa(a, &f) : check_ec(a, &f));
    if (f.good)
        note_found(a, &f, notes);
    *out = f.good ? SUCCESSFUL : FAILED;
    return SUCCESS;
}
