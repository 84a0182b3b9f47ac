/* signed_data: see signed_data.h.  Reading; signed_data_check.c verifies. */
#include "cms/signed_data.h"

#include "ber.h"

enum { VERSION_ISSUER_AND_SERIAL = 1, VERSION_SKI = 3 }; /* RFC 5652 §5.3 */

/* An algorithm that is not on the list leaves hash at NONE. */
static struct err read_digest_alg(struct view *in, enum hash_alg *out)
{
    struct tlv    whole;
    enum hash_alg alg = HASH_NONE;
    struct err    e;

    TRY(der_expect_whole(in, DER_SEQUENCE, &whole));
    e = digest_alg_read(&whole.whole, &alg);
    if (e.code == E_BUG)
        return e;
    *out = e.code == OK ? alg : HASH_NONE;
    return SUCCESS;
}

/* Not needed to verify, but Doc 9303 and the test plan want it right (LDS_H_22). */
static struct err check_digest_list(struct view list, enum hash_alg used, struct notes *notes)
{
    bool          found = false, all_known = true;
    enum hash_alg alg;

    while (list.len != 0) {
        TRY(read_digest_alg(&list, &alg));
        found = found || alg == used;
        all_known = all_known && alg != HASH_NONE;
    }
    if (!found || !all_known)
        note_add(notes, NOTE_CMS_DIGEST_LIST);
    return SUCCESS;
}

static struct err read_content(struct view *in, struct buf *scratch, struct signed_data *sd,
                               bool *ber)
{
    struct view encap, explicit;

    TRY(ber_expect(in, DER_SEQUENCE, &encap, ber));
    TRY(der_oid(&encap, &sd->content_type));
    TRY(ber_expect(&encap, DER_CONTEXT_C(0), &explicit, ber));
    TRY(der_end(encap));
    TRY(ber_octets(&explicit, scratch, &sd->content, ber));
    return der_end(explicit);
}

static struct err read_sets(struct view *in, struct signed_data *sd, bool *ber, struct notes *notes)
{
    struct view crls, rest;
    struct tlv  t;

    if (ber_at(*in, DER_CONTEXT_C(0)))
        TRY(ber_expect(in, DER_CONTEXT_C(0), &sd->certificates, ber));
    rest = sd->certificates;
    while (rest.len != 0)
        TRY(der_next(&rest, &t)); /* so that signed_data_next_cert() fails at the end only */
    if (ber_at(*in, DER_CONTEXT_C(1))) {
        TRY(ber_expect(in, DER_CONTEXT_C(1), &crls, ber));
        note_add(notes, NOTE_CMS_CRLS);
    }
    return SUCCESS;
}

static struct err read_sid(struct view *in, struct signer_id *sid)
{
    struct view both;
    struct tlv  issuer;

    if (der_at(*in, DER_CONTEXT(0)))
        return der_expect(in, DER_CONTEXT(0), &sid->ski);
    TRY(der_expect(in, DER_SEQUENCE, &both));
    TRY(der_expect_whole(&both, DER_SEQUENCE, &issuer));
    TRY(der_expect(&both, DER_INTEGER, &sid->serial)); /* padding as in the certificate */
    sid->issuer = issuer.whole;
    return der_end(both);
}

/* Attribute ::= SEQUENCE { type, SET OF value }.  The second of a kind does not count. */
static struct err read_attr(struct view attr, struct signed_data *sd, struct notes *notes)
{
    struct view type, values, *known;
    struct tlv  value;

    TRY(der_oid(&attr, &type));
    TRY(der_expect(&attr, DER_SET, &values));
    TRY(der_end(attr));
    const enum oid id = oid_of(type);

    if (id != OID_ATTR_CONTENT_TYPE && id != OID_ATTR_MESSAGE_DIGEST)
        return SUCCESS;
    known = id == OID_ATTR_CONTENT_TYPE ? &sd->attr_content_type : &sd->attr_message_digest;
    TRY(der_expect_whole(&values, id == OID_ATTR_CONTENT_TYPE ? DER_OID : DER_OCTET_STRING,
                         &value));
    if (values.len != 0 || known->len != 0) /* RFC 5652 §11.1, §11.2 */
        note_add(notes, NOTE_CMS_ATTR_TWICE);
    if (known->len == 0)
        *known = value.value;
    return SUCCESS;
}

static struct err read_attrs(struct view *in, struct signed_data *sd, bool *ber,
                             struct notes *notes)
{
    struct view rest, attr;

    sd->has_attrs = ber_at(*in, DER_CONTEXT_C(0));
    if (!sd->has_attrs) {
        note_add(notes, NOTE_CMS_NO_SIGNED_ATTRS);
        return SUCCESS;
    }
    TRY(ber_expect(in, DER_CONTEXT_C(0), &sd->signed_attrs, ber));
    rest = sd->signed_attrs;
    while (rest.len != 0) {
        TRY(der_expect(&rest, DER_SEQUENCE, &attr));
        TRY(read_attr(attr, sd, notes));
    }
    if (sd->attr_content_type.len == 0)
        note_add(notes, NOTE_CMS_NO_CONTENT_TYPE);
    else if (!view_eq(sd->attr_content_type, sd->content_type))
        note_add(notes, NOTE_CMS_TYPE_DIFFERS);
    if (sd->attr_message_digest.len == 0)
        note_add(notes, NOTE_CMS_NO_MESSAGE_DIGEST);
    return SUCCESS;
}

static struct err read_sig_alg(struct view *in, struct signed_data *sd, struct notes *notes)
{
    struct tlv     whole;
    struct sig_alg alg = { 0 };
    struct err     e;

    TRY(der_expect_whole(in, DER_SEQUENCE, &whole));
    e = sig_alg_read(&whole.whole, &alg, notes);
    if (e.code == E_BUG)
        return e;
    if (e.code == OK)
        sd->sig_alg = alg;
    if (sd->sig_alg.scheme == SCHEME_NONE)
        note_add(notes, NOTE_CMS_ALG_UNKNOWN);
    return SUCCESS;
}

static struct err read_signer(struct view in, struct signed_data *sd, bool *ber,
                              struct notes *notes)
{
    struct view unsigned_attrs;

    TRY(der_u32(&in, &sd->signer_version));
    TRY(read_sid(&in, &sd->sid));
    if (sd->signer_version != (sd->sid.ski.len != 0 ? VERSION_SKI : VERSION_ISSUER_AND_SERIAL))
        note_add(notes, NOTE_CMS_SIGNER_VERSION);
    TRY(read_digest_alg(&in, &sd->digest_alg));
    if (sd->digest_alg == HASH_NONE)
        note_add(notes, NOTE_CMS_DIGEST_UNKNOWN);
    TRY(read_attrs(&in, sd, ber, notes));
    TRY(read_sig_alg(&in, sd, notes));
    TRY(der_expect(&in, DER_OCTET_STRING, &sd->signature));
    if (ber_at(in, DER_CONTEXT_C(1))) {
        TRY(ber_expect(&in, DER_CONTEXT_C(1), &unsigned_attrs, ber));
        note_add(notes, NOTE_CMS_UNSIGNED_ATTRS);
    }
    return der_end(in);
}

static struct err read_only_signer(struct view *in, struct signed_data *sd, bool *ber,
                                   struct notes *notes)
{
    struct view set, signer;

    TRY(ber_expect(in, DER_SET, &set, ber));
    CHECK(set.len != 0, E_UNEXPECTED); /* 9303-10 §4.6.2.2: one signer */
    TRY(ber_expect(&set, DER_SEQUENCE, &signer, ber));
    CHECK(set.len == 0, E_UNEXPECTED);
    return read_signer(signer, sd, ber, notes);
}

/* ContentInfo, down to the fields of SignedData. */
static struct err open_signed_data(struct view der, struct view *fields, bool *ber)
{
    struct view info, explicit, type;

    TRY(ber_expect(&der, DER_SEQUENCE, &info, ber));
    TRY(der_end(der));
    TRY(der_oid(&info, &type));
    CHECK(oid_of(type) == OID_CMS_SIGNED_DATA, E_UNEXPECTED);
    TRY(ber_expect(&info, DER_CONTEXT_C(0), &explicit, ber));
    TRY(der_end(info));
    TRY(ber_expect(&explicit, DER_SEQUENCE, fields, ber));
    return der_end(explicit);
}

struct err signed_data_read(struct view der, struct buf *scratch, struct signed_data *out,
                            struct notes *notes)
{
    struct signed_data sd = { 0 };
    struct buf         draft = { 0 };
    struct view        fields, digests;
    bool               ber = false;

    if (scratch != NULL)
        draft = *scratch;
    TRY(open_signed_data(der, &fields, &ber));
    TRY(der_u32(&fields, &sd.version));
    if (sd.version != 3) /* 9303-10 §4.6.2.2 */
        note_add(notes, NOTE_CMS_VERSION);
    TRY(ber_expect(&fields, DER_SET, &digests, &ber));
    TRY(read_content(&fields, &draft, &sd, &ber));
    TRY(read_sets(&fields, &sd, &ber, notes));
    TRY(read_only_signer(&fields, &sd, &ber, notes));
    TRY(der_end(fields));
    TRY(check_digest_list(digests, sd.digest_alg, notes));
    if (ber)
        note_add(notes, NOTE_SOD_BER);
    if (scratch != NULL)
        *scratch = draft;
    *out = sd;
    return SUCCESS;
}

struct err signed_data_next_cert(struct view *certificates, struct view *cert, struct notes *notes)
{
    struct tlv t;

    TRY(der_next(certificates, &t));
    while (t.tag != DER_SEQUENCE) { /* the other choices are [0] to [3]; RFC 5652 §10.2.2 */
        note_add(notes, NOTE_CMS_CERT_CHOICE);
        TRY(der_next(certificates, &t));
    }
    *cert = t.whole;
    return SUCCESS;
}
