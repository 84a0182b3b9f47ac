/* field: see field.h. */
#include "field.h"

#include <openssl/cms.h>
#include <openssl/x509.h>

#include "expect.h"

struct element {
    unsigned tag;
    size_t   tag_len, len_len, value_len;
};

/* The element that begins there; false if there is none. */
static bool element_at(const uint8_t *p, size_t left, struct element *e)
{
    size_t n;

    if (left < 2)
        return false;
    *e = (struct element){ .tag = p[0], .tag_len = 1, .len_len = 1 };
    if ((p[0] & 0x1F) == 0x1F) {
        e->tag = (unsigned)p[0] << 8 | p[1];
        e->tag_len = 2;
    }
    if (left <= e->tag_len)
        return false;
    n = p[e->tag_len];
    if (n > 0x80) {
        const size_t octets = n & 0x7F;

        for (n = 0; e->len_len <= octets && e->tag_len + e->len_len < left; e->len_len++)
            n = n << 8 | p[e->tag_len + e->len_len];
    }
    e->value_len = n;
    return e->tag_len + e->len_len + n <= left;
}

/* How many with the same tag stand before it among its sisters. */
static unsigned same_before(const uint8_t *first, size_t until, unsigned tag)
{
    struct element e;
    unsigned       n = 0;

    for (size_t at = 0; at < until && element_at(first + at, until - at, &e);
         at += e.tag_len + e.len_len + e.value_len)
        n += e.tag == tag;
    return n;
}

static void append(struct field *f, unsigned tag, unsigned index)
{
    const size_t n = strlen(f->path);

    if (index == 0)
        snprintf(f->path + n, sizeof f->path - n, "%s%02X", n ? "/" : "", tag);
    else
        snprintf(f->path + n, sizeof f->path - n, "%s%02X[%u]", n ? "/" : "", tag, index);
}

struct field field_of(const uint8_t *file, size_t len, size_t at)
{
    struct field   f = { .part = "none", .at = at };
    size_t         begin = 0, end = len, sisters = 0;
    struct element e;

    while (begin < end && element_at(file + begin, end - begin, &e)) {
        const size_t value = begin + e.tag_len + e.len_len;

        if (at >= value + e.value_len) { /* not in this one */
            begin = value + e.value_len;
            continue;
        }
        append(&f, e.tag, same_before(file + sisters, begin - sisters, e.tag));
        f.value_len = e.value_len;
        f.part = at < begin + e.tag_len ? "tag" : at < value ? "length" : "value";
        f.at = at - (at < begin + e.tag_len ? begin : at < value ? begin + e.tag_len : value);
        if (at < value || (file[begin] & 0x20) == 0)
            return f;
        begin = sisters = value;
        end = value + e.value_len;
    }
    return f;
}

/* Exactly one place holds these bytes: mark it. */
static void mark(const uint8_t *sod, size_t len, const uint8_t *part, size_t part_len, bool *map)
{
    const uint8_t *at = memmem(sod, len, part, part_len);

    EXPECT(part_len > 8 && at != NULL);
    memset(map + (at - sod), true, part_len);
}

static void mark_attributes(const uint8_t *sod, size_t len, CMS_SignerInfo *signer, bool *map)
{
    for (int n = 0; n < CMS_signed_get_attr_count(signer); n++) {
        uint8_t  *der = NULL;
        const int der_len = i2d_X509_ATTRIBUTE(CMS_signed_get_attr(signer, n), &der);

        mark(sod, len, der, (size_t)der_len, map);
        OPENSSL_free(der);
    }
}

static void mark_certificate(const uint8_t *sod, size_t len, X509 *cert, bool *map)
{
    uint8_t       *der = NULL;
    const long     der_len = i2d_X509(cert, &der);
    const uint8_t *p = der, *tbs;
    long           n;
    int            tag, class;

    ASN1_get_object(&p, &n, &tag, &class, der_len); /* Certificate */
    tbs = p;
    ASN1_get_object(&p, &n, &tag, &class, der_len - (p - der));
    mark(sod, len, tbs, (size_t)(p - tbs + n), map);
    OPENSSL_free(der);
}

void field_covered(const uint8_t *sod, size_t len, bool *map)
{
    struct element      e;
    const uint8_t      *p;
    CMS_ContentInfo    *cms;
    ASN1_OCTET_STRING **content;

    EXPECT(element_at(sod, len, &e));
    p = sod + e.tag_len + e.len_len;
    cms = d2i_CMS_ContentInfo(NULL, &p, (long)e.value_len);
    EXPECT(cms != NULL);
    content = CMS_get0_content(cms);
    mark(sod, len, ASN1_STRING_get0_data(*content), (size_t)ASN1_STRING_length(*content), map);
    STACK_OF(CMS_SignerInfo) *signers = CMS_get0_SignerInfos(cms);
    STACK_OF(X509) *certs = CMS_get1_certs(cms);

    for (int n = 0; n < sk_CMS_SignerInfo_num(signers); n++)
        mark_attributes(sod, len, sk_CMS_SignerInfo_value(signers, n), map);
    for (int n = 0; n < sk_X509_num(certs); n++)
        mark_certificate(sod, len, sk_X509_value(certs, n), map);
    sk_X509_pop_free(certs, X509_free);
    CMS_ContentInfo_free(cms);
}
