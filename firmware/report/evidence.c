/* evidence: see evidence.h. */
#include "report/evidence.h"

static const char *const states[] = {
    [DG_NOT_RUN] = "not run",
    [DG_IDENTICAL] = "identical",
    [DG_NOT_IDENTICAL] = "not identical",
    [DG_PRESENT] = "present",
    [DG_NOT_PRESENT] = "not present",
    [DG_NON_CONFORMANCE] = "non conformance",
    [DG_ABORTED] = "aborted",
};

enum { NOT_PERSONAL, PERSONAL };

static const struct {
    const char *key;
    int         personal;
} facts[] = {
#define FACT(name, key, personal) { key, personal },
#include "report/facts.def"
#undef FACT
};

/* TR-03135-1 5.7: the order in which results outweigh each other. */
static unsigned weight(enum result r)
{
    switch (r) {
    case FAILED:
        return 5;
    case ABORTED:
        return 4;
    case UNDETERMINED:
        return 3;
    case SUCCESSFUL:
        return 2;
    case NOT_SUPPORTED:
        return 1;
    case NOT_RUN:
        break;
    }
    return 0;
}

void evidence_set(struct evidence *e, enum check check, enum result result, enum reason reason)
{
    struct finding *f = &e->check[check];

    if (weight(result) <= weight(f->result))
        return;
    f->result = result;
    f->reason = reason;
}

enum result evidence_result(const struct evidence *e, enum check check)
{
    return e->check[check].result;
}

const char *dg_state_name(unsigned state)
{
    return state < DG_STATE_COUNT ? states[state] : "not run";
}

const char *fact_key(unsigned fact)
{
    return fact < FACT_COUNT ? facts[fact].key : "unknown";
}

bool fact_personal(unsigned fact)
{
    return fact >= FACT_COUNT || facts[fact].personal == PERSONAL;
}
