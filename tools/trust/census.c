/* census: see census.h. */
#include "census.h"

#include <stdlib.h>
#include <string.h>

#include "cert/cert.h"

static struct err count(struct tally *t, const char *name)
{
    size_t i = 0;

    while (i < t->n && strcmp(t->row[i].name, name) != 0)
        i++;
    if (i == t->n) {
        CHECK(t->n < TALLY_ROWS, E_TOO_LONG);
        snprintf(t->row[i].name, TALLY_NAME, "%s", name);
        t->n++;
    }
    t->row[i].n++;
    return SUCCESS;
}

static int row_order(const void *a, const void *b)
{
    return strcmp(a, b); /* a row begins with its name */
}

static void sort(struct tally *t)
{
    qsort(t->row, t->n, sizeof *t->row, row_order);
}

const char *census_link(const struct anchor *a)
{
    if (a->flags & ANCHOR_SELF_SIGNED)
        return "self-signed";
    if (!(a->flags & ANCHOR_LINK))
        return "link, issuer not here";
    return a->flags & ANCHOR_SELF_ISSUED ? "link" : "link to another name";
}

static struct err count_key(struct census *c, const struct cert *cert)
{
    char       text[TALLY_NAME] = "", curve[TALLY_NAME];
    struct buf b = buf_of(text, sizeof text - 1);

    TRY(public_key_print(&cert->key, &b));
    TRY(count(&c->key, text));
    if (cert->key.kind != KEY_EC)
        return SUCCESS;
    snprintf(curve, sizeof curve, "%s %s", ec_domain(cert->key.ec.group)->name,
             cert->key.spelt_out ? "explicit" : "named");
    return count(&c->curve, curve);
}

static void remember_expiry(struct census *c, const struct anchor *a, const struct cert *cert)
{
    const size_t         room = sizeof c->expiry / sizeof *c->expiry;
    struct census_expiry e = { .at = cert->not_after };
    struct country       country;
    size_t               i = c->n_expiries;

    if (name_country(cert->subject, &country).code == OK)
        memcpy(e.country, country.text, sizeof e.country);
    memcpy(e.fingerprint, a->fingerprint.ptr, sizeof e.fingerprint);
    if (c->n_expiries < room)
        c->n_expiries++;
    else if (c->expiry[room - 1].at.s <= e.at.s)
        return;
    else
        i = room - 1;
    for (; i > 0 && c->expiry[i - 1].at.s > e.at.s; i--)
        c->expiry[i] = c->expiry[i - 1];
    c->expiry[i] = e;
}

static struct err count_anchor(struct census *c, const struct anchor *a, struct moment now)
{
    char           text[TALLY_NAME] = "";
    struct buf     b = buf_of(text, sizeof text - 1);
    struct country country;
    struct cert    cert;

    TRY(cert_read(a->cert, &cert, NULL));
    TRY(count(&c->country, name_country(cert.subject, &country).code == OK ? country.text : "-"));
    TRY(sig_alg_print(&cert.sig_alg, &b));
    TRY(count(&c->algorithm, text));
    TRY(count_key(c, &cert));
    TRY(count(&c->link, census_link(a)));
    c->anchors++;
    if (cert.not_after.s < now.s)
        c->expired++;
    else
        remember_expiry(c, a, &cert);
    return SUCCESS;
}

static struct err count_crl(struct census *c, const struct revocation_crl *crl, struct moment now)
{
    const bool unproven = crl->flags & CRL_UNPROVEN;
    char       text[TALLY_NAME];

    snprintf(text, sizeof text, "%.4s %s", crl->country,
             unproven                     ? "unproven"
             : crl->next_update.s < now.s ? "stale"
                                          : "current");
    c->crls++;
    c->revoked += crl->n;
    return count(&c->crl, text);
}

struct err census_of(struct bundle *b, struct moment now, struct census *out)
{
    memset(out, 0, sizeof *out);
    TRY(bundle_verify(b));
    for (uint32_t i = 0; i < anchor_count(b); i++) {
        struct anchor a;

        TRY(anchor_at(b, i, &a));
        TRY(count_anchor(out, &a, now));
    }
    for (uint32_t i = 0; i < revocation_crl_count(b); i++) {
        struct revocation_crl crl;

        TRY(revocation_crl_at(b, i, &crl));
        TRY(count_crl(out, &crl, now));
    }
    out->sources = b->part[BUNDLE_SOURCES].count;
    sort(&out->country);
    sort(&out->algorithm);
    sort(&out->key);
    sort(&out->curve);
    sort(&out->link);
    sort(&out->crl);
    return SUCCESS;
}

struct table {
    const char         *name, *member;
    const struct tally *tally;
    int                 columns; /* in text */
};

enum { TABLES = 6 };

#define TABLES_OF(c)                                                                               \
    {                                                                                              \
        { "countries", "countries", &(c)->country, 8 }, { "keys", "keys", &(c)->key, 1 },          \
            { "curves", "curves", &(c)->curve, 1 },                                                \
            { "signed with", "algorithms", &(c)->algorithm, 1 },                                   \
            { "kinds", "links", &(c)->link, 1 }, { "CRLs", "crls", &(c)->crl, 4 },                 \
    }

static void print_table(const struct table *t, FILE *out)
{
    fprintf(out, "\n%s (%zu)\n", t->name, t->tally->n);
    for (size_t i = 0; i < t->tally->n; i++) {
        const bool last = (i + 1) % (size_t)t->columns == 0 || i + 1 == t->tally->n;

        if (t->columns == 1)
            fprintf(out, "  %-44s %5u\n", t->tally->row[i].name, t->tally->row[i].n);
        else
            fprintf(out, "  %s %u%s", t->tally->row[i].name, t->tally->row[i].n, last ? "\n" : "");
    }
}

static void print_day(struct moment m, FILE *out)
{
    char       text[16] = "";
    struct buf b = buf_of(text, sizeof text - 1);

    if (m.s == 0 || date_print(date_of(m), &b).code != OK)
        snprintf(text, sizeof text, "unknown");
    fputs(text, out);
}

void census_text(const struct census *c, FILE *out)
{
    const struct table table[TABLES] = TABLES_OF(c);

    fprintf(out,
            "%u CSCA certificates of %zu countries (%u expired), %u CRLs (%u revoked), "
            "%u sources\n",
            c->anchors, c->country.n, c->expired, c->crls, c->revoked, c->sources);
    for (size_t i = 0; i < TABLES; i++)
        print_table(&table[i], out);
    fprintf(out, "\nnext to expire\n");
    for (size_t i = 0; i < c->n_expiries; i++) {
        fputs("  ", out);
        print_day(c->expiry[i].at, out);
        fprintf(out, "  %-3s  ", c->expiry[i].country);
        for (size_t k = 0; k < 8; k++)
            fprintf(out, "%02x", c->expiry[i].fingerprint[k]);
        fputs("\n", out);
    }
}

void census_quote(struct view text, FILE *out)
{
    fputc('"', out);
    for (size_t i = 0; i < text.len; i++) {
        const uint8_t c = view_at(text, i);

        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c >= 0x20 && c < 0x7F)
            fputc(c, out);
        else
            fprintf(out, "\\u%04x", c);
    }
    fputc('"', out);
}

static void quote(const char *text, FILE *out)
{
    census_quote(view_of(text, strlen(text)), out);
}

static void table_json(const struct table *t, FILE *out)
{
    fprintf(out, ",\"%s\":{", t->member);
    for (size_t i = 0; i < t->tally->n; i++) {
        fputs(i ? "," : "", out);
        quote(t->tally->row[i].name, out);
        fprintf(out, ":%u", t->tally->row[i].n);
    }
    fputs("}", out);
}

void census_json(const struct census *c, FILE *out)
{
    const struct table table[TABLES] = TABLES_OF(c);

    fprintf(out,
            "{\"certificates\":%u,\"expired\":%u,\"crl_count\":%u,\"revoked\":%u,\"sources\":%u",
            c->anchors, c->expired, c->crls, c->revoked, c->sources);
    for (size_t i = 0; i < TABLES; i++)
        table_json(&table[i], out);
    fputs(",\"next_expiries\":[", out);
    for (size_t i = 0; i < c->n_expiries; i++) {
        fprintf(out, "%s{\"at\":%lld,\"country\":", i ? "," : "", (long long)c->expiry[i].at.s);
        quote(c->expiry[i].country, out);
        fputs(",\"sha256\":\"", out);
        for (size_t k = 0; k < BUNDLE_HASH; k++)
            fprintf(out, "%02x", c->expiry[i].fingerprint[k]);
        fputs("\"}", out);
    }
    fputs("]}", out);
}

static void print_base_id(const struct bundle *b, FILE *out)
{
    for (size_t i = 0; i < BUNDLE_BASE_ID; i++)
        fprintf(out, "%02x", b->base_id[i]);
}

void census_header_text(const struct bundle *b, FILE *out)
{
    fprintf(out, "trust bundle, version %d, counter %llu, base ", BUNDLE_VERSION,
            (unsigned long long)b->counter);
    print_base_id(b, out);
    fputs("\nmade ", out);
    print_day(b->created, out);
    fputs(", to be replaced by ", out);
    print_day(b->valid_until, out);
    fprintf(out, "; %u pages of data, %u of the hash tree\n", b->n_data, b->n_tree);
}

void census_header_json(const struct bundle *b, FILE *out)
{
    fprintf(out, "\"version\":%d,\"counter\":%llu,\"base_id\":\"", BUNDLE_VERSION,
            (unsigned long long)b->counter);
    print_base_id(b, out);
    fprintf(out, "\",\"created\":%lld,\"valid_until\":%lld,\"data_pages\":%u,\"tree_pages\":%u",
            (long long)b->created.s, (long long)b->valid_until.s, b->n_data, b->n_tree);
}
