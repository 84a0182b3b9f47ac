/* curves: every curve of the table in turn, with OpenSSL's of the same name. */
#ifndef TESTS_CRYPTO_CURVES_H
#define TESTS_CRYPTO_CURVES_H

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/objects.h>

#include "crypto/ec.h"
#include "expect.h"

/* As ec_multiply() wants to be told. */
__attribute__((unused)) static const struct view generator = { 0 };

/* What a test needs of one curve, ours and OpenSSL's. */
struct curve {
    enum ec_group           group;
    const struct ec_domain *d;
    EC_GROUP               *openssl;
    size_t                  len; /* of a point */
    uint8_t                 g_bytes[EC_POINT_MAX];
    struct view             g;
};

static void each_curve(void (*try)(const struct curve *c))
{
    for (unsigned i = EC_NONE + 1; i < EC_GROUP_COUNT; i++) {
        struct curve c = { .group = (enum ec_group)i, .d = ec_domain((enum ec_group)i) };
        struct buf   g = BUF(c.g_bytes);

        ROW(c.d->name);
        c.openssl = EC_GROUP_new_by_curve_name(OBJ_txt2nid(oid_dotted(c.d->oid)));
        c.len = 1 + 2 * c.d->p.len;
        EXPECT(c.openssl != NULL);
        EXPECT_CODE(buf_u8(&g, 4), OK);
        EXPECT_CODE(buf_put(&g, c.d->x), OK);
        EXPECT_CODE(buf_put(&g, c.d->y), OK);
        c.g = buf_view(&g);
        try(&c);
        EC_GROUP_free(c.openssl);
    }
}

#endif
