/* backend: see backend.h. */
#include "backend.h"

#include <openssl/crypto.h>
#include <openssl/obj_mac.h>
#include <openssl/provider.h>

static const char *const md_names[] = {
    /* clang-format off */
    [HASH_SHA1]   = "SHA1",
    [HASH_SHA224] = "SHA2-224",
    [HASH_SHA256] = "SHA2-256",
    [HASH_SHA384] = "SHA2-384",
    [HASH_SHA512] = "SHA2-512",
    /* clang-format on */
};

static const char *const aes_names[] = { "AES-128-CBC", "AES-192-CBC", "AES-256-CBC" };

static const int nids[] = {
    /* clang-format off */
    [EC_P192]  = NID_X9_62_prime192v1,
    [EC_BP192] = NID_brainpoolP192r1,
    [EC_P224]  = NID_secp224r1,
    [EC_BP224] = NID_brainpoolP224r1,
    [EC_P256]  = NID_X9_62_prime256v1,
    [EC_BP256] = NID_brainpoolP256r1,
    [EC_BP320] = NID_brainpoolP320r1,
    [EC_P384]  = NID_secp384r1,
    [EC_BP384] = NID_brainpoolP384r1,
    [EC_BP512] = NID_brainpoolP512r1,
    [EC_P521]  = NID_secp521r1,
    /* clang-format on */
};

static struct backend state;
static bool           usable;
static CRYPTO_ONCE    once = CRYPTO_ONCE_STATIC_INIT;

int backend_aes_index(size_t key_len)
{
    switch (key_len) {
    case 16:
        return 0;
    case 24:
        return 1;
    case 32:
        return 2;
    default:
        return -1;
    }
}

const char *backend_aes_name(int index)
{
    return aes_names[index];
}

static bool open_digests(void)
{
    for (size_t i = HASH_SHA1; i <= HASH_SHA512; i++) {
        state.md[i] = EVP_MD_fetch(state.lib, md_names[i], NULL);
        if (state.md[i] == NULL)
            return false;
    }
    return true;
}

static bool open_ciphers(void)
{
    for (size_t i = 0; i < 3; i++) {
        state.aes_cbc[i] = EVP_CIPHER_fetch(state.lib, aes_names[i], NULL);
        if (state.aes_cbc[i] == NULL)
            return false;
    }
    state.des_ecb = EVP_CIPHER_fetch(state.lib, "DES-EDE3-ECB", NULL);
    state.des_cbc = EVP_CIPHER_fetch(state.lib, "DES-EDE3-CBC", NULL);
    state.des_ede_cbc = EVP_CIPHER_fetch(state.lib, "DES-EDE-CBC", NULL);
    state.cmac = EVP_MAC_fetch(state.lib, "CMAC", NULL);
    return state.des_ecb != NULL && state.des_cbc != NULL && state.des_ede_cbc != NULL &&
           state.cmac != NULL;
}

static bool open_groups(void)
{
    for (size_t i = EC_NONE + 1; i < EC_GROUP_COUNT; i++) {
        state.group[i] = EC_GROUP_new_by_curve_name_ex(state.lib, NULL, nids[i]);
        if (state.group[i] == NULL)
            return false;
    }
    return true;
}

static void open_all(void)
{
    /* Whoever initialises OpenSSL first decides for the process: no openssl.cnf. */
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
        return;
    state.lib = OSSL_LIB_CTX_new();
    if (state.lib == NULL)
        return;
    state.provider = OSSL_PROVIDER_load(state.lib, "default");
    usable = state.provider != NULL && open_digests() && open_ciphers() && open_groups();
}

const struct backend *backend_get(void)
{
    if (CRYPTO_THREAD_run_once(&once, open_all) != 1 || !usable)
        return NULL;
    return &state;
}

void backend_close(void)
{
    (void)backend_get(); /* so that a later call cannot open it again */
    usable = false;
    for (size_t i = 0; i < EC_GROUP_COUNT; i++)
        EC_GROUP_free(state.group[i]);
    for (size_t i = 0; i <= HASH_SHA512; i++)
        EVP_MD_free(state.md[i]);
    for (size_t i = 0; i < 3; i++)
        EVP_CIPHER_free(state.aes_cbc[i]);
    EVP_CIPHER_free(state.des_ecb);
    EVP_CIPHER_free(state.des_cbc);
    EVP_CIPHER_free(state.des_ede_cbc);
    EVP_MAC_free(state.cmac);
    if (state.provider != NULL)
        OSSL_PROVIDER_unload(state.provider);
    OSSL_LIB_CTX_free(state.lib);
    state = (struct backend){ 0 };
}
