/* profile: see profile.h; the rows stand in profiles.def and notes.def. */
#include "report/profile.h"

#define M(f, u, n)                                                                                 \
    {                                                                                              \
        OBLIGATION_MANDATORY, WORTH_##f, WORTH_##u, WORTH_##n                                      \
    }
#define O(f, u, n)                                                                                 \
    {                                                                                              \
        OBLIGATION_OPTIONAL, WORTH_##f, WORTH_##u, WORTH_##n                                       \
    }
#define E                                                                                          \
    {                                                                                              \
        OBLIGATION_EVALUATORY, WORTH_NOTE, WORTH_NOTE, WORTH_NOTE                                  \
    }

/* 1 << n for DGn.  The portrait is in DG2 and DG5; DG3 and DG4 are for those who hold
 * rights to them, and DG6, DG8 to DG10 have no content that is agreed upon. */
enum {
    READ_NO_PORTRAIT = 1 << 1 | 1 << 11 | 1 << 12 | 1 << 14 | 1 << 15,
    READ_ALL = READ_NO_PORTRAIT | 1 << 2 | 1 << 5 | 1 << 7 | 1 << 13 | 1 << 16,
};

static const struct {
    const char *name;
    enum policy policy;
    uint32_t    reads;
    const char *purpose;
} profiles[] = {
#define PROFILE(name, policy, reads, purpose) { #name, POLICY_##policy, reads, purpose },
#define RULE(check, gate, desk, counter, conformance)
#define EXCEPT(reason, gate, desk, counter, conformance)
#include "report/profiles.def"
#undef PROFILE
#undef RULE
};

static const struct rule rules[CHECK_COUNT][PROFILE_COUNT] = {
#define PROFILE(name, policy, reads, purpose)
#define RULE(check, gate, desk, counter, conformance)                                              \
    [CHECK_##check] = { [PROFILE_gate] = gate,                                                     \
                        [PROFILE_desk] = desk,                                                     \
                        [PROFILE_counter] = counter,                                               \
                        [PROFILE_conformance] = conformance },
#include "report/profiles.def"
#undef RULE
#undef EXCEPT
};

static const struct {
    enum reason reason;
    enum worth  worth[PROFILE_COUNT];
} exceptions[] = {
#define RULE(check, gate, desk, counter, conformance)
#define EXCEPT(reason, gate, desk, counter, conformance)                                           \
    { REASON_##reason,                                                                             \
      { [PROFILE_gate] = WORTH_##gate,                                                             \
        [PROFILE_desk] = WORTH_##desk,                                                             \
        [PROFILE_counter] = WORTH_##counter,                                                       \
        [PROFILE_conformance] = WORTH_##conformance } },
#include "report/profiles.def"
#undef PROFILE
#undef RULE
#undef EXCEPT
};

static const enum worth notes[NOTE_COUNT][POLICY_COUNT] = {
#define NOTE(name, operational, conformance, text) [NOTE_##name] = { operational, conformance },
#include "report/notes.def"
#undef NOTE
};

static const char *const worths[WORTH_COUNT] = { "unset", "by result", "note",
                                                 "refer", "retry",     "fail" };

struct err profile_of(struct view name, enum profile_id *out)
{
    for (unsigned p = 0; p < PROFILE_COUNT; p++) {
        if (view_eq(name, text_of(profiles[p].name))) {
            *out = (enum profile_id)p;
            return SUCCESS;
        }
    }
    FAIL(E_UNSUPPORTED);
}

const char *profile_name(unsigned profile)
{
    return profile < PROFILE_COUNT ? profiles[profile].name : "unknown";
}

const char *profile_purpose(unsigned profile)
{
    return profile < PROFILE_COUNT ? profiles[profile].purpose : "";
}

enum policy profile_policy(enum profile_id profile)
{
    return profiles[profile].policy;
}

uint32_t profile_reads(enum profile_id profile)
{
    return profiles[profile].reads;
}

struct rule profile_rule(enum profile_id profile, enum check check)
{
    return rules[check][profile];
}

enum worth profile_exception(enum profile_id profile, enum reason reason)
{
    for (size_t i = 0; i < sizeof exceptions / sizeof *exceptions; i++) {
        if (exceptions[i].reason == reason)
            return exceptions[i].worth[profile];
    }
    return WORTH_BY_RESULT;
}

enum worth policy_of_note(enum policy policy, enum note_id note)
{
    return notes[note][policy];
}

const char *worth_name(enum worth w)
{
    return w < WORTH_COUNT ? worths[w] : "unset";
}

char obligation_letter(enum obligation o)
{
    static const char letters[] = { 'm', 'o', 'e' };

    return letters[o];
}
