/*
 * sod: an EF.SOD's SignedData put together from parts, with a fresh P-256 key.
 *
 * The parts are ASN.1 as text (asn1.h); sod_usual[] is what Doc 9303-10 wants.
 */
#ifndef TESTS_SOD_H
#define TESTS_SOD_H

#include "asn1.h"
#include "base/der.h"
#include "cms/signed_data.h"
#include "signer.h"

enum part {
    VERSION,
    DIGESTS,
    CONTENT,
    SETS,
    SI_VERSION,
    SID,
    SI_DIGEST,
    ATTRS,
    SI_ALG,
    SIGNATURE,
    TAIL,
    PARTS
};

#define LDS    "06{678108010101}" /* ldsSecurityObject */
#define OBJECT "3009020100300406 022A03"
#define SHA256 "30{ 06{608648016503040201} }"
#define SHA1   "30{ 06{2B0E03021A} 0500 }"
#define MD5    "30{ 06{2A864886F70D0205} 0500 }"
#define ECDSA  "30{ 06{2A8648CE3D040302} }"
#define ISSUER "30{ 31{ 30{ 06{550406} 13{'UT'} } } }"
#define TYPE   "30{ 06{2A864886F70D010903} 31{" LDS "} }"
#define DIGEST "30{ 06{2A864886F70D010904} 31{ 04{ @ } } }" /* @: the content's SHA-256 */
#define TIME   "30{ 06{2A864886F70D010905} 31{ 17{'260101000000Z'} } }"
#define WRONG  "30{ 06{2A864886F70D010904} 31{ 04{ 00 } } }"

static const char *const sod_usual[PARTS] = {
    "02{03}",
    "31{" SHA256 "}",
    "30{" LDS "A0{ 04{" OBJECT "} } }",
    "A0{ 30{ 0500 } }",
    "02{01}",
    "30{" ISSUER "02{01} }",
    SHA256,
    "A0{" TYPE DIGEST "}",
    ECDSA,
    NULL,
    "",
};

static EVP_PKEY         *sod_key;
static struct public_key sod_public;
static char              sod_digest_hex[2 * 32 + 1];

/* text with @ replaced by the digest. */
static void sod_expand(const char *text, char *out, size_t cap)
{
    size_t n = 0;

    for (; *text != '\0'; text++) {
        EXPECT(n + sizeof sod_digest_hex < cap);
        if (*text == '@')
            n += (size_t)sprintf(out + n, "%s", sod_digest_hex);
        else
            out[n++] = *text;
    }
    out[n] = '\0';
}

/* The SignedData of these parts; signature NULL: the right one over the attributes, or over
 * the content if there are none. */
__attribute__((unused)) static struct view sod(const char *const *p, const char *frame,
                                               uint8_t *bytes)
{
    static char                    text[4096], attrs[1024], all[8192];
    static const struct signer_way way = { .md = "SHA256" };
    static struct signed_by        by;
    uint8_t                        room[1024];
    struct view                    message = ASN1(OBJECT);

    sod_expand(p[ATTRS], attrs, sizeof attrs);
    if (attrs[0] != '\0') { /* A0 on the wire, 31 under the hash */
        message = asn1(attrs, room, sizeof room);
        room[0] = DER_SET;
    }
    signer_sign(sod_key, &way, message, &by);
    strcpy(text, "04{");
    for (size_t i = 0; i < by.sig.len; i++)
        sprintf(text + strlen(text), "%02X", by.sig.ptr[i]);
    strcat(text, "}");
    snprintf(all, sizeof all, frame, p[VERSION], p[DIGESTS], p[CONTENT], p[SETS], p[SI_VERSION],
             p[SID], p[SI_DIGEST], attrs, p[SI_ALG], p[SIGNATURE] ? p[SIGNATURE] : text, p[TAIL]);
    return asn1(all, bytes, 4096);
}

#define DER_FRAME                                                                                  \
    "30{ 06{2A864886F70D010702} A0{ 30{ %s %s %s %s 31{ 30{ %s %s %s %s %s %s %s } } } } }"

__attribute__((unused)) static void sod_check(const struct signed_data *sd, enum result want_hash,
                                              enum result want_sig)
{
    enum result hash = NOT_RUN, sig = NOT_RUN;

    EXPECT_CODE(signed_data_check(sd, &sod_public, &hash, &sig, NULL), OK);
    if (hash != want_hash || sig != want_sig)
        fail_msg("[%s] digest %s, signature %s", expect_row, result_name(hash), result_name(sig));
}

static int sod_make_key(void **state)
{
    static uint8_t spki[256];
    uint8_t        digest[32];
    struct view    in, object = ASN1(OBJECT);

    (void)state;
    sod_key = signer_ec("P-256", "named_curve");
    in = signer_spki(sod_key, spki, sizeof spki);
    EXPECT_CODE(public_key_read(&in, &sod_public, NULL), OK);
    EXPECT(EVP_Digest(object.ptr, object.len, digest, NULL, EVP_sha256(), NULL) == 1);
    for (size_t i = 0; i < sizeof digest; i++)
        sprintf(sod_digest_hex + 2 * i, "%02X", digest[i]);
    return 0;
}

static int sod_free_key(void **state)
{
    (void)state;
    EVP_PKEY_free(sod_key);
    return 0;
}

#endif
