/*
 * signed_data_fuzz: a hostile EF.SOD, in DER or BER.
 *
 * Input: the ContentInfo.
 * Property: whatever is read lies in the input or in the scratch memory, which der.len octets
 * suffice for; the certificates are walked to their end; the checks end in a result, under
 * the key of any certificate carried and under none.
 */
#include <stdlib.h>

#include "base/der.h"
#include "cms/signed_data.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void inside(struct view a, struct view b, struct view part)
{
    const bool in_a = part.ptr >= a.ptr && part.ptr + part.len <= a.ptr + a.len;
    const bool in_b = part.ptr >= b.ptr && part.ptr + part.len <= b.ptr + b.len;

    if (part.len != 0 && !in_a && !in_b)
        abort();
}

static void check(const struct signed_data *sd, const struct public_key *key)
{
    enum result      hash = NOT_RUN, sig = NOT_RUN;
    struct notes     notes = { .place = PLACE_SOD };
    const struct err e = signed_data_check(sd, key, &hash, &sig, &notes);

    if (e.code != OK && e.code != E_CRYPTO)
        abort();
    if (e.code == OK && (hash == NOT_RUN || sig == NOT_RUN))
        abort();
}

/* A key that signed none of it: the generator of P-256. */
static void check_stranger(const struct signed_data *sd)
{
    static const uint8_t    uncompressed[] = { 0x04 };
    const struct ec_domain *d = ec_domain(EC_P256);
    uint8_t                 room[EC_POINT_MAX];
    struct buf              point = BUF(room);
    struct public_key       key = { .kind = KEY_EC, .bits = 256 };

    if (buf_put(&point, VIEW(uncompressed)).code != OK || buf_put(&point, d->x).code != OK ||
        buf_put(&point, d->y).code != OK)
        abort();
    key.ec = (struct ec_key){ .group = EC_P256, .point = buf_view(&point) };
    check(sd, &key);
}

/* The key, if it is where a certificate has it: the seventh field of the first SEQUENCE. */
static struct err key_of(struct view cert, struct public_key *out)
{
    struct view whole, tbs;
    struct tlv  field;

    TRY(der_expect(&cert, DER_SEQUENCE, &whole));
    TRY(der_expect(&whole, DER_SEQUENCE, &tbs));
    for (int i = 0; i < 6; i++)
        TRY(der_next(&tbs, &field));
    return public_key_read(&tbs, out, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t           *room = malloc(size ? size : 1);
    struct buf         scratch = buf_of(room, size);
    const struct view  der = view_of(data, size);
    struct notes       notes = { .place = PLACE_SOD };
    struct signed_data sd;
    struct view        certs, cert;
    struct err         e = signed_data_read(der, &scratch, &sd, &notes);

    if (e.code == E_NO_SPACE)
        abort();
    if (e.code == OK) {
        const struct view parts[] = { sd.content,      sd.content_type,      sd.certificates,
                                      sd.signed_attrs, sd.attr_content_type, sd.attr_message_digest,
                                      sd.sid.issuer,   sd.sid.serial,        sd.sid.ski,
                                      sd.signature };

        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            inside(der, buf_view(&scratch), parts[i]);
        certs = sd.certificates;
        check(&sd, &(struct public_key){ 0 });
        check_stranger(&sd);
        while ((e = signed_data_next_cert(&certs, &cert, &notes)).code == OK) {
            struct public_key key = { 0 };

            if (key_of(cert, &key).code == OK)
                check(&sd, &key);
        }
        if (e.code != E_TRUNCATED || certs.len != 0)
            abort();
    }
    free(room);
    return 0;
}
