/* crl: see crl.h. */
#include "cert/crl.h"

#include "fields.h"

enum { ENUMERATED = 0x0A };

static struct err read_reason(struct view value, uint8_t *out)
{
    struct view content;

    TRY(der_expect(&value, ENUMERATED, &content));
    TRY(der_end(value));
    CHECK(content.len == 1, E_MALFORMED);
    return view_u8(&content, out);
}

/* certificateIssuer (an indirect CRL) is critical by definition and not known here. */
static struct err read_entry_extensions(struct view in, struct revoked *out, struct notes *notes)
{
    struct extension x;

    while (in.len != 0) {
        TRY(fields_extension(&in, &x, notes));
        if (x.id == OID_EXT_REASON_CODE) {
            if (read_reason(x.value, &out->reason).code != OK)
                note_add(notes, NOTE_X509_EXT_UNREADABLE);
        } else if (x.critical && x.id != OID_EXT_INVALIDITY_DATE) {
            note_add(notes, NOTE_X509_UNKNOWN_CRITICAL);
        }
    }
    return SUCCESS;
}

static struct err next_entry(struct view *entries, struct revoked *out, struct notes *notes)
{
    struct view    rest = *entries, entry, extensions;
    struct revoked r = { 0 };

    TRY(der_expect(&rest, DER_SEQUENCE, &entry));
    TRY(fields_serial(&entry, &r.serial, notes));
    TRY(fields_time(&entry, &r.when, notes));
    if (entry.len != 0) {
        TRY(der_expect(&entry, DER_SEQUENCE, &extensions));
        TRY(der_end(entry));
        TRY(read_entry_extensions(extensions, &r, notes));
    }
    *entries = rest;
    *out = r;
    return SUCCESS;
}

struct err crl_next(struct view *entries, struct revoked *out)
{
    return next_entry(entries, out, NULL);
}

static struct err read_version(struct view *in, struct notes *notes)
{
    uint32_t version = 0;

    if (der_at(*in, DER_INTEGER))
        TRY(der_u32(in, &version));
    if (version != 1) /* v2; RFC 5280 §5.1.2.1 */
        note_add(notes, NOTE_X509_VERSION);
    return SUCCESS;
}

static struct err read_entries(struct view *in, struct crl *c, struct notes *notes)
{
    struct view    rest;
    struct revoked r;

    if (!der_at(*in, DER_SEQUENCE))
        return SUCCESS;
    TRY(der_expect(in, DER_SEQUENCE, &c->revoked));
    if (c->revoked.len == 0) /* RFC 5280 §5.1.2.6: absent then */
        note_add(notes, NOTE_CRL_EMPTY_LIST);
    rest = c->revoked;
    while (rest.len != 0)
        TRY(next_entry(&rest, &r, notes));
    return SUCCESS;
}

/* A delta CRL and one that covers only some certificates say so in a critical extension:
 * either is noted, and must not be taken for a complete one. */
static struct err read_extensions(struct view in, struct crl *c, struct notes *notes)
{
    struct view explicit, all;
    struct extension x = { 0 };
    bool             aki = false;

    if (in.len != 0) {
        TRY(der_expect(&in, DER_CONTEXT_C(0), &explicit));
        TRY(der_end(in));
        TRY(der_expect(&explicit, DER_SEQUENCE, &all));
        TRY(der_end(explicit));
        in = all;
    }
    while (in.len != 0) {
        TRY(fields_extension(&in, &x, notes));
        if (x.id == OID_EXT_AUTHORITY_KEY_ID) {
            aki = true;
            if (fields_aki(x.value, &c->aki, notes).code != OK)
                note_add(notes, NOTE_X509_EXT_UNREADABLE);
        } else if (x.critical && x.id != OID_EXT_CRL_NUMBER) {
            note_add(notes, NOTE_X509_UNKNOWN_CRITICAL);
        }
    }
    if (!aki)
        note_add(notes, NOTE_X509_NO_AKI);
    return SUCCESS;
}

struct err crl_read(struct view der, struct crl *out, struct notes *notes)
{
    struct crl         c = { .whole = der };
    struct signed_part s;
    struct tlv         name;

    TRY(fields_signed(der, &s, notes));
    c.tbs = s.tbs;
    c.sig_alg = s.sig_alg;
    c.signature = s.signature;
    TRY(read_version(&s.fields, notes));
    TRY(fields_algorithm(&s.fields, s.algorithm, notes));
    TRY(der_expect_whole(&s.fields, DER_SEQUENCE, &name));
    c.issuer = name.whole;
    TRY(fields_time(&s.fields, &c.this_update, notes));
    if (fields_at_time(s.fields))
        TRY(fields_time(&s.fields, &c.next_update, notes));
    else
        note_add(notes, NOTE_CRL_NO_NEXT_UPDATE); /* RFC 5280 §5.1.2.5 wants it */
    TRY(read_entries(&s.fields, &c, notes));
    TRY(read_extensions(s.fields, &c, notes));
    *out = c;
    return SUCCESS;
}

struct err crl_check(const struct crl *c, const struct public_key *issuer, enum result *out,
                     struct notes *notes)
{
    const struct signed_part s = { .tbs = c->tbs,
                                   .sig_alg = c->sig_alg,
                                   .signature = c->signature };

    return fields_check(&s, issuer, out, notes);
}
