/* signer: which of the certificates in a signed file is its signer's. */
#include "stages.h"

static bool is_the_signer(const struct signer_id *sid, const struct cert *c)
{
    if (sid->ski.len != 0)
        return view_eq(sid->ski, c->ski);
    return view_eq(sid->serial, c->serial) && name_same(sid->issuer, c->issuer);
}

/* The identifier names no certificate that is there, or not in the certificate's own letters. */
static void note_signer_id(struct notes *notes, const struct signer_id *sid, const struct cert *c,
                           bool found)
{
    if (!found)
        note_add(notes, NOTE_SOD_SIGNER_ID);
    else if (sid->ski.len == 0 && !view_eq(sid->issuer, c->issuer))
        note_add(notes, NOTE_SOD_SIGNER_FOLDED);
}

static struct err read_signer(struct notes *notes, struct view der, struct cert *out)
{
    const enum place file = notes->place;
    struct err       e;

    notes->place = PLACE_DSC;
    e = cert_read(der, out, notes);
    notes->place = file;
    return e.code == OK ? e : err_as(E_MALFORMED, e);
}

struct err signer_choose(struct inspection *i, const struct signed_data *sd, struct cert *out)
{
    struct notes *notes = &i->evidence.notes;
    struct view   certs = sd->certificates, first = view_of(NULL, 0), der;

    while (signed_data_next_cert(&certs, &der, notes).code == OK) {
        const struct notes before = *notes;

        if (first.len == 0)
            first = der;
        if (read_signer(notes, der, out).code == OK && is_the_signer(&sd->sid, out)) {
            note_signer_id(notes, &sd->sid, out, true);
            return SUCCESS;
        }
        *notes = before;
    }
    CHECK(first.len != 0, E_UNSUPPORTED);
    note_signer_id(notes, &sd->sid, out, false);
    return read_signer(notes, first, out);
}
