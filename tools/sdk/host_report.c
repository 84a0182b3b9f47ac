/* host_report: see host_report.h and verso/verso.h. */
#include "host_report.h"

#include <stdlib.h>
#include <string.h>

#include "report/report.h"

struct verso_report {
    struct report    report;
    struct judgement judgement; /* judged again here, from the evidence */
    size_t           len;
    uint8_t          cbor[]; /* as it came; the facts point in here */
};

enum verso_status host_report_of(struct view cbor, struct verso_report **out)
{
    struct verso_report *r = calloc(1, sizeof *r + cbor.len);

    if (r == NULL)
        return VERSO_E_MEMORY;
    r->len = cbor.len;
    memcpy(r->cbor, cbor.ptr, cbor.len);
    if (report_decode(view_of(r->cbor, r->len), &r->report).code != OK) {
        verso_report_free(r);
        return VERSO_E_PROTOCOL;
    }
    verdict_of(&r->report.evidence, r->report.profile, &r->judgement);
    *out = r;
    return VERSO_OK;
}

void verso_report_free(struct verso_report *r)
{
    if (r == NULL)
        return;
    wipe(r, sizeof *r + r->len);
    free(r);
}

/* The reader's own verdict, unless judging its evidence again is stricter: two versions of
 * the rules may differ, and the traveller's document is looked at by a person then. */
enum verso_verdict verso_report_verdict(const struct verso_report *r)
{
    static const enum verso_verdict names[VERDICT_COUNT] = {
        [VERDICT_RETRY] = VERSO_RETRY,
        [VERDICT_PASS] = VERSO_PASS,
        [VERDICT_REFER] = VERSO_REFER,
        [VERDICT_FAIL] = VERSO_FAIL,
    };

    if (r->report.verdict == VERDICT_PASS && r->judgement.verdict != VERDICT_PASS)
        return VERSO_REFER;
    return names[r->report.verdict];
}

const char *verso_verdict_name(enum verso_verdict v)
{
    static const char *const names[] = { "retry", "pass", "refer", "fail" };

    return (unsigned)v < sizeof names / sizeof *names ? names[v] : "retry";
}

bool verso_report_ground(const struct verso_report *r, size_t i, struct verso_ground *out)
{
    const struct ground *g = &r->judgement.ground[i];

    if (i >= r->judgement.n)
        return false;
    *out =
        (struct verso_ground){ .worth = worth_name(g->worth),
                               .id = check_id(g->check),
                               .result = result_name(g->result),
                               .reason = g->reason == REASON_NONE ? "" : reason_name(g->reason),
                               .where = "",
                               .sentence = g->reason == REASON_NONE ? check_title(g->check)
                                                                    : reason_sentence(g->reason) };
    if (g->check == CHECK_COUNT)
        *out = (struct verso_ground){ .worth = worth_name(g->worth),
                                      .id = note_name(g->note),
                                      .result = "",
                                      .reason = "",
                                      .where = place_name(g->place),
                                      .sentence = note_text(g->note) };
    return true;
}

bool verso_report_check(const struct verso_report *r, size_t i, struct verso_check *out)
{
    const struct finding *f = &r->report.evidence.check[i];

    if (i >= CHECK_COUNT)
        return false;
    *out = (struct verso_check){ check_id((unsigned)i),
                                 check_clause((unsigned)i),
                                 check_title((unsigned)i),
                                 result_name(f->result),
                                 f->reason == REASON_NONE ? "" : reason_name(f->reason),
                                 f->ms };
    return true;
}

const char *verso_report_group(const struct verso_report *r, unsigned dg)
{
    return dg_state_name(dg >= 1 && dg <= DG_MAX ? r->report.evidence.dg[dg] : DG_NOT_RUN);
}

const char *verso_report_fact(const struct verso_report *r, const char *key, size_t *len)
{
    for (unsigned f = 0; f < FACT_COUNT; f++) {
        const struct view v = r->report.evidence.fact[f];

        if (v.len != 0 && strcmp(fact_key(f), key) == 0) {
            *len = v.len;
            return (const char *)v.ptr;
        }
    }
    *len = 0;
    return NULL;
}

void verso_report_effort(const struct verso_report *r, struct verso_effort *out)
{
    const struct effort *f = &r->report.evidence.effort;

    *out = (struct verso_effort){ f->apdus, f->bytes_sent, f->bytes_received, f->ms_total,
                                  f->ms_chip };
}

const uint8_t *verso_report_cbor(const struct verso_report *r, size_t *len)
{
    *len = r->len;
    return r->cbor;
}
