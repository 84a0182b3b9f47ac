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
struct err stage_card_access(struct inspection *i);
struct err stage_pace(struct inspection *i);
struct err stage_card_security(struct inspection *i);
struct err stage_select(struct inspection *i);
struct err stage_access(struct inspection *i);
struct err stage_chipauth(struct inspection *i);
struct err stage_com(struct inspection *i);
struct err stage_sod(struct inspection *i);
struct err stage_signer(struct inspection *i);
struct err stage_groups(struct inspection *i);
struct err stage_active(struct inspection *i);
struct err stage_terminal(struct inspection *i);
struct err stage_proof(struct inspection *i);
struct err stage_compare(struct inspection *i);
struct err stage_report(struct inspection *i);
struct err stage_close(struct inspection *i);

/* Tell who looks on where we are. */
void watch_progress(const struct inspection *i);

/* Until when the next protocol may take: its own limit or the whole conversation's. */
struct deadline step_deadline(const struct inspection *i);

/*
 * Read a file of the chip into the arena and remember it in i->file; or, if it is not given,
 * the reason in i->refused.  Who asks again is told the same again.
 *
 * E_REFUSED with the status word if the chip does not give it (status_of() tells why);
 * E_UNEXPECTED if what came is no file we can use (the cause tells).  Everything else is a
 * failure of the conversation.
 */
struct err file_read(struct inspection *i, enum lds_file_id id);

/*
 * Entry: getting into the chip, the first time and again.  Each runs one protocol and returns
 * its failures (E_CRYPTO, E_BUS from the entropy port besides); findings are the stages'.
 */
struct err entry_fresh_field(struct inspection *i, struct deadline d); /* off and on again */
struct err entry_pace(struct inspection *i, struct deadline d);        /* by i->entry.pace */
struct err entry_master_file(struct inspection *i, struct deadline d);
struct err entry_application(struct inspection *i, struct deadline d);
struct err entry_bac(struct inspection *i, struct deadline d);
struct err entry_chipauth(struct inspection *i, struct deadline d); /* by i->entry.ca */

/* The reopen hook of the exchange: a fresh field, then the way in that i->entry names. */
struct err entry_again(void *ctx, struct exchange *x, struct deadline d);

/* Activate a chip; or another that lies in the field, too, and forget what is known of the one
 * before.  E_TIMEOUT there is none. */
struct err entry_find_chip(struct inspection *i, struct deadline d);
struct err entry_next_chip(struct inspection *i, struct deadline d);

/* Note that there are others. */
void say_others(struct inspection *i, const struct nfc_target *t);

/* Did the password for PACE or BAC come with the order?  The CAN goes before the MRZ. */
struct pace_secret entry_password(const struct inspection *i); /* bytes empty: no */

/* A failure that says "this chip does not keep to the protocol", not "could not talk to it". */
bool about_the_chip(const struct inspection *i, enum outcome code);

/*
 * Read the certificate that the signer identifier names; failing that, the first one, with a
 * note: states have got the identifier wrong (quirk E3), and the signature decides anyway.
 * What is odd about a certificate counts only if it is the one.
 *
 * E_UNSUPPORTED if there is none, E_MALFORMED if the one that counts cannot be read.
 */
struct err signer_choose(struct inspection *i, const struct signed_data *sd, struct cert *out);

/* Read the group and compare its hash, which the issuer signed, and look inside.  One that is
 * denied while terminal authentication is still to come is left for then. */
struct err group_check(struct inspection *i, unsigned dg);

/* If none of the groups could be looked at, and none is left for later: say so. */
void groups_conclude(struct inspection *i);

/* Will terminal authentication be tried? */
bool terminal_follows(const struct inspection *i);

/* Is a group that is as EF.SOD says worth anything?  A hash is worth what its signature is, and
 * that, what its signer is: not known here may do, known to be bad may not. */
bool hashes_hold(const struct evidence *e);

/* What comes of EF.CardSecurity, once the signers are known; and of EF.CardAccess, once what
 * the issuer signed is. */
struct err judge_card_security(struct inspection *i);
void       compare_card_access(struct inspection *i);

/* What came last is no answer at all, not even a status word: that says nothing of the chip. */
bool no_answer(const struct inspection *i);

/* Failures that say something about the file, not about the conversation: there was a whole
 * answer, status word and all, and the file in it is no file we can use. */
bool about_the_file(const struct inspection *i, enum outcome code);

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
void fact_pace(struct inspection *i, enum fact fact, const struct pace_choice *what);
void fact_ca(struct inspection *i, enum fact fact, const struct ca_choice *what);
void fact_day(struct inspection *i, enum fact fact, struct date what);

/* May a signer of that country sign documents of the state with that code in the MRZ?
 * SUCCESSFUL, FAILED, UNDETERMINED (a code that stands in no row). */
enum result states_agree(struct view mrz_code, const struct country *signer);

#endif
