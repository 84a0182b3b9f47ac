/* stages: the stages of the plan, and what they share.  Private to inspect. */
#ifndef INSPECT_STAGES_H
#define INSPECT_STAGES_H

#include "inspect/inspect.h"

/*
 * Each stage enters its findings into i->evidence and returns
 *   OK             the plan goes on
 *   E_UNSUPPORTED  the finding is entered; this chip has nothing more for us
 *   anything else  could not find out: the inspection is cut off here
 */
struct err stage_mrz(struct inspection *i);
struct err stage_chip(struct inspection *i);
struct err stage_select(struct inspection *i);
struct err stage_access(struct inspection *i);
struct err stage_com(struct inspection *i);
struct err stage_sod(struct inspection *i);
struct err stage_signer(struct inspection *i);
struct err stage_groups(struct inspection *i);
struct err stage_proof(struct inspection *i);
struct err stage_compare(struct inspection *i);
struct err stage_report(struct inspection *i);
struct err stage_close(struct inspection *i);

/* Tell who looks on where we are. */
void watch_progress(const struct inspection *i);

/* Until when the next protocol may take: its own limit or the whole conversation's. */
struct deadline step_deadline(const struct inspection *i);

/*
 * Read a file of the chip into the arena and remember it in i->file.
 *
 * E_REFUSED with the status word if the chip does not give it (status_of() tells why);
 * E_UNEXPECTED if what came is no file we can use (the cause tells).  Everything else is a
 * failure of the conversation.
 */
struct err file_read(struct inspection *i, enum lds_file_id id);

/* What came last is no answer at all, not even a status word: that says nothing of the chip. */
bool no_answer(const struct inspection *i);

/* The chip says that there is no such file, and did not give a part of it before. */
bool file_absent(struct err refused);

/* Enter a fact, as text copied into the arena.  One that is too long, or has other than printable
 * ASCII characters, is left out. */
void fact_text(struct inspection *i, enum fact fact, struct view what);
void fact_number(struct inspection *i, enum fact fact, uint64_t what);
void fact_hex(struct inspection *i, enum fact fact, struct view what);
void fact_distinguished_name(struct inspection *i, enum fact fact, struct view what);
void fact_public_key(struct inspection *i, enum fact fact, const struct public_key *what);
void fact_algorithm(struct inspection *i, enum fact fact, const struct sig_alg *what);
void fact_day(struct inspection *i, enum fact fact, struct date what);

/* May a signer of that country sign documents of the state with that code in the MRZ?
 * SUCCESSFUL, FAILED, UNDETERMINED (a code that stands in no row). */
enum result states_agree(struct view mrz_code, const struct country *signer);

#endif
