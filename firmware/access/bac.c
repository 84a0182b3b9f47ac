/* bac: see bac.h for the picture; one function per state. */
#include "access/bac.h"

#include "crypto/cipher.h"
#include "crypto/hash.h"
#include "crypto/mac.h"

enum {
    INS_GET_CHALLENGE = 0x84,
    INS_EXTERNAL_AUTHENTICATE = 0x82,
    CRYPTOGRAM_LEN = 32, /* bytes: two nonces and half of the key seed */
    SEED_LEN = 16,       /* bytes of K_seed, K.IFD and K.IC            */
};

/* What cards say when they do not know the key; makers differ. */
static const struct {
    uint16_t mask, word;
} denials[] = {
    /* clang-format off */
    { 0xFFFF, 0x6300 }, /* authentication failed             */
    { 0xFFF0, 0x63C0 }, /* the same, X tries left            */
    { 0xFFFF, 0x6982 }, /* security status not satisfied     */
    { 0xFFFF, 0x6983 }, /* authentication method blocked     */
    { 0xFFFF, 0x6985 }, /* conditions of use not satisfied   */
    { 0xFFFF, 0x6988 }, /* the MAC, taken for SM data        */
    { 0xFFFF, 0x6A80 }, /* incorrect data                    */
    { 0xFFFF, 0x6A86 }, /* incorrect P1-P2                   */
    { 0xFFFF, 0x6A88 }, /* referenced data not found         */
    /* clang-format on */
};

bool bac_denied(uint16_t sw)
{
    for (size_t i = 0; i < sizeof denials / sizeof *denials; i++) {
        if ((sw & denials[i].mask) == denials[i].word)
            return true;
    }
    return false;
}

/* K_seed is the first half of SHA-1 over the MRZ information: 9303-11 clause 4.3.2. */
static struct err derive_document_keys(struct bac *b, struct view mrz_info)
{
    SECRET      digest;
    struct buf  d = BUF(digest.bytes), enc = BUF(b->k_enc), mac = BUF(b->k_mac);
    struct view seed;

    TRY(hash(HASH_SHA1, &mrz_info, 1, &d));
    TRY(view_sub(buf_view(&d), 0, SEED_LEN, &seed));
    TRY(kdf(SM_SUITE_3DES, seed, KEY_ENC, &enc));
    return kdf(SM_SUITE_3DES, seed, KEY_MAC, &mac);
}

struct err bac_begin(struct bac *b, struct view mrz_info, struct view random, struct sm *sm)
{
    struct buf copy = BUF(b->random);

    CHECK(mrz_info.len != 0 && random.len == BAC_RANDOM_LEN && sm->state == SM_OFF, E_BUG);
    *b = (struct bac){ .state = BAC_START, .sm = sm };
    TRY(buf_put(&copy, random));
    return derive_document_keys(b, mrz_info);
}

static struct view rnd_ifd(const struct bac *b)
{
    return view_of(b->random, BAC_NONCE_LEN);
}

static struct cipher with_k_enc(const struct bac *b)
{
    static const uint8_t zero[CIPHER_BLOCK_MAX];

    return (struct cipher){ CIPHER_3DES, VIEW(b->k_enc), view_of(zero, 8) };
}

/* The MAC over a cryptogram, padded: ISO/IEC 9797-1 algorithm 3, padding method 2. */
static struct err put_mac(const struct bac *b, struct view cryptogram, struct buf *out)
{
    static const uint8_t pad[] = { 0x80, 0, 0, 0, 0, 0, 0, 0 };
    const struct view    part[] = { cryptogram, VIEW(pad) };

    return mac_retail(VIEW(b->k_mac), part, 2, out);
}

static struct err get_challenge(struct bac *b, struct rapdu last, struct capdu *next,
                                enum step *todo)
{
    (void)last;
    b->state = BAC_CHALLENGE;
    *next = (struct capdu){ .ins = INS_GET_CHALLENGE, .le = BAC_NONCE_LEN };
    *todo = STEP_SEND;
    return SUCCESS;
}

/* E and M: 9303-11 clause 4.3.1 step 2, 4.3.3.1. */
static struct err make_message(struct bac *b)
{
    const struct cipher c = with_k_enc(b);
    struct buf          message = BUF(b->message);
    SECRET              secret;
    struct buf          s = BUF(secret.bytes);
    struct view         k_ifd, nonce, cryptogram, random = VIEW(b->random);

    TRY(view_take(&random, BAC_NONCE_LEN, &nonce));
    k_ifd = random;
    TRY(buf_put(&s, nonce));
    TRY(buf_put(&s, VIEW(b->rnd_ic)));
    TRY(buf_put(&s, k_ifd));
    TRY(cipher_cbc(&c, CIPHER_ENCRYPT, buf_view(&s), &message));
    cryptogram = buf_view(&message);
    return put_mac(b, cryptogram, &message);
}

static struct err authenticate(struct bac *b, struct rapdu last, struct capdu *next,
                               enum step *todo)
{
    struct buf rnd_ic = BUF(b->rnd_ic);

    TRY(last.lost);
    if (last.sw != SW_OK)
        return err_at(E_UNSUPPORTED, last.sw, WHERE);
    CHECK(last.data.len == BAC_NONCE_LEN, E_UNEXPECTED);
    TRY(buf_put(&rnd_ic, last.data));
    TRY(make_message(b));
    b->state = BAC_AUTHENTICATE;
    *next = (struct capdu){
        .ins = INS_EXTERNAL_AUTHENTICATE,
        .data = VIEW(b->message),
        .le = b->again ? 256 : BAC_MESSAGE_LEN,
    };
    *todo = STEP_SEND;
    return SUCCESS;
}

/* The session: seed K.IFD xor K.IC, SSC from the nonces' last halves: 9303-11 clause 4.3.2,
 * 9.8.6.3. */
static struct err open_session(struct bac *b, struct view k_ic)
{
    SECRET         seed, enc, mac;
    struct buf     e = BUF(enc.bytes), m = BUF(mac.bytes);
    uint8_t        ssc[8];
    struct buf     counter = BUF(ssc);
    struct view    half;
    struct sm_keys keys = { view_of(enc.bytes, KEY_3DES_LEN), view_of(mac.bytes, KEY_3DES_LEN),
                            VIEW(ssc) };

    for (size_t i = 0; i < SEED_LEN; i++)
        seed.bytes[i] = b->random[BAC_NONCE_LEN + i] ^ view_at(k_ic, i);
    TRY(kdf(SM_SUITE_3DES, view_of(seed.bytes, SEED_LEN), KEY_ENC, &e));
    TRY(kdf(SM_SUITE_3DES, view_of(seed.bytes, SEED_LEN), KEY_MAC, &m));
    TRY(view_sub(VIEW(b->rnd_ic), 4, 4, &half));
    TRY(buf_put(&counter, half));
    TRY(view_sub(rnd_ifd(b), 4, 4, &half));
    TRY(buf_put(&counter, half));
    return sm_begin(b->sm, SM_SUITE_3DES, keys);
}

/* 9303-11 clause 4.3.1 step 4: MAC, RND.IFD; and RND.IC too, which costs nothing. */
static struct err check_answer(struct bac *b, struct view answer)
{
    const struct cipher c = with_k_enc(b);
    struct view         cryptogram, nonces, k_ic, ic, ifd;
    uint8_t             mac_bytes[MAC_RETAIL_LEN];
    struct buf          mac = BUF(mac_bytes);
    SECRET              opened;
    struct buf          plain = BUF(opened.bytes);

    CHECK(answer.len == BAC_MESSAGE_LEN, E_UNEXPECTED);
    TRY(view_take(&answer, CRYPTOGRAM_LEN, &cryptogram));
    TRY(put_mac(b, cryptogram, &mac));
    CHECK(view_same(buf_view(&mac), answer), E_UNEXPECTED);
    TRY(cipher_cbc(&c, CIPHER_DECRYPT, cryptogram, &plain));
    k_ic = buf_view(&plain);
    TRY(view_take(&k_ic, (size_t)2 * BAC_NONCE_LEN, &nonces));
    TRY(view_take(&nonces, BAC_NONCE_LEN, &ic));
    ifd = nonces;
    CHECK(view_same(ic, VIEW(b->rnd_ic)), E_UNEXPECTED);
    CHECK(view_same(ifd, rnd_ifd(b)), E_UNEXPECTED);
    return open_session(b, k_ic);
}

static bool wrong_length(uint16_t sw)
{
    return sw == 0x6700 || (sw & 0xFF00) == 0x6C00;
}

static struct err finish(struct bac *b, struct rapdu last, struct capdu *next, enum step *todo)
{
    TRY(last.lost);
    if (wrong_length(last.sw) && !b->again) { /* some chips want Le 00: once, with a new nonce */
        b->again = true;
        return get_challenge(b, last, next, todo);
    }
    if (bac_denied(last.sw))
        FAIL_SW(last.sw);
    if (last.sw != SW_OK)
        return err_at(E_UNEXPECTED, last.sw, WHERE);
    TRY(check_answer(b, last.data));
    *todo = STEP_DONE;
    return SUCCESS;
}

static struct err spent(struct bac *b, struct rapdu last, struct capdu *next, enum step *todo)
{
    (void)b;
    (void)last;
    (void)next;
    (void)todo;
    FAIL(E_BUG);
}

struct err bac_step(void *self, struct rapdu last, struct capdu *next, enum step *todo)
{
    static struct err (*const on[])(struct bac *, struct rapdu, struct capdu *, enum step *) = {
        [BAC_START] = get_challenge,
        [BAC_CHALLENGE] = authenticate,
        [BAC_AUTHENTICATE] = finish,
        [BAC_SPENT] = spent,
    };
    struct bac      *b = self;
    const struct err e = on[b->state](b, last, next, todo);

    if (e.code != OK || *todo == STEP_DONE) {
        wipe(b, sizeof *b);
        b->state = BAC_SPENT;
    }
    return e;
}
