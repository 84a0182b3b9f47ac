/*
 * report: evidence and verdict as one CBOR map, the way they travel and are stored.
 *
 *   { "format": 1, "verdict": "refer", "profile": "desk",
 *     "grounds": [ { "worth": "refer", "check": "ele.trust", "reason": "CSCA_NOT_FOUND" },
 *                  { "worth": "note", "note": "SOD_BER", "place": "EF.SOD" } ],
 *     "checks":  [ { "id": "ele.trust", "ref": "5.6.4.3.6", "result": "undetermined",
 *                    "obligation": "m", "reason": "CSCA_NOT_FOUND", "code": 2110, "ms": 3,
 *                    "err": { "code": "E_TIMEOUT", "sw": 0, "where": "x.c:1" } } ],
 *     "groups":  { "DG1": "identical" },
 *     "notes":   [ { "note": "SOD_BER", "place": "EF.SOD" } ],
 *     "notes_lost": false,
 *     "cut":     { "code": "E_CARD_GONE", "sw": 0, "where": "exchange.c:42" },
 *     "effort":  { "apdus": 60, "sent": 2000, "received": 20000, "ms": 900, "ms_chip": 800 },
 *     "facts":   { "signer.subject": "C=UT, ..." } }
 *
 * "reason", "err", "cut" and empty facts are left out.  Names, not numbers, so that a stored
 * report can be read in ten years; whoever holds one can judge it again.
 *
 * Spec: BSI TR-03135-1 v2.5 clause 6 (logging); docs/link-protocol.md.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "report/verdict.h"

enum { REPORT_FORMAT = 1, REPORT_MAX = 16384 }; /* bytes that any report fits in */

/* Append the report: judges the evidence under profile and writes both.  E_NO_SPACE. */
struct err report_encode(const struct evidence *e, enum profile_id profile, struct buf *out);

struct report {
    enum verdict    verdict; /* as it was sent; verdict_of(evidence, profile) must agree */
    enum profile_id profile;
    struct evidence evidence;
};

/*
 * Read a report back.
 *
 * Unknown keys and names are passed over: an unknown check or note of a newer reader makes
 * notes.overflow true, so that judging again cannot be milder.  err.where is lost ("").
 * Memory:  facts point into cbor.
 * Returns: the failures of cbor.h; E_UNSUPPORTED for another format.
 */
struct err report_decode(struct view cbor, struct report *out);

#endif
