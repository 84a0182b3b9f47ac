/*
 * ta_fuzz: hostile certificates, a hostile chip and a hostile host in Terminal Authentication.
 *
 * Input: { two octets of length, certificates }, then repeated { length octet, that many bytes }:
 * the chip's answer, or, where one is asked for, the host's signature.  An answer of length 0 is a
 * lost session.  The chip knows UTCVCA00001 and UTCVCA00002; the reader has no clock. Property: no
 * read out of bounds; a bounded number of commands; done only after the chip took the proof;
 * nothing of the traveller left when it ends.
 */
#include <stdlib.h>
#include <string.h>

#include "chipauth/ta.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { COMMANDS_MAX = TA_CARS * 2 * CVC_CHAIN_MAX + 3 };

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

static struct err host(struct view *in, struct ta *t)
{
    struct view signature;
    uint8_t     n;

    TRY(view_u8(in, &n));
    TRY(view_take(in, n, &signature));
    return ta_answer(t, signature);
}

static void check_end(const struct ta *t, struct err e, const struct ta_outcome *o)
{
    struct ta wiped;

    memset(&wiped, 0, sizeof wiped);
    wiped.state = TA_SPENT;
    if (memcmp(t, &wiped, sizeof wiped) != 0)
        abort();
    if ((e.code == OK) != (o->stage == TA_AT_END))
        abort();
    (void)ta_binding_doubtful(o);
}

static struct err play(struct ta *t, struct view in, const struct ta_outcome *o)
{
    struct rapdu last = { 0 };
    int          commands = 0;

    for (;;) {
        struct capdu next;
        enum step    todo;
        struct err   e = ta_step(t, last, &next, &todo);

        if (e.code != OK || todo == STEP_DONE) {
            check_end(t, e, o);
            return e;
        }
        if (todo == STEP_ASK) {
            TRY(host(&in, t));
            last = (struct rapdu){ 0 };
            continue;
        }
        if (todo != STEP_SEND || ++commands > COMMANDS_MAX)
            abort();
        TRY(card(&in, &last));
    }
}

static struct err run(struct view in)
{
    struct notes      notes = { 0 };
    struct ta_terms   terms = { .car = { TEXT("UTCVCA00001"), TEXT("UTCVCA00002") },
                                .id_ic = TEXT("L898902C36"),
                                .comp = TEXT("0123456789ABCDEF0123456789ABCDEF") };
    struct ta_outcome out;
    struct ta         t;
    uint16_t          n;

    TRY(view_u16(&in, &n));
    TRY(view_take(&in, n, &terms.certificates));
    TRY(ta_begin(&t, &terms, &out, &notes));
    return play(&t, in, &out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct err e = run(view_of(data, size));

    if (e.code == E_BUG)
        abort();
    return 0;
}
