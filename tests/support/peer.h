/* peer: what OpenSSL read, as views and seconds, to compare with what we read. */
#ifndef TESTS_PEER_H
#define TESTS_PEER_H

#include <openssl/asn1.h>
#include <time.h>

#include "base/der.h"
#include "expect.h"

__attribute__((unused)) static struct view peer_string(const ASN1_STRING *s)
{
    return s == NULL ? TEXT("") : view_of(ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s));
}

__attribute__((unused)) static int64_t peer_seconds(const ASN1_TIME *t)
{
    struct tm tm;

    EXPECT(ASN1_TIME_to_tm(t, &tm) == 1);
    return (int64_t)timegm(&tm);
}

/* The content octets of an INTEGER, as OpenSSL encodes it. */
__attribute__((unused)) static void peer_integer(struct view ours, const ASN1_INTEGER *theirs)
{
    uint8_t    *der = NULL;
    const int   n = i2d_ASN1_INTEGER(theirs, &der);
    struct view in = view_of(der, (size_t)n), content;

    EXPECT_CODE(tlv_expect(&in, DER_INTEGER, &content), OK);
    EXPECT_BYTES(ours, content);
    OPENSSL_free(der);
}

#endif
