/* ta_chip: see ta_chip.h. */
#include "chip/ta_chip.h"

#include <stdlib.h>
#include <string.h>

#include "base/tlv.h"

#include "chip/words.h"

enum {
    SW_DONE = 0x9000,
    SW_WRONG = 0x6300,
    SW_LENGTH = 0x6700,
    SW_DENIED = 0x6982,
    SW_NOT_NOW = 0x6985,
    SW_BAD_DATA = 0x6A80,
    SW_NO_KEY = 0x6A88,
};

enum { RIGHT_DG3 = 0x01, RIGHT_DG4 = 0x02, ALL_RIGHTS = 0x3F };

void ta_chip_reset(struct ta_chip *t)
{
    EVP_PKEY_free(t->session.imported.key.key);
    memset(&t->session, 0, sizeof t->session);
}

void ta_chip_free(struct ta_chip *t)
{
    ta_chip_reset(t);
    for (size_t i = 0; i < TA_CHIP_POINTS; i++)
        EVP_PKEY_free(t->trust[i].key.key);
    memset(t, 0, sizeof *t);
}

static bool is_named(const struct ta_point *p, struct view name)
{
    return p->key.key != NULL && view_eq(view_of(p->name, p->name_len), name);
}

/* The one of that name among what the chip believes in now, or NULL. */
static const struct ta_point *find(const struct ta_chip *t, struct view name)
{
    if (is_named(&t->session.imported, name))
        return &t->session.imported;
    for (size_t i = 0; i < TA_CHIP_POINTS; i++)
        if (is_named(&t->trust[i], name))
            return &t->trust[i];
    return NULL;
}

/* The only object of the data, a name.  Empty: something else stands there. */
static struct view only_name(struct view data)
{
    struct view name;

    if (tlv_expect(&data, 0x83, &name).code != OK || data.len != 0)
        return view_of(NULL, 0);
    return name;
}

uint16_t ta_chip_set_dst(struct ta_chip *t, struct view data)
{
    const struct view name = only_name(data);

    t->session.dst = NULL;
    if (name.len == 0)
        return SW_BAD_DATA;
    t->session.dst = find(t, name);
    if (t->session.dst == NULL && t->fault != TA_DST_ACCEPTS_UNKNOWN)
        return SW_NO_KEY;
    return SW_DONE;
}

/* Inspection systems' id-IS, 0.4.0.127.0.7.3.1.2.1, with one byte of role and rights. */
static bool is_inspection(const struct cvc_chip *c)
{
    static const uint8_t id_is[] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x03, 0x01, 0x02, 0x01 };

    return view_eq(c->role, VIEW(id_is)) && c->rights.len == 1;
}

/* TR-03110-3 §2.5, C.4: CVCA issues links and DVs, a DV terminals. */
static bool may_issue(uint8_t issuer, uint8_t role)
{
    if (issuer == CVC_CA)
        return role != CVC_TERMINAL;
    return issuer != CVC_TERMINAL && role == CVC_TERMINAL;
}

static void fill(struct ta_point *p, const struct cvc_chip *c, const struct ta_point *issuer)
{
    const uint8_t bits = view_at(c->rights, 0);

    p->name_len = c->chr.len;
    memcpy(p->name, c->chr.ptr, c->chr.len);
    p->role = bits & 0xC0;
    p->rights = bits & ALL_RIGHTS;
    if (issuer != NULL && p->role != CVC_CA)
        p->rights &= issuer->rights;
    /* §2.5.3: link certificates, domestic DVs and their terminals are accurate. */
    p->clock = p->role == CVC_CA || p->role == CVC_DOMESTIC_DV ||
               (p->role == CVC_TERMINAL && issuer != NULL && issuer->clock);
    p->effective = c->effective;
}

/* A link certificate brings a new trust point; the oldest of two goes. */
static void trust(struct ta_chip *t, struct ta_point *p)
{
    if (find(t, view_of(p->name, p->name_len)) != NULL) {
        EVP_PKEY_free(p->key.key);
        return;
    }
    EVP_PKEY_free(t->trust[TA_CHIP_POINTS - 1].key.key);
    memmove(&t->trust[1], &t->trust[0], sizeof t->trust - sizeof t->trust[0]);
    t->trust[0] = *p;
}

static uint16_t import(struct ta_chip *t, const struct cvc_chip *c, const struct ta_point *issuer)
{
    struct ta_point p = { 0 };

    fill(&p, c, issuer);
    if (p.role != CVC_CA && (c->domain[0].len != 0 || c->f.len != 0))
        return SW_BAD_DATA; /* D.3.3: only a CVCA names parameters */
    if (cvc_chip_key(c, issuer->key.key, &p.key).code != OK)
        return SW_BAD_DATA;
    if (p.clock && c->effective > t->date)
        t->date = c->effective;
    if (p.role == CVC_CA) {
        trust(t, &p);
        return SW_DONE;
    }
    EVP_PKEY_free(t->session.imported.key.key);
    t->session.imported = p;
    return SW_DONE;
}

uint16_t ta_chip_verify(struct ta_chip *t, struct view certificate)
{
    const struct ta_point *issuer = t->session.dst;
    struct cvc_chip        c;

    t->session.dst = NULL;
    t->session.terminal = false;
    if (issuer == NULL)
        return SW_NOT_NOW;
    if (cvc_chip_parse(certificate, &c).code != OK)
        return SW_BAD_DATA;
    if (!view_eq(c.car, view_of(issuer->name, issuer->name_len)))
        return SW_NO_KEY;
    if (!cvc_chip_good(&issuer->key, c.body, c.signature))
        return SW_WRONG;
    if (!is_inspection(&c) || !may_issue(issuer->role, view_at(c.rights, 0) & 0xC0))
        return SW_NOT_NOW;
    /* §2.5.2: a link may have expired, nothing else may. */
    if (c.expiry < t->date && (view_at(c.rights, 0) & 0xC0) != CVC_CA)
        return SW_NOT_NOW;
    return import(t, &c, issuer);
}

uint16_t ta_chip_set_at(struct ta_chip *t, struct view data)
{
    const struct view      name = only_name(data);
    const struct ta_point *p = &t->session.imported;

    t->session.terminal = false;
    if (name.len == 0)
        return SW_BAD_DATA;
    if (!is_named(p, name) || p->role != CVC_TERMINAL)
        return SW_NO_KEY;
    t->session.terminal = true;
    return SW_DONE;
}

uint16_t ta_chip_challenge(struct ta_chip *t, const struct command *cmd, ta_chip_random *random,
                           struct buf *out)
{
    if (cmd->p1 != 0 || cmd->p2 != 0)
        return 0x6A86;
    if (cmd->data.len != 0 || !cmd->wants || (cmd->le != TA_CHIP_CHALLENGE && cmd->le < 256))
        return SW_LENGTH;
    t->session.challenge_len = TA_CHIP_CHALLENGE;
    if (t->fault == TA_CHALLENGE_7)
        t->session.challenge_len--;
    if (t->fault == TA_CHALLENGE_9)
        t->session.challenge_len++;
    random(t->session.challenge, t->session.challenge_len);
    return buf_put(out, view_of(t->session.challenge, t->session.challenge_len)).code == OK
               ? SW_DONE
               : SW_LENGTH;
}

/* TR-03110-1 §3.5: the number, or, bound to this run of PACE, the chip's ephemeral key. */
static struct view identifier(const struct ta_chip *t, struct view dynamic)
{
    if (t->fault == TA_OTHER_ID)
        return TEXT("M11T002JM4");
    if (t->id == TA_ID_DYNAMIC || (t->id == TA_ID_AUTO && dynamic.len != 0))
        return dynamic;
    return view_of(t->number, t->number_len);
}

uint16_t ta_chip_authenticate(struct ta_chip *t, struct view signature, struct view dynamic,
                              struct view comp)
{
    uint8_t    room[3 * TA_CHIP_ID];
    struct buf data = BUF(room);

    if (t->session.spent)
        return SW_DENIED;
    if (!t->session.terminal || t->session.challenge_len == 0)
        return SW_NOT_NOW;
    t->session.spent = true;
    if (buf_put(&data, identifier(t, dynamic)).code != OK ||
        buf_put(&data, view_of(t->session.challenge, t->session.challenge_len)).code != OK ||
        buf_put(&data, comp).code != OK)
        return 0x6F00;
    if (!cvc_chip_good(&t->session.imported.key, buf_view(&data), signature) ||
        t->fault == TA_REFUSES_GOOD_SIGNATURE)
        return SW_WRONG;
    t->session.done = t->fault != TA_FORGETS_RIGHTS;
    t->session.rights = t->session.imported.rights;
    return SW_DONE;
}

bool ta_chip_open(const struct ta_chip *t, const char *file)
{
    if (!t->offered || words_place(t->protects, file, strlen(file)) < 0)
        return true;
    if (!t->session.done)
        return false;
    if (strcmp(file, "DG3") == 0)
        return (t->session.rights & RIGHT_DG3) != 0;
    if (strcmp(file, "DG4") == 0)
        return (t->session.rights & RIGHT_DG4) != 0;
    return true;
}
