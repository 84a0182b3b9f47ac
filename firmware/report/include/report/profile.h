/*
 * profile: how a place weighs what was found (see profiles.def).
 *
 * Spec: BSI TR-03135-1 v2.5 clause 5.3 (obligation), 5.4 (overall result).
 */
#ifndef REPORT_PROFILE_H
#define REPORT_PROFILE_H

#include "report/check.h"
#include "report/note.h"

enum profile_id {
#define PROFILE(name, policy, reads, purpose) PROFILE_##name,
#define RULE(check, gate, desk, counter, conformance)
#define EXCEPT(reason, gate, desk, counter, conformance)
#include "report/profiles.def"
#undef PROFILE
#undef RULE
#undef EXCEPT
    PROFILE_COUNT
};

enum policy { POLICY_OPERATIONAL, POLICY_CONFORMANCE, POLICY_COUNT };

/* TR-03135-1 5.3; zero is the strictest. */
enum obligation { OBLIGATION_MANDATORY, OBLIGATION_OPTIONAL, OBLIGATION_EVALUATORY };

/* What something adds to the verdict.  Zero is "no row says", and counts as REFER. */
enum worth {
    WORTH_UNSET,
    WORTH_BY_RESULT, /* in an exception: leave it to the rule */
    WORTH_NOTE,
    WORTH_REFER,
    WORTH_RETRY,
    WORTH_FAIL,
    WORTH_COUNT
};

struct rule {
    enum obligation obligation;
    enum worth      failed, undetermined, not_supported;
};

/* E_UNSUPPORTED if there is no profile of that name. */
struct err profile_of(struct view name, enum profile_id *out);

/* "desk", and its sentence; never NULL. */
const char *profile_name(unsigned profile);
const char *profile_purpose(unsigned profile);

/* The column of notes.def that this profile reads. */
enum policy profile_policy(enum profile_id profile);

/* The data groups that this profile reads: 1 << n for DGn. */
uint32_t profile_reads(enum profile_id profile);

/* What the profile says of a check; of a reason (BY_RESULT if nothing); of a note. */
struct rule profile_rule(enum profile_id profile, enum check check);
enum worth  profile_exception(enum profile_id profile, enum reason reason);
enum worth  policy_of_note(enum policy policy, enum note_id note);

/* "refer", 'm'; never NULL. */
const char *worth_name(enum worth w);
char        obligation_letter(enum obligation o);

#endif
