/*
 * verdict: what the evidence amounts to.
 *
 * A pure function of evidence and profile, so that a verdict can be recomputed, on the host
 * and in court, from the report alone.  No other code assigns one.
 *
 *   any check or note worth FAIL                                  -> fail
 *   else anything worth RETRY, aborted, or mandatory and not run  -> retry
 *   else anything worth REFER                                     -> refer
 *   else                                                          -> pass
 *
 * Spec: BSI TR-03135-1 v2.5 clause 5.4, with 5.7's precedence throughout.
 */
#ifndef REPORT_VERDICT_H
#define REPORT_VERDICT_H

#include "report/evidence.h"
#include "report/profile.h"

enum verdict {
    VERDICT_RETRY = 0, /* not finished: present the document again                           */
    VERDICT_PASS,
    VERDICT_REFER, /* nothing proved wrong, something not proved right: an officer decides */
    VERDICT_FAIL,
    VERDICT_COUNT
};

/* One reason of a verdict.  Exactly one of check and note speaks. */
struct ground {
    enum worth   worth;
    enum check   check;  /* CHECK_COUNT if it is a note           */
    enum result  result; /* of the check                          */
    enum reason  reason; /* of the check; NONE if it was not run  */
    enum note_id note;   /* NOTE_NONE if it is a check            */
    enum place   place;  /* of the note                           */
};

enum { GROUNDS_MAX = CHECK_COUNT + NOTES_MAX };

struct judgement {
    enum verdict  verdict;
    struct ground ground[GROUNDS_MAX]; /* heaviest first, then in the order of checks.def */
    size_t        n;
};

/* Judge.  Never a pass on evidence that is all zero, wiped, or whose notes overflowed. */
void verdict_of(const struct evidence *e, enum profile_id profile, struct judgement *out);

/* "pass", "fail", "refer", "retry"; never NULL. */
const char *verdict_name(unsigned verdict);

#endif
