/* backend: see backend.h. */
#include "backend.h"

#include <pthread.h>

enum { UNCOMPRESSED = 4 }; /* SEC 1 clause 2.3.3 */

static const mbedtls_md_type_t md_types[] = {
    /* clang-format off */
    [HASH_NONE]   = MBEDTLS_MD_NONE,
    [HASH_SHA1]   = MBEDTLS_MD_SHA1,
    [HASH_SHA224] = MBEDTLS_MD_SHA224,
    [HASH_SHA256] = MBEDTLS_MD_SHA256,
    [HASH_SHA384] = MBEDTLS_MD_SHA384,
    [HASH_SHA512] = MBEDTLS_MD_SHA512,
    /* clang-format on */
};

/* MBEDTLS_ECP_DP_NONE: not in the library, taken from our table. */
static const mbedtls_ecp_group_id ids[] = {
    /* clang-format off */
    [EC_P192]  = MBEDTLS_ECP_DP_SECP192R1,
    [EC_BP192] = MBEDTLS_ECP_DP_NONE,
    [EC_P224]  = MBEDTLS_ECP_DP_SECP224R1,
    [EC_BP224] = MBEDTLS_ECP_DP_NONE,
    [EC_P256]  = MBEDTLS_ECP_DP_SECP256R1,
    [EC_BP256] = MBEDTLS_ECP_DP_BP256R1,
    [EC_BP320] = MBEDTLS_ECP_DP_NONE,
    [EC_P384]  = MBEDTLS_ECP_DP_SECP384R1,
    [EC_BP384] = MBEDTLS_ECP_DP_BP384R1,
    [EC_BP512] = MBEDTLS_ECP_DP_BP512R1,
    [EC_P521]  = MBEDTLS_ECP_DP_SECP521R1,
    /* clang-format on */
};

static struct curve {
    mbedtls_ecp_group group;
    bool              tabled;
} curves[EC_GROUP_COUNT];

static bool            usable;
static pthread_once_t  once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

bool backend_number(mbedtls_mpi *n, struct view v)
{
    return v.len == 0 ? mbedtls_mpi_lset(n, 0) == 0 : mbedtls_mpi_read_binary(n, v.ptr, v.len) == 0;
}

/* A group of our own table.  No modp: reduction by division, which takes any prime. */
static bool fill(mbedtls_ecp_group *g, const struct ec_domain *d)
{
    g->pbits = d->bits;
    if (!backend_number(&g->P, d->p) || !backend_number(&g->A, d->a) ||
        !backend_number(&g->B, d->b) || !backend_number(&g->G.X, d->x) ||
        !backend_number(&g->G.Y, d->y) || mbedtls_mpi_lset(&g->G.Z, 1) != 0 ||
        !backend_number(&g->N, d->n))
        return false;
    g->nbits = mbedtls_mpi_bitlen(&g->N);
    return true;
}

static void open_all(void)
{
    for (unsigned i = EC_NONE + 1; i < EC_GROUP_COUNT; i++) {
        mbedtls_ecp_group *g = &curves[i].group;

        mbedtls_ecp_group_init(g);
        if (ids[i] == MBEDTLS_ECP_DP_NONE ? !fill(g, ec_domain((enum ec_group)i))
                                          : mbedtls_ecp_group_load(g, ids[i]) != 0)
            return;
    }
    for (unsigned i = HASH_SHA1; i <= HASH_SHA512; i++) {
        if (mbedtls_md_info_from_type(md_types[i]) == NULL)
            return;
    }
    usable = true;
}

bool backend_ready(void)
{
    return pthread_once(&once, open_all) == 0 && usable;
}

void backend_close(void)
{
    (void)backend_ready(); /* so that a later call cannot open it again */
    usable = false;
    for (unsigned i = EC_NONE + 1; i < EC_GROUP_COUNT; i++) {
        mbedtls_ecp_group_free(&curves[i].group);
        mbedtls_ecp_group_init(&curves[i].group);
        curves[i].tabled = false;
    }
}

/* The library makes the table at the first multiplication of G, and keeps it in the group;
 * that write is why it happens here, under the lock. */
static bool make_table(mbedtls_ecp_group *g)
{
    mbedtls_ecp_point r;
    mbedtls_mpi       one;

    mbedtls_ecp_point_init(&r);
    mbedtls_mpi_init(&one);
    const bool ok =
        mbedtls_mpi_lset(&one, 1) == 0 && mbedtls_ecp_mul(g, &r, &one, &g->G, NULL, NULL) == 0;

    mbedtls_mpi_free(&one);
    mbedtls_ecp_point_free(&r);
    return ok;
}

mbedtls_ecp_group *backend_group(enum ec_group group)
{
    struct curve *c = &curves[group];

    if (!backend_ready() || pthread_mutex_lock(&lock) != 0)
        return NULL;
    c->tabled = c->tabled || make_table(&c->group);
    const bool ok = c->tabled;

    return pthread_mutex_unlock(&lock) == 0 && ok ? &c->group : NULL;
}

const mbedtls_md_info_t *backend_md(enum hash_alg alg)
{
    return mbedtls_md_info_from_type(md_types[alg]);
}

bool backend_is_aes_key(struct view key)
{
    return key.len == 16 || key.len == 24 || key.len == 32;
}

/* SEC 1 clause 3.2.2.1; every curve has cofactor 1, so no order is left to check. */
struct err backend_point(const mbedtls_ecp_group *group, struct view in, mbedtls_ecp_point *out,
                         bool *good)
{
    *good = in.len == 1 + 2 * mbedtls_mpi_size(&group->P) && view_at(in, 0) == UNCOMPRESSED;
    if (!*good)
        return SUCCESS;
    CHECK(mbedtls_ecp_point_read_binary(group, out, in.ptr, in.len) == 0, E_CRYPTO);
    const int answer = mbedtls_ecp_check_pubkey(group, out);

    CHECK(answer == 0 || answer == MBEDTLS_ERR_ECP_INVALID_KEY, E_CRYPTO);
    *good = answer == 0;
    return SUCCESS;
}
