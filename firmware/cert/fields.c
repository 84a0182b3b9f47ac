/* fields: see fields.h. */
#include "fields.h"

enum { SERIAL_MAX = 20 }; /* octets; RFC 5280 §4.1.2.2 */

/* 2050-01-01: from here on a date needs four digits; RFC 5280 §4.1.2.5. */
static const struct date four_digits_from = { 2050, 1, 1 };

/* An algorithm that cannot be used leaves the scheme at NONE: the rest can still be shown. */
static struct err read_algorithm(struct view whole, struct sig_alg *out, struct notes *notes)
{
    struct sig_alg   alg = { 0 };
    const struct err e = sig_alg_read(&whole, &alg, notes);

    if (e.code == E_BUG)
        return e;
    *out = (struct sig_alg){ 0 };
    if (e.code == OK)
        *out = alg;
    if (out->scheme == SCHEME_NONE)
        note_add(notes, NOTE_X509_ALG_UNKNOWN);
    return SUCCESS;
}

struct err fields_signed(struct view der, struct signed_part *out, struct notes *notes)
{
    struct view        all;
    struct tlv         tbs, algorithm;
    struct signed_part s = { 0 };

    TRY(der_expect(&der, DER_SEQUENCE, &all));
    TRY(der_end(der));
    TRY(der_expect_whole(&all, DER_SEQUENCE, &tbs));
    TRY(der_expect_whole(&all, DER_SEQUENCE, &algorithm));
    TRY(der_bit_octets(&all, &s.signature));
    TRY(der_end(all));
    TRY(read_algorithm(algorithm.whole, &s.sig_alg, notes));
    s.tbs = tbs.whole;
    s.fields = tbs.value;
    s.algorithm = algorithm.whole;
    *out = s;
    return SUCCESS;
}

struct err fields_algorithm(struct view *in, struct view outer, struct notes *notes)
{
    struct tlv inner;

    TRY(der_expect_whole(in, DER_SEQUENCE, &inner));
    if (!view_eq(inner.whole, outer)) /* RFC 5280 §4.1.1.2 */
        note_add(notes, NOTE_X509_ALG_DIFFERS);
    return SUCCESS;
}

struct err fields_serial(struct view *in, struct view *out, struct notes *notes)
{
    struct view  strict = *in, content;
    struct view  zero_free; /* the number without its leading zero: not empty if it is not 0 */
    const size_t most = SERIAL_MAX;

    TRY(der_expect(in, DER_INTEGER, &content)); /* der_integer() would refuse padding */
    CHECK(content.len != 0, E_MALFORMED);
    *out = content;
    if (der_unsigned(&strict, &zero_free).code != OK || content.len > most ||
        view_eq(content, VIEW(((const uint8_t[]){ 0 }))))
        note_add(notes, NOTE_X509_SERIAL);
    return SUCCESS;
}

bool fields_at_time(struct view in)
{
    return der_at(in, DER_UTC_TIME) || der_at(in, DER_GENERALIZED_TIME);
}

struct err fields_time(struct view *in, struct moment *out, struct notes *notes)
{
    struct tlv    t;
    struct view   rest = *in;
    struct moment m = { 0 };
    struct err    e;

    TRY(der_next(&rest, &t));
    CHECK(t.tag == DER_UTC_TIME || t.tag == DER_GENERALIZED_TIME, E_UNEXPECTED);
    e = t.tag == DER_UTC_TIME ? moment_of_utc_time(t.value, &m)
                              : moment_of_generalized_time(t.value, &m);
    if (e.code != OK)
        note_add(notes, NOTE_X509_TIME_UNREADABLE);
    else if (t.tag == DER_GENERALIZED_TIME && m.s < date_begins(four_digits_from).s)
        note_add(notes, NOTE_X509_TIME_FORM);
    *in = rest;
    *out = m;
    return SUCCESS;
}

struct err fields_boolean(struct view *in, bool *out, struct notes *notes)
{
    struct view v;
    uint8_t     octet;

    TRY(der_expect(in, DER_BOOLEAN, &v));
    CHECK(v.len == 1, E_MALFORMED);
    TRY(view_u8(&v, &octet));
    if (octet != 0x00 && octet != 0xFF) /* X.690 §11.1; met in CSCA certificates */
        note_add(notes, NOTE_X509_NOT_DER);
    *out = octet != 0;
    return SUCCESS;
}

struct err fields_extension(struct view *in, struct extension *out, struct notes *notes)
{
    struct view      one, oid;
    struct extension x = { 0 };

    TRY(der_expect(in, DER_SEQUENCE, &one));
    TRY(der_oid(&one, &oid));
    if (der_at(one, DER_BOOLEAN)) {
        TRY(fields_boolean(&one, &x.critical, notes));
        if (!x.critical)
            note_add(notes, NOTE_X509_NOT_DER); /* a default value is left out */
    }
    TRY(der_expect(&one, DER_OCTET_STRING, &x.value));
    TRY(der_end(one));
    x.id = oid_of(oid);
    *out = x;
    return SUCCESS;
}

struct err fields_aki(struct view value, struct view *out, struct notes *notes)
{
    struct view all, id = { 0 };
    struct tlv  other;

    TRY(der_expect(&value, DER_SEQUENCE, &all));
    TRY(der_end(value));
    if (der_at(all, DER_CONTEXT(0)))
        TRY(der_expect(&all, DER_CONTEXT(0), &id));
    while (all.len != 0)
        TRY(der_next(&all, &other)); /* authorityCertIssuer, authorityCertSerialNumber */
    if (id.len == 0)
        note_add(notes, NOTE_X509_AKI_NO_KEY_ID);
    *out = id;
    return SUCCESS;
}

struct err fields_check(const struct signed_part *s, const struct public_key *issuer,
                        enum result *out, struct notes *notes)
{
    uint8_t              room[HASH_MAX];
    struct buf           digest = BUF(room);
    struct signed_digest sd = { .hash = s->sig_alg.hash, .sig = s->signature };

    if (s->sig_alg.scheme == SCHEME_NONE || s->sig_alg.hash == HASH_NONE) {
        *out = UNDETERMINED;
        return SUCCESS;
    }
    TRY(hash(s->sig_alg.hash, &s->tbs, 1, &digest));
    sd.digest = buf_view(&digest);
    return signature_check(issuer, &s->sig_alg, &sd, out, notes);
}
