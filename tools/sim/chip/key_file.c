/* key_file: see key_file.h. */
#include "chip/key_file.h"

#include <errno.h>
#include <string.h>

#include <openssl/decoder.h>
#include <openssl/rsa.h>

struct err key_file_read(const char *folder, const char *name, EVP_PKEY **out, struct problem *why)
{
    EVP_PKEY         *key = NULL;
    OSSL_DECODER_CTX *ctx;
    char              path[1024 + KEY_FILE_NAME];
    FILE             *in;
    int               good;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    in = fopen(path, "rb");
    if (in == NULL)
        return problem_set(why, E_TRUNCATED, "%s: %s", path, strerror(errno));
    ctx = OSSL_DECODER_CTX_new_for_pkey(&key, NULL, NULL, NULL, OSSL_KEYMGMT_SELECT_KEYPAIR, NULL,
                                        NULL);
    good = ctx != NULL && OSSL_DECODER_from_fp(ctx, in) == 1;
    OSSL_DECODER_CTX_free(ctx);
    fclose(in);
    if (!good)
        return problem_set(why, E_MALFORMED, "%s: no private key in DER or PEM", path);
    *out = key;
    return SUCCESS;
}

static EVP_PKEY *another_rsa(const EVP_PKEY *like)
{
    return EVP_RSA_gen((unsigned)EVP_PKEY_get_bits(like));
}

EVP_PKEY *key_file_another(EVP_PKEY *like)
{
    EVP_PKEY_CTX *ctx;
    EVP_PKEY     *made = NULL;

    if (EVP_PKEY_is_a(like, "RSA"))
        return another_rsa(like);
    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, like, NULL);
    if (ctx == NULL || EVP_PKEY_keygen_init(ctx) != 1 || EVP_PKEY_keygen(ctx, &made) != 1)
        made = NULL;
    EVP_PKEY_CTX_free(ctx);
    return made;
}
