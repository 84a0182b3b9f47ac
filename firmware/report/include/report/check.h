/*
 * check: what is checked and why a check came to what it came to, by name.
 *
 * Spec: BSI TR-03135-1 v2.5 clause 5.5 to 5.7.
 */
#ifndef REPORT_CHECK_H
#define REPORT_CHECK_H

#include "base/bytes.h"

enum check {
#define CHECK_ROW(name, id, clause, title) CHECK_##name,
#include "report/checks.def"
#undef CHECK_ROW
    CHECK_COUNT
};

enum reason {
    REASON_NONE,
#define REASON(name, code, sentence) REASON_##name,
#include "report/reasons.def"
#undef REASON
    REASON_COUNT
};

/* "ele.ds.sig", "5.6.4.3.3", "document signer issued by ..."; never NULL. */
const char *check_id(unsigned check);
const char *check_clause(unsigned check);
const char *check_title(unsigned check);

/* The check of that id; CHECK_COUNT if there is none. */
enum check check_of(struct view id);

/* "CSCA_NOT_FOUND", 2110, "No certificate of ..."; never NULL; "NONE", 0, "" for none. */
const char *reason_name(unsigned reason);
uint32_t    reason_code(unsigned reason);
const char *reason_sentence(unsigned reason);

/* The reason of that name; REASON_NONE if there is none. */
enum reason reason_of(struct view name);

#endif
