/*
 * result: what a check can come to.
 *
 * Spec: BSI TR-03135-1 v2.5 clause 5.2 (five values).
 */
#ifndef REPORT_RESULT_H
#define REPORT_RESULT_H

/* TR-03135's five values, and zero for "not run", so that forgotten or wiped
 * evidence can never read as good.  The others differ in at least four bits. */
enum result {
    NOT_RUN = 0x00,
    SUCCESSFUL = 0x5A,
    FAILED = 0xA5,        /* done, and the answer is bad: a finding                    */
    UNDETERMINED = 0x3C,  /* done, and cannot be decided: say, no CSCA of that state   */
    NOT_SUPPORTED = 0xC3, /* the document does not offer this                          */
    ABORTED = 0x69,       /* cut off: the chip left, the frontend died; proves nothing */
};

/* "successful", "not supported" ...; TR-03135's words.  "not run" for anything else. */
const char *result_name(enum result r);

#endif
