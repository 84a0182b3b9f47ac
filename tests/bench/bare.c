/* bare: see bare.h. */
#define OPENSSL_SUPPRESS_DEPRECATED /* ECDSA_do_verify: nothing is barer */

#include "expect.h"

#include "bare.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/objects.h>
#include <openssl/rand.h>

static const uint8_t what[32] = { [0 ... 31] =
                                      0x5A }; /* is signed; were it 0, half would be saved */

static void load_curve(struct bare *b, const char *group)
{
    b->ec = EC_GROUP_new_by_curve_name(OBJ_txt2nid(group));
    EXPECT(b->ec != NULL && EC_GROUP_get_curve(b->ec, b->p, NULL, NULL, b->ctx) == 1);
    BN_free(b->q);
    b->q = BN_dup(EC_GROUP_get0_order(b->ec));
    b->a = EC_POINT_new(b->ec);
    b->b = EC_POINT_new(b->ec);
    EXPECT(BN_rand_range(b->x, b->q) == 1);
    EXPECT(EC_POINT_mul(b->ec, b->a, b->x, NULL, NULL, b->ctx) == 1);
    b->len = EC_POINT_point2oct(b->ec, b->a, POINT_CONVERSION_UNCOMPRESSED, b->octets,
                                sizeof b->octets, b->ctx);
    EXPECT(BN_rshift(b->cofactor, b->p, 2) == 1); /* the power of the point encoding */
}

static void load_integers(struct bare *b, const char *group)
{
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string("group", (char *)(uintptr_t)group, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY_CTX *make = EVP_PKEY_CTX_new_from_name(NULL, "DHX", NULL);
    EVP_PKEY     *domain = NULL;

    EXPECT(EVP_PKEY_paramgen_init(make) == 1 && EVP_PKEY_CTX_set_params(make, params) == 1);
    EXPECT(EVP_PKEY_paramgen(make, &domain) == 1);
    EXPECT(EVP_PKEY_get_bn_param(domain, "p", &b->p) == 1);
    EXPECT(EVP_PKEY_get_bn_param(domain, "q", &b->q) == 1);
    EXPECT(BN_sub(b->cofactor, b->p, BN_value_one()) == 1);
    EXPECT(BN_div(b->cofactor, NULL, b->cofactor, b->q, b->ctx) == 1);
    EVP_PKEY_free(domain);
    EVP_PKEY_CTX_free(make);
    EXPECT(BN_rand_range(b->x, b->p) == 1);
    b->len = (size_t)BN_num_bytes(b->p);
    EXPECT(BN_bn2binpad(b->x, b->octets, (int)b->len) == (int)b->len);
}

void bare_begin(struct bare *b, const char *group, size_t aes, size_t exponent_len,
                struct bare_work work)
{
    const char *cipher = aes == 0    ? "DES-EDE-CBC"
                         : aes == 16 ? "AES-128-CBC"
                         : aes == 24 ? "AES-192-CBC"
                                     : "AES-256-CBC";

    *b = (struct bare){ .aes = aes != 0, .key_len = aes != 0 ? aes : 16, .work = work };
    b->ctx = BN_CTX_new();
    b->p = BN_new();
    b->q = BN_new();
    b->cofactor = BN_new();
    b->x = BN_new();
    b->y = BN_new();
    b->r = BN_new();
    if (strncmp(group, "dh_", 3) == 0)
        load_integers(b, group);
    else if (*group != '\0')
        load_curve(b, group);
    b->number_len = exponent_len != 0 ? exponent_len : (size_t)BN_num_bytes(b->q);
    EXPECT(RAND_bytes(b->number, (int)sizeof b->number) == 1);
    b->number[0] &= 0x7F;
    b->md = EVP_MD_fetch(NULL, aes > 16 ? "SHA256" : "SHA1", NULL);
    b->md_ctx = EVP_MD_CTX_new();
    b->cipher = EVP_CIPHER_fetch(NULL, cipher, NULL);
    b->des = EVP_CIPHER_fetch(NULL, "DES-EDE3-CBC", NULL);
    b->cipher_ctx = EVP_CIPHER_CTX_new();
    b->mac = EVP_MAC_fetch(NULL, "CMAC", NULL);
    b->mac_ctx = EVP_MAC_CTX_new(b->mac);
    EXPECT(b->cipher != NULL && b->des != NULL && b->mac_ctx != NULL);
}

void bare_verify(struct bare *b, EVP_PKEY *key)
{
    EXPECT(EVP_PKEY_up_ref(key) == 1);
    if (EVP_PKEY_is_a(key, "RSA")) {
        b->rsa = key;
        BN_free(b->p);
        b->p = NULL;
        EXPECT(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &b->p) == 1);
        EXPECT(BN_set_word(b->y, 65537) == 1 && BN_rand_range(b->x, b->p) == 1);
        b->len = (size_t)BN_num_bytes(b->p);
        EXPECT(BN_bn2binpad(b->x, b->octets, (int)b->len) == (int)b->len);
        return;
    }
    b->ec_key = EVP_PKEY_get1_EC_KEY(key);
    b->sig = ECDSA_do_sign(what, 32, b->ec_key);
    EXPECT(b->sig != NULL);
    EVP_PKEY_free(key);
}

void bare_end(struct bare *b)
{
    EVP_MAC_CTX_free(b->mac_ctx);
    EVP_MAC_free(b->mac);
    EVP_CIPHER_CTX_free(b->cipher_ctx);
    EVP_CIPHER_free(b->cipher);
    EVP_CIPHER_free(b->des);
    EVP_MD_CTX_free(b->md_ctx);
    EVP_MD_free(b->md);
    ECDSA_SIG_free(b->sig);
    EC_KEY_free(b->ec_key);
    EVP_PKEY_free(b->rsa);
    EC_POINT_free(b->a);
    EC_POINT_free(b->b);
    EC_GROUP_free(b->ec);
    BN_free(b->p);
    BN_free(b->q);
    BN_free(b->cofactor);
    BN_free(b->x);
    BN_free(b->y);
    BN_free(b->r);
    BN_CTX_free(b->ctx);
}

static void take_point(struct bare *b, EC_POINT *p)
{
    EXPECT(EC_POINT_oct2point(b->ec, p, b->octets, b->len, b->ctx) == 1);
}

static void put_point(struct bare *b, const EC_POINT *p)
{
    uint8_t out[200];

    EXPECT(EC_POINT_point2oct(b->ec, p, POINT_CONVERSION_UNCOMPRESSED, out, sizeof out, b->ctx) ==
           b->len);
}

static void multiply(struct bare *b, bool base)
{
    EXPECT(BN_bin2bn(b->number, (int)b->number_len, b->x) != NULL);
    BN_set_flags(b->x, BN_FLG_CONSTTIME);
    if (!base)
        take_point(b, b->a);
    EXPECT(EC_POINT_mul(b->ec, b->b, base ? b->x : NULL, base ? NULL : b->a, base ? NULL : b->x,
                        b->ctx) == 1);
    put_point(b, b->b);
}

static void add(struct bare *b)
{
    take_point(b, b->a);
    take_point(b, b->b);
    EXPECT(EC_POINT_add(b->ec, b->b, b->a, b->b, b->ctx) == 1);
    put_point(b, b->b);
}

/* The octets, or as many as the field has, to e; a secret is either. */
static void exponent(struct bare *b, const BIGNUM *e, bool secret)
{
    const int len = BN_num_bytes(b->p);
    uint8_t   out[600];

    EXPECT(BN_bin2bn(b->octets, len, b->y) != NULL);
    EXPECT((secret ? BN_mod_exp_mont_consttime(b->r, b->y, e, b->p, b->ctx, NULL)
                   : BN_mod_exp_mont(b->r, b->y, e, b->p, b->ctx, NULL)) == 1);
    EXPECT(BN_bn2binpad(b->r, out, len) == len);
}

static void field_product(struct bare *b)
{
    EXPECT(BN_mod_mul(b->r, b->x, b->x, b->p, b->ctx) == 1);
}

static void secret_exponent(struct bare *b)
{
    EXPECT(BN_bin2bn(b->number, (int)b->number_len, b->x) != NULL);
    exponent(b, b->x, true);
}

static void rsa(struct bare *b)
{
    uint8_t out[600];

    EXPECT(BN_bin2bn(b->octets, (int)b->len, b->x) != NULL);
    EXPECT(BN_mod_exp_mont(b->r, b->x, b->y, b->p, b->ctx, NULL) == 1);
    EXPECT(BN_bn2binpad(b->r, out, (int)b->len) == (int)b->len);
}

static void ecdsa(struct bare *b)
{
    EXPECT(ECDSA_do_verify(what, 32, b->sig, b->ec_key) == 1);
}

static void hash(struct bare *b)
{
    EXPECT(EVP_DigestInit_ex2(b->md_ctx, b->md, NULL) == 1);
    EXPECT(EVP_DigestUpdate(b->md_ctx, b->octets, 40) == 1);
    EXPECT(EVP_DigestFinal_ex(b->md_ctx, b->digest, NULL) == 1);
}

static void cbc(struct bare *b, const EVP_CIPHER *alg, int len)
{
    uint8_t out[600];
    int     n = 0;

    EXPECT(EVP_CipherInit_ex2(b->cipher_ctx, alg, b->number, b->octets, 1, NULL) == 1);
    EXPECT(EVP_CIPHER_CTX_set_padding(b->cipher_ctx, 0) == 1);
    EXPECT(EVP_CipherUpdate(b->cipher_ctx, out, &n, b->octets, len) == 1 && n == len);
}

static void mac(struct bare *b)
{
    char             name[] = "AES-128-CBC";
    const OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, name, 0),
                                  OSSL_PARAM_construct_end() };
    size_t           n;

    if (!b->aes) {
        cbc(b, b->des, (int)b->work.mac_len);
        cbc(b, b->des, 8);
        cbc(b, b->des, 8);
        return;
    }
    memcpy(name + 4, b->key_len == 16 ? "128" : b->key_len == 24 ? "192" : "256", 3);
    EXPECT(EVP_MAC_init(b->mac_ctx, b->number, b->key_len, params) == 1);
    EXPECT(EVP_MAC_update(b->mac_ctx, b->octets, b->work.mac_len) == 1);
    EXPECT(EVP_MAC_final(b->mac_ctx, b->digest, &n, sizeof b->digest) == 1);
}

#define TIMES(count) for (unsigned i_ = 0; i_ < (count); i_++)

void bare_run(struct bare *b)
{
    const struct bare_work *w = &b->work;

    TIMES(w->base) multiply(b, true);
    TIMES(w->multiply) multiply(b, false);
    TIMES(w->add) add(b);
    TIMES(w->field_exp + w->cofactor_exp) exponent(b, b->cofactor, true);
    TIMES(w->field_multiply) field_product(b);
    TIMES(w->secret_exp) secret_exponent(b);
    TIMES(w->public_exp) exponent(b, b->q, false);
    TIMES(w->rsa) rsa(b);
    TIMES(w->ecdsa) ecdsa(b);
    TIMES(w->hash) hash(b);
    TIMES(w->cipher) cbc(b, b->cipher, 32);
    TIMES(w->mac) mac(b);
}
