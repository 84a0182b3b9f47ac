/*
 * evidence: everything that was found out about one document.
 *
 * The inspection fills it in; nobody assigns a verdict (verdict.h derives it).  All zero is
 * "nothing was done yet", and the verdict on that is never a pass.
 *
 * Spec: BSI TR-03135-1 v2.5 clause 5.2, 5.6.4.4.2 (six states of a data group).
 */
#ifndef REPORT_EVIDENCE_H
#define REPORT_EVIDENCE_H

#include "report/check.h"
#include "report/note.h"
#include "report/result.h"

/* TR-03135-1 5.6.4.4.2.  Zero is "not looked for". */
enum dg_state {
    DG_NOT_RUN,
    DG_IDENTICAL,       /* read, and its hash is the signed one                       */
    DG_NOT_IDENTICAL,   /* read, and its hash is not                                  */
    DG_PRESENT,         /* the signed list names it; not read                         */
    DG_NOT_PRESENT,     /* the signed list does not name it                           */
    DG_NON_CONFORMANCE, /* there, but no hash to compare: not listed, or unknown hash */
    DG_ABORTED,
    DG_STATE_COUNT
};

enum { DG_MAX = 16 };

enum fact {
#define FACT(name, key, personal) FACT_##name,
#include "report/facts.def"
#undef FACT
    FACT_COUNT
};

struct finding {
    enum result result;
    enum reason reason;
    struct err  why; /* the failure behind an ABORTED or UNDETERMINED, if any */
    uint32_t    ms;  /* how long the check took, with its part of the reading */
};

/* What the conversation with the chip cost. */
struct effort {
    uint32_t apdus;
    uint32_t bytes_sent, bytes_received; /* APDU bytes, both directions, SW included */
    uint32_t ms_total, ms_chip;          /* wall time; of it, waiting for the chip   */
};

struct evidence {
    struct finding check[CHECK_COUNT];
    enum dg_state  dg[DG_MAX + 1]; /* by number; [0] unused */
    struct notes   notes;
    struct err     cut; /* the failure that ended the inspection early, or OK */
    struct effort  effort;
    struct view    fact[FACT_COUNT]; /* UTF-8 text in the inspection's arena; empty: unknown */
};

/* Enter a result.  A result that stands is only replaced by one of higher precedence:
 * failed > aborted > undetermined > successful > not supported > not run (TR-03135-1 5.7). */
void evidence_set(struct evidence *e, enum check check, enum result result, enum reason reason);

/* The result of that check so far. */
enum result evidence_result(const struct evidence *e, enum check check);

/* "identical", "not present" ...: TR-03135's words; "not run" for zero and unknown. */
const char *dg_state_name(unsigned state);

/* "signer.subject"; and whether it is about the traveller or the one document. */
const char *fact_key(unsigned fact);
bool        fact_personal(unsigned fact);

#endif
