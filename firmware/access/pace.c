/* pace: see pace.h for the picture; one function per state. */
#include "access/pace.h"

#include "crypto/cipher.h"
#include "crypto/hash.h"
#include "mapping.h"
#include "pace_cam.h"
#include "pace_objects.h"
#include "pace_status.h"

enum {
    INS_MSE = 0x22,
    INS_GENERAL_AUTHENTICATE = 0x86,
    CLA_MORE = 0x10, /* command chaining: not the last of the protocol */
    LE_SHORT = 256,
    LE_LONG = 65536,
};

/* The chip's answer is wrong: how, and where it was seen. */
static struct err wrong(struct pace *p, enum pace_fault fault, struct err seen)
{
    p->out->fault = fault;
    return err_as(E_UNEXPECTED, seen);
}

static struct view stored(const struct pace_bytes *b)
{
    return view_of(b->bytes, b->len);
}

/* Afterwards: what was put into a buf over b->bytes counts. */
static void settle(struct pace_bytes *b, const struct buf *filled)
{
    b->len = (uint16_t)filled->len;
}

/* f(pi): 9303-11 clause 9.7.3. */
static struct err derive_password_key(struct pace *p, const struct pace_secret *secret)
{
    SECRET     digest;
    struct buf d = BUF(digest.bytes), k_pi = BUF(p->k_pi);

    if (secret->kind == PACE_CAN)
        return kdf(p->suite, secret->bytes, KEY_PACE_PI, &k_pi);
    TRY(hash(HASH_SHA1, &secret->bytes, 1, &d));
    return kdf(p->suite, buf_view(&d), KEY_PACE_PI, &k_pi);
}

/* IM: the front of the first half of the random bytes. */
static struct view nonce_t(const struct pace *p)
{
    return view_of(p->random, kdf_len(p->suite));
}

/* Six: what is chosen, known, drawn, opened and left behind are five owners' things.
 * NOLINTNEXTLINE(readability-function-size) */
struct err pace_begin(struct pace *p, const struct pace_choice *choice,
                      const struct pace_secret *secret, struct view random, struct sm *sm,
                      struct pace_outcome *out)
{
    struct buf oid = BUF(p->oid), copy = BUF(p->random);
    struct err e;

    CHECK(random.len == PACE_RANDOM_LEN && sm->state == SM_OFF, E_BUG);
    CHECK(secret->kind == PACE_MRZ || secret->kind == PACE_CAN, E_BUG);
    CHECK(secret->bytes.len != 0 && kdf_len(choice->suite) != 0, E_BUG);
    CHECK(agreement_len(&choice->domain) <= PACE_PUBLIC_MAX, E_BUG);
    wipe(p, sizeof *p); /* larger than a frame may be: no whole copy on the stack */
    wipe(out, sizeof *out);
    out->has_id = choice->has_id;
    out->id = p->id = choice->id;
    p->sm = sm;
    p->out = out;
    p->mapping = choice->mapping;
    p->suite = choice->suite;
    p->password = secret->kind;
    p->name_id = choice->name_id;
    p->other_way = choice->other_way;
    p->domain = choice->domain;
    TRY(buf_put(&oid, choice->oid));
    p->oid_len = (uint8_t)oid.len;
    TRY(buf_put(&copy, random));
    e = derive_password_key(p, secret);
    if (e.code != OK)
        wipe(p, sizeof *p);
    return e;
}

/* 9303-11 clause 4.4.4.1. */
static struct err select_protocol(struct pace *p, struct rapdu last, struct capdu *next,
                                  enum step *todo)
{
    const uint8_t password[] = { (uint8_t)p->password };
    struct buf    command = BUF(p->command);

    (void)last;
    TRY(tlv_put(&command, DO_OID, view_of(p->oid, p->oid_len)));
    TRY(tlv_put(&command, DO_PASSWORD, VIEW(password)));
    if (p->name_id)
        TRY(pace_objects_domain(p->id, &command));
    p->state = PACE_SELECT;
    *next = (struct capdu){ .ins = INS_MSE, .p1 = 0xC1, .p2 = 0xA4, .data = buf_view(&command) };
    *todo = STEP_SEND;
    return SUCCESS;
}

/* Send 7C{ tag{ value } }, or 7C{ } for tag 0; and wait for the answer in that state. */
static struct err authenticate(struct pace *p, uint32_t tag, struct view value, struct capdu *next,
                               enum step *todo)
{
    struct buf command = BUF(p->command);
    const bool key = tag == DO_KEY || (tag == DO_MAP && p->mapping != MAPPING_IM);
    const bool long_answer = key && agreement_len(&p->domain) + DYNAMIC_OVERHEAD > LE_SHORT;

    TRY(pace_objects_dynamic(tag, value, &command));
    p->state++;
    *next = (struct capdu){
        .cla = tag == DO_TOKEN ? 0 : CLA_MORE, /* 9303-11 clause 4.4.4.3 */
        .ins = INS_GENERAL_AUTHENTICATE,
        .data = buf_view(&command),
        .le = long_answer ? LE_LONG : LE_SHORT, /* quirk A18 */
    };
    *todo = STEP_SEND;
    return SUCCESS;
}

/* The answer to MSE:Set AT. */
static struct err ask_nonce(struct pace *p, struct rapdu last, struct capdu *next, enum step *todo)
{
    TRY(last.lost);
    if (pace_status_tries(last.sw)) {
        p->out->warning = last.sw;
    } else if (last.sw != SW_OK) {
        if (p->other_way && pace_status_parameters(last.sw)) {
            p->other_way = false;
            p->name_id = !p->name_id;
            return select_protocol(p, last, next, todo);
        }
        p->out->fault = PACE_FAULT_STATUS;
        return err_at(E_UNSUPPORTED, last.sw, WHERE);
    }
    p->out->step = PACE_STEP_NONCE;
    return authenticate(p, 0, view_of(NULL, 0), next, todo);
}

/* The one object of an answer that must be good. */
static struct err expect_object(struct pace *p, struct rapdu last, uint32_t tag, struct view *value)
{
    struct err e;

    TRY(last.lost);
    if (last.sw != SW_OK)
        return wrong(p, PACE_FAULT_STATUS, err_at(E_REFUSED, last.sw, WHERE));
    e = pace_objects_one(last.data, tag, value);
    return e.code == OK ? e : wrong(p, PACE_FAULT_ENCODING, e);
}

/* s = D(K_pi, z): 9303-11 clause 4.4.3.3. */
static struct err decrypt_nonce(struct pace *p, struct view z)
{
    static const uint8_t  zero[CIPHER_BLOCK_MAX];
    const enum cipher_alg alg = p->suite == SM_SUITE_3DES ? CIPHER_3DES : CIPHER_AES;
    const size_t          block = cipher_block(alg);
    const struct cipher   c = { alg, view_of(p->k_pi, kdf_len(p->suite)), view_of(zero, block) };
    struct buf            s = BUF(p->s);
    bool                  fits = z.len != 0 && z.len % block == 0 && z.len <= PACE_NONCE_MAX;

    if (p->mapping == MAPPING_IM)
        fits = z.len == mapping_s_len(p->suite);
    if (!fits)
        return wrong(p, PACE_FAULT_LENGTH, err_at(E_MALFORMED, 0, WHERE));
    TRY(cipher_cbc(&c, CIPHER_DECRYPT, z, &s));
    p->s_len = (uint8_t)s.len;
    return SUCCESS;
}

/* A key pair over the mapped generator or, before there is one, the domain's own. */
static struct err make_keys(struct pace *p, size_t random_at, struct pace_bytes *public)
{
    struct agreement a = p->domain;
    struct buf private = BUF(p->private), key = BUF(public->bytes);
    struct view random;

    a.generator = stored(&p->generator);
    TRY(view_sub(VIEW(p->random), random_at, AGREEMENT_RANDOM_LEN, &random));
    const struct err e = agreement_pair(&a, random, &private, &key);

    if (e.code == E_UNEXPECTED)
        return wrong(p, PACE_FAULT_GENERATOR, e);
    TRY(e);
    p->private_len = (uint8_t) private.len;
    settle(public, &key);
    return SUCCESS;
}

/* The answer to step 1. */
static struct err map_nonce(struct pace *p, struct rapdu last, struct capdu *next, enum step *todo)
{
    struct view z = { 0 };

    TRY(expect_object(p, last, DO_NONCE, &z));
    TRY(decrypt_nonce(p, z));
    p->out->step = PACE_STEP_MAP;
    if (p->mapping == MAPPING_IM)
        return authenticate(p, DO_MAP, nonce_t(p), next, todo);
    TRY(make_keys(p, 0, &p->own_mapping_key));
    return authenticate(p, DO_MAP, stored(&p->own_mapping_key), next, todo);
}

/* Check a public key of the chip and keep it: 9303-11 clause 4.4.1 step 3 d), 9.4.5. */
static struct err keep_key(struct pace *p, struct view key, const struct pace_bytes *own,
                           struct pace_bytes *out)
{
    const bool curve = p->domain.kind == AGREEMENT_ECDH;
    struct buf room = BUF(out->bytes);
    bool       good;

    if (key.len == 0 || key.len > own->len || (curve && key.len != own->len))
        return wrong(p, PACE_FAULT_LENGTH, err_at(E_MALFORMED, 0, WHERE));
    if (view_eq(key, stored(own)))
        return wrong(p, PACE_FAULT_ECHO, err_at(E_UNEXPECTED, 0, WHERE));
    TRY(agreement_check(&p->domain, key, &good));
    if (!good)
        return wrong(p, PACE_FAULT_GROUP, err_at(E_UNEXPECTED, 0, WHERE));
    TRY(buf_put(&room, key));
    settle(out, &room);
    return SUCCESS;
}

static struct err map_generic(struct pace *p, struct view key)
{
    struct buf generator = BUF(p->generator.bytes);
    struct err e;

    TRY(keep_key(p, key, &p->own_mapping_key, &p->chip_mapping_key));
    e = mapping_generic(&p->domain, view_of(p->private, p->private_len), key,
                        view_of(p->s, p->s_len), &generator);
    if (e.code == E_UNEXPECTED)
        return wrong(p, PACE_FAULT_GENERATOR, e);
    TRY(e);
    settle(&p->generator, &generator);
    return SUCCESS;
}

static struct err map_integrated(struct pace *p, struct view answer)
{
    struct buf generator = BUF(p->generator.bytes);

    if (answer.len != 0) /* 9303-11 clause 4.4.5.2.2 */
        return wrong(p, PACE_FAULT_ENCODING, err_at(E_TRAILING, 0, WHERE));
    TRY(mapping_integrated(&p->domain, p->suite, view_of(p->s, p->s_len), nonce_t(p), &generator));
    settle(&p->generator, &generator);
    return SUCCESS;
}

/* The answer to step 2. */
static struct err agree(struct pace *p, struct rapdu last, struct capdu *next, enum step *todo)
{
    struct view answer = { 0 };

    TRY(expect_object(p, last, DO_MAP_ANSWER, &answer));
    TRY(p->mapping == MAPPING_IM ? map_integrated(p, answer) : map_generic(p, answer));
    TRY(make_keys(p, AGREEMENT_RANDOM_LEN, &p->own_key));
    p->out->step = PACE_STEP_AGREE;
    return authenticate(p, DO_KEY, stored(&p->own_key), next, todo);
}

static struct err put_token(const struct pace *p, const struct pace_bytes *key, struct buf *out)
{
    const struct pace_token t = {
        .suite = p->suite,
        .shared = stored(&p->shared),
        .oid = view_of(p->oid, p->oid_len),
        .curve = p->domain.kind == AGREEMENT_ECDH,
        .key = stored(key),
    };

    return pace_objects_token(&t, out);
}

/* The answer to step 3. */
static struct err prove(struct pace *p, struct rapdu last, struct capdu *next, enum step *todo)
{
    struct view key = { 0 };
    struct buf  shared = BUF(p->shared.bytes);
    uint8_t     bytes[PACE_TOKEN_LEN];
    struct buf  token = BUF(bytes);

    TRY(expect_object(p, last, DO_KEY_ANSWER, &key));
    TRY(keep_key(p, key, &p->own_key, &p->chip_key));
    TRY(agreement_shared(&p->domain, view_of(p->private, p->private_len), key, &shared));
    settle(&p->shared, &shared);
    TRY(put_token(p, &p->chip_key, &token));
    p->out->step = PACE_STEP_TOKEN;
    return authenticate(p, DO_TOKEN, buf_view(&token), next, todo);
}

static struct err check_token(struct pace *p, struct view t_ic)
{
    uint8_t    bytes[PACE_TOKEN_LEN];
    struct buf token = BUF(bytes);

    if (t_ic.len != PACE_TOKEN_LEN)
        return wrong(p, PACE_FAULT_LENGTH, err_at(E_MALFORMED, 0, WHERE));
    TRY(put_token(p, &p->own_key, &token));
    if (!view_same(buf_view(&token), t_ic))
        return wrong(p, PACE_FAULT_TOKEN, err_at(E_ALTERED, 0, WHERE));
    return SUCCESS;
}

static struct err open_cam_data(struct pace *p, const struct pace_final *f, struct pace_bytes *out)
{
    struct buf ca_ic = BUF(out->bytes);
    struct err e;

    if (!f->has_cam)
        return wrong(p, PACE_FAULT_CAM_MISSING, err_at(E_TRUNCATED, 0, WHERE));
    e = pace_cam_open(p->suite, stored(&p->shared), f->cam, &ca_ic);
    if (e.code == OK && ca_ic.len == 0)
        e = err_at(E_TRUNCATED, 0, WHERE);
    if (e.code == OK && ca_ic.len > agreement_len(&p->domain))
        e = err_at(E_TOO_LONG, 0, WHERE);
    if (e.code != OK && e.code != E_CRYPTO)
        return wrong(p, PACE_FAULT_CAM_DATA, e);
    settle(out, &ca_ic);
    return e;
}

/* What a good run leaves behind. */
static void leave(struct pace *p, const struct pace_final *f, const struct pace_bytes *ca_ic)
{
    struct pace_outcome *o = p->out;

    o->step = PACE_STEP_DONE;
    o->domain = p->domain;
    o->own_key = p->own_key;
    o->chip_key = p->chip_key;
    o->car[0] = f->car[0];
    o->car[1] = f->car[1];
    o->has_cam_data = p->mapping == MAPPING_CAM;
    if (o->has_cam_data) {
        o->chip_mapping_key = p->chip_mapping_key;
        o->ca_ic = *ca_ic;
    }
}

/* The answer to step 4. */
static struct err finish(struct pace *p, struct rapdu last, struct capdu *next, enum step *todo)
{
    struct pace_bytes ca_ic = { 0 };
    struct pace_final f;
    struct err        e;

    (void)next;
    TRY(last.lost);
    if (pace_status_denied(last.sw)) {
        p->out->fault = PACE_FAULT_STATUS;
        FAIL_SW(last.sw);
    }
    if (last.sw != SW_OK)
        return wrong(p, PACE_FAULT_STATUS, err_at(E_REFUSED, last.sw, WHERE));
    e = pace_objects_final(last.data, &f);
    if (e.code != OK)
        return wrong(p, PACE_FAULT_ENCODING, e);
    TRY(check_token(p, f.token));
    if (p->mapping == MAPPING_CAM)
        TRY(open_cam_data(p, &f, &ca_ic));
    TRY(session_begin(p->sm, p->suite, stored(&p->shared)));
    leave(p, &f, &ca_ic);
    *todo = STEP_DONE;
    return SUCCESS;
}

static struct err spent(struct pace *p, struct rapdu last, struct capdu *next, enum step *todo)
{
    (void)p;
    (void)last;
    (void)next;
    (void)todo;
    FAIL(E_BUG);
}

struct err pace_step(void *self, struct rapdu last, struct capdu *next, enum step *todo)
{
    static struct err (*const on[])(struct pace *, struct rapdu, struct capdu *, enum step *) = {
        [PACE_START] = select_protocol, [PACE_SELECT] = ask_nonce,
        [PACE_NONCE] = map_nonce,       [PACE_MAP] = agree,
        [PACE_AGREE] = prove,           [PACE_TOKEN] = finish,
        [PACE_SPENT] = spent,
    };
    struct pace     *p = self;
    const struct err e = on[p->state](p, last, next, todo);

    if (e.code != OK || *todo == STEP_DONE) {
        wipe(p, sizeof *p);
        p->state = PACE_SPENT;
    }
    return e;
}
