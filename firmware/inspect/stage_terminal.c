/*
 * stage_terminal: what not everybody may read stays closed: terminal authentication is not
 * carried out yet.
 *
 * Spec: TR-03135-1 v2.5 clause 5.6.3.2.
 */
#include "stages.h"

struct err stage_terminal(struct inspection *i)
{
    const bool wanted = i->infos.n[INFO_TA] != 0 || (i->lso.dgs & (1U << 3 | 1U << 4)) != 0;

    evidence_set(&i->evidence, CHECK_ELE_TA, wanted ? UNDETERMINED : NOT_SUPPORTED,
                 wanted ? REASON_TA_NO_CERTIFICATES : REASON_TA_ABSENT);
    return SUCCESS;
}
