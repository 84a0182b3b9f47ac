/* verdict: see verdict.h. */
#include "report/verdict.h"

static enum worth worth_by_rule(const struct rule *rule, enum result result)
{
    switch (result) {
    case SUCCESSFUL:
        return WORTH_NOTE;
    case FAILED:
        return rule->failed;
    case UNDETERMINED:
        return rule->undetermined;
    case NOT_SUPPORTED:
        return rule->not_supported;
    case ABORTED:
        return WORTH_RETRY;
    case NOT_RUN:
        return rule->obligation == OBLIGATION_MANDATORY ? WORTH_RETRY : WORTH_NOTE;
    }
    return WORTH_REFER; /* a value that is none of the six: memory is damaged */
}

static enum worth worth_of_check(enum profile_id profile, enum check check, const struct finding *f)
{
    const struct rule rule = profile_rule(profile, check);
    const enum worth  except = profile_exception(profile, f->reason);
    enum worth        w;

    if (rule.obligation == OBLIGATION_EVALUATORY)
        return WORTH_NOTE;
    w = except == WORTH_BY_RESULT || f->result == SUCCESSFUL ? worth_by_rule(&rule, f->result)
                                                             : except;
    return w == WORTH_UNSET ? WORTH_REFER : w;
}

/* Heaviest first; equals keep the order in which they came. */
static void put(struct judgement *j, struct ground g)
{
    size_t i = j->n++;

    for (; i > 0 && j->ground[i - 1].worth < g.worth; i--)
        j->ground[i] = j->ground[i - 1];
    j->ground[i] = g;
}

static void weigh_checks(const struct evidence *e, enum profile_id profile, struct judgement *out)
{
    for (unsigned c = 0; c < CHECK_COUNT; c++) {
        const struct finding *f = &e->check[c];
        const struct rule     rule = profile_rule(profile, (enum check)c);
        const bool silent = f->result == SUCCESSFUL || rule.obligation == OBLIGATION_EVALUATORY ||
                            (f->result == NOT_RUN && rule.obligation != OBLIGATION_MANDATORY);

        if (silent)
            continue;
        put(out, (struct ground){ .worth = worth_of_check(profile, (enum check)c, f),
                                  .check = (enum check)c,
                                  .result = f->result,
                                  .reason = f->reason });
    }
}

static void weigh_notes(const struct evidence *e, enum profile_id profile, struct judgement *out)
{
    for (size_t i = 0; i < e->notes.n && i < NOTES_MAX; i++) {
        const struct note n = e->notes.item[i];
        const bool        known = n.id < NOTE_COUNT;
        const enum worth  w =
            known ? policy_of_note(profile_policy(profile), (enum note_id)n.id) : WORTH_UNSET;

        put(out, (struct ground){ .worth = w == WORTH_UNSET ? WORTH_REFER : w,
                                  .check = CHECK_COUNT,
                                  .note = (enum note_id)n.id,
                                  .place = (enum place)n.place });
    }
}

static enum verdict verdict_by(enum worth heaviest)
{
    switch (heaviest) {
    case WORTH_FAIL:
        return VERDICT_FAIL;
    case WORTH_RETRY:
        return VERDICT_RETRY;
    case WORTH_NOTE:
        return VERDICT_PASS;
    case WORTH_UNSET:
    case WORTH_BY_RESULT:
    case WORTH_REFER:
    case WORTH_COUNT:
        break;
    }
    return VERDICT_REFER;
}

void verdict_of(const struct evidence *e, enum profile_id profile, struct judgement *out)
{
    enum worth heaviest = WORTH_NOTE;

    *out = (struct judgement){ .verdict = VERDICT_RETRY };
    weigh_checks(e, profile, out);
    weigh_notes(e, profile, out);
    if (out->n > 0 && out->ground[0].worth > heaviest)
        heaviest = out->ground[0].worth;
    if (e->notes.overflow && heaviest < WORTH_REFER)
        heaviest = WORTH_REFER;
    if (e->cut.code != OK && heaviest < WORTH_RETRY)
        heaviest = WORTH_RETRY;
    out->verdict = verdict_by(heaviest);
}

const char *verdict_name(unsigned verdict)
{
    static const char *const names[VERDICT_COUNT] = { "retry", "pass", "refer", "fail" };

    return verdict < VERDICT_COUNT ? names[verdict] : "retry";
}
