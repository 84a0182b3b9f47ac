/* pace_chip: see pace_chip.h. */
#include "chip/pace_chip.h"

#include <string.h>

#include "base/tlv.h"
#include "chip/mapping.h"
#include "pace_proof.h"

enum {
    SW_DONE = 0x9000,
    SW_BAD_DATA = 0x6A80,
    SW_NOT_FOUND = 0x6A88,
    SW_LC_P1P2 = 0x6A87,
    SW_BROKEN = 0x6F00,
};

static struct buf fill(struct pace_piece *piece)
{
    return BUF(piece->bytes);
}

void pace_chip_drop(struct pace_chip *p)
{
    struct pace_ini *ini = p->ini;
    pace_random     *random = p->random;

    wipe(p, sizeof *p);
    p->ini = ini;
    p->random = random;
}

struct wish {
    struct view oid, password, id; /* ptr NULL: absent */
};

static bool read_wish(struct view data, struct wish *w)
{
    struct tlv t;

    *w = (struct wish){ 0 };
    while (data.len != 0) {
        if (tlv_next(&data, &t).code != OK)
            return false;
        if (t.tag == 0x80 && w->oid.ptr == NULL)
            w->oid = t.value;
        else if (t.tag == 0x83 && w->password.ptr == NULL)
            w->password = t.value;
        else if (t.tag == 0x84 && w->id.ptr == NULL)
            w->id = t.value;
        else if (t.tag != 0x7F4C) /* a CHAT: not for a passport, and no harm */
            return false;
    }
    return w->oid.ptr != NULL && w->password.ptr != NULL;
}

/* The offer that is wished for.  known: some offer has the object identifier. */
static const struct pace_offer *find_offer(const struct pace_ini *ini, const struct wish *w,
                                           bool *known)
{
    unsigned id = 0;

    *known = false;
    for (size_t i = 0; i < w->id.len && i < 4; i++)
        id = id << 8 | w->id.ptr[i];
    for (size_t i = 0; i < ini->count; i++) {
        uint8_t oid[PACE_OID];

        pace_offer_oid(&ini->offers[i], oid);
        if (!view_eq(w->oid, VIEW(oid)))
            continue;
        *known = true;
        if (w->id.ptr == NULL || (w->id.len != 0 && id == ini->offers[i].id))
            return &ini->offers[i];
    }
    return NULL;
}

static const struct pace_password *find_password(const struct pace_ini *ini, struct view reference)
{
    const struct pace_password *p = NULL;

    if (reference.len == 1 && reference.ptr[0] == 1)
        p = &ini->mrz;
    if (reference.len == 1 && reference.ptr[0] == 2)
        p = &ini->can;
    return p != NULL && p->len != 0 ? p : NULL;
}

/* 9303-11 §4.4.4.1: 63Cx tells of tries left, and is no error. */
static uint16_t ready(const struct pace_ini *ini)
{
    return ini->left < ini->tries ? (uint16_t)(0x63C0 | ini->left) : SW_DONE;
}

uint16_t pace_chip_set(struct pace_chip *p, struct view data)
{
    struct pace_ini            *ini = p->ini;
    struct wish                 w;
    const struct pace_offer    *offer;
    const struct pace_password *password;
    bool                        known;

    pace_chip_drop(p);
    if (!read_wish(data, &w))
        return SW_BAD_DATA;
    if (w.id.ptr == NULL && ini->need_84 == PACE_84_MUST)
        return SW_LC_P1P2; /* as chips in the field do */
    if (w.id.ptr != NULL && ini->need_84 == PACE_84_NEVER)
        return SW_BAD_DATA;
    offer = find_offer(ini, &w, &known);
    password = find_password(ini, w.password);
    if (!known)
        return SW_BAD_DATA;
    if (offer == NULL || password == NULL)
        return SW_NOT_FOUND;
    p->offer = offer;
    p->password = password;
    p->named = w.id.ptr != NULL;
    p->step = 1;
    return ready(ini);
}

typedef uint16_t pace_step(struct pace_chip *p, struct view asked, struct buf *value);

static uint16_t give_nonce(struct pace_chip *p, struct view asked, struct buf *value)
{
    const enum suite suite = p->offer->suite;
    uint8_t          k_pi[SUITE_KEY_MAX];

    (void)asked;
    p->s.len = p->ini->nonce != 0 ? (size_t)p->ini->nonce : 16;
    if (pace_offer_integrates(p->offer))
        p->s.len = mapping_s_len(suite);
    p->random(p->s.bytes, p->s.len);
    if (suite_key(suite, view_of(p->password->bytes, p->password->len), SUITE_USE_PASSWORD, k_pi)
                .code != OK ||
        suite_encrypt(suite, k_pi, NULL, pace_held(&p->s), value).code != OK)
        return SW_BROKEN;
    return SW_DONE;
}

/* H, or what it will be for a terminal that takes the faulty mapping key. */
static struct err mapping_secret(const struct pace_chip *p, struct view theirs, struct buf *h)
{
    const struct pace_fault *f = pace_proof_fault(p);
    const struct pace_scene  scene = { p->offer->realm, theirs, p->random };
    uint8_t                  tag = PACE_TAG_MAPPING;

    TRY(realm_power(p->offer->realm, theirs, pace_held(&p->map_key), h));
    if (!pace_proof_plays_on(p) || f->tag != PACE_TAG_MAPPING)
        return SUCCESS;
    if (f->what == SPOIL_ZERO && realm_is_curve(p->offer->realm))
        return SUCCESS;
    /* The neutral element times anything is itself; zero too; of the others it is a guess. */
    return pace_fault_spoil(f->what == SPOIL_SMALL ? pace_fault_named("mapping-identity") : f,
                            &scene, &tag, h);
}

/* 9303-11 §9.4.1: an unsigned integer goes out without leading zeros. */
static void drop_zeros(const struct pace_chip *p, struct buf *value)
{
    size_t zeros = 0;

    if (realm_is_curve(p->offer->realm) || p->ini->dh_zeros == PACE_ZEROS_KEEP)
        return;
    while (zeros + 1 < value->len && value->ptr[zeros] == 0)
        zeros++;
    buf_drop(value, zeros);
}

static uint16_t map_generic(struct pace_chip *p, struct view asked, struct buf *value)
{
    const struct realm *realm = p->offer->realm;
    struct pace_piece   h;
    struct buf          key = fill(&p->map_key), secret = fill(&h), mapped = fill(&p->generator);

    if (!realm_holds(realm, asked))
        return SW_BAD_DATA;
    if (realm_draw(realm, p->random, &key).code != OK)
        return SW_BROKEN;
    p->map_key.len = key.len;
    if (realm_power(realm, view_of(NULL, 0), pace_held(&p->map_key), value).code != OK ||
        mapping_secret(p, asked, &secret).code != OK ||
        mapping_generic(realm, pace_held(&p->s), buf_view(&secret), &mapped).code != OK)
        return SW_BROKEN;
    p->generator.len = mapped.len;
    drop_zeros(p, value);
    return SW_DONE;
}

static uint16_t map_integrated(struct pace_chip *p, struct view asked, struct buf *value)
{
    struct buf mapped = fill(&p->generator);

    (void)value; /* 9303-11 §4.4.4.2: the chip has nothing to add */
    if (asked.len != mapping_t_len(p->offer->suite))
        return SW_BAD_DATA;
    if (mapping_integrated(p->offer->realm, p->offer->suite, pace_held(&p->s), asked, &mapped)
            .code != OK)
        return SW_BROKEN;
    p->generator.len = mapped.len;
    return SW_DONE;
}

static uint16_t map(struct pace_chip *p, struct view asked, struct buf *value)
{
    p->silent = pace_fault_is(pace_proof_fault(p), 0, SPOIL_SILENT) && !p->named;
    return pace_offer_integrates(p->offer) ? map_integrated(p, asked, value)
                                           : map_generic(p, asked, value);
}

/* Has the drawn key the leading zeros that the document wants? */
static bool wanted(const struct pace_chip *p, const struct buf *value)
{
    const bool   curve = realm_is_curve(p->offer->realm);
    uint8_t      room[REALM_ELEMENT_MAX], shared_room[REALM_ELEMENT_MAX];
    struct buf   element = BUF(room), shared = BUF(shared_room);
    struct view  k;
    const size_t x = curve ? 1 : 0;

    if (p->ini->leading_zero == PACE_ZERO_ANY)
        return true;
    if (realm_power(p->offer->realm, pace_held(&p->theirs), pace_held(&p->key), &element).code !=
            OK ||
        realm_shared(p->offer->realm, buf_view(&element), &shared).code != OK)
        return true;
    k = buf_view(&shared);
    if (p->ini->leading_zero == PACE_ZERO_NONE)
        return view_at(k, 0) != 0 && view_at(buf_view(value), x) != 0;
    return (p->ini->leading_zero == PACE_ZERO_KEY ? view_at(buf_view(value), x) : view_at(k, 0)) ==
           0;
}

static struct err draw_key(struct pace_chip *p, struct buf *value)
{
    enum { TRIES = 20000 }; /* one in 256 is wanted */

    for (unsigned i = 0; i < TRIES; i++) {
        struct buf key = fill(&p->key);

        value->len = 0;
        TRY(realm_draw(p->offer->realm, p->random, &key));
        p->key.len = key.len;
        TRY(realm_power(p->offer->realm, pace_held(&p->generator), pace_held(&p->key), value));
        if (wanted(p, value))
            return SUCCESS;
    }
    FAIL(E_CRYPTO);
}

static uint16_t agree(struct pace_chip *p, struct view asked, struct buf *value)
{
    if (!pace_hold(&p->theirs, asked) ||
        (!pace_proof_plays_on(p) && !realm_holds(p->offer->realm, asked)))
        return SW_BAD_DATA;
    if (draw_key(p, value).code != OK)
        return SW_BROKEN;
    drop_zeros(p, value);
    if (view_eq(asked, buf_view(value)) && !pace_proof_plays_on(p))
        return SW_BAD_DATA; /* 9303-11 §4.4.3.1: the keys must differ */
    return SW_DONE;
}

static uint16_t confirm(struct pace_chip *p, struct view asked, struct buf *value)
{
    struct pace_ini *ini = p->ini;
    uint8_t          mac[SUITE_MAC];
    bool             good = pace_proof_holds(p, asked);

    if (pace_fault_is(pace_proof_fault(p), PACE_TAG_KEY, SPOIL_ECHO))
        return buf_put(value, asked).code == OK ? SW_DONE : SW_BROKEN; /* its own token, too */
    if (ini->tries != 0 && (!good || ini->left == 0)) {
        ini->left -= ini->left != 0;
        return (uint16_t)(0x63C0 | ini->left);
    }
    if (!good)
        return (uint16_t)ini->sw_wrong;
    ini->left = ini->tries;
    if (pace_proof_token(p, pace_held(&p->theirs), mac).code != OK ||
        buf_put(value, VIEW(mac)).code != OK)
        return SW_BROKEN;
    return SW_DONE;
}

static struct err put_cam(const struct pace_chip *p, struct buf *answer)
{
    const struct pace_scene scene = { p->offer->realm, view_of(NULL, 0), p->random };
    uint8_t                 room[REALM_SCALAR_MAX], tag = PACE_TAG_CAM;
    struct buf              value = BUF(room);

    if (p->offer->mapping == PACE_ECDH_CAM) {
        TRY(pace_proof_cam(p, &value));
    } else if (pace_fault_is(pace_proof_fault(p), PACE_TAG_CAM, SPOIL_STRAY)) {
        p->random(value.ptr, 32);
        value.len = 32;
    } else {
        return SUCCESS;
    }
    TRY(pace_fault_spoil(pace_proof_fault(p), &scene, &tag, &value));
    return tag != 0 ? tlv_put(answer, tag, buf_view(&value)) : SUCCESS;
}

static struct err put_cars(const struct pace_ini *ini, struct buf *answer)
{
    for (unsigned i = 0; i < 2 && ini->car[i][0] != '\0'; i++)
        TRY(tlv_put(answer, 0x87 + i, text_of(ini->car[i])));
    return SUCCESS;
}

static const struct {
    uint8_t    asks, answers; /* tags; 0: the terminal says nothing */
    pace_step *take;
} steps[] = {
    /* clang-format off */
    { 0x00, 0x80,        give_nonce },
    { 0x81, PACE_TAG_MAPPING, map },
    { 0x83, PACE_TAG_KEY,     agree },
    { 0x85, PACE_TAG_TOKEN,   confirm },
    /* clang-format on */
};

/* The one data object inside 7C. */
static bool read_asked(struct view data, uint8_t tag, struct view *asked)
{
    struct view inside;

    *asked = view_of(NULL, 0);
    if (tlv_expect(&data, 0x7C, &inside).code != OK || data.len != 0)
        return false;
    if (tag == 0)
        return inside.len == 0;
    return tlv_expect(&inside, tag, asked).code == OK && inside.len == 0;
}

/* The answer's data objects around the value, spoiled as the fault says. */
static struct err put_answer(struct pace_chip *p, struct view asked, struct buf *value,
                             struct buf *out)
{
    const struct pace_scene scene = { p->offer->realm, asked, p->random };
    uint8_t                 tag = steps[p->step - 1].answers, room[3 * REALM_ELEMENT_MAX];
    struct buf              answer = BUF(room);

    TRY(pace_fault_spoil(pace_proof_fault(p), &scene, &tag, value));
    if (p->step == 3)
        CHECK(pace_hold(&p->sent, buf_view(value)), E_TOO_LONG);
    if (p->step == 2 && pace_offer_integrates(p->offer) && p->ini->im_answer == PACE_IM_NONE)
        tag = 0;
    if (tag != 0)
        TRY(tlv_put(&answer, tag, buf_view(value)));
    if (p->step == 4) {
        TRY(put_cars(p->ini, &answer));
        TRY(put_cam(p, &answer));
    }
    return tlv_put(out, 0x7C, buf_view(&answer));
}

uint16_t pace_chip_step(struct pace_chip *p, struct view data, struct buf *out)
{
    uint8_t     room[REALM_ELEMENT_MAX + 16];
    struct buf  value = BUF(room);
    struct view asked;
    uint16_t    sw = SW_BAD_DATA;

    if (read_asked(data, steps[p->step - 1].asks, &asked))
        sw = steps[p->step - 1].take(p, asked, &value);
    if (sw == SW_DONE && put_answer(p, asked, &value, out).code != OK)
        sw = SW_BROKEN;
    p->done = sw == SW_DONE && p->step == 4;
    p->step = sw == SW_DONE && !p->done ? p->step + 1 : 0;
    return sw;
}
