/* pace_proof: see pace_proof.h. */
#include "pace_proof.h"

#include <string.h>

#include "base/tlv.h"

struct view pace_held(const struct pace_piece *piece)
{
    return view_of(piece->bytes, piece->len);
}

bool pace_hold(struct pace_piece *piece, struct view v)
{
    if (v.len > sizeof piece->bytes)
        return false;
    if (v.len != 0)
        memcpy(piece->bytes, v.ptr, v.len);
    piece->len = v.len;
    return true;
}

const struct pace_fault *pace_proof_fault(const struct pace_chip *p)
{
    return pace_ini_fault(p->ini, p->offer);
}

bool pace_proof_plays_on(const struct pace_chip *p)
{
    const struct pace_fault *f = pace_proof_fault(p);

    return f != NULL && f->what >= SPOIL_NEUTRAL && f->what <= SPOIL_SMALL;
}

struct err pace_proof_token(const struct pace_chip *p, struct view key, uint8_t mac[SUITE_MAC])
{
    uint8_t    oid[PACE_OID], inner_room[REALM_ELEMENT_MAX + 32], room[REALM_ELEMENT_MAX + 48];
    struct buf inner = BUF(inner_room), whole = BUF(room);

    pace_offer_oid(p->offer, oid);
    TRY(tlv_put(&inner, 0x06, VIEW(oid)));
    TRY(tlv_put(&inner, realm_is_curve(p->offer->realm) ? 0x86 : 0x84, key));
    TRY(tlv_put(&whole, 0x7F49, buf_view(&inner)));
    return suite_mac(p->offer->suite, p->k_mac, &(struct view){ whole.ptr, whole.len }, 1, mac);
}

/* K for an attacker's nth guess: the terminal made it of the faulty key that it took. */
static struct err guess(const struct pace_chip *p, unsigned n, struct buf *k)
{
    const struct realm *realm = p->offer->realm;
    const uint8_t       power[] = { (uint8_t)(n >> 8), (uint8_t)n };
    uint8_t             room[REALM_ELEMENT_MAX];
    struct buf          element = BUF(room);

    if (p->sent.len <= 1)
        return realm_shared(realm, pace_held(&p->sent), k); /* the point at infinity */
    TRY(realm_power(realm, pace_held(&p->sent), VIEW(power), &element));
    return realm_shared(realm, buf_view(&element), k);
}

/* How many secrets come of the key that was sent; 0: it is an honest one. */
static unsigned guesses(const struct pace_chip *p)
{
    const struct pace_fault *f = pace_proof_fault(p);
    uint8_t                  room[REALM_ELEMENT_MAX];
    struct buf               element = BUF(room);
    unsigned                 order = 0;

    if (!pace_proof_plays_on(p) || f->tag != PACE_TAG_KEY)
        return 0;
    if (f->what == SPOIL_SMALL && pace_fault_small(p->offer->realm, &element, &order).code == OK)
        return order;
    if (f->what == SPOIL_ZERO)
        return realm_is_curve(p->offer->realm) ? 0 : 2; /* zero to the zeroth is one */
    return f->what == SPOIL_MINUS_ONE ? 2 : 1;
}

static struct err honest(const struct pace_chip *p, struct buf *k)
{
    uint8_t    room[REALM_ELEMENT_MAX];
    struct buf element = BUF(room);

    TRY(realm_power(p->offer->realm, pace_held(&p->theirs), pace_held(&p->key), &element));
    return realm_shared(p->offer->realm, buf_view(&element), k);
}

/* Does the terminal's token fit the keys that secret makes? */
static bool fits(struct pace_chip *p, struct view secret, struct view theirs)
{
    uint8_t mac[SUITE_MAC];

    return pace_hold(&p->secret, secret) &&
           suite_key(p->offer->suite, secret, SUITE_USE_ENC, p->k_enc).code == OK &&
           suite_key(p->offer->suite, secret, SUITE_USE_MAC, p->k_mac).code == OK &&
           pace_proof_token(p, pace_held(&p->sent), mac).code == OK && view_same(VIEW(mac), theirs);
}

bool pace_proof_holds(struct pace_chip *p, struct view asked)
{
    uint8_t        room[REALM_ELEMENT_MAX];
    struct buf     k = BUF(room);
    const unsigned count = guesses(p);

    for (unsigned n = 0; n < count; n++) {
        k.len = 0;
        if (guess(p, n, &k).code == OK && fits(p, buf_view(&k), asked))
            return true;
    }
    k.len = 0;
    return count == 0 && honest(p, &k).code == OK && fits(p, buf_view(&k), asked);
}

/* CA_IC = SK_map / SK_IC modulo the order, in as many octets. */
static struct err cam_number(const struct pace_chip *p, struct buf *out)
{
    const BIGNUM *order = realm_order(p->offer->realm);
    const size_t  len = (size_t)BN_num_bytes(order);
    BN_CTX       *ctx = BN_CTX_new();
    BIGNUM       *n = BN_bin2bn(p->map_key.bytes, (int)p->map_key.len, NULL);
    BIGNUM       *inverse = BN_mod_inverse(NULL, p->ini->cam, order, ctx);
    bool          good = ctx != NULL && n != NULL && inverse != NULL &&
                BN_mod_mul(n, n, inverse, order, ctx) == 1 && len <= out->cap;

    if (good && pace_fault_is(pace_proof_fault(p), PACE_TAG_CAM, SPOIL_NUMBER))
        good = BN_add_word(n, 1) == 1;
    if (good && pace_fault_is(pace_proof_fault(p), PACE_TAG_CAM, SPOIL_ZERO))
        BN_zero(n);
    good = good && BN_bn2binpad(n, out->ptr, (int)len) == (int)len;
    out->len = good ? len : 0;
    BN_clear_free(n);
    BN_clear_free(inverse);
    BN_CTX_free(ctx);
    CHECK(good, E_CRYPTO);
    return SUCCESS;
}

/* Sealed with the session's key; the IV is the cipher of minus one. */
static struct err cam_seal(const struct pace_chip *p, struct view number, struct buf *out)
{
    const enum suite suite = p->offer->suite;
    uint8_t          ones[SUITE_BLOCK_MAX], iv[SUITE_BLOCK_MAX], room[REALM_SCALAR_MAX];
    struct buf       first = BUF(iv), padded = BUF(room);

    memset(ones, 0xFF, sizeof ones);
    TRY(suite_encrypt(suite, p->k_enc, NULL, VIEW(ones), &first));
    if (pace_fault_is(pace_proof_fault(p), PACE_TAG_CAM, SPOIL_DER))
        TRY(tlv_put(&padded, 0x02, number));
    else
        TRY(buf_put(&padded, number));
    TRY(suite_pad(suite, &padded, 0));
    return suite_encrypt(suite, p->k_enc, iv, buf_view(&padded), out);
}

struct err pace_proof_cam(const struct pace_chip *p, struct buf *out)
{
    uint8_t    room[REALM_SCALAR_MAX];
    struct buf number = BUF(room);

    TRY(cam_number(p, &number));
    return cam_seal(p, buf_view(&number), out);
}
