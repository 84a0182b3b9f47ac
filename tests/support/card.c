/* card: see card.h. */
#include "card.h"

#include <openssl/dh.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>

static const uint8_t rnd_ic[] = { 0x46, 0x08, 0xF9, 0x19, 0x88, 0x70, 0x22, 0x12 };

/* ISO/IEC 7816-4 clause 5.2, of what is not protected. */
static void parse(struct view wire, struct chip_command *c)
{
    const uint8_t *p = wire.ptr + 4;
    size_t         left = wire.len - 4;
    const bool     wide = left > 1 && p[0] == 0;
    const size_t   count = wide ? 2 : 1;

    memcpy(c->header, wire.ptr, 4);
    c->data_len = 0;
    c->le = -1;
    p += wide;
    left -= wide;
    if (left > count) {
        c->data_len = wide ? (size_t)p[0] << 8 | p[1] : p[0];
        EXPECT(left >= count + c->data_len && c->data_len <= sizeof c->data);
        memcpy(c->data, p + count, c->data_len);
        p += count + c->data_len;
        left -= count + c->data_len;
    }
    EXPECT(left == 0 || left == count);
    if (left != 0) {
        c->le = wide ? p[0] << 8 | p[1] : p[0];
        c->le = c->le != 0 ? c->le : wide ? 65536 : 256;
    }
}

/* KS_Enc, KS_MAC of a secret, or the document's keys of a seed; SSC 0. */
static struct chip_side keys_of(size_t aes, const uint8_t *secret, size_t n)
{
    const enum sm_suite suite = aes == 32   ? SM_SUITE_AES_256
                                : aes == 24 ? SM_SUITE_AES_192
                                : aes == 16 ? SM_SUITE_AES_128
                                            : SM_SUITE_3DES;
    struct chip_side    s = { .aes = aes };
    uint8_t             key[32];

    side_kdf(suite, secret, n, 1, key);
    memcpy(s.enc, key, side_key_len(suite));
    side_kdf(suite, secret, n, 2, key);
    memcpy(s.mac, key, side_key_len(suite));
    return s;
}

/* 9303-11 clause 4.3. */
static uint16_t external_authenticate(struct card *c)
{
    static const uint8_t k_ic[] = "sixteen octets..";
    const uint8_t       *in = c->command.data;
    uint8_t              digest[20], plain[40], mac[8], seed[16];
    struct chip_side     document;

    EXPECT(c->command.data_len == 40);
    EXPECT(EVP_Digest(c->mrz_info, strlen(c->mrz_info), digest, NULL, EVP_sha1(), NULL) == 1);
    document = keys_of(0, digest, 16);
    memcpy(plain, in, 32);
    chip_mac(document.mac, view_of(plain, chip_pad(plain, 32)), mac);
    EXPECT(memcmp(mac, in + 32, 8) == 0);
    chip_cbc(document.enc, CHIP_DECRYPT, view_of(in, 32), plain);
    EXPECT(memcmp(plain + 8, rnd_ic, 8) == 0);
    for (size_t i = 0; i < 16; i++)
        seed[i] = plain[16 + i] ^ k_ic[i];
    c->next = keys_of(0, seed, 16);
    c->next.ssc = 0;
    for (size_t i = 0; i < 8; i++)
        c->next.ssc = c->next.ssc << 8 | (i < 4 ? rnd_ic[4 + i] : plain[i]);
    c->switches = true;
    memcpy(plain + 8, plain, 8);
    memcpy(plain, rnd_ic, 8);
    memcpy(plain + 16, k_ic, 16);
    chip_cbc(document.enc, CHIP_ENCRYPT, view_of(plain, 32), plain);
    side_put(&c->answer, plain, 32);
    chip_mac(document.mac, view_of(plain, chip_pad(plain, 32)), mac);
    side_put(&c->answer, mac, 8);
    return 0x9000;
}

static uint16_t pace(struct card *c)
{
    const struct chip_command *q = &c->command;
    const struct capdu         command = {
                .cla = q->header[0],
                .ins = q->header[1],
                .p1 = q->header[2],
                .p2 = q->header[3],
                .data = view_of(q->data, q->data_len),
                .le = q->le > 0 ? (uint32_t)q->le : 0,
    };
    const uint16_t sw = pace_side_answer(c->pace, &command, &c->answer);

    if (q->header[1] == 0x86 && q->header[0] == 0 && sw == 0x9000) {
        c->next = c->pace->sm;
        c->next.ssc = 0;
        c->switches = true;
    }
    return sw;
}

/* K of the terminal's public key and the static one: 9303-11 clause 6.2. */
static void agree(struct card *c, const uint8_t *public, size_t n)
{
    EVP_PKEY     *peer = EVP_PKEY_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, c->ca_key, NULL);
    uint8_t       k[512];
    size_t        len = sizeof k;

    EXPECT(EVP_PKEY_copy_parameters(peer, c->ca_key) == 1);
    EXPECT(EVP_PKEY_set1_encoded_public_key(peer, public, n) == 1);
    EXPECT(EVP_PKEY_derive_init(ctx) == 1);
    EXPECT(EVP_PKEY_is_a(c->ca_key, "EC") || EVP_PKEY_CTX_set_dh_pad(ctx, 1) == 1);
    EXPECT(EVP_PKEY_derive_set_peer(ctx, peer) == 1 && EVP_PKEY_derive(ctx, k, &len) == 1);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(peer);
    c->next = keys_of(c->ca_aes, k, len);
    c->switches = true;
}

/* Skip tag and length. */
static size_t head(const uint8_t *p)
{
    return p[1] < 0x80 ? 2 : 2 + (p[1] & 3U);
}

static uint16_t set(struct card *c)
{
    const uint8_t *p = c->command.data;

    if (c->command.header[2] == 0xC1)
        return pace(c);
    if (c->command.header[3] != 0xA6)
        return 0x9000;
    if (c->refuses_kat)
        return 0x6A80;
    EXPECT(p[0] == 0x91);
    agree(c, p + head(p), c->command.data_len - head(p));
    return 0x9000;
}

static uint16_t general_authenticate(struct card *c)
{
    static const uint8_t nothing[] = { 0x7C, 0 };
    const uint8_t       *p = c->command.data;
    size_t               at;

    if (c->ca_key == NULL || (!c->live && c->pace != NULL))
        return pace(c);
    EXPECT(p[0] == 0x7C);
    at = head(p);
    EXPECT(p[at] == 0x80);
    at += head(p + at);
    agree(c, p + at, c->command.data_len - at);
    side_put(&c->answer, nothing, sizeof nothing);
    return 0x9000;
}

static uint16_t read_binary(struct card *c)
{
    const uint8_t *h = c->command.header;
    const size_t   from = (h[2] & 0x80) != 0 ? h[3] : (size_t)h[2] << 8 | h[3];
    const size_t   want = c->command.le > 0 ? (size_t)c->command.le : 0;

    EXPECT(from <= sizeof c->file);
    side_put(&c->answer, c->file + from,
             want < sizeof c->file - from ? want : sizeof c->file - from);
    return 0x9000;
}

/* 6A || M1 || SHA-1 of M1 and the challenge || BC: 9303-11 clause 6.1.2.2. */
static size_t sign_rsa(EVP_PKEY *key, struct view challenge, uint8_t *out)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    const size_t  n = (size_t)EVP_PKEY_get_size(key);
    uint8_t       f[512] = { 0x6A }, message[520];
    size_t        len = n;

    for (size_t i = 1; i < n - 21; i++)
        f[i] = (uint8_t)(i * 11);
    memcpy(message, f + 1, n - 22);
    memcpy(message + n - 22, challenge.ptr, challenge.len);
    EXPECT(EVP_Digest(message, n - 22 + challenge.len, f + n - 21, NULL, EVP_sha1(), NULL) == 1);
    f[n - 1] = 0xBC;
    EXPECT(EVP_PKEY_decrypt_init(ctx) == 1);
    EXPECT(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1);
    EXPECT(EVP_PKEY_decrypt(ctx, out, &len, f, n) == 1 && len == n);
    EVP_PKEY_CTX_free(ctx);
    return n;
}

/* r || s. */
static size_t sign_ec(EVP_PKEY *key, struct view challenge, uint8_t *out)
{
    EVP_MD_CTX    *ctx = EVP_MD_CTX_new();
    const int      half = (EVP_PKEY_get_bits(key) + 7) / 8;
    uint8_t        der[256];
    const uint8_t *at = der;
    size_t         len = sizeof der;
    ECDSA_SIG     *sig;

    EXPECT(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1);
    EXPECT(EVP_DigestSign(ctx, der, &len, challenge.ptr, challenge.len) == 1);
    sig = d2i_ECDSA_SIG(NULL, &at, (long)len);
    EXPECT(sig != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, half) == half);
    EXPECT(BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + half, half) == half);
    ECDSA_SIG_free(sig);
    EVP_MD_CTX_free(ctx);
    return 2 * (size_t)half;
}

static uint16_t internal_authenticate(struct card *c)
{
    const struct view challenge = view_of(c->command.data, c->command.data_len);
    uint8_t           sig[512];
    const size_t      n = EVP_PKEY_is_a(c->aa_key, "RSA") ? sign_rsa(c->aa_key, challenge, sig)
                                                          : sign_ec(c->aa_key, challenge, sig);

    side_put(&c->answer, sig, n);
    return 0x9000;
}

static uint16_t obey(struct card *c)
{
    switch (c->command.header[1]) {
    case 0x84:
        side_put(&c->answer, rnd_ic, sizeof rnd_ic);
        return 0x9000;
    case 0x82:
        return c->mrz_info != NULL ? external_authenticate(c) : 0x9000;
    case 0x22:
        return set(c);
    case 0x86:
        return general_authenticate(c);
    case 0xB0:
        return read_binary(c);
    case 0x88:
        return internal_authenticate(c);
    case 0xA4:
    case 0x2A: /* PSO:Verify Certificate */
        return 0x9000;
    default:
        return 0x6D00;
    }
}

static struct err transceive(struct nfc *n, struct view tx, struct deadline d, struct buf *rx)
{
    struct card *c = (struct card *)n;
    uint8_t      in[CARD_WIRE_MAX], out[CARD_WIRE_MAX];
    struct view  answer;
    uint16_t     sw;

    (void)d;
    EXPECT(tx.len <= sizeof in);
    memcpy(in, tx.ptr, tx.len);
    if (c->heard != NULL)
        c->heard(in, tx.len);
    c->answer.len = 0;
    c->switches = false;
    if (c->live)
        chip_open(&c->sm, view_of(in, tx.len), &c->command);
    else
        parse(view_of(in, tx.len), &c->command);
    sw = obey(c);
    if (c->live) {
        answer = chip_answer(&c->sm, view_of(c->answer.at, c->answer.len), sw, out);
    } else {
        memcpy(out, c->answer.at, c->answer.len);
        out[c->answer.len] = (uint8_t)(sw >> 8);
        out[c->answer.len + 1] = (uint8_t)sw;
        answer = view_of(out, c->answer.len + 2);
    }
    if (c->switches) {
        c->sm = c->next;
        c->live = true;
    }
    return buf_put(rx, answer);
}

static struct nfc_limits limits(struct nfc *n)
{
    (void)n;
    return (struct nfc_limits){ 2048, 4096 };
}

static void field_off(struct nfc *n)
{
    (void)n;
}

void card_begin(struct card *c)
{
    static const struct nfc_ops ops = { .transceive = transceive,
                                        .field_off = field_off,
                                        .limits = limits };
    static const uint8_t        header[] = { 0x60, 0x82, (CARD_FILE_LEN - 4) >> 8,
                                             (CARD_FILE_LEN - 4) & 0xFF };

    c->nfc.ops = &ops;
    for (size_t i = 0; i < sizeof c->file; i++)
        c->file[i] = (uint8_t)(i * 7 + 1);
    memcpy(c->file, header, sizeof header);
}
