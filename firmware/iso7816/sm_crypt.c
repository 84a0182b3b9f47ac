/* sm_crypt: see sm_crypt.h. */
#include "sm_crypt.h"

#include "crypto/cipher.h"
#include "crypto/mac.h"

/* 9303-11 clause 9.8.6 (3DES), 9.8.7 (AES). */
static const struct {
    struct err (*mac)(struct view key, const struct view *part, size_t n_parts, struct buf *out);
    size_t          key_len;
    enum cipher_alg cipher;
    bool            iv_of_ssc; /* IV = E(KS_Enc, SSC); else zero */
} suites[SM_SUITE_COUNT] = {
    [SM_SUITE_3DES] = { mac_retail, 16, CIPHER_3DES, false },
    [SM_SUITE_AES_128] = { mac_cmac, 16, CIPHER_AES, true },
    [SM_SUITE_AES_192] = { mac_cmac, 24, CIPHER_AES, true },
    [SM_SUITE_AES_256] = { mac_cmac, 32, CIPHER_AES, true },
};

size_t sm_block(const struct sm *sm)
{
    return cipher_block(suites[sm->suite].cipher);
}

static struct view key_of(const struct sm *sm, const uint8_t key[SM_KEY_MAX])
{
    return view_of(key, suites[sm->suite].key_len);
}

struct err sm_begin(struct sm *sm, enum sm_suite suite, struct sm_keys keys)
{
    CHECK(suite > SM_SUITE_NONE && suite < SM_SUITE_COUNT, E_BUG);
    CHECK(keys.ks_enc.len == suites[suite].key_len, E_BUG);
    CHECK(keys.ks_mac.len == suites[suite].key_len, E_BUG);
    CHECK(keys.ssc.len == cipher_block(suites[suite].cipher), E_BUG);

    wipe(sm, sizeof *sm);

    struct buf enc = BUF(sm->ks_enc), mac = BUF(sm->ks_mac), ssc = BUF(sm->ssc.bytes);

    TRY(buf_put(&enc, keys.ks_enc));
    TRY(buf_put(&mac, keys.ks_mac));
    TRY(buf_put(&ssc, keys.ssc));
    sm->suite = suite;
    sm->state = SM_LIVE;
    return SUCCESS;
}

/* Every octet each time: after BAC the counter begins with a nonce that nobody else knows. */
void sm_count_up(struct sm *sm)
{
    unsigned carry = 1;

    for (size_t i = sm_block(sm); i > 0; i--) {
        carry += sm->ssc.bytes[i - 1];
        sm->ssc.bytes[i - 1] = (uint8_t)carry;
        carry >>= 8;
    }
}

/* 80 00 ..: what is missing after len bytes to whole blocks, always at least one byte. */
struct view sm_padding(const struct sm *sm, size_t len)
{
    static const uint8_t pad[CIPHER_BLOCK_MAX] = { 0x80 };

    return view_of(pad, sm_block(sm) - len % sm_block(sm));
}

struct err sm_put_mac(const struct sm *sm, struct view header, struct view body, struct buf *out)
{
    const struct view part[] = {
        view_of(sm->ssc.bytes, sm_block(sm)),
        header,
        header.len != 0 ? sm_padding(sm, header.len) : header,
        body,
        sm_padding(sm, body.len),
    };
    uint8_t     whole[MAC_CMAC_LEN];
    struct buf  m = BUF(whole);
    struct view kept;

    TRY(suites[sm->suite].mac(key_of(sm, sm->ks_mac), part, sizeof part / sizeof *part, &m));
    TRY(view_sub(buf_view(&m), 0, SM_MAC_LEN, &kept));
    return buf_put(out, kept);
}

/* The IV of this command or answer: 9303-11 clauses 9.8.6.1, 9.8.7.1. */
static struct err put_iv(const struct sm *sm, struct buf *out)
{
    static const uint8_t zero[CIPHER_BLOCK_MAX];
    const size_t         block = sm_block(sm);
    const struct cipher  c = { suites[sm->suite].cipher, key_of(sm, sm->ks_enc),
                               view_of(zero, block) };

    if (!suites[sm->suite].iv_of_ssc)
        return buf_fill(out, 0, block);
    return cipher_cbc(&c, CIPHER_ENCRYPT, view_of(sm->ssc.bytes, block), out);
}

/* All but the last block straight from data, so that no copy is made. */
struct err sm_encrypt(const struct sm *sm, struct view data, struct buf *out)
{
    const size_t  block = sm_block(sm);
    uint8_t       first[CIPHER_BLOCK_MAX], next[CIPHER_BLOCK_MAX];
    struct buf    iv = BUF(first), iv_copy = BUF(next);
    struct cipher c = { .alg = suites[sm->suite].cipher, .key = key_of(sm, sm->ks_enc) };
    struct view   whole_blocks, chained;
    SECRET        last;
    struct buf    tail = BUF(last.bytes);

    TRY(put_iv(sm, &iv));
    c.iv = buf_view(&iv);
    TRY(view_take(&data, data.len - data.len % block, &whole_blocks));
    if (whole_blocks.len != 0) {
        TRY(cipher_cbc(&c, CIPHER_ENCRYPT, whole_blocks, out));
        TRY(view_sub(buf_view(out), out->len - block, block, &chained));
        TRY(buf_put(&iv_copy, chained));
        c.iv = buf_view(&iv_copy);
    }
    TRY(buf_put(&tail, data));
    TRY(buf_put(&tail, sm_padding(sm, data.len)));
    return cipher_cbc(&c, CIPHER_ENCRYPT, buf_view(&tail), out);
}

/* Cut 80 00 .. off, which must begin in the last block. */
static struct err unpad(const struct sm *sm, struct view padded, struct view *data)
{
    size_t n = padded.len;

    while (n > 0 && view_at(padded, n - 1) == 0)
        n--;
    CHECK(n > padded.len - sm_block(sm) && view_at(padded, n - 1) == 0x80, E_MALFORMED);
    return view_take(&padded, n - 1, data);
}

struct err sm_decrypt(const struct sm *sm, struct view cryptogram, struct buf *plain,
                      struct view *data)
{
    uint8_t       bytes[CIPHER_BLOCK_MAX];
    struct buf    iv = BUF(bytes);
    struct cipher c = { .alg = suites[sm->suite].cipher, .key = key_of(sm, sm->ks_enc) };
    struct view   padded;

    TRY(put_iv(sm, &iv));
    c.iv = buf_view(&iv);
    CHECK(cryptogram.len % sm_block(sm) == 0, E_MALFORMED);
    TRY(cipher_cbc(&c, CIPHER_DECRYPT, cryptogram, plain));
    TRY(view_sub(buf_view(plain), plain->len - cryptogram.len, cryptogram.len, &padded));
    return unpad(sm, padded, data);
}
