/*
 * terminal: the other end of the simulated chip: a session in any suite, and agreement of
 * keys, for tests of what happens inside a session.
 *
 * Written from Doc 9303-11 on OpenSSL alone: shares nothing with tools/sim or firmware/ but
 * base.  TLV is put together by hand.
 */
#ifndef TESTS_TERMINAL_H
#define TESTS_TERMINAL_H

#include <openssl/core_names.h>
#include <openssl/dh.h>
#include <openssl/ec.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include "chip_side.h"
#include "paper.h"

enum { TERMINAL_3DES, TERMINAL_AES_128, TERMINAL_AES_192, TERMINAL_AES_256 };

struct terminal {
    struct paper *paper;
    bool          live; /* the session's keys hold */
    int           suite;
    uint8_t       enc[32], mac[32], ssc[16];
    uint16_t      sw;   /* of the last answer */
    bool          bare; /* it came unprotected although the session lives */
    bool          mute; /* it did not come */
    uint8_t       data[2048];
};

__attribute__((unused)) static size_t terminal_block(const struct terminal *t)
{
    return t->suite == TERMINAL_3DES ? 8 : 16;
}

/* 9303-11 §9.7.1 */
__attribute__((unused)) static void terminal_kdf(int suite, struct view secret, uint8_t use,
                                                 uint8_t *key)
{
    static const size_t lens[] = { 16, 16, 24, 32 };
    uint8_t             in[1100], digest[64];

    EXPECT(secret.len + 4 <= sizeof in);
    memcpy(in, secret.ptr, secret.len);
    memcpy(in + secret.len, (uint8_t[]){ 0, 0, 0, use }, 4);
    EXPECT(EVP_Digest(in, secret.len + 4, digest, NULL,
                      suite >= TERMINAL_AES_192 ? EVP_sha256() : EVP_sha1(), NULL) == 1);
    memcpy(key, digest, lens[suite]);
}

/* A session from a shared secret, counter zero. */
__attribute__((unused)) static void terminal_begin(struct terminal *t, int suite,
                                                   struct view secret)
{
    t->live = true;
    t->suite = suite;
    terminal_kdf(suite, secret, 1, t->enc);
    terminal_kdf(suite, secret, 2, t->mac);
    memset(t->ssc, 0, sizeof t->ssc);
}

__attribute__((unused)) static void terminal_cbc(struct terminal *t, int encrypt, struct view in,
                                                 uint8_t *out)
{
    const EVP_CIPHER *ciphers[] = { NULL, EVP_aes_128_cbc(), EVP_aes_192_cbc(), EVP_aes_256_cbc() };
    const EVP_CIPHER *single[] = { NULL, EVP_aes_128_ecb(), EVP_aes_192_ecb(), EVP_aes_256_ecb() };
    uint8_t           iv[32];
    int               n = 0;

    if (t->suite == TERMINAL_3DES) {
        chip_cbc(t->enc, encrypt, in, out);
        return;
    }
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new(); /* §9.8.6.1: the IV is the counter, enciphered */

    EXPECT(EVP_EncryptInit_ex(c, single[t->suite], NULL, t->enc, NULL) == 1);
    EXPECT(EVP_EncryptUpdate(c, iv, &n, t->ssc, 16) == 1);
    EVP_CIPHER_CTX_free(c);
    c = EVP_CIPHER_CTX_new();
    EXPECT(EVP_CipherInit_ex(c, ciphers[t->suite], NULL, t->enc, iv, encrypt) == 1);
    EXPECT(EVP_CIPHER_CTX_set_padding(c, 0) == 1);
    EXPECT(EVP_CipherUpdate(c, out, &n, in.ptr, (int)in.len) == 1 && n == (int)in.len);
    EVP_CIPHER_CTX_free(c);
}

/* Over SSC and bytes, padded. */
__attribute__((unused)) static void terminal_mac(struct terminal *t, struct view bytes,
                                                 uint8_t out[8])
{
    static const char *const names[] = { "", "AES-128-CBC", "AES-192-CBC", "AES-256-CBC" };
    static const size_t      lens[] = { 16, 16, 24, 32 };
    const size_t             block = terminal_block(t);
    uint8_t                  all[2400], whole[16];
    size_t                   len = block;

    EXPECT(bytes.len + 48 <= sizeof all);
    memcpy(all, t->ssc, block);
    memcpy(all + len, bytes.ptr, bytes.len);
    len += bytes.len;
    all[len++] = 0x80;
    while (len % block != 0)
        all[len++] = 0;
    if (t->suite == TERMINAL_3DES) {
        chip_mac(t->mac, view_of(all, len), out);
        return;
    }
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, (char *)(uintptr_t)names[t->suite],
                                         0),
        OSSL_PARAM_construct_end(),
    };

    EXPECT(EVP_Q_mac(NULL, "CMAC", NULL, NULL, params, t->mac, lens[t->suite], all, len, whole,
                     sizeof whole, &len) != NULL);
    memcpy(out, whole, 8);
}

__attribute__((unused)) static void terminal_count(struct terminal *t)
{
    for (size_t i = terminal_block(t); i-- > 0;)
        if (++t->ssc[i] != 0)
            return;
}

__attribute__((unused)) static size_t terminal_put(uint8_t *out, unsigned tag, struct view value)
{
    size_t n = 0;

    if (tag > 0xFF)
        out[n++] = (uint8_t)(tag >> 8);
    out[n++] = (uint8_t)tag;
    if (value.len > 255)
        out[n++] = 0x82, out[n++] = (uint8_t)(value.len >> 8);
    else if (value.len > 127)
        out[n++] = 0x81;
    out[n++] = (uint8_t)value.len;
    if (value.len != 0)
        memcpy(out + n, value.ptr, value.len);
    return n + value.len;
}

/* The first element of v: its length and, in *head, what stands before its content. */
__attribute__((unused)) static size_t terminal_len(struct view v, size_t *head)
{
    const size_t more = v.len > 1 && v.ptr[1] > 0x80 ? v.ptr[1] & 3U : 0;
    size_t       len = more == 0 && v.len > 1 ? v.ptr[1] : 0;

    for (size_t i = 0; i < more; i++)
        len = len << 8 | v.ptr[2 + i];
    *head = 2 + more;
    EXPECT(*head + len <= v.len);
    return len;
}

__attribute__((unused)) static size_t terminal_seal(struct terminal *t, struct view plain,
                                                    struct view data, long le, uint8_t *out)
{
    uint8_t padded[2048] = { 0 }, value[2064], macced[2300] = { 0 }, mac[8];
    size_t  n = terminal_block(t), at = n;

    terminal_count(t);
    memcpy(macced,
           (uint8_t[]){ plain.ptr[0] | 0x0C, plain.ptr[1], plain.ptr[2], plain.ptr[3], 0x80 }, 5);
    if (data.len != 0) {
        size_t len = data.len;

        memcpy(padded, data.ptr, len);
        padded[len++] = 0x80;
        len += (n - len % n) % n;
        value[0] = 1;
        terminal_cbc(t, CHIP_ENCRYPT, view_of(padded, len), value + 1);
        at += terminal_put(macced + at, 0x87, view_of(value, len + 1));
    }
    if (le >= 0)
        at += terminal_put(
            macced + at, 0x97,
            view_of((uint8_t[]){ (uint8_t)(le >> 8), (uint8_t)le } + (le <= 256 ? 1 : 0),
                    le <= 256 ? 1 : 2));
    terminal_mac(t, view_of(macced, at), mac);
    at += terminal_put(macced + at, 0x8E, VIEW(mac));
    const size_t body = at - n;
    size_t       o = 0;

    memcpy(out, macced, 4);
    o = 4;
    if (body > 255 || le > 256) {
        out[o++] = 0;
        out[o++] = (uint8_t)(body >> 8);
    }
    out[o++] = (uint8_t)body;
    memcpy(out + o, macced + n, body);
    o += body;
    out[o++] = 0;
    if (out[4] == 0)
        out[o++] = 0;
    return o;
}

/* Take off what protects an answer; its MAC is checked. */
__attribute__((unused)) static struct view terminal_open(struct terminal *t, struct view wire)
{
    struct view rest = view_of(wire.ptr, wire.len - 2);
    uint8_t     mac[8];
    size_t      head, len, data = 0;

    EXPECT(rest.len >= 14 && rest.ptr[rest.len - 10] == 0x8E);
    terminal_count(t);
    terminal_mac(t, view_of(rest.ptr, rest.len - 10), mac);
    EXPECT(memcmp(mac, rest.ptr + rest.len - 8, 8) == 0);
    if (rest.ptr[0] == 0x87) {
        len = terminal_len(rest, &head);
        EXPECT(rest.ptr[head] == 1 && len <= sizeof t->data);
        terminal_cbc(t, CHIP_DECRYPT, view_of(rest.ptr + head + 1, len - 1), t->data);
        for (data = len - 1; data > 0 && t->data[data - 1] == 0;)
            data--;
        EXPECT(data > 0 && t->data[--data] == 0x80);
        rest = view_of(rest.ptr + head + len, rest.len - head - len);
    }
    EXPECT(rest.len == 14 && memcmp(rest.ptr, (uint8_t[]){ 0x99, 2 }, 2) == 0);
    EXPECT(memcmp(rest.ptr + 2, wire.ptr + wire.len - 2, 2) == 0);
    return view_of(t->data, data);
}

/* One command: header as hex ("0022 41A6"), data, le (-1: none; 256, 65536: the most).  The
 * data of the answer; t->sw, bare and mute say the rest. */
__attribute__((unused)) static struct view terminal_ask(struct terminal *t, const char *header,
                                                        struct view data, long le)
{
    const struct view  head = HEX(header);
    uint8_t            wire[2400];
    struct chip_answer a;
    struct view        answer;
    size_t             n = 0;

    if (t->live) {
        n = terminal_seal(t, head, data, le, wire);
    } else {
        const bool wide = data.len > 255 || le > 256;

        memcpy(wire, head.ptr, n = 4);
        if (wide)
            wire[n++] = 0;
        if (wide && data.len != 0)
            wire[n++] = (uint8_t)(data.len >> 8);
        if (data.len != 0) {
            wire[n++] = (uint8_t)data.len;
            memcpy(wire + n, data.ptr, data.len);
            n += data.len;
        }
        if (wide && le >= 0)
            wire[n++] = (uint8_t)(le >> 8);
        if (le >= 0)
            wire[n++] = (uint8_t)le;
    }
    answer = paper_ask(t->paper, view_of(wire, n), &a);
    t->mute = a.fate != CHIP_ANSWERS;
    t->bare = t->live && answer.len == 2;
    t->sw = 0;
    if (t->mute)
        return view_of(NULL, 0);
    EXPECT(answer.len >= 2);
    t->sw = (uint16_t)(answer.ptr[answer.len - 2] << 8 | answer.ptr[answer.len - 1]);
    if (t->live && !t->bare)
        return terminal_open(t, answer);
    return view_of(answer.ptr, answer.len - 2);
}

/* The session of Doc 9303-11 Appendix D.3, for a chip that draws what is drawn there. */
__attribute__((unused)) static void terminal_of_d(struct terminal *t)
{
    struct chip_answer a;

    paper_ask(t->paper, HEX("00A4040C07A0000002471001"), &a);
    paper_ask(t->paper, HEX("0084000008"), &a);
    EXPECT(paper_ask(t->paper,
                     HEX("008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92"
                         "F25F1448EEA8AD90A728"),
                     &a)
               .len == 42);
    terminal_begin(t, TERMINAL_3DES, HEX("0036D272F5C350ACAC50C3F572D23600"));
    memcpy(t->ssc, HEX("887022120C06C226").ptr, 8);
}

/* The public key as it goes over the wire: EC 04 X Y, DH as long as the prime. */
__attribute__((unused)) static struct view terminal_public(EVP_PKEY *key, uint8_t *room)
{
    uint8_t     *bytes = NULL;
    const size_t len = EVP_PKEY_get1_encoded_public_key(key, &bytes);

    EXPECT(len != 0 && len <= 1024);
    if (len > 1024)
        return view_of(room, 0); /* never: gcc does not know that EXPECT() does not return */
    memcpy(room, bytes, len);
    OPENSSL_free(bytes);
    return view_of(room, len);
}

/* What an ephemeral key and the chip's static one agree upon, zeros in front. */
__attribute__((unused)) static struct view terminal_shared(EVP_PKEY *own, EVP_PKEY *chips,
                                                           uint8_t *room)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(own, NULL);
    size_t        len = 1024;

    EXPECT(EVP_PKEY_derive_init(ctx) == 1);
    EXPECT(EVP_PKEY_is_a(own, "EC") || EVP_PKEY_CTX_set_dh_pad(ctx, 1) == 1);
    EXPECT(EVP_PKEY_derive_set_peer(ctx, chips) == 1);
    EXPECT(EVP_PKEY_derive(ctx, room, &len) == 1);
    EVP_PKEY_CTX_free(ctx);
    return view_of(room, len);
}

/* A key over p and g of an RFC 5114 domain that says nothing of q, as PKCS#3 has it. */
__attribute__((unused)) static EVP_PKEY *terminal_pkcs3(EVP_PKEY *like)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DH", NULL);
    BIGNUM       *p = NULL, *g = NULL;
    uint8_t       p_bytes[256], g_bytes[256];
    EVP_PKEY     *domain = NULL, *key = NULL;

    EXPECT(EVP_PKEY_get_bn_param(like, "p", &p) == 1 && EVP_PKEY_get_bn_param(like, "g", &g) == 1);
    EXPECT(BN_bn2lebinpad(p, p_bytes, 256) == 256 && BN_bn2lebinpad(g, g_bytes, 256) == 256);
    OSSL_PARAM params[] = { /* numbers in the machine's order: little-endian wherever we run */
                            OSSL_PARAM_construct_BN("p", p_bytes, sizeof p_bytes),
                            OSSL_PARAM_construct_BN("g", g_bytes, sizeof g_bytes),
                            OSSL_PARAM_construct_end()
    };

    BN_free(p);
    BN_free(g);
    EXPECT(EVP_PKEY_fromdata_init(ctx) == 1);
    EXPECT(EVP_PKEY_fromdata(ctx, &domain, EVP_PKEY_KEY_PARAMETERS, params) == 1);
    EVP_PKEY_CTX_free(ctx);
    ctx = EVP_PKEY_CTX_new(domain, NULL);
    EXPECT(EVP_PKEY_keygen_init(ctx) == 1 && EVP_PKEY_keygen(ctx, &key) == 1);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(domain);
    EVP_PKEY_free(like);
    return key;
}

/* A key over a domain: a curve's name, RFC 5114's "dh_2048_224", or "pkcs3". */
__attribute__((unused)) static EVP_PKEY *terminal_key(const char *domain)
{
    if (strcmp(domain, "pkcs3") == 0)
        return terminal_pkcs3(terminal_key("dh_2048_256"));

    const bool    dh = strncmp(domain, "dh_", 3) == 0;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, dh ? "DHX" : "EC", NULL);
    EVP_PKEY     *key = NULL;

    EXPECT(EVP_PKEY_keygen_init(ctx) == 1);
    EXPECT(EVP_PKEY_CTX_set_group_name(ctx, domain) == 1);
    EXPECT(EVP_PKEY_generate(ctx, &key) == 1);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

/* Another one over the same domain. */
__attribute__((unused)) static EVP_PKEY *terminal_ephemeral(EVP_PKEY *like)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(like, NULL);
    EVP_PKEY     *key = NULL;

    EXPECT(EVP_PKEY_keygen_init(ctx) == 1 && EVP_PKEY_keygen(ctx, &key) == 1);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

/* A private key into the document's folder. */
__attribute__((unused)) static void terminal_file(const struct paper *p, const char *name,
                                                  EVP_PKEY *key)
{
    uint8_t             *der = NULL;
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    const int            len = i2d_PKCS8_PRIV_KEY_INFO(info, &der);

    EXPECT(len > 0);
    paper_write(p, name, view_of(der, (size_t)len));
    PKCS8_PRIV_KEY_INFO_free(info);
    OPENSSL_free(der);
}

#endif
