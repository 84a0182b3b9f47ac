/* ta: see ta.h for the picture; one function per state. */
#include "chipauth/ta.h"

#include "base/tlv.h"

enum {
    INS_MSE = 0x22,
    INS_PSO = 0x2A,
    INS_EXTERNAL_AUTHENTICATE = 0x82,
    INS_GET_CHALLENGE = 0x84,
    FOR_VERIFICATION = 0x81, /* P1 of MSE */
    DST = 0xB6,              /* P2: digital signature template */
    AT = 0xA4,               /* P2: authentication template    */
    DO_KEY_NAME = 0x83,
};

/* A chain from the first CAR, of those from car on, that has one.  E_UNSUPPORTED. */
static struct err find_chain(struct ta *t, uint8_t car)
{
    const struct ta_terms *terms = &t->terms;
    struct err             e = err_at(E_UNSUPPORTED, 0, WHERE);

    for (; car < TA_CARS && e.code == E_UNSUPPORTED; car++) {
        if (terms->car[car].len == 0)
            continue;
        e = cvc_chain_find(&t->store, terms->car[car], terms->today, &t->chain, t->notes);
        if (e.code == OK)
            t->outcome->car = car;
    }
    TRY(e);
    t->at = 0;
    t->outcome->sent = 0;
    t->outcome->rights = t->chain.rights;
    return SUCCESS;
}

struct err ta_begin(struct ta *t, const struct ta_terms *terms, struct ta_outcome *outcome,
                    struct notes *notes)
{
    CHECK(terms->car[0].len != 0, E_BUG);
    CHECK(terms->id_ic.len != 0 && terms->id_ic.len <= TA_ID_MAX, E_BUG);
    CHECK(terms->comp.len != 0 && terms->comp.len <= TA_COMP_MAX, E_BUG);
    for (size_t i = 0; i < TA_CARS; i++)
        CHECK(terms->car[i].len <= CVC_NAME_MAX, E_BUG);
    *outcome = (struct ta_outcome){ .stage = TA_AT_NOTHING };
    *t = (struct ta){ .state = TA_START, .terms = *terms, .outcome = outcome, .notes = notes };
    TRY(cvc_store_read(terms->certificates, &t->store));
    return find_chain(t, 0);
}

/* MSE with a key's name.  No Le (quirk A5). */
static struct err set_key(struct ta *t, uint8_t p2, struct view name, struct capdu *next,
                          enum step *todo)
{
    struct buf data = BUF(t->data);

    TRY(tlv_put(&data, DO_KEY_NAME, name));
    *next =
        (struct capdu){ .ins = INS_MSE, .p1 = FOR_VERIFICATION, .p2 = p2, .data = buf_view(&data) };
    *todo = STEP_SEND;
    return SUCCESS;
}

/* The certificate that is to be sent now; it has been read before. */
static struct err certificate(const struct ta *t, struct cvc *out)
{
    struct view whole = t->chain.item[t->at];

    return cvc_read(&whole, out);
}

static struct err set_dst(struct ta *t, struct rapdu last, struct capdu *next, enum step *todo)
{
    struct cvc c;

    (void)last;
    TRY(certificate(t, &c));
    t->state = TA_DST;
    t->outcome->stage = TA_AT_CERTIFICATES;
    return set_key(t, DST, c.car, next, todo);
}

/* The chip does not take this chain: the next CAR may have one that it does. */
static struct err refused(struct ta *t, struct rapdu last, struct capdu *next, enum step *todo)
{
    t->outcome->sw = last.sw;
    if (find_chain(t, (uint8_t)(t->outcome->car + 1)).code == OK)
        return set_dst(t, last, next, todo);
    FAIL_SW(last.sw);
}

static struct err dst_answered(struct ta *t, struct rapdu last, struct capdu *next, enum step *todo)
{
    struct cvc c;

    TRY(last.lost);
    if (last.sw != SW_OK)
        return refused(t, last, next, todo);
    TRY(certificate(t, &c));
    t->state = TA_PSO;
    *next = (struct capdu){ .ins = INS_PSO, .p2 = 0xBE, .data = c.content };
    *todo = STEP_SEND;
    return SUCCESS;
}

static struct err pso_answered(struct ta *t, struct rapdu last, struct capdu *next, enum step *todo)
{
    TRY(last.lost);
    if (last.sw != SW_OK)
        return refused(t, last, next, todo);
    t->at++;
    t->outcome->sent++;
    if (t->at < t->chain.n)
        return set_dst(t, last, next, todo);
    t->state = TA_AT;
    t->outcome->stage = TA_AT_TERMINAL;
    return set_key(t, AT, t->chain.terminal.chr, next, todo);
}

/* Beyond the certificates nothing can be tried another way in this session. */
static struct err accepted(struct ta *t, struct rapdu last)
{
    TRY(last.lost);
    if (last.sw == SW_OK)
        return SUCCESS;
    t->outcome->sw = last.sw;
    FAIL_SW(last.sw);
}

static struct err at_answered(struct ta *t, struct rapdu last, struct capdu *next, enum step *todo)
{
    TRY(accepted(t, last));
    t->state = TA_CHALLENGE;
    t->outcome->stage = TA_AT_CHALLENGE;
    *next = (struct capdu){ .ins = INS_GET_CHALLENGE, .le = TA_CHALLENGE_LEN };
    *todo = STEP_SEND;
    return SUCCESS;
}

/* TR-03110-3 v2.21 B.3.1: ID.IC, the challenge, and the terminal's ephemeral key, compressed. */
static struct err ask(struct ta *t, struct rapdu last, struct capdu *next, enum step *todo)
{
    struct buf data = BUF(t->data);

    (void)next;
    TRY(accepted(t, last));
    CHECK(last.data.len == TA_CHALLENGE_LEN, E_UNEXPECTED); /* E_12, E_13 */
    TRY(buf_put(&data, t->terms.id_ic));
    TRY(buf_put(&data, last.data));
    TRY(buf_put(&data, t->terms.comp));
    t->ask = (struct ta_ask){
        .chr = t->chain.terminal.chr,
        .alg = t->chain.terminal.key.alg,
        .oid = t->chain.terminal.key.oid,
        .data = buf_view(&data),
    };
    t->state = TA_ASK;
    t->outcome->stage = TA_AT_SIGNATURE;
    *todo = STEP_ASK;
    return SUCCESS;
}

struct err ta_answer(struct ta *t, struct view signature)
{
    struct buf  copy = BUF(t->signature);
    enum result good = UNDETERMINED;

    CHECK(t->state == TA_ASK && t->signature_len == 0, E_BUG);
    CHECK(signature.len != 0 && signature.len <= TA_SIGNATURE_MAX, E_ALTERED);
    TRY(cvc_verify(&t->chain.terminal.key, t->ask.data, signature, &good));
    CHECK(good != FAILED, E_ALTERED);
    TRY(buf_put(&copy, signature));
    t->signature_len = copy.len;
    return SUCCESS;
}

static struct err prove(struct ta *t, struct rapdu last, struct capdu *next, enum step *todo)
{
    (void)last;
    CHECK(t->signature_len != 0, E_BUG);
    t->state = TA_PROVE;
    *next = (struct capdu){
        .ins = INS_EXTERNAL_AUTHENTICATE,
        .data = view_of(t->signature, t->signature_len),
    };
    *todo = STEP_SEND;
    return SUCCESS;
}

static struct err proved(struct ta *t, struct rapdu last, struct capdu *next, enum step *todo)
{
    (void)next;
    TRY(accepted(t, last));
    t->outcome->stage = TA_AT_END;
    t->outcome->sw = 0;
    *todo = STEP_DONE;
    return SUCCESS;
}

static struct err spent(struct ta *t, struct rapdu last, struct capdu *next, enum step *todo)
{
    (void)t;
    (void)last;
    (void)next;
    (void)todo;
    FAIL(E_BUG);
}

struct err ta_step(void *self, struct rapdu last, struct capdu *next, enum step *todo)
{
    static struct err (*const on[])(struct ta *, struct rapdu, struct capdu *, enum step *) = {
        [TA_START] = set_dst,  [TA_DST] = dst_answered, [TA_PSO] = pso_answered,
        [TA_AT] = at_answered, [TA_CHALLENGE] = ask,    [TA_ASK] = prove,
        [TA_PROVE] = proved,   [TA_SPENT] = spent,
    };
    struct ta       *t = self;
    const struct err e = on[t->state](t, last, next, todo);

    if (e.code != OK || *todo == STEP_DONE)
        ta_end(t);
    return e;
}

void ta_end(struct ta *t)
{
    wipe(t, sizeof *t);
    t->state = TA_SPENT;
}

bool ta_binding_doubtful(const struct ta_outcome *o)
{
    return o->stage == TA_AT_SIGNATURE && (o->sw == 0x6300 || (o->sw & 0xFFF0) == 0x63C0);
}
