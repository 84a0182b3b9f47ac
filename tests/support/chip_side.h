/*
 * chip_side: the other end of BAC and of 3DES secure messaging, for tests.
 *
 * Written from Doc 9303-11 on OpenSSL alone; shares nothing with firmware/ or crypto/ but
 * the view, so that agreement says something.  Single DES is two-key 3DES with equal halves.
 */
#ifndef TESTS_CHIP_SIDE_H
#define TESTS_CHIP_SIDE_H

#include <openssl/evp.h>

#include "expect.h"

struct chip_side {
    uint8_t  enc[16], mac[16];
    uint64_t ssc;
};

enum { CHIP_DECRYPT, CHIP_ENCRYPT };

/* CBC, zero IV, no padding. */
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

/* 80 00 .. to whole blocks; returns the new length. */
__attribute__((unused)) static size_t chip_pad(uint8_t *bytes, size_t len)
{
    bytes[len++] = 0x80;
    while (len % 8 != 0)
        bytes[len++] = 0;
    return len;
}

/* ISO/IEC 9797-1 algorithm 3 over whole blocks: DES-CBC with K1, then D(K2), E(K1). */
__attribute__((unused)) static void chip_mac(const uint8_t key[16], struct view in, uint8_t out[8])
{
    uint8_t k1[16], k2[16], chained[1024];

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

/* SSC counts up; the MAC over it and bytes, padded. */
__attribute__((unused)) static void chip_next_mac(struct chip_side *s, struct view bytes,
                                                  uint8_t out[8])
{
    uint8_t all[1024];
    size_t  n = 0;

    s->ssc++;
    for (int i = 7; i >= 0; i--)
        all[n++] = (uint8_t)(s->ssc >> (8 * i));
    EXPECT(n + bytes.len + 8 <= sizeof all);
    if (bytes.len != 0)
        memcpy(all + n, bytes.ptr, bytes.len);
    n = chip_pad(all, n + bytes.len);
    chip_mac(s->mac, view_of(all, n), out);
}

/* Append DO'87' with data, padded as given: whole blocks. */
__attribute__((unused)) static size_t chip_cryptogram(struct chip_side *s, struct view padded,
                                                      uint8_t *out)
{
    size_t n = 0;

    out[n++] = 0x87;
    if (padded.len + 1 > 127)
        out[n++] = 0x81;
    out[n++] = (uint8_t)(padded.len + 1);
    out[n++] = 0x01;
    chip_cbc(s->enc, CHIP_ENCRYPT, padded, out + n);
    return n + padded.len;
}

/* body | DO'8E' | SW: what goes on the wire for these data objects. */
__attribute__((unused)) static struct view chip_seal(struct chip_side *s, struct view body,
                                                     uint16_t sw, uint8_t *out)
{
    size_t n = body.len;

    if (n != 0)
        memmove(out, body.ptr, n);
    out[n++] = 0x8E;
    out[n++] = 0x08;
    chip_next_mac(s, body, out + n);
    n += 8;
    out[n++] = (uint8_t)(sw >> 8);
    out[n++] = (uint8_t)sw;
    return view_of(out, n);
}

/* The protected answer to be sent for data (may be empty) and sw. */
__attribute__((unused)) static struct view chip_answer(struct chip_side *s, struct view data,
                                                       uint16_t sw, uint8_t *out)
{
    uint8_t padded[512];
    size_t  n = 0;

    if (data.len != 0) {
        memcpy(padded, data.ptr, data.len);
        n = chip_cryptogram(s, view_of(padded, chip_pad(padded, data.len)), out);
    }
    out[n++] = 0x99;
    out[n++] = 0x02;
    out[n++] = (uint8_t)(sw >> 8);
    out[n++] = (uint8_t)sw;
    return chip_seal(s, view_of(out, n), sw, out);
}

/* A protected command, opened: header, data, le; its MAC is checked. */
struct chip_command {
    uint8_t header[4], data[512];
    size_t  data_len;
    int     le; /* -1: none */
};

__attribute__((unused)) static void chip_open(struct chip_side *s, struct view wire,
                                              struct chip_command *c)
{
    uint8_t        macced[512] = { 0 }, mac[8];
    const size_t   body = wire.len - 5 - 10 - 1;
    const uint8_t *p = wire.ptr + 5, *end = p + body;

    EXPECT(wire.len > 16 && wire.ptr[4] == wire.len - 6 && wire.ptr[wire.len - 1] == 0);
    memcpy(c->header, wire.ptr, 4);
    EXPECT((c->header[0] & 0x0C) == 0x0C);
    memcpy(macced, wire.ptr, 4);
    macced[4] = 0x80;
    memcpy(macced + 8, p, body);
    chip_next_mac(s, view_of(macced, 8 + body), mac);
    EXPECT(end[0] == 0x8E && end[1] == 8 && memcmp(end + 2, mac, 8) == 0);
    c->data_len = 0;
    c->le = -1;
    if (p < end && (*p == 0x87 || *p == 0x85)) {
        const int    indicator = *p == 0x87;
        const size_t wide = p[1] == 0x81 ? 1 : 0, len = p[1 + wide];

        p += 2 + wide;
        EXPECT(!indicator || *p == 0x01);
        EXPECT(indicator == ((c->header[1] & 1) == 0));
        c->data_len = len - (size_t)indicator;
        chip_cbc(s->enc, CHIP_DECRYPT, view_of(p + indicator, c->data_len), c->data);
        while (c->data[c->data_len - 1] == 0)
            c->data_len--;
        EXPECT(c->data[--c->data_len] == 0x80);
        p += len;
    }
    if (p < end) {
        EXPECT(p[0] == 0x97 && p[1] == 1);
        c->le = p[2] != 0 ? p[2] : 256;
        p += 3;
    }
    EXPECT(p == end);
}

#endif
