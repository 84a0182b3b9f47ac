/* report: see report.h. */
#include "report.h"

#include <string.h>

static const char *kind_name(uint32_t kind)
{
    static const char *const names[] = {
        [ANCHOR_FROM_FILE] = "file",
        [ANCHOR_FROM_MASTER_LIST] = "signed list",
        [ANCHOR_FROM_UNSIGNED_LIST] = "unsigned list",
    };

    return kind < sizeof names / sizeof *names && names[kind] ? names[kind] : "unknown";
}

size_t report_left_out(const struct pool *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->n_remarks; i++)
        n += p->remark[i].left_out;
    return n;
}

void report_remarks(const struct pool *p, FILE *out)
{
    for (size_t i = 0; i < p->n_remarks; i++) {
        const struct pool_remark *r = &p->remark[i];

        fprintf(out, "%s: %s: %s%s\n", r->file, r->where, r->left_out ? "left out: " : "", r->text);
    }
}

void report_text(const struct report *r, FILE *out)
{
    fprintf(out, "%s, %zu bytes\n", r->out, r->len);
    census_header_text(r->bundle, out);
    fprintf(out, "\nsources (%zu): entries, into the bundle, not known from an earlier one\n",
            r->pool->n_sources);
    for (size_t i = 0; i < r->pool->n_sources; i++) {
        const struct pool_source *s = &r->pool->source[i];

        fprintf(out, "  %5u %5u %5u  %-13s  %s\n", s->entries, s->taken, s->fresh,
                kind_name(s->kind), s->file);
    }
    fprintf(out, "left out: %zu\n\n", report_left_out(r->pool));
    census_text(r->census, out);
}

static void member(const char *name, const char *text, FILE *out)
{
    fprintf(out, "\"%s\":", name);
    census_quote(view_of(text, strlen(text)), out);
}

static void source_json(const struct pool_source *s, FILE *out)
{
    fputs("{", out);
    member("file", s->file, out);
    fputs(",", out);
    member("kind", kind_name(s->kind), out);
    fputs(",\"sha256\":\"", out);
    for (size_t i = 0; i < BUNDLE_HASH; i++)
        fprintf(out, "%02x", s->digest[i]);
    fprintf(out, "\",\"entries\":%u,\"taken\":%u,\"new\":%u}", s->entries, s->taken, s->fresh);
}

static void remark_json(const struct pool_remark *r, FILE *out)
{
    fputs("{", out);
    member("file", r->file, out);
    fputs(",", out);
    member("where", r->where, out);
    fputs(",", out);
    member("text", r->text, out);
    fprintf(out, ",\"left_out\":%s}", r->left_out ? "true" : "false");
}

void report_json(const struct report *r, FILE *out)
{
    fputs("{", out);
    member("out", r->out, out);
    fprintf(out, ",\"bytes\":%zu,", r->len);
    census_header_json(r->bundle, out);
    fputs(",\"sources\":[", out);
    for (size_t i = 0; i < r->pool->n_sources; i++) {
        fputs(i ? "," : "", out);
        source_json(&r->pool->source[i], out);
    }
    fprintf(out, "],\"left_out\":%zu,\"remarks\":[", report_left_out(r->pool));
    for (size_t i = 0; i < r->pool->n_remarks; i++) {
        fputs(i ? "," : "", out);
        remark_json(&r->pool->remark[i], out);
    }
    fputs("],\"census\":", out);
    census_json(r->census, out);
    fputs("}\n", out);
}
