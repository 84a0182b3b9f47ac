/* check: see check.h; the rows stand in checks.def and reasons.def. */
#include "report/check.h"

static const struct {
    const char *id, *clause, *title;
} checks[] = {
#define CHECK_ROW(name, id, clause, title) { id, clause, title },
#include "report/checks.def"
#undef CHECK_ROW
};

static const struct {
    const char *name;
    uint32_t    code;
    const char *sentence;
} reasons[] = {
    { "NONE", 0, "" },
#define REASON(name, code, sentence) { #name, code, sentence },
#include "report/reasons.def"
#undef REASON
};

const char *check_id(unsigned check)
{
    return check < CHECK_COUNT ? checks[check].id : "unknown";
}

const char *check_clause(unsigned check)
{
    return check < CHECK_COUNT ? checks[check].clause : "";
}

const char *check_title(unsigned check)
{
    return check < CHECK_COUNT ? checks[check].title : "not a check of this firmware";
}

enum check check_of(struct view id)
{
    unsigned c = 0;

    while (c < CHECK_COUNT && !view_eq(id, text_of(checks[c].id)))
        c++;
    return (enum check)c;
}

const char *reason_name(unsigned reason)
{
    return reason < REASON_COUNT ? reasons[reason].name : "UNKNOWN";
}

uint32_t reason_code(unsigned reason)
{
    return reason < REASON_COUNT ? reasons[reason].code : 0;
}

const char *reason_sentence(unsigned reason)
{
    return reason < REASON_COUNT ? reasons[reason].sentence : "";
}

enum reason reason_of(struct view name)
{
    for (unsigned r = 0; r < REASON_COUNT; r++) {
        if (view_eq(name, text_of(reasons[r].name)))
            return (enum reason)r;
    }
    return REASON_NONE;
}
