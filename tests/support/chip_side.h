/*
 * chip_side: the other end of BAC and of secure messaging with 3DES and AES, for tests.
 *
 * Written from Doc 9303-11 on OpenSSL alone; shares nothing with firmware/ or crypto/ but
 * the view, so that agreement says something.  Single DES is two-key 3DES with equal halves.
 */
#ifndef TESTS_CHIP_SIDE_H
#define TESTS_CHIP_SIDE_H

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "expect.h"

/* aes: bytes of an AES key; 0 for 3DES. */
struct chip_side {
    uint8_t  enc[32], mac[32];
    uint64_t ssc;
    size_t   aes;
};

enum { CHIP_DECRYPT, CHIP_ENCRYPT, CHIP_MAX = 8192 };

/* CBC, zero IV, no padding, two-key 3DES. */
__attribute__((unused)) static void chip_cbc(const uint8_t key[16], int encrypt, struct view in,
                                             uint8_t *out)
{
    static const uint8_t iv[8];
    EVP_CIPHER_CTX      *c = EVP_CIPHER_CTX_new();
    int                  n = 0;

    EXPECT(in.len % 8 == 0);
    EXPECT(c != NULL && EVP_CipherInit_ex(c, EVP_des_ede_cbc(), NULL, key, iv, encrypt) == 1);
    EXPECT(EVP_CIPHER_CTX_set_padding(c, 0) == 1);
    EXPECT(EVP_CipherUpdate(c, out, &n, in.ptr, (int)in.len) == 1 && n == (int)in.len);
    EVP_CIPHER_CTX_free(c);
}

__attribute__((unused)) static size_t chip_block(const struct chip_side *s)
{
    return s->aes != 0 ? 16 : 8;
}

/* 80 00 .. to whole blocks; returns the new length. */
__attribute__((unused)) static size_t chip_fill(size_t block, uint8_t *bytes, size_t len)
{
    bytes[len++] = 0x80;
    while (len % block != 0)
        bytes[len++] = 0;
    return len;
}

__attribute__((unused)) static size_t chip_pad(uint8_t *bytes, size_t len)
{
    return chip_fill(8, bytes, len);
}

/* The counter as bytes: as long as a block. */
__attribute__((unused)) static size_t chip_ssc(const struct chip_side *s, uint8_t *out)
{
    const size_t n = chip_block(s);

    memset(out, 0, n);
    for (size_t i = 0; i < 8; i++)
        out[n - 1 - i] = (uint8_t)(s->ssc >> (8 * i));
    return n;
}

/* Under the session's key, with the IV of this message: AES, E(KS_Enc, SSC). */
__attribute__((unused)) static void chip_crypt(const struct chip_side *s, int encrypt,
                                               struct view in, uint8_t *out)
{
    const EVP_CIPHER *ecb = s->aes == 16   ? EVP_aes_128_ecb()
                            : s->aes == 24 ? EVP_aes_192_ecb()
                                           : EVP_aes_256_ecb();
    EVP_CIPHER_CTX   *c;
    uint8_t           iv[16], after[16];
    int               n = 0;

    if (s->aes == 0) {
        chip_cbc(s->enc, encrypt, in, out);
        return;
    }
    chip_ssc(s, iv);
    c = EVP_CIPHER_CTX_new();
    EXPECT(c != NULL && EVP_CipherInit_ex(c, ecb, NULL, s->enc, NULL, 1) == 1);
    EXPECT(EVP_CIPHER_CTX_set_padding(c, 0) == 1);
    EXPECT(EVP_CipherUpdate(c, iv, &n, iv, 16) == 1 && n == 16);
    EXPECT(EVP_CipherInit_ex(c, ecb, NULL, s->enc, NULL, encrypt) == 1);
    EXPECT(EVP_CIPHER_CTX_set_padding(c, 0) == 1 && in.len % 16 == 0);
    for (size_t at = 0; at < in.len; at += 16) { /* CBC by hand */
        uint8_t block[16];

        memcpy(block, in.ptr + at, 16);
        memcpy(after, block, 16);
        for (size_t i = 0; encrypt && i < 16; i++)
            block[i] ^= iv[i];
        EXPECT(EVP_CipherUpdate(c, block, &n, block, 16) == 1 && n == 16);
        for (size_t i = 0; !encrypt && i < 16; i++)
            block[i] ^= iv[i];
        memcpy(iv, encrypt ? block : after, 16);
        memcpy(out + at, block, 16);
    }
    EVP_CIPHER_CTX_free(c);
}

/* ISO/IEC 9797-1 algorithm 3 over whole blocks: DES-CBC with K1, then D(K2), E(K1). */
__attribute__((unused)) static void chip_mac(const uint8_t key[16], struct view in, uint8_t out[8])
{
    static uint8_t chained[CHIP_MAX];
    uint8_t        k1[16], k2[16];

    EXPECT(in.len <= sizeof chained);
    for (size_t i = 0; i < 16; i++) {
        k1[i] = key[i % 8];
        k2[i] = key[8 + i % 8];
    }
    chip_cbc(k1, CHIP_ENCRYPT, in, chained);
    memcpy(out, chained + in.len - 8, 8);
    chip_cbc(k2, CHIP_DECRYPT, view_of(out, 8), out);
    chip_cbc(k1, CHIP_ENCRYPT, view_of(out, 8), out);
}

/* The first eight bytes of AES-CMAC. */
__attribute__((unused)) static void chip_cmac(const struct chip_side *s, struct view in,
                                              uint8_t out[8])
{
    char         name[] = "AES-128-CBC";
    OSSL_PARAM   params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, name, 0),
                              OSSL_PARAM_construct_end() };
    EVP_MAC     *mac = EVP_MAC_fetch(NULL, "CMAC", NULL);
    EVP_MAC_CTX *c = EVP_MAC_CTX_new(mac);
    uint8_t      whole[16];
    size_t       n = 0;

    memcpy(name + 4, s->aes == 16 ? "128" : s->aes == 24 ? "192" : "256", 3);
    EXPECT(c != NULL && EVP_MAC_init(c, s->mac, s->aes, params) == 1);
    EXPECT(EVP_MAC_update(c, in.ptr, in.len) == 1);
    EXPECT(EVP_MAC_final(c, whole, &n, sizeof whole) == 1 && n == 16);
    memcpy(out, whole, 8);
    EVP_MAC_CTX_free(c);
    EVP_MAC_free(mac);
}

/* The MAC over the counter as it stands and bytes, padded. */
__attribute__((unused)) static void chip_mac_now(struct chip_side *s, struct view bytes,
                                                 uint8_t out[8])
{
    static uint8_t all[CHIP_MAX];
    size_t         n = chip_ssc(s, all);

    EXPECT(n + bytes.len + 16 <= sizeof all);
    if (bytes.len != 0)
        memcpy(all + n, bytes.ptr, bytes.len);
    n = chip_fill(chip_block(s), all, n + bytes.len);
    if (s->aes != 0)
        chip_cmac(s, view_of(all, n), out);
    else
        chip_mac(s->mac, view_of(all, n), out);
}

/* Tag 87 or 85 .. and the length, in as few octets as hold it. */
__attribute__((unused)) static size_t chip_head(uint8_t tag, size_t len, uint8_t *out)
{
    size_t n = 0;

    out[n++] = tag;
    if (len > 255) {
        out[n++] = 0x82;
        out[n++] = (uint8_t)(len >> 8);
    } else if (len > 127) {
        out[n++] = 0x81;
    }
    out[n++] = (uint8_t)len;
    return n;
}

/* Append DO'87' with data, padded as given: whole blocks.  The answer's counter is one ahead. */
__attribute__((unused)) static size_t chip_cryptogram(const struct chip_side *s, struct view padded,
                                                      uint8_t *out)
{
    struct chip_side next = *s;
    size_t           n = chip_head(0x87, padded.len + 1, out);

    next.ssc++;
    out[n++] = 0x01;
    chip_crypt(&next, CHIP_ENCRYPT, padded, out + n);
    return n + padded.len;
}

/* body | DO'8E' | SW: what goes on the wire for these data objects.  SSC counts up. */
__attribute__((unused)) static struct view chip_seal(struct chip_side *s, struct view body,
                                                     uint16_t sw, uint8_t *out)
{
    size_t n = body.len;

    s->ssc++;
    if (n != 0)
        memmove(out, body.ptr, n);
    out[n++] = 0x8E;
    out[n++] = 0x08;
    chip_mac_now(s, body, out + n);
    n += 8;
    out[n++] = (uint8_t)(sw >> 8);
    out[n++] = (uint8_t)sw;
    return view_of(out, n);
}

/* The protected answer to be sent for data (may be empty) and sw. */
__attribute__((unused)) static struct view chip_answer(struct chip_side *s, struct view data,
                                                       uint16_t sw, uint8_t *out)
{
    static uint8_t padded[CHIP_MAX];
    size_t         n = 0;

    EXPECT(data.len + 16 <= sizeof padded);
    if (data.len != 0) {
        memcpy(padded, data.ptr, data.len);
        n = chip_cryptogram(s, view_of(padded, chip_fill(chip_block(s), padded, data.len)), out);
    }
    out[n++] = 0x99;
    out[n++] = 0x02;
    out[n++] = (uint8_t)(sw >> 8);
    out[n++] = (uint8_t)sw;
    return chip_seal(s, view_of(out, n), sw, out);
}

/* A protected command, opened: header, data, le; its MAC is checked. */
struct chip_command {
    uint8_t header[4], data[4096];
    size_t  data_len;
    long    le;       /* -1: none                      */
    bool    extended; /* the outer form                */
    size_t  le_bytes; /* of DO'97'                     */
};

/* The length of a data object at *p; steps over it. */
__attribute__((unused)) static size_t chip_len(const uint8_t **p)
{
    const uint8_t first = *(*p)++;
    size_t        n = first;

    if (first == 0x81 || first == 0x82) {
        n = *(*p)++;
        if (first == 0x82)
            n = n << 8 | *(*p)++;
    }
    EXPECT(n > 255 ? first == 0x82 : n > 127 ? first == 0x81 : first == n);
    return n;
}

/* DO'87' or DO'85' at *p, decrypted into c; steps over it. */
__attribute__((unused)) static void chip_open_data(struct chip_side *s, const uint8_t **p,
                                                   struct chip_command *c)
{
    const bool   indicator = *(*p)++ == 0x87;
    const size_t len = chip_len(p);

    EXPECT(!indicator || **p == 0x01);
    EXPECT(indicator == ((c->header[1] & 1) == 0));
    c->data_len = len - (size_t)indicator;
    EXPECT(c->data_len <= sizeof c->data);
    chip_crypt(s, CHIP_DECRYPT, view_of(*p + indicator, c->data_len), c->data);
    while (c->data[c->data_len - 1] == 0)
        c->data_len--;
    EXPECT(c->data[--c->data_len] == 0x80);
    *p += len;
}

__attribute__((unused)) static void chip_open(struct chip_side *s, struct view wire,
                                              struct chip_command *c)
{
    static uint8_t macced[CHIP_MAX];
    uint8_t        mac[8];
    const bool     wide = wire.ptr[4] == 0;
    const size_t   head = wide ? 7 : 5, tail = wide ? 2 : 1, block = chip_block(s);
    const size_t   lc = wide ? (size_t)wire.ptr[5] << 8 | wire.ptr[6] : wire.ptr[4];
    const uint8_t *p = wire.ptr + head, *end = p + lc - 10;

    EXPECT(wire.len == head + lc + tail && lc >= 10);
    for (size_t i = 0; i < tail; i++)
        EXPECT(wire.ptr[wire.len - 1 - i] == 0);
    c->extended = wide;
    memcpy(c->header, wire.ptr, 4);
    EXPECT((c->header[0] & 0x0C) == 0x0C);
    s->ssc++;
    memset(macced, 0, block);
    memcpy(macced, wire.ptr, 4);
    macced[4] = 0x80;
    memcpy(macced + block, p, lc - 10);
    chip_mac_now(s, view_of(macced, block + lc - 10), mac);
    EXPECT(end[0] == 0x8E && end[1] == 8 && memcmp(end + 2, mac, 8) == 0);
    c->data_len = 0;
    c->le = -1;
    c->le_bytes = 0;
    if (p < end && (*p == 0x87 || *p == 0x85))
        chip_open_data(s, &p, c);
    if (p < end) {
        EXPECT(p[0] == 0x97 && (p[1] == 1 || p[1] == 2));
        c->le_bytes = p[1];
        c->le = p[1] == 1 ? p[2] : p[2] << 8 | p[3];
        c->le = c->le != 0 ? c->le : p[1] == 1 ? 256 : 65536;
        p += 2 + p[1];
    }
    EXPECT(p == end);
}

#endif
