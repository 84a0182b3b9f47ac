/* pace_outcome: what a run of PACE leaves behind, see pace.h. */
#include "access/pace.h"

const char *pace_fault_text(unsigned fault)
{
#define PACE_FAULT_TEXT(name, text) text,
    static const char *const texts[] = { PACE_FAULTS(PACE_FAULT_TEXT) };
#undef PACE_FAULT_TEXT

    return fault < PACE_FAULT_COUNT ? texts[fault] : "unknown";
}

struct err pace_id_ic(const struct pace_outcome *o, struct buf *out)
{
    CHECK(o->step == PACE_STEP_DONE, E_BUG);
    return agreement_comp(&o->domain, view_of(o->chip_key.bytes, o->chip_key.len), out);
}
