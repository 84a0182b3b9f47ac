/* ca: see ca.h for the picture; one function per state. */
#include "chipauth/ca.h"

enum {
    INS_MSE = 0x22,
    INS_GENERAL_AUTHENTICATE = 0x86,
    INS_SELECT = 0xA4,
    DO_OID = 0x80,
    DO_KEY_ID = 0x84,
    DO_PUBLIC_KEY = 0x91,
    DO_DYNAMIC = 0x7C,
};

struct err ca_begin(struct ca *c, const struct ca_choice *choice, struct view random, struct sm *sm,
                    struct ca_outcome *outcome)
{
    struct buf private, public, comp;

    CHECK(sm->state != SM_DEAD && choice->suite != SM_SUITE_NONE, E_BUG);
    *c = (struct ca){ .state = CA_START, .sm = sm, .outcome = outcome, .choice = *choice };
    *outcome = (struct ca_outcome){ .result = NOT_RUN };
    private = BUF(c->private);
    public = BUF(c->public);
    comp = BUF(outcome->comp);
    TRY(agreement_pair(&choice->domain, random, &private, &public));
    TRY(agreement_comp(&choice->domain, buf_view(&public), &comp));
    c->private_len = private.len;
    c->public_len = public.len;
    outcome->comp_len = comp.len;
    return SUCCESS;
}

static struct view own_public(const struct ca *c)
{
    return view_of(c->public, c->public_len);
}

/* DO'84': TR-03110-3 v2.21 B.11.1; as few bytes as the number needs. */
static struct err put_key_id(const struct ca *c, struct buf *out)
{
    uint8_t    bytes[sizeof c->choice.id];
    struct buf id = BUF(bytes);

    if (!c->choice.has_id)
        return SUCCESS;
    for (unsigned shift = 32; shift != 0;) {
        shift -= 8;
        if (id.len != 0 || c->choice.id >> shift != 0 || shift == 0)
            TRY(buf_u8(&id, (uint8_t)(c->choice.id >> shift)));
    }
    return tlv_put(out, DO_KEY_ID, buf_view(&id));
}

/* No Le: chips of some states answer 6F00 or 6700 to one (quirks A5, D12). */
static struct err set(struct ca *c, uint8_t p2, const struct buf *data, struct capdu *next,
                      enum step *todo)
{
    c->state = p2 == 0xA6 ? CA_KAT : CA_AT;
    *next = (struct capdu){ .ins = INS_MSE, .p1 = 0x41, .p2 = p2, .data = buf_view(data) };
    *todo = STEP_SEND;
    return SUCCESS;
}

static struct err set_kat(struct ca *c, struct capdu *next, enum step *todo)
{
    struct buf data = BUF(c->data);

    TRY(tlv_put(&data, DO_PUBLIC_KEY, own_public(c)));
    TRY(put_key_id(c, &data));
    return set(c, 0xA6, &data, next, todo);
}

static struct err set_at(struct ca *c, struct rapdu last, struct capdu *next, enum step *todo)
{
    struct buf data = BUF(c->data);

    (void)last;
    TRY(tlv_put(&data, DO_OID, c->choice.oid));
    TRY(put_key_id(c, &data));
    return set(c, 0xA4, &data, next, todo);
}

/* MSE:Set KAT is for 3DES only: TR-03110-3 v2.21 B.1.1. */
static struct err start(struct ca *c, struct rapdu last, struct capdu *next, enum step *todo)
{
    if (c->choice.suite == SM_SUITE_3DES)
        return set_kat(c, next, todo);
    return set_at(c, last, next, todo);
}

/* The chip did not do what DG14 says it does: a finding, whatever follows. */
static void refused(struct ca *c, uint16_t sw)
{
    c->outcome->result = FAILED;
    c->outcome->sw = sw;
}

/* Both sides have both keys now.  The next command goes under the new ones: 9303-11 §6.2.3. */
static struct err switch_keys(struct ca *c, struct capdu *next, enum step *todo)
{
    static const uint8_t ef_com[] = { 0x01, 0x1E };
    struct buf           secret = BUF(c->data);
    struct err           e;

    TRY(agreement_shared(&c->choice.domain, view_of(c->private, c->private_len), c->choice.public,
                         &secret));
    e = session_begin(c->sm, c->choice.suite, buf_view(&secret));
    buf_wipe(&secret);
    TRY(e);
    c->state = CA_PROOF;
    *next = (struct capdu){ .ins = INS_SELECT, .p1 = 0x02, .p2 = 0x0C, .data = VIEW(ef_com) };
    *todo = STEP_SEND;
    return SUCCESS;
}

/* 9303-11 §6.2.4.1: a chip that does not know Set KAT may know Set AT.  Where the session died
 * of it, in a new one. */
static struct err kat_answered(struct ca *c, struct rapdu last, struct capdu *next, enum step *todo)
{
    if (last.lost.code == OK && last.sw == SW_OK)
        return switch_keys(c, next, todo);
    refused(c, last.sw);
    c->outcome->by_at = true;
    if (last.lost.code == OK)
        return set_at(c, last, next, todo);
    c->state = CA_RESUME;
    *todo = STEP_REOPEN;
    return SUCCESS;
}

/* 7C { 80 { own key } }.  GENERAL AUTHENTICATE has Le: an answer is due. */
static struct err at_answered(struct ca *c, struct rapdu last, struct capdu *next, enum step *todo)
{
    uint8_t    bytes[CA_DATA_MAX];
    struct buf inner = BUF(bytes), data = BUF(c->data);

    if (last.lost.code != OK || last.sw != SW_OK)
        refused(c, last.sw);
    TRY(last.lost);
    if (last.sw != SW_OK)
        return err_at(E_UNSUPPORTED, last.sw, WHERE);
    TRY(tlv_put(&inner, DO_OID, own_public(c)));
    TRY(tlv_put(&data, DO_DYNAMIC, buf_view(&inner)));
    c->state = CA_GA;
    *next = (struct capdu){ .ins = INS_GENERAL_AUTHENTICATE, .data = buf_view(&data), .le = 256 };
    *todo = STEP_SEND;
    return SUCCESS;
}

static struct err ga_answered(struct ca *c, struct rapdu last, struct capdu *next, enum step *todo)
{
    static const uint8_t nothing[] = { DO_DYNAMIC, 0 };

    if (last.lost.code != OK || last.sw != SW_OK)
        refused(c, last.sw);
    TRY(last.lost);
    if (last.sw != SW_OK)
        FAIL_SW(last.sw);
    c->outcome->odd = !view_eq(last.data, VIEW(nothing));
    return switch_keys(c, next, todo);
}

/* Whatever it says, it says it under the new keys; an answer that does not is no answer. */
static struct err proved(struct ca *c, struct rapdu last, struct capdu *next, enum step *todo)
{
    (void)next;
    if (last.lost.code != OK) {
        refused(c, last.sw);
        return last.lost;
    }
    c->outcome->result = SUCCESSFUL;
    c->outcome->sw = 0;
    *todo = STEP_DONE;
    return SUCCESS;
}

static struct err spent(struct ca *c, struct rapdu last, struct capdu *next, enum step *todo)
{
    (void)c;
    (void)last;
    (void)next;
    (void)todo;
    FAIL(E_BUG);
}

struct err ca_step(void *self, struct rapdu last, struct capdu *next, enum step *todo)
{
    static struct err (*const on[])(struct ca *, struct rapdu, struct capdu *, enum step *) = {
        [CA_START] = start,    [CA_KAT] = kat_answered, [CA_RESUME] = set_at, [CA_AT] = at_answered,
        [CA_GA] = ga_answered, [CA_PROOF] = proved,     [CA_SPENT] = spent,
    };
    struct ca       *c = self;
    const struct err e = on[c->state](c, last, next, todo);

    if (e.code != OK || *todo == STEP_DONE) {
        wipe(c, sizeof *c);
        c->state = CA_SPENT;
    }
    return e;
}

void ca_note(const struct ca_outcome *o, struct notes *notes)
{
    if (o->odd)
        note_add(notes, NOTE_CA_ANSWER);
    if (o->by_at && o->result == SUCCESSFUL)
        note_add(notes, NOTE_CA_BY_AT);
}
