/* cert: see cert.h.  The extensions are read in cert_ext.c. */
#include "cert/cert.h"

#include "cert_ext.h"
#include "fields.h"

static struct err read_version(struct view *in, uint32_t *out, struct notes *notes)
{
    struct view explicit;
    uint32_t n;

    *out = 1;
    if (der_at(*in, DER_CONTEXT_C(0))) {
        TRY(der_expect(in, DER_CONTEXT_C(0), &explicit));
        TRY(der_u32(&explicit, &n));
        TRY(der_end(explicit));
        *out = n == UINT32_MAX ? n : n + 1;
    }
    if (*out != 3) /* 9303-12 §7.1.1 */
        note_add(notes, NOTE_X509_VERSION);
    return SUCCESS;
}

static struct err read_validity(struct view *in, struct cert *c, struct notes *notes)
{
    struct view validity;

    TRY(der_expect(in, DER_SEQUENCE, &validity));
    TRY(fields_time(&validity, &c->not_before, notes));
    TRY(fields_time(&validity, &c->not_after, notes));
    return der_end(validity);
}

/* A key that cannot be used leaves the kind at NONE: the rest can still be shown. */
static struct err read_key(struct view *in, struct cert *c, struct notes *notes)
{
    struct tlv        spki;
    struct public_key key = { 0 };
    struct err        e;

    TRY(der_expect_whole(in, DER_SEQUENCE, &spki));
    c->spki = spki.whole;
    e = public_key_read(&spki.whole, &key, notes);
    if (e.code == E_BUG || e.code == E_CRYPTO)
        return e;
    if (e.code == OK)
        c->key = key;
    if (c->key.kind == KEY_NONE)
        note_add(notes, NOTE_X509_KEY_UNKNOWN);
    return SUCCESS;
}

static struct err read_tail(struct view *in, struct cert *c, struct notes *notes)
{
    struct view explicit, extensions = { 0 };
    struct tlv unique_id;

    while (der_at(*in, DER_CONTEXT(1)) || der_at(*in, DER_CONTEXT(2))) {
        TRY(der_next(in, &unique_id));
        note_add(notes, NOTE_X509_UNIQUE_ID); /* 9303-12 §7.1.1 forbids them */
    }
    if (in->len != 0) {
        TRY(der_expect(in, DER_CONTEXT_C(3), &explicit));
        TRY(der_expect(&explicit, DER_SEQUENCE, &extensions));
        TRY(der_end(explicit));
    }
    TRY(der_end(*in));
    return cert_ext_read(extensions, c, notes);
}

static void note_names(const struct cert *c, struct notes *notes)
{
    struct country issuer, subject;

    if (notes == NULL) /* spare a search for an issuer the folding */
        return;
    if (!name_in_profile(c->issuer) || !name_in_profile(c->subject))
        note_add(notes, NOTE_X509_NAME);
    if (name_country(c->issuer, &issuer).code == OK &&
        name_country(c->subject, &subject).code == OK &&
        !view_eq(VIEW(issuer.text), VIEW(subject.text)))
        note_add(notes, NOTE_X509_COUNTRIES_DIFFER);
}

struct err cert_read(struct view der, struct cert *out, struct notes *notes)
{
    struct cert        c = { .whole = der };
    struct signed_part s;
    struct tlv         name;

    TRY(fields_signed(der, &s, notes));
    c.tbs = s.tbs;
    c.sig_alg = s.sig_alg;
    c.signature = s.signature;
    TRY(read_version(&s.fields, &c.version, notes));
    TRY(fields_serial(&s.fields, &c.serial, notes));
    TRY(fields_algorithm(&s.fields, s.algorithm, notes));
    TRY(der_expect_whole(&s.fields, DER_SEQUENCE, &name));
    c.issuer = name.whole;
    TRY(read_validity(&s.fields, &c, notes));
    TRY(der_expect_whole(&s.fields, DER_SEQUENCE, &name));
    c.subject = name.whole;
    TRY(read_key(&s.fields, &c, notes));
    TRY(read_tail(&s.fields, &c, notes));
    note_names(&c, notes);
    *out = c;
    return SUCCESS;
}

struct err cert_check(const struct cert *c, const struct public_key *issuer, enum result *out,
                      struct notes *notes)
{
    const struct signed_part s = { .tbs = c->tbs,
                                   .sig_alg = c->sig_alg,
                                   .signature = c->signature };

    return fields_check(&s, issuer, out, notes);
}

bool cert_has_validity(const struct cert *c)
{
    return c->not_before.s != 0 && c->not_after.s != 0;
}

bool cert_valid_at(const struct cert *c, struct moment at)
{
    return at.s != 0 && cert_has_validity(c) &&
           date_order(date_of(c->not_before), date_of(at)) <= 0 && at.s <= c->not_after.s;
}

/* A letter alone stands for every type that begins with it; a filler behind it says no more. */
static bool type_covers(struct view listed, struct view type)
{
    const bool letter = listed.len == 1 || (listed.len == 2 && view_at(listed, 1) == '<');

    return view_eq(listed, type) ||
           (letter && type.len != 0 && view_at(listed, 0) == view_at(type, 0));
}

bool cert_signs_type(const struct cert *c, struct view type)
{
    struct view list = c->document_types;
    struct tlv  listed;
    bool        found = list.len == 0;

    while (!found && der_next(&list, &listed).code == OK)
        found = type_covers(listed.value, type);
    return found;
}

bool cert_self_issued(const struct cert *c)
{
    return name_same(c->issuer, c->subject);
}
