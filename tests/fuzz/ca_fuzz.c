/*
 * ca_fuzz: a hostile DG14 and its chip, before and in Chip Authentication.
 *
 * Input: { two octets of length, SecurityInfos }, { octet: how many offers to leave out }, then
 * repeated { length octet, that many answer bytes }.  An answer of length 0 is a lost session.
 * Property: no read out of bounds; at most four commands and one reopening; success only after an
 * answer under new keys; nothing secret left when it ends.
 */
#include <stdlib.h>
#include <string.h>

#include "chipauth/ca.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { COMMANDS_MAX = 4, SKIP_MAX = 3 };

static const uint8_t random_bytes[AGREEMENT_RANDOM_LEN] = { 0x78, 0x17, 0x23, 0x86, 0x0C };

static struct err card(struct view *in, struct rapdu *last)
{
    struct view bytes;
    uint8_t     n;

    TRY(view_u8(in, &n));
    TRY(view_take(in, n, &bytes));
    if (n != 0)
        return rapdu_decode(bytes, last);
    *last = (struct rapdu){ .lost = { .code = E_SM_BROKEN } };
    return SUCCESS;
}

static void check_end(const struct ca *c, struct err e, const struct ca_outcome *o,
                      const struct sm *sm)
{
    struct notes notes = { 0 };
    struct ca    wiped;

    memset(&wiped, 0, sizeof wiped);
    wiped.state = CA_SPENT;
    if (memcmp(c, &wiped, sizeof wiped) != 0)
        abort();
    if (e.code == OK ? o->result != SUCCESSFUL || sm->state != SM_LIVE : o->result != FAILED)
        abort();
    ca_note(o, &notes);
}

static struct err play(struct ca *c, struct view in, const struct ca_outcome *o,
                       const struct sm *sm)
{
    struct rapdu last = { 0 };
    int          commands = 0, reopened = 0;

    for (;;) {
        struct capdu next;
        enum step    todo;
        struct err   e = ca_step(c, last, &next, &todo);

        if (e.code != OK || todo == STEP_DONE) {
            check_end(c, e, o, sm);
            return e;
        }
        if (todo == STEP_REOPEN ? ++reopened > 1 : ++commands > COMMANDS_MAX)
            abort();
        if (todo == STEP_SEND)
            TRY(card(&in, &last));
    }
}

static struct err run(struct view in)
{
    struct notes          notes = { .place = PLACE_DG1 + 13 };
    struct security_infos infos;
    struct ca_choice      choice;
    struct ca_outcome     out;
    struct ca             c;
    struct sm             sm;
    struct view           der;
    enum result           offered = NOT_RUN;
    uint16_t              n;
    uint8_t               skip;

    memset(&sm, 0, sizeof sm);
    TRY(view_u16(&in, &n));
    TRY(view_take(&in, n, &der));
    TRY(view_u8(&in, &skip));
    TRY(security_infos_read(der, &infos, &notes));
    TRY(ca_choose(&infos, skip & SKIP_MAX, &choice, &offered, &notes));
    if (offered == NOT_RUN)
        abort();
    if (offered != SUCCESSFUL)
        return SUCCESS;
    TRY(ca_begin(&c, &choice, VIEW(random_bytes), &sm, &out));
    return play(&c, in, &out, &sm);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct err e = run(view_of(data, size));

    if (e.code == E_BUG)
        abort();
    return 0;
}
