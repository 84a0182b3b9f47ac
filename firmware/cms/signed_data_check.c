/* signed_data_check: see signed_data.h. */
#include "base/der.h"
#include "cms/signed_data.h"

enum {
    ATTRS_MAX = 16, /* signed attributes that are put in order; two to five are usual */
    HEADER_MAX = 4, /* tag and length octets of the longest EF */
};

/* What a signature covers, one part behind the other. */
struct cover {
    struct view part[1 + ATTRS_MAX];
    size_t      n;
};

/* The content's type and digest are the signed ones; RFC 5652 §5.4, §5.6. */
static struct err check_content(const struct signed_data *sd, enum result *out)
{
    uint8_t    room[HASH_MAX];
    struct buf digest = BUF(room);

    *out = UNDETERMINED;
    if (sd->digest_alg == HASH_NONE)
        return SUCCESS;
    TRY(hash(sd->digest_alg, &sd->content, 1, &digest));
    const bool good = view_same(buf_view(&digest), sd->attr_message_digest) &&
                      view_eq(sd->attr_content_type, sd->content_type);

    *out = good ? SUCCESSFUL : FAILED;
    return SUCCESS;
}

static struct err check_cover(const struct signed_data *sd, const struct cover *c,
                              const struct public_key *signer, enum result *out,
                              struct notes *notes)
{
    /* rsaEncryption names no digest: then it is digestAlgorithm's (LDS_H_79 to 83).  Else the
     * two may differ (LDS_H_74, 75). */
    const enum hash_alg  alg = sd->sig_alg.hash != HASH_NONE ? sd->sig_alg.hash : sd->digest_alg;
    uint8_t              room[HASH_MAX];
    struct buf           digest = BUF(room);
    struct signed_digest s = { .hash = alg, .sig = sd->signature };

    *out = UNDETERMINED;
    if (sd->sig_alg.scheme == SCHEME_NONE || alg == HASH_NONE)
        return SUCCESS;
    TRY(hash(alg, c->part, c->n, &digest));
    s.digest = buf_view(&digest);
    return signature_check(signer, &sd->sig_alg, &s, out, notes);
}

/* Tag SET OF, not the [0] of the wire, and the length; RFC 5652 §5.4. */
static struct err put_header(struct buf *out, size_t len)
{
    CHECK(len <= 0xFFFF, E_BUG); /* the caller looks after longer ones */
    TRY(buf_u8(out, DER_SET));
    if (len < 0x80)
        return buf_u8(out, (uint8_t)len);
    if (len > 0xFF) {
        TRY(buf_u8(out, 0x82));
        return buf_u16(out, (uint16_t)len);
    }
    TRY(buf_u8(out, 0x81));
    return buf_u8(out, (uint8_t)len);
}

/* Put the attributes in DER's order, ascending as octet strings (X.690 §11.6).  False if that
 * is how they stand already, or if they are too many. */
static bool sort_attrs(struct view attrs, struct cover *c)
{
    bool       moved = false;
    struct tlv t;

    for (c->n = 1; attrs.len != 0; c->n++) {
        size_t at = c->n;

        if (c->n > ATTRS_MAX || der_next(&attrs, &t).code != OK)
            return false;
        for (; at > 1 && view_order(t.whole, c->part[at - 1]) < 0; at--)
            c->part[at] = c->part[at - 1];
        moved = moved || at != c->n;
        c->part[at] = t.whole;
    }
    return moved;
}

static struct err check_attrs(const struct signed_data *sd, const struct public_key *signer,
                              enum result *out, struct notes *notes)
{
    uint8_t      room[HEADER_MAX];
    struct buf   header = BUF(room);
    struct cover sent, sorted;

    *out = UNDETERMINED;
    if (sd->signed_attrs.len > 0xFFFF) /* longer than any EF.SOD may be */
        return SUCCESS;
    TRY(put_header(&header, sd->signed_attrs.len));
    sent = (struct cover){ .part = { buf_view(&header), sd->signed_attrs }, .n = 2 };
    sorted = (struct cover){ .part = { buf_view(&header) }, .n = 1 };
    TRY(check_cover(sd, &sent, signer, out, notes));
    if (*out != FAILED || !sort_attrs(sd->signed_attrs, &sorted))
        return SUCCESS;
    TRY(check_cover(sd, &sorted, signer, out, notes));
    if (*out == SUCCESSFUL)
        note_add(notes, NOTE_CMS_ATTRS_UNSORTED);
    return SUCCESS;
}

struct err signed_data_check(const struct signed_data *sd, const struct public_key *signer,
                             enum result *hash_result, enum result *sig_result, struct notes *notes)
{
    const struct cover content = { .part = { sd->content }, .n = 1 };
    enum result        digest = NOT_RUN, signature = NOT_RUN;

    if (sd->has_attrs) {
        TRY(check_content(sd, &digest));
        TRY(check_attrs(sd, signer, &signature, notes));
    } else {
        TRY(check_cover(sd, &content, signer, &signature, notes));
        digest = signature;
    }
    *hash_result = digest;
    *sig_result = signature;
    return SUCCESS;
}
