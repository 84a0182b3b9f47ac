/*
 * datagroup_info: the SecurityInfos of DG14.
 *
 * Spec: Doc 9303-11 9.2 (SecurityInfos), TR-03110-3 A.1.1.
 */
#include <stdlib.h>
#include <string.h>

#include "making.h"
#include "quit.h"

/* SEQUENCE { OID, version } and what may follow; the caller closes it. */
static size_t open_info(struct blob *out, const char *oid, long version)
{
    const size_t mark = blob_open(out, 0x30);

    blob_oid(out, oid);
    if (version > 0)
        blob_int(out, version);
    return mark;
}

static const char *cipher_digit(const struct recipe *r)
{
    static const char *const ciphers[] = { "3des", "aes128", "aes192", "aes256" };
    static const char *const digits[] = { "1", "2", "3", "4" };

    for (size_t i = 0; i < 4; i++)
        if (recipe_is(r, "ca.cipher", ciphers[i]))
            return digits[i];
    recipe_refuse(r, "ca.cipher", "3des, aes128, aes192 or aes256");
}

/* ChipAuthenticationInfo and ChipAuthenticationPublicKeyInfo, ECDH */
static void put_ca(struct making *m, struct blob *out)
{
    const struct recipe *r = &m->recipe;
    const bool           numbered = !recipe_is(r, "ca.id", "none");
    EVP_PKEY            *key;
    struct blob          secret = { 0 };
    size_t               mark;

    if (strncmp(recipe_get(r, "ca.key"), "ec:", 3) != 0)
        recipe_refuse(r, "ca.key", "ECDH keys only: ec:CURVE");
    key = making_key(m, "ca", "ca.key", "ds.params");
    mark = open_info(out, quit_text("0.4.0.127.0.7.2.2.3.2.%s", cipher_digit(r)), 1);
    if (numbered)
        blob_int(out, recipe_number(r, "ca.id"));
    blob_close(out, mark);
    mark = open_info(out, "0.4.0.127.0.7.2.2.1.2", 0);
    algo_put_public(out, key);
    if (numbered)
        blob_int(out, recipe_number(r, "ca.id"));
    blob_close(out, mark);
    algo_put_private(&secret, key);
    making_add(m, "ca.key", &secret);
    EVP_PKEY_free(key);
}

/* ActiveAuthenticationInfo: names the plain ECDSA of the chip; RSA needs none. */
static void put_aa(struct making *m, struct blob *out)
{
    const char *digest = recipe_get(&m->recipe, "aa.digest");
    /* clang-format off */
    static const struct { const char *digest, *oid; } rows[] = {
        { "sha224", "0.4.0.127.0.7.1.1.4.1.2" }, { "sha256", "0.4.0.127.0.7.1.1.4.1.3" },
        { "sha384", "0.4.0.127.0.7.1.1.4.1.4" }, { "sha512", "0.4.0.127.0.7.1.1.4.1.5" },
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].digest, digest) == 0) {
            const size_t mark = open_info(out, "2.23.136.1.1.5", 1);

            blob_oid(out, rows[i].oid);
            blob_close(out, mark);
            return;
        }
    recipe_refuse(&m->recipe, "aa.digest", "sha224, sha256, sha384 or sha512");
}

/* EFDIRInfo: what EF.DIR says, under the signature */
static void put_dir(struct blob *out)
{
    const size_t mark = open_info(out, "2.23.136.1.1.13", 0);

    blob_hex(out, "040B 6109 4F07A0000002471001");
    blob_close(out, mark);
}

void datagroup_info(struct making *m, struct blob *out)
{
    if (recipe_yes(&m->recipe, "lds.dir"))
        put_dir(out);
    if (strncmp(recipe_get(&m->recipe, "aa.key"), "ec:", 3) == 0)
        put_aa(m, out);
    if (!recipe_is(&m->recipe, "ca.key", "none"))
        put_ca(m, out);
}
