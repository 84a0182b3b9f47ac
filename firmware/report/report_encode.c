/* report_encode: see report.h. */
#include <string.h>

#include "base/cbor.h"
#include "report/report.h"

static struct err put_pair(struct buf *out, const char *key, const char *value)
{
    TRY(cbor_put_string(out, key));
    return cbor_put_string(out, value);
}

static struct err put_count(struct buf *out, const char *key, uint64_t n)
{
    TRY(cbor_put_string(out, key));
    return cbor_put_uint(out, n);
}

static struct err put_failure(struct buf *out, const char *key, struct err e)
{
    TRY(cbor_put_string(out, key));
    TRY(cbor_put_map(out, 3));
    TRY(put_pair(out, "code", outcome_name(e.code)));
    TRY(put_count(out, "sw", e.sw));
    return put_pair(out, "where", e.where == NULL ? "" : e.where);
}

static struct err put_note(struct buf *out, struct note n)
{
    TRY(put_pair(out, "note", note_name(n.id)));
    return put_pair(out, "place", place_name(n.place));
}

static struct err put_ground(struct buf *out, const struct ground *g)
{
    if (g->check == CHECK_COUNT) {
        TRY(cbor_put_map(out, 3));
        TRY(put_pair(out, "worth", worth_name(g->worth)));
        return put_note(out, (struct note){ .id = (uint8_t)g->note, .place = (uint8_t)g->place });
    }
    TRY(cbor_put_map(out, 3));
    TRY(put_pair(out, "worth", worth_name(g->worth)));
    TRY(put_pair(out, "check", check_id(g->check)));
    return put_pair(out, "reason", reason_name(g->reason));
}

static struct err put_check(struct buf *out, enum check c, const struct finding *f,
                            enum profile_id profile)
{
    const bool why = f->reason != REASON_NONE, failed = f->why.code != OK;
    const char letter[] = { obligation_letter(profile_rule(profile, c).obligation), '\0' };

    TRY(cbor_put_map(out, 5 + (why ? 2U : 0U) + (failed ? 1U : 0U)));
    TRY(put_pair(out, "id", check_id(c)));
    TRY(put_pair(out, "ref", check_clause(c)));
    TRY(put_pair(out, "result", result_name(f->result)));
    TRY(put_pair(out, "obligation", letter));
    if (why) {
        TRY(put_pair(out, "reason", reason_name(f->reason)));
        TRY(put_count(out, "code", reason_code(f->reason)));
    }
    TRY(put_count(out, "ms", f->ms));
    return failed ? put_failure(out, "err", f->why) : SUCCESS;
}

static struct err put_groups(struct buf *out, const struct evidence *e)
{
    size_t n = 0;

    for (unsigned dg = 1; dg <= DG_MAX; dg++)
        n += e->dg[dg] != DG_NOT_RUN;
    TRY(cbor_put_map(out, n));
    for (unsigned dg = 1; dg <= DG_MAX; dg++) {
        if (e->dg[dg] != DG_NOT_RUN)
            TRY(put_pair(out, place_name(PLACE_DG1 + dg - 1), dg_state_name(e->dg[dg])));
    }
    return SUCCESS;
}

static struct err put_effort(struct buf *out, const struct effort *f)
{
    TRY(cbor_put_map(out, 5));
    TRY(put_count(out, "apdus", f->apdus));
    TRY(put_count(out, "sent", f->bytes_sent));
    TRY(put_count(out, "received", f->bytes_received));
    TRY(put_count(out, "ms", f->ms_total));
    return put_count(out, "ms_chip", f->ms_chip);
}

static struct err put_facts(struct buf *out, const struct evidence *e)
{
    size_t n = 0;

    for (unsigned f = 0; f < FACT_COUNT; f++)
        n += e->fact[f].len != 0;
    TRY(cbor_put_map(out, n));
    for (unsigned f = 0; f < FACT_COUNT; f++) {
        if (e->fact[f].len == 0)
            continue;
        TRY(cbor_put_string(out, fact_key(f)));
        TRY(cbor_put_text(out, e->fact[f]));
    }
    return SUCCESS;
}

static struct err put_lists(struct buf *out, const struct evidence *e, enum profile_id profile)
{
    TRY(cbor_put_string(out, "checks"));
    TRY(cbor_put_array(out, CHECK_COUNT));
    for (unsigned c = 0; c < CHECK_COUNT; c++)
        TRY(put_check(out, (enum check)c, &e->check[c], profile));
    TRY(cbor_put_string(out, "groups"));
    TRY(put_groups(out, e));
    TRY(cbor_put_string(out, "notes"));
    TRY(cbor_put_array(out, e->notes.n));
    for (size_t i = 0; i < e->notes.n; i++) {
        TRY(cbor_put_map(out, 2));
        TRY(put_note(out, e->notes.item[i]));
    }
    TRY(cbor_put_string(out, "notes_lost"));
    return cbor_put_bool(out, e->notes.overflow);
}

struct err report_encode(const struct evidence *e, enum profile_id profile, struct buf *out)
{
    struct buf       draft = *out;
    struct judgement j;
    const bool       cut = e->cut.code != OK;

    verdict_of(e, profile, &j);
    TRY(cbor_put_map(&draft, cut ? 11 : 10));
    TRY(put_count(&draft, "format", REPORT_FORMAT));
    TRY(put_pair(&draft, "verdict", verdict_name(j.verdict)));
    TRY(put_pair(&draft, "profile", profile_name(profile)));
    TRY(cbor_put_string(&draft, "grounds"));
    TRY(cbor_put_array(&draft, j.n));
    for (size_t i = 0; i < j.n; i++)
        TRY(put_ground(&draft, &j.ground[i]));
    TRY(put_lists(&draft, e, profile));
    if (cut)
        TRY(put_failure(&draft, "cut", e->cut));
    TRY(cbor_put_string(&draft, "effort"));
    TRY(put_effort(&draft, &e->effort));
    TRY(cbor_put_string(&draft, "facts"));
    TRY(put_facts(&draft, e));
    *out = draft;
    return SUCCESS;
}
