/*
 * aa: see aa.h; one function per state, and a ladder of Le.
 *
 * What a chip answers depends on the Le it is asked with: some cut a signature of RSA-2048 to
 * what one short protected answer holds and say 9000, some answer nothing to a long Le.  A
 * signature has one length, so any other is asked for again.
 */
#include "chipauth/aa.h"

#include "aa_length.h"
#include "base/der.h"

enum { INS_INTERNAL_AUTHENTICATE = 0x88, LE_SHORT = 256, LE_EXTENDED = 65536, LE_CAREFUL = 231 };

/* What ActiveAuthenticationInfo may name: 9303-11 §6.1.2.3, for ECDSA; the RSA ones and those of
 * X.509 are met all the same. */
static const struct named {
    enum oid      oid;
    enum key_kind kind;
    enum hash_alg hash;
    bool          as_x509;
} named[] = {
    /* clang-format off */
    { OID_BSI_ECDSA_PLAIN_SHA1,   KEY_EC,  HASH_SHA1,   false },
    { OID_BSI_ECDSA_PLAIN_SHA224, KEY_EC,  HASH_SHA224, false },
    { OID_BSI_ECDSA_PLAIN_SHA256, KEY_EC,  HASH_SHA256, false },
    { OID_BSI_ECDSA_PLAIN_SHA384, KEY_EC,  HASH_SHA384, false },
    { OID_BSI_ECDSA_PLAIN_SHA512, KEY_EC,  HASH_SHA512, false },
    { OID_ECDSA_WITH_SHA1,        KEY_EC,  HASH_SHA1,   true  },
    { OID_ECDSA_WITH_SHA224,      KEY_EC,  HASH_SHA224, true  },
    { OID_ECDSA_WITH_SHA256,      KEY_EC,  HASH_SHA256, true  },
    { OID_ECDSA_WITH_SHA384,      KEY_EC,  HASH_SHA384, true  },
    { OID_ECDSA_WITH_SHA512,      KEY_EC,  HASH_SHA512, true  },
    { OID_SHA1_WITH_RSA,          KEY_RSA, HASH_SHA1,   false },
    { OID_SHA224_WITH_RSA,        KEY_RSA, HASH_SHA224, false },
    { OID_SHA256_WITH_RSA,        KEY_RSA, HASH_SHA256, false },
    { OID_SHA384_WITH_RSA,        KEY_RSA, HASH_SHA384, false },
    { OID_SHA512_WITH_RSA,        KEY_RSA, HASH_SHA512, false },
    /* clang-format on */
};

/* The first ActiveAuthenticationInfo.  E_TRUNCATED if there is none. */
static struct err find_info(const struct security_infos *infos, struct security_info *out)
{
    struct view list = infos == NULL ? view_of(NULL, 0) : infos->list;

    do {
        TRY(security_infos_next(&list, out));
    } while (out->kind != INFO_AA);
    return SUCCESS;
}

static enum hash_alg named_hash(enum key_kind kind, enum oid oid, struct notes *notes)
{
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        if (named[i].oid != oid || named[i].kind != kind)
            continue;
        if (named[i].as_x509)
            note_add(notes, NOTE_AA_INFO_DER);
        return named[i].hash;
    }
    note_add(notes, NOTE_AA_INFO);
    return HASH_NONE;
}

struct err aa_key_read(struct view spki, const struct security_infos *infos, struct aa_key *out,
                       struct notes *notes)
{
    struct aa_key        k = { 0 };
    struct security_info info;

    TRY(public_key_read(&spki, &k.key, notes));
    TRY(der_end(spki));
    CHECK(k.key.kind == KEY_RSA || k.key.kind == KEY_EC, E_UNSUPPORTED);
    CHECK(aa_signature_len(&k.key) <= AA_ANSWER_MAX, E_UNSUPPORTED);
    if (find_info(infos, &info).code == OK)
        k.hash = named_hash(k.key.kind, oid_of(info.sig_oid), notes);
    *out = k;
    return SUCCESS;
}

struct err aa_begin(struct aa *a, const struct aa_key *key, struct view challenge, size_t room)
{
    struct buf copy;

    CHECK(key->key.kind == KEY_RSA || key->key.kind == KEY_EC, E_BUG);
    CHECK(challenge.len == AA_CHALLENGE_LEN, E_BUG);
    *a = (struct aa){ .state = AA_START, .key = *key, .room = room };
    copy = BUF(a->challenge);
    return buf_put(&copy, challenge);
}

/* In which order Le is tried; a rung that says the same as an earlier one is left out, and 0
 * ends the ladder. */
static uint32_t le_of(const struct aa *a, unsigned rung)
{
    const uint32_t len = (uint32_t)aa_signature_len(&a->key.key);
    const uint32_t few[] = { LE_SHORT, len, LE_EXTENDED, LE_CAREFUL };
    const uint32_t many[] = { LE_EXTENDED, len, LE_SHORT, LE_CAREFUL };

    if (rung >= sizeof few / sizeof *few)
        return 0;
    return len <= LE_SHORT ? few[rung] : many[rung];
}

/* Up to the next rung that says something new; false: there is none. */
static bool climb(struct aa *a)
{
    const uint32_t len = (uint32_t)aa_signature_len(&a->key.key);

    do {
        a->rung++;
    } while (a->rung == 1 && len == LE_SHORT);
    a->again = true;
    return le_of(a, a->rung) != 0;
}

static struct err ask(struct aa *a, uint32_t le, struct capdu *next, enum step *todo)
{
    a->state = AA_ASKED;
    *next =
        (struct capdu){ .ins = INS_INTERNAL_AUTHENTICATE, .data = VIEW(a->challenge), .le = le };
    *todo = STEP_SEND;
    return SUCCESS;
}

static struct err start(struct aa *a, struct rapdu last, struct capdu *next, enum step *todo)
{
    (void)last;
    return ask(a, le_of(a, a->rung), next, todo);
}

/* An ECDSA signature in DER is as long as it says itself. */
static bool right_length(const struct aa *a, struct view answer)
{
    struct tlv der;

    if (answer.len == aa_signature_len(&a->key.key))
        return true;
    return a->key.key.kind == KEY_EC && der_expect_whole(&answer, DER_SEQUENCE, &der).code == OK &&
           answer.len == 0;
}

/* One that is longer than any signature is kept as none: its beginning might be one. */
static struct err keep(struct aa *a, struct view answer)
{
    struct buf copy = BUF(a->answer);

    a->answered = true;
    if (answer.len <= AA_ANSWER_MAX)
        TRY(buf_put(&copy, answer));
    a->answer_len = copy.len;
    return SUCCESS;
}

static struct err done(struct aa *a, enum step *todo)
{
    a->state = AA_DONE;
    *todo = STEP_DONE;
    return SUCCESS;
}

/* Is this word about the length asked for?  Of a word that says nothing, that is believed only
 * where the length was an unusual one. */
static bool of_length(const struct aa *a, uint16_t sw)
{
    return sw == SW_OK || sw == SW_EOF || sw == 0x6700 || sw >> 8 == 0x6C || sw >> 8 == 0x61 ||
           le_of(a, a->rung) != LE_SHORT;
}

static struct err judge(struct aa *a, struct rapdu last, struct capdu *next, enum step *todo)
{
    if (last.sw == SW_OK && right_length(a, last.data)) {
        TRY(keep(a, last.data));
        return done(a, todo);
    }
    if (last.sw >> 8 == 0x6C && a->exact == 0) {
        a->exact = (last.sw & 0xFF) == 0 ? LE_SHORT : last.sw & 0xFF;
        return ask(a, a->exact, next, todo);
    }
    if (!of_length(a, last.sw))
        FAIL_SW(last.sw);
    if (last.sw == SW_OK)
        TRY(keep(a, last.data));
    if (climb(a))
        return ask(a, le_of(a, a->rung), next, todo);
    if (a->answered)
        return done(a, todo);
    FAIL_SW(last.sw);
}

static struct err answer(struct aa *a, struct rapdu last, struct capdu *next, enum step *todo)
{
    if (last.lost.code == OK)
        return judge(a, last, next, todo);
    if (a->reopened || !climb(a))
        return last.lost;
    a->reopened = true;
    a->state = AA_RESUME;
    *todo = STEP_REOPEN;
    return SUCCESS;
}

static struct err out_of_turn(struct aa *a, struct rapdu last, struct capdu *next, enum step *todo)
{
    (void)a;
    (void)last;
    (void)next;
    (void)todo;
    FAIL(E_BUG);
}

struct err aa_step(void *self, struct rapdu last, struct capdu *next, enum step *todo)
{
    static struct err (*const on[])(struct aa *, struct rapdu, struct capdu *, enum step *) = {
        [AA_START] = start,      [AA_ASKED] = answer,      [AA_RESUME] = start,
        [AA_DONE] = out_of_turn, [AA_SPENT] = out_of_turn,
    };
    struct aa       *a = self;
    const struct err e = on[a->state](a, last, next, todo);

    if (e.code != OK) {
        wipe(a, sizeof *a);
        a->state = AA_SPENT;
    }
    return e;
}

struct view aa_answer(const struct aa *a)
{
    return view_of(a->answer, a->answer_len);
}

struct view aa_challenge(const struct aa *a)
{
    return VIEW(a->challenge);
}
