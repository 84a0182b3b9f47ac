/*
 * asn1: BER and DER written as text, so that a row of a test can show what it breaks.
 *
 *     30{ 02{ 01 } 13{ 'UT' } }      lengths are computed, shortest form
 *     30[ 02{ 01 } ]                 indefinite length, closed by 00 00
 *     30{ %s }                       printf first, as the caller likes
 *
 * Everything else is hex, spaces ignored; 'text' is its characters.
 */
#ifndef TESTS_ASN1_H
#define TESTS_ASN1_H

#include "expect.h"

enum { ASN1_DEPTH = 24 };

struct asn1 {
    uint8_t *bytes;
    size_t   cap, n;
    size_t   open[ASN1_DEPTH]; /* where each open element's content begins */
    size_t   depth;
};

__attribute__((unused)) static void asn1_octet(struct asn1 *a, unsigned octet)
{
    if (a->n < a->cap)
        a->bytes[a->n++] = (uint8_t)octet;
    else
        fail_msg("[%s] too much ASN.1", expect_row);
}

/* Put the shortest length in front of the content that began at open. */
__attribute__((unused)) static void asn1_close(struct asn1 *a)
{
    uint8_t head[4];
    size_t  n = 0;

    EXPECT(a->depth > 0);
    const size_t at = a->open[--a->depth], len = a->n - at;

    if (len >= 0x80)
        head[n++] = (uint8_t)(0x81 + (len > 0xFF) + (len > 0xFFFF));
    if (len > 0xFFFF)
        head[n++] = (uint8_t)(len >> 16);
    if (len > 0xFF)
        head[n++] = (uint8_t)(len >> 8);
    head[n++] = (uint8_t)len;
    EXPECT(a->n + n <= a->cap);
    memmove(a->bytes + at + n, a->bytes + at, len);
    memcpy(a->bytes + at, head, n);
    a->n += n;
}

__attribute__((unused)) static const char *asn1_one(struct asn1 *a, const char *t)
{
    char two[3] = { 0 };

    switch (*t) {
    case ' ':
        return t + 1;
    case '{':
        EXPECT(a->depth < ASN1_DEPTH);
        a->open[a->depth++] = a->n;
        return t + 1;
    case '}':
        asn1_close(a);
        return t + 1;
    case '[':
        asn1_octet(a, 0x80);
        return t + 1;
    case ']':
        asn1_octet(a, 0);
        asn1_octet(a, 0);
        return t + 1;
    case '\'':
        for (t++; *t != '\'' && *t != '\0'; t++)
            asn1_octet(a, (unsigned char)*t);
        return t + 1;
    default:
        two[0] = t[0];
        two[1] = t[1];
        if (strspn(two, "0123456789ABCDEFabcdef") != 2)
            fail_msg("[%s] bad ASN.1 at %s", expect_row, t);
        asn1_octet(a, (unsigned)strtoul(two, NULL, 16));
        return t + 2;
    }
}

__attribute__((unused)) static struct view asn1(const char *text, uint8_t *bytes, size_t cap)
{
    struct asn1 a = { .bytes = bytes, .cap = cap };

    while (*text != '\0')
        text = asn1_one(&a, text);
    EXPECT(a.depth == 0);
    return view_of(bytes, a.n);
}

#define ASN1(text) asn1((text), (uint8_t[4096]){ 0 }, 4096)

#endif
