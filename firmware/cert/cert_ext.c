/* cert_ext: see cert_ext.h.  One table says which extension is read by whom.
 *
 * A reader that fails leaves its part of the certificate as "present and empty", which
 * never allows more than the extension would have. */
#include "cert_ext.h"

#include "fields.h"

static struct err read_aki(const struct extension *x, struct cert *c, struct notes *notes)
{
    return fields_aki(x->value, &c->aki, notes);
}

static struct err read_ski(const struct extension *x, struct cert *c, struct notes *notes)
{
    struct view in = x->value, id;

    (void)notes;
    TRY(der_expect(&in, DER_OCTET_STRING, &id));
    TRY(der_end(in));
    c->ski = id;
    return SUCCESS;
}

/* RFC 5280 §4.2.1.3: digitalSignature is bit 0, the first one of the string. */
static struct err read_key_usage(const struct extension *x, struct cert *c, struct notes *notes)
{
    struct view in = x->value, string;
    uint8_t     unused;

    c->key_usage.present = true;
    c->key_usage.critical = x->critical;
    if (!x->critical)
        note_add(notes, NOTE_X509_KEY_USAGE_PLAIN);
    TRY(der_bit_string(&in, &string, &unused));
    TRY(der_end(in));
    for (unsigned bit = 0; bit < 16; bit++) {
        if ((view_at(string, bit / 8) & (0x80U >> bit % 8)) != 0)
            c->key_usage.bits = (uint16_t)(c->key_usage.bits | 1U << bit);
    }
    return SUCCESS;
}

static struct err read_basic(const struct extension *x, struct cert *c, struct notes *notes)
{
    struct view in = x->value, all;
    uint32_t    path_len;
    bool        ca = false;

    c->basic.present = true;
    if (!x->critical)
        note_add(notes, NOTE_X509_BASIC_PLAIN);
    TRY(der_expect(&in, DER_SEQUENCE, &all));
    TRY(der_end(in));
    if (der_at(all, DER_BOOLEAN)) {
        TRY(fields_boolean(&all, &ca, notes));
        if (!ca)
            note_add(notes, NOTE_X509_NOT_DER); /* a default value is left out */
    }
    if (all.len != 0) {
        TRY(der_u32(&all, &path_len));
        TRY(der_end(all));
        c->basic.has_path_len = true;
        c->basic.path_len = (uint8_t)(path_len > UINT8_MAX ? UINT8_MAX : path_len);
    }
    c->basic.ca = ca;
    return SUCCESS;
}

/* [0] notBefore, [1] notAfter: GeneralizedTime, at any year. */
static struct err read_key_period(const struct extension *x, struct cert *c, struct notes *notes)
{
    struct moment bound[2] = { { 0 }, { 0 } };
    struct view   in = x->value, all, time;

    (void)notes;
    TRY(der_expect(&in, DER_SEQUENCE, &all));
    TRY(der_end(in));
    for (unsigned i = 0; i < 2; i++) {
        if (!der_at(all, DER_CONTEXT(i)))
            continue;
        TRY(der_expect(&all, DER_CONTEXT(i), &time));
        TRY(moment_of_generalized_time(time, &bound[i]));
    }
    TRY(der_end(all));
    c->use_from = bound[0];
    c->use_until = bound[1];
    return SUCCESS;
}

static struct err read_extended(const struct extension *x, struct cert *c, struct notes *notes)
{
    struct view in = x->value, all, rest, oid;

    (void)notes;
    c->has_extended_key_usage = true;
    TRY(der_expect(&in, DER_SEQUENCE, &all));
    TRY(der_end(in));
    rest = all;
    while (rest.len != 0)
        TRY(der_oid(&rest, &oid));
    c->extended_key_usage = all;
    return SUCCESS;
}

/* DocumentTypeListSyntax ::= SEQUENCE { version (0), SET OF PrintableString } */
static struct err types_in_profile(struct view in, struct view *out)
{
    struct view all, set, rest, type;
    uint32_t    version;

    TRY(der_expect(&in, DER_SEQUENCE, &all));
    TRY(der_end(in));
    TRY(der_u32(&all, &version));
    CHECK(version == 0, E_UNEXPECTED);
    TRY(der_expect(&all, DER_SET, &set));
    TRY(der_end(all));
    CHECK(set.len != 0, E_UNEXPECTED);
    rest = set;
    while (rest.len != 0) {
        TRY(der_expect(&rest, DER_PRINTABLE_STRING, &type));
        CHECK(type.len == 1 || type.len == 2, E_UNEXPECTED);
    }
    *out = set;
    return SUCCESS;
}

static bool is_string(uint32_t tag)
{
    return tag == DER_PRINTABLE_STRING || tag == DER_UTF8_STRING || tag == DER_IA5_STRING ||
           tag == DER_T61_STRING;
}

/* The same codes with another wrapping or none, another version or none: quirk of several
 * states.  Wrappers and a number in front are taken off, and strings must be left. */
static struct err types_unwrap(struct view *in)
{
    struct view number;
    struct tlv  t;

    if (der_at(*in, DER_INTEGER))
        TRY(der_integer(in, &number));
    if (!der_at(*in, DER_SEQUENCE) && !der_at(*in, DER_SET))
        return SUCCESS;
    TRY(der_next(in, &t));
    TRY(der_end(*in));
    *in = t.value;
    return SUCCESS;
}

static struct err types_any_form(struct view in, struct view *out)
{
    struct view rest;
    struct tlv  t;

    for (int depth = 0; depth < 3; depth++)
        TRY(types_unwrap(&in));
    CHECK(in.len != 0, E_UNEXPECTED);
    rest = in;
    while (rest.len != 0) {
        TRY(der_next(&rest, &t));
        CHECK(is_string(t.tag), E_UNEXPECTED);
    }
    *out = in;
    return SUCCESS;
}

static struct err read_types(const struct extension *x, struct cert *c, struct notes *notes)
{
    if (x->id == OID_ICAO_EXT_DOCUMENT_TYPES &&
        types_in_profile(x->value, &c->document_types).code == OK)
        return SUCCESS;
    note_add(notes, NOTE_X509_DOCUMENT_TYPES);
    return types_any_form(x->value, &c->document_types);
}

static struct err read_name_change(const struct extension *x, struct cert *c, struct notes *notes)
{
    (void)x;
    (void)notes;
    c->name_change = true;
    return SUCCESS;
}

typedef struct err reader(const struct extension *x, struct cert *c, struct notes *notes);

/* read: NULL where this reader has nothing to do with it.  known: may be critical. */
static const struct row {
    reader  *read;
    enum oid id;
    bool     known, forbidden;
} table[] = {
    /* clang-format off */
    { read_aki,         OID_EXT_AUTHORITY_KEY_ID,        true,  false },
    { read_ski,         OID_EXT_SUBJECT_KEY_ID,          true,  false },
    { read_key_usage,   OID_EXT_KEY_USAGE,               true,  false },
    { read_basic,       OID_EXT_BASIC_CONSTRAINTS,       true,  false },
    { read_key_period,  OID_EXT_PRIVATE_KEY_PERIOD,      true,  false },
    { read_extended,    OID_EXT_EXTENDED_KEY_USAGE,      true,  false },
    { read_types,       OID_ICAO_EXT_DOCUMENT_TYPES,     true,  false },
    { read_types,       OID_ICAO_EXT_DOCUMENT_TYPES_OLD, true,  false },
    { read_name_change, OID_ICAO_EXT_NAME_CHANGE,        true,  false },
    { NULL,             OID_EXT_SUBJECT_ALT_NAME,        true,  false },
    { NULL,             OID_EXT_ISSUER_ALT_NAME,         true,  false },
    { NULL,             OID_EXT_POLICIES,                true,  false }, /* 9303-12: not processed */
    { NULL,             OID_EXT_CRL_POINTS,              true,  false },
    { NULL,             OID_EXT_POLICY_MAPPINGS,         false, true  },
    { NULL,             OID_EXT_NAME_CONSTRAINTS,        false, true  },
    { NULL,             OID_EXT_POLICY_CONSTRAINTS,      false, true  },
    { NULL,             OID_EXT_INHIBIT_ANY_POLICY,      false, true  },
    { NULL,             OID_EXT_FRESHEST_CRL,            false, true  },
    /* clang-format on */
};

enum { ROWS = sizeof table / sizeof *table };

_Static_assert(ROWS <= 32, "one bit each in seen");

static size_t row_of(enum oid id)
{
    size_t i = 0;

    while (i < ROWS && table[i].id != id)
        i++;
    return i;
}

static bool seen_one(uint32_t seen, enum oid id)
{
    return (seen >> row_of(id) & 1) != 0;
}

static void read_one(const struct extension *x, struct cert *c, uint32_t *seen, struct notes *notes)
{
    const size_t i = row_of(x->id);

    if (x->critical && (i == ROWS || !table[i].known))
        note_add(notes, NOTE_X509_UNKNOWN_CRITICAL); /* RFC 5280 §4.2 */
    if (i == ROWS)
        return;
    if ((*seen >> i & 1) != 0) { /* RFC 5280 §4.2: not more than one of each */
        note_add(notes, NOTE_X509_EXT_TWICE);
        return;
    }
    *seen |= UINT32_C(1) << i;
    if (table[i].forbidden)
        note_add(notes, NOTE_X509_EXT_FORBIDDEN);
    if (table[i].read != NULL && table[i].read(x, c, notes).code != OK)
        note_add(notes, NOTE_X509_EXT_UNREADABLE);
}

/* 9303-12 §7.1.1, table of extensions, as far as this reader makes use of them. */
static void note_profile(const struct cert *c, uint32_t seen, struct notes *notes)
{
    const bool     ca = c->basic.ca, usage = c->key_usage.present;
    const unsigned bits = c->key_usage.bits, ca_bits = KU_KEY_CERT_SIGN | KU_CRL_SIGN;
    const struct {
        bool         odd;
        enum note_id id;
    } rules[] = {
        { !seen_one(seen, OID_EXT_AUTHORITY_KEY_ID) && !cert_self_issued(c), NOTE_X509_NO_AKI },
        { ca && !seen_one(seen, OID_EXT_SUBJECT_KEY_ID), NOTE_X509_NO_SKI },
        { !usage, NOTE_X509_NO_KEY_USAGE },
        { usage && ca && bits != ca_bits, NOTE_X509_CA_USAGE },
        { usage && !ca && (bits & KU_DIGITAL_SIGNATURE) == 0, NOTE_X509_SIGNER_USAGE },
        { usage && !ca && (bits & ~(unsigned)KU_DIGITAL_SIGNATURE) != 0,
          NOTE_X509_SIGNER_USAGE_MORE },
        { c->basic.present && !ca, NOTE_X509_BASIC_IN_SIGNER },
        { ca && !(c->basic.has_path_len && c->basic.path_len == 0), NOTE_X509_PATH_LEN },
        { !seen_one(seen, OID_EXT_PRIVATE_KEY_PERIOD), NOTE_X509_NO_KEY_PERIOD },
    };

    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (rules[i].odd)
            note_add(notes, rules[i].id);
    }
}

struct err cert_ext_read(struct view extensions, struct cert *c, struct notes *notes)
{
    struct extension x;
    uint32_t         seen = 0;

    while (extensions.len != 0) {
        TRY(fields_extension(&extensions, &x, notes));
        read_one(&x, c, &seen, notes);
    }
    note_profile(c, seen, notes);
    return SUCCESS;
}
