/* path: three ways to a candidate, one proof.  See path.h. */
#include "trust/path.h"

#include <string.h>

/* One search. */
struct search {
    struct bundle     *b;
    const struct cert *ds;
    struct country     country;  /* of the DS's issuer; empty text if it names none */
    struct notes       of_check; /* what verifying the good signature noted */
    uint8_t            key[PATH_TRIES_MAX][ANCHOR_KEY]; /* tried */
    unsigned           tried;
    bool               state_known;   /* there was a candidate of the state */
    bool               named;         /* one with the AKI was tried and did not sign: */
    struct anchor      named_anchor;  /* the first of them */
    bool               other_country; /* one with the AKI belongs to another state */
    bool               unsupported;   /* a signature could not be checked */
    bool               too_many;
};

static struct view country_text(const struct country *c)
{
    return view_of(c->text, strnlen(c->text, sizeof c->text));
}

/* TR-03135-1 5.6.4.3.3: the key identifier AND the country.  A name without a country
 * excludes nobody. */
static bool other_country(const struct search *s, const struct cert *csca)
{
    struct country    c;
    const struct err  e = name_country(csca->subject, &c);
    const struct view ours = country_text(&s->country);

    return ours.len > 0 && e.code == OK && !view_eq(country_text(&c), ours);
}

static bool tried_before(const struct search *s, struct view key)
{
    for (unsigned i = 0; i < s->tried; i++)
        if (view_eq(VIEW(s->key[i]), key))
            return true;
    return false;
}

static struct err remember(struct search *s, struct view key)
{
    struct buf b = buf_of(s->key[s->tried], ANCHOR_KEY);

    TRY(buf_put(&b, key));
    s->tried++;
    return SUCCESS;
}

/* Is this certificate one whose key may be tried? */
static bool is_candidate(struct search *s, const struct anchor *a, enum found_by by,
                         struct cert *csca)
{
    const struct err e = cert_read(a->cert, csca, NULL);

    if (e.code != OK) { /* the compiler lets none in that this firmware cannot read */
        s->unsupported = true;
        return false;
    }
    if (other_country(s, csca)) {
        s->other_country |= by == FOUND_BY_AKI;
        return false;
    }
    s->state_known = true;
    if (s->tried == PATH_TRIES_MAX)
        s->too_many = true;
    return s->tried < PATH_TRIES_MAX;
}

/* Does the DS's signature verify under this anchor's key?  Then the path is found. */
static struct err try_anchor(struct search *s, const struct anchor *a, enum found_by by,
                             struct path *p)
{
    struct cert  csca;
    struct notes notes = { .place = PLACE_DSC };
    enum result  r = NOT_RUN;
    struct err   e;

    if (tried_before(s, a->key) || !is_candidate(s, a, by, &csca))
        return SUCCESS;
    TRY(remember(s, a->key));
    e = cert_check(s->ds, &csca.key, &r, &notes);
    if (e.code == E_CRYPTO) { /* a key that the backend refuses proves nothing */
        s->unsupported = true;
        return SUCCESS;
    }
    TRY(e);
    if (r == FAILED && by == FOUND_BY_AKI && !s->named) {
        s->named = true;
        s->named_anchor = *a;
    }
    s->unsupported |= r == UNDETERMINED;
    if (r != SUCCESSFUL)
        return SUCCESS;
    s->of_check = notes;
    p->by = by;
    p->anchor = *a;
    p->csca = csca;
    return SUCCESS;
}

/* Try every anchor under one key of one index. */
static struct err try_run(struct search *s, enum bundle_section index, struct view key,
                          struct path *p)
{
    static const enum found_by by[BUNDLE_SECTION_COUNT] = {
        [BUNDLE_BY_SKI] = FOUND_BY_AKI,
        [BUNDLE_BY_NAME] = FOUND_BY_NAME,
        [BUNDLE_BY_COUNTRY] = FOUND_BY_COUNTRY,
    };
    struct anchor_run run;

    if (key.len == 0)
        return SUCCESS;
    TRY(anchor_find(s->b, index, key, &run));
    while (run.next < run.end && p->by == FOUND_NOT) {
        struct anchor a;

        TRY(anchor_next(s->b, &run, &a));
        TRY(try_anchor(s, &a, by[index], p));
    }
    return SUCCESS;
}

static struct err find_signer(struct search *s, struct path *p)
{
    const struct {
        enum bundle_section index;
        struct view         key;
    } ways[] = {
        { BUNDLE_BY_SKI, s->ds->aki },
        { BUNDLE_BY_NAME, s->ds->issuer },
        { BUNDLE_BY_COUNTRY, country_text(&s->country) },
    };

    for (size_t i = 0; i < sizeof ways / sizeof *ways && p->by == FOUND_NOT; i++)
        TRY(try_run(s, ways[i].index, ways[i].key, p));
    return SUCCESS;
}

/* How well a certificate speaks for its key at that moment. */
static int worth(const struct search *s, const struct cert *csca, struct moment at)
{
    return cert_valid_at(csca, at) * 4 + name_same(csca->subject, s->ds->issuer) * 2 +
           cert_self_issued(csca);
}

/* One key may stand in a root, in link certificates and in a renewed root: take the
 * certificate that is valid, else one that at least is the issuer by name. */
static struct err choose_cert(const struct search *s, struct path *p)
{
    struct anchor_run run;
    int               best;

    TRY(anchor_find_key(s->b, BUNDLE_BY_KEY, p->anchor.key, &run));
    if (run.end - run.next <= 1)
        return SUCCESS;
    best = worth(s, &p->csca, p->at);
    while (run.next < run.end) {
        struct anchor a;
        struct cert   c;

        TRY(anchor_next(s->b, &run, &a));
        if (a.i == p->anchor.i || cert_read(a.cert, &c, NULL).code != OK ||
            !view_eq(c.spki, p->csca.spki) || other_country(s, &c) || worth(s, &c, p->at) <= best)
            continue;
        best = worth(s, &c, p->at);
        p->anchor = a;
        p->csca = c;
    }
    return SUCCESS;
}

static enum result validity(const struct cert *c, struct moment at)
{
    if (at.s == 0 || !cert_has_validity(c)) /* could not find out */
        return UNDETERMINED;
    return cert_valid_at(c, at) ? SUCCESSFUL : FAILED;
}

/* TR-03135-1 5.6.4.3.3: only a CSCA found by key identifier and state can make it FAILED;
 * after a search by name it is UNDETERMINED. */
static struct err judge(const struct search *s, struct path *p)
{
    p->tried = s->tried;
    p->ds_validity = validity(s->ds, p->at);
    p->csca_validity = UNDETERMINED;
    p->signature = UNDETERMINED;
    if (p->by != FOUND_NOT) {
        TRY(choose_cert(s, p));
        p->signature = SUCCESSFUL;
        p->why = PATH_SIGNED;
        p->csca_validity = validity(&p->csca, p->at);
    } else if (s->unsupported || s->too_many) {
        p->why = s->unsupported ? PATH_ALGORITHM : PATH_TOO_MANY;
    } else if (s->named) {
        p->signature = FAILED;
        p->why = PATH_BAD;
        p->by = FOUND_BY_AKI;
        p->anchor = s->named_anchor;
        TRY(cert_read(p->anchor.cert, &p->csca, NULL));
    } else {
        p->why = s->state_known ? PATH_NO_KEY : PATH_NO_STATE;
    }
    return SUCCESS;
}

static void note_copy(struct notes *to, const struct notes *from)
{
    for (size_t i = 0; i < from->n; i++) {
        to->place = from->item[i].place;
        note_add(to, from->item[i].id);
    }
    to->overflow |= from->overflow;
}

static void note_if(struct notes *notes, bool seen, enum note_id id)
{
    if (seen)
        note_add(notes, id);
}

/* By its own word, or because it is one of those that we trust to sign signers. */
static struct err is_ca(const struct search *s, bool *out)
{
    struct anchor_run run;

    TRY(anchor_find(s->b, BUNDLE_BY_KEY, s->ds->spki, &run));
    *out = s->ds->basic.ca || (s->ds->key_usage.bits & KU_KEY_CERT_SIGN) != 0 || run.next < run.end;
    return SUCCESS;
}

/* 9303-12 §7.1.1: what a CSCA signed is a document signer only if it is made out as one; it
 * signs those of master lists and seals too. */
static struct err tell_of_purpose(const struct search *s, struct notes *notes)
{
    bool ca;

    TRY(is_ca(s, &ca));
    note_if(notes, ca, NOTE_SIGNER_IS_CA);
    note_if(notes, s->ds->has_extended_key_usage, NOTE_SIGNER_FOR_OTHERS);
    return SUCCESS;
}

/* Whoever names no country is excluded from none: not for that it speaks for all. */
static bool stateless(const struct cert *csca)
{
    struct country c;

    return name_country(csca->subject, &c).code != OK;
}

static struct err tell(const struct search *s, const struct path *p, struct notes *notes)
{
    const bool  found = p->signature == SUCCESSFUL;
    struct cert again;

    notes->place = PLACE_DSC;
    TRY(tell_of_purpose(s, notes));
    note_if(notes, s->other_country, NOTE_ISSUER_OF_OTHER_STATE);
    note_if(notes, p->by == FOUND_BY_AKI && found && s->named, NOTE_ISSUER_KEY_ID_AMBIGUOUS);
    note_if(notes, found && s->ds->aki.len > 0 && p->by != FOUND_BY_AKI, NOTE_ISSUER_KEY_ID_WRONG);
    note_if(notes, found && p->by == FOUND_BY_COUNTRY, NOTE_ISSUER_BY_STATE_ONLY);
    if (p->by == FOUND_NOT)
        return SUCCESS;
    notes->place = PLACE_CSCA;
    note_if(notes, p->at.s != 0 && !bundle_fresh_at(s->b, p->at), NOTE_BUNDLE_STALE);
    notes->place = PLACE_DSC;
    if (found) {
        note_if(notes, !name_same(s->ds->issuer, p->csca.subject), NOTE_ISSUER_NAME_OTHER);
        note_if(notes,
                name_same(s->ds->issuer, p->csca.subject) &&
                    !view_eq(s->ds->issuer, p->csca.subject),
                NOTE_ISSUER_NAME_FOLDED);
        note_copy(notes, &s->of_check);
    }
    notes->place = PLACE_CSCA;
    note_if(notes, stateless(&p->csca), NOTE_ISSUER_WITHOUT_STATE);
    return cert_read(p->anchor.cert, &again, notes);
}

struct err path_find(struct bundle *b, const struct cert *ds, struct moment at, struct path *out,
                     struct notes *notes)
{
    struct search    s = { .b = b, .ds = ds };
    struct path      p = { .at = at };
    const struct err e = name_country(ds->issuer, &s.country);

    if (e.code != OK)
        s.country = (struct country){ .text = "" };
    TRY(find_signer(&s, &p));
    TRY(judge(&s, &p));
    if (notes != NULL) {
        const enum place before = notes->place;

        TRY(tell(&s, &p, notes));
        notes->place = before;
    }
    *out = p;
    return SUCCESS;
}

static const struct {
    const char *name, *text;
} whys[] = {
#define WHY(name, text) { #name, text },
    PATH_WHYS(WHY)
#undef WHY
};

const char *path_why_name(unsigned why)
{
    return why < PATH_WHY_COUNT ? whys[why].name : "PATH_UNKNOWN";
}

const char *path_why_text(unsigned why)
{
    return why < PATH_WHY_COUNT ? whys[why].text : "unknown";
}
