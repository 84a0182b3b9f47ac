/* revocation: the lists of one state, its own first.  See revocation.h. */
#include "trust/revocation.h"

#include <string.h>

enum { COUNTRY = 4 };

uint32_t revocation_crl_count(const struct bundle *b)
{
    return b->part[BUNDLE_CRLS].count;
}

static struct err read_time(struct view *in, struct moment *out)
{
    uint64_t s;

    TRY(view_u64(in, &s));
    CHECK(s <= INT64_MAX, E_MALFORMED);
    *out = (struct moment){ .s = (int64_t)s };
    return SUCCESS;
}

static struct err crl_record(struct bundle *b, uint32_t i, struct view *country,
                             struct revocation_crl *out)
{
    struct revocation_crl c = { 0 };
    struct buf            text = BUF(c.country);
    struct view           in, letters;

    TRY(bundle_record(b, BUNDLE_CRLS, i, REVOCATION_CRL_RECORD, &in));
    TRY(view_take(&in, COUNTRY, &letters));
    TRY(buf_put(&text, letters));
    TRY(view_u32(&in, &c.authority));
    TRY(view_take(&in, BUNDLE_HASH, &c.issuer));
    TRY(read_time(&in, &c.this_update));
    TRY(read_time(&in, &c.next_update));
    TRY(view_u32(&in, &c.offset));
    TRY(view_u32(&in, &c.n));
    TRY(view_u32(&in, &c.width));
    TRY(view_u32(&in, &c.flags));
    TRY(view_u32(&in, &c.source));
    CHECK(c.width >= 2 && c.width <= 1 + REVOCATION_SERIAL_MAX, E_MALFORMED);
    *country = letters;
    *out = c;
    return SUCCESS;
}

struct err revocation_crl_at(struct bundle *b, uint32_t i, struct revocation_crl *out)
{
    struct view country;

    return crl_record(b, i, &country, out);
}

/* Entries are as wide as the longest needs: length, octets, zeroes. */
struct err revocation_listed(struct bundle *b, const struct revocation_crl *crl, struct view serial,
                             bool *out)
{
    uint8_t    room[1 + REVOCATION_SERIAL_MAX];
    struct buf want = BUF(room);
    uint32_t   low = 0, high = crl->n;
    bool       found = false;

    if (serial.len >= crl->width) { /* longer than any on the list */
        *out = false;
        return SUCCESS;
    }
    TRY(buf_u8(&want, (uint8_t)serial.len));
    TRY(buf_put(&want, serial));
    TRY(buf_fill(&want, 0, crl->width - want.len));
    while (low < high && !found) {
        const uint32_t middle = low + (high - low) / 2;
        const uint64_t offset = crl->offset + (uint64_t)middle * crl->width;
        struct view    entry;
        int            order;

        CHECK(offset <= UINT32_MAX, E_TRUNCATED);
        TRY(bundle_get(b, BUNDLE_SERIALS, &entry, (size_t)offset, crl->width));
        order = view_order(entry, buf_view(&want));
        found = order == 0;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *out = found;
    return SUCCESS;
}

/* The first list whose country is not below the one given. */
static struct err first_of(struct bundle *b, struct view country, uint32_t *out)
{
    uint32_t low = 0, high = revocation_crl_count(b);

    while (low < high) {
        const uint32_t        middle = low + (high - low) / 2;
        struct revocation_crl c;
        struct view           letters;

        TRY(crl_record(b, middle, &letters, &c));
        if (view_order(letters, country) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *out = low;
    return SUCCESS;
}

struct lookup {
    const struct cert *ds;
    const struct path *path;
    struct view        issuer; /* name_digest() of the DS's issuer */
    /* what was found: */
    bool                  unproven, own_listed, other_listed, csca_listed, has_own, has_other;
    struct revocation_crl own, other; /* the newest of each */
};

/* Any of the certificates of the CSCA's key: the state revokes the key when it revokes one,
 * and which of them was chosen for its dates has nothing to do with that. */
static struct err csca_listed(struct bundle *b, const struct lookup *l,
                              const struct revocation_crl *c, bool *out)
{
    struct anchor_run run;

    *out = false;
    TRY(anchor_find_key(b, BUNDLE_BY_KEY, l->path->anchor.key, &run));
    while (run.next < run.end && !*out) {
        struct anchor a;
        struct cert   csca;

        TRY(anchor_next(b, &run, &a));
        TRY(cert_read(a.cert, &csca, NULL));
        if (a.authority == c->authority)
            TRY(revocation_listed(b, c, csca.serial, out));
    }
    return SUCCESS;
}

static struct err look_in(struct bundle *b, struct lookup *l, const struct revocation_crl *c)
{
    const bool known = l->path->signature == SUCCESSFUL;
    const bool authority = known && c->authority == l->path->anchor.authority;
    const bool own = authority || view_eq(c->issuer, l->issuer);
    bool       listed, csca = false;

    if (c->flags & CRL_UNPROVEN) {
        l->unproven = true;
        return SUCCESS;
    }
    TRY(revocation_listed(b, c, l->ds->serial, &listed));
    if (authority)
        TRY(csca_listed(b, l, c, &csca));
    l->csca_listed |= csca;
    if (own) {
        l->own_listed |= listed;
        if (!l->has_own || c->this_update.s > l->own.this_update.s)
            l->own = *c;
        l->has_own = true;
    } else {
        l->other_listed |= listed;
        if (!l->has_other || c->this_update.s > l->other.this_update.s)
            l->other = *c;
        l->has_other = true;
    }
    return SUCCESS;
}

static bool stale(const struct revocation_crl *c, struct moment at)
{
    return c->next_update.s == 0 || at.s > c->next_update.s;
}

/* The order matters: a listed signer is revoked whatever else is wrong. */
static enum revocation_why why_of(const struct lookup *l, const struct revocation_crl *c)
{
    const struct moment at = l->path->at;

    if (l->own_listed)
        return REVOCATION_LISTED;
    if (l->other_listed)
        return REVOCATION_ELSEWHERE;
    if (l->path->signature != SUCCESSFUL)
        return REVOCATION_NO_ISSUER;
    if (c == NULL)
        return l->unproven ? REVOCATION_UNPROVEN : REVOCATION_NO_CRL;
    if (at.s == 0)
        return REVOCATION_NO_CLOCK;
    return stale(c, at) ? REVOCATION_STALE : REVOCATION_CLEAR;
}

static void tell(const struct lookup *l, enum revocation_why why, struct notes *notes)
{
    enum place before;

    if (notes == NULL)
        return;
    before = notes->place;
    notes->place = PLACE_CRL;
    if (why == REVOCATION_CLEAR && !l->has_own)
        note_add(notes, NOTE_CRL_OF_OTHER_ISSUER);
    if (l->csca_listed)
        note_add(notes, NOTE_CSCA_ON_CRL);
    notes->place = before;
}

static struct err look_through(struct bundle *b, struct lookup *l)
{
    uint8_t        room[COUNTRY];
    struct buf     want = BUF(room);
    struct country country;
    uint32_t       i;

    if (name_country(l->ds->issuer, &country).code != OK)
        return SUCCESS; /* no state, so no list of it */
    TRY(buf_put(&want, view_of(country.text, strnlen(country.text, COUNTRY))));
    TRY(buf_fill(&want, 0, COUNTRY - want.len));
    TRY(first_of(b, buf_view(&want), &i));
    for (; i < revocation_crl_count(b); i++) {
        struct revocation_crl c;
        struct view           letters;

        TRY(crl_record(b, i, &letters, &c));
        if (!view_eq(letters, buf_view(&want)))
            break;
        TRY(look_in(b, l, &c));
    }
    return SUCCESS;
}

struct err revocation_check(struct bundle *b, const struct cert *ds, const struct path *path,
                            struct revocation *out, struct notes *notes)
{
    uint8_t                      digest[BUNDLE_HASH];
    struct buf                   d = BUF(digest);
    struct lookup                l = { .ds = ds, .path = path };
    const struct revocation_crl *c;
    struct revocation            r = { .result = UNDETERMINED };

    TRY(name_digest(ds->issuer, &d));
    l.issuer = buf_view(&d);
    TRY(look_through(b, &l));
    c = l.has_own ? &l.own : l.has_other ? &l.other : NULL;
    r.why = why_of(&l, c);
    if (r.why == REVOCATION_LISTED)
        r.result = FAILED;
    if (r.why == REVOCATION_CLEAR)
        r.result = SUCCESSFUL;
    r.csca_listed = l.csca_listed;
    if (c != NULL) {
        r.this_update = c->this_update;
        r.next_update = c->next_update;
    }
    tell(&l, r.why, notes);
    *out = r;
    return SUCCESS;
}

static const struct {
    const char *name, *text;
} whys[] = {
#define WHY(name, text) { #name, text },
    REVOCATION_WHYS(WHY)
#undef WHY
};

const char *revocation_why_name(unsigned why)
{
    return why < REVOCATION_WHY_COUNT ? whys[why].name : "REVOCATION_UNKNOWN";
}

const char *revocation_why_text(unsigned why)
{
    return why < REVOCATION_WHY_COUNT ? whys[why].text : "unknown";
}
