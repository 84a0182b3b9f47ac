/*
 * cvc_chain: which certificates of a store lead from a key that the chip knows to a terminal.
 *
 * Outwards from the chip's key, a generation at a time: whoever is signed by the one before is
 * reached.  So the first terminal that is reached has the shortest chain, each certificate is
 * reached once, and rings among them do no harm.
 */
#include "cert/cvc.h"

enum { BY_CHIP = CVC_STORE_MAX, ALL_RIGHTS = 0x3F };

/* A certificate that has been reached. */
struct node {
    uint8_t       generation; /* from 1; 0: not reached */
    uint8_t       issuer;     /* which certificate, or BY_CHIP */
    uint8_t       rights;
    enum cvc_role role;
    enum ec_group group; /* its own or inherited */
};

struct search {
    const struct cvc_store *store;
    struct view             car;
    struct date             today;
    struct node             node[CVC_STORE_MAX];
    struct node             chip; /* the chip's own copy of the key, as far as the store shows it */
    bool                    has_chip_key;
    size_t                  chip_key; /* which certificate of the store holds it */
    bool                    expired, future, forged;
};

struct err cvc_store_read(struct view all, struct cvc_store *out)
{
    struct cvc_store s = { .n = 0 };
    struct cvc       c;

    while (all.len != 0) {
        TRY(cvc_read(&all, &c));
        CHECK(s.n < CVC_STORE_MAX, E_TOO_LONG);
        s.item[s.n++] = c.whole;
    }
    *out = s;
    return SUCCESS;
}

/* They have been read before. */
static struct err item(const struct search *s, size_t i, struct cvc *out)
{
    struct view whole = s->store->item[i];

    return cvc_read(&whole, out);
}

static void set_curve(struct cvc *c, enum ec_group group)
{
    const struct cvc_key donor = { .key = { .kind = KEY_EC, .ec = { .group = group } } };

    cvc_inherit(c, &donor);
}

static enum ec_group curve_of(const struct cvc *c)
{
    return c->key.key.kind == KEY_EC ? c->key.key.ec.group : EC_NONE;
}

static uint8_t rights_of(const struct cvc *c)
{
    return view_at(c->rights, c->rights.len - 1) & ALL_RIGHTS;
}

/* The key that the chip calls by car, if a certificate of the store holds it: the authority's own,
 * or one that leads to it.  Without it nothing can be verified here, but the chip can. */
static struct err find_chip_key(struct search *s)
{
    struct cvc c;

    s->chip = (struct node){ .role = CVC_CVCA, .rights = ALL_RIGHTS };
    for (size_t i = 0; i < s->store->n; i++) {
        TRY(item(s, i, &c));
        if (c.role != CVC_CVCA || c.type != OID_ROLE_IS || !view_eq(c.chr, s->car))
            continue;
        if (s->has_chip_key && !cvc_self_signed(&c))
            continue;
        s->has_chip_key = true;
        s->chip_key = i;
        s->chip.rights = rights_of(&c);
        s->chip.group = curve_of(&c);
    }
    return SUCCESS;
}

/* TR-03110-1 v2.21 §2.3: CVCAs sign CVCAs and DVs, DVs sign terminals. */
static bool may_sign(enum cvc_role issuer, enum cvc_role subject)
{
    if (subject == CVC_TERMINAL)
        return issuer == CVC_DV_DOMESTIC || issuer == CVC_DV_FOREIGN;
    return issuer == CVC_CVCA && subject != CVC_NO_ROLE;
}

/* One that is not valid yet is never sent, of whatever kind: the chip's clock would go by it.  An
 * expired link certificate still leads on: TR-03110-3 v2.21 C.3. */
static bool dates_allow(struct search *s, const struct cvc *c)
{
    if (s->today.year == 0)
        return true;
    if (date_order(c->from, s->today) > 0) {
        s->future = true;
        return false;
    }
    if (c->role == CVC_CVCA || date_order(s->today, c->until) <= 0)
        return true;
    s->expired = true;
    return false;
}

/* Is c signed by that key?  Where the key is not known here, the chip will say. */
static struct err signed_by(struct search *s, const struct cvc *c, size_t issuer, bool *good)
{
    const bool  by_chip = issuer == BY_CHIP;
    enum result r = UNDETERMINED;
    struct cvc  ca;

    if (!by_chip || s->has_chip_key) {
        TRY(item(s, by_chip ? s->chip_key : issuer, &ca));
        set_curve(&ca, by_chip ? s->chip.group : s->node[issuer].group);
        TRY(cvc_check(c, &ca.key, &r));
    }
    *good = r != FAILED;
    s->forged = s->forged || r == FAILED;
    return SUCCESS;
}

static const struct node *node_of(const struct search *s, size_t i)
{
    return i == BY_CHIP ? &s->chip : &s->node[i];
}

/* Can certificate c, the i-th, be reached from that issuer?  Then it is. */
static struct err reach(struct search *s, size_t i, struct cvc c, size_t issuer)
{
    const struct node *by = node_of(s, issuer);
    bool               good;

    if (!may_sign(by->role, c.role) || !dates_allow(s, &c))
        return SUCCESS;
    TRY(signed_by(s, &c, issuer, &good));
    if (!good)
        return SUCCESS;
    set_curve(&c, by->group);
    s->node[i] = (struct node){
        .generation = (uint8_t)(by->generation + 1),
        .issuer = (uint8_t)issuer,
        .rights = by->rights & rights_of(&c),
        .role = c.role,
        .group = curve_of(&c),
    };
    return SUCCESS;
}

/* Whoever of the last generation may have signed certificate i. */
static struct err try_issuers(struct search *s, size_t i, uint8_t last)
{
    struct cvc c, ca;

    TRY(item(s, i, &c));
    if (cvc_self_signed(&c) || c.type != OID_ROLE_IS)
        return SUCCESS;
    if (last == 0 && view_eq(c.car, s->car))
        return reach(s, i, c, BY_CHIP);
    for (size_t k = 0; k < s->store->n && s->node[i].generation == 0; k++) {
        if (last == 0 || s->node[k].generation != last)
            continue;
        TRY(item(s, k, &ca));
        if (view_eq(ca.chr, c.car))
            TRY(reach(s, i, c, k));
    }
    return SUCCESS;
}

/* The terminal of this generation that is valid longest; CVC_STORE_MAX: there is none. */
static struct err find_terminal(const struct search *s, uint8_t generation, size_t *out)
{
    struct date best = { 0 };
    struct cvc  c;

    *out = CVC_STORE_MAX;
    for (size_t i = 0; i < s->store->n; i++) {
        if (s->node[i].generation != generation || s->node[i].role != CVC_TERMINAL)
            continue;
        TRY(item(s, i, &c));
        if (date_order(c.until, best) > 0) {
            best = c.until;
            *out = i;
        }
    }
    return SUCCESS;
}

static struct err put_chain(const struct search *s, size_t terminal, struct cvc_chain *out)
{
    struct cvc_chain chain = { .n = s->node[terminal].generation };

    chain.rights = s->node[terminal].rights;
    TRY(item(s, terminal, &chain.terminal));
    set_curve(&chain.terminal, s->node[terminal].group);
    for (size_t i = terminal, left = chain.n; left != 0; i = s->node[i].issuer)
        chain.item[--left] = s->store->item[i];
    *out = chain;
    return SUCCESS;
}

static struct err nothing_found(const struct search *s, struct notes *notes)
{
    if (s->expired)
        note_add(notes, NOTE_CVC_EXPIRED);
    if (s->future)
        note_add(notes, NOTE_CVC_FUTURE);
    if (s->forged)
        note_add(notes, NOTE_CVC_SIGNATURE);
    FAIL(E_UNSUPPORTED);
}

/* Whoever is not in the tree yet: is one of the last generation its issuer? */
static struct err try_all(struct search *s, uint8_t last)
{
    for (size_t i = 0; i < s->store->n; i++) {
        if (s->node[i].generation == 0)
            TRY(try_issuers(s, i, last));
    }
    return SUCCESS;
}

struct err cvc_chain_find(const struct cvc_store *store, struct view car, struct date today,
                          struct cvc_chain *out, struct notes *notes)
{
    struct search s = { .store = store, .car = car, .today = today };
    size_t        terminal;

    TRY(find_chip_key(&s));
    for (unsigned last = 0; last < CVC_CHAIN_MAX; last++) {
        TRY(try_all(&s, (uint8_t)last));
        TRY(find_terminal(&s, (uint8_t)(last + 1), &terminal));
        if (terminal != CVC_STORE_MAX)
            return put_chain(&s, terminal, out);
    }
    return nothing_found(&s, notes);
}
