/*
 * bac_test: Basic Access Control against a chip's side written apart (chip_side.h), and
 * against answers of every wrong kind at every step.
 *
 * Vectors: Doc 9303-11 (8th ed.) appendix D (the transcript itself: worked_example_test).
 * Rows B_xx are named after TR-03105-5.1 (ISO7816_B); A.., B.. without underscore after
 * quirks met in the field.
 */
#include "access/bac.h"

#include "chip_side.h"

#define MRZ_INFO  TEXT("L898902C<369080619406236")
#define RANDOM    "781723860C06C226 0B795240CB7049B01C19B33E32804F0B"
#define CHALLENGE "4608F91988702212 9000"
#define ANSWER                                                                                     \
    "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F 2F2D235D074D7449 9000"
#define MESSAGE       "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2 5F1448EEA8AD90A7"

#define GET_CHALLENGE "0084000008"
#define AUTHENTICATE  "0082000028" MESSAGE "28"

struct turn {
    const char *command, *answer;
};

static const struct {
    const char  *name;
    enum outcome want;
    uint16_t     sw;
    struct turn  turn[5];
} rows[] = {
    /* clang-format off */
    { "D.3", OK, 0, { { GET_CHALLENGE, CHALLENGE }, { AUTHENTICATE, ANSWER } } },
    { "A20 Le 28 refused", OK, 0,
      { { GET_CHALLENGE, CHALLENGE }, { AUTHENTICATE, "6700" },
        { GET_CHALLENGE, CHALLENGE }, { "0082000028" MESSAGE "00", ANSWER } } },
    { "A20 exact length said", OK, 0,
      { { GET_CHALLENGE, CHALLENGE }, { AUTHENTICATE, "6C00" },
        { GET_CHALLENGE, CHALLENGE }, { "0082000028" MESSAGE "00", ANSWER } } },
    { "A20 Le 00 refused too", E_UNEXPECTED, 0x6700,
      { { GET_CHALLENGE, CHALLENGE }, { AUTHENTICATE, "6700" },
        { GET_CHALLENGE, CHALLENGE }, { "0082000028" MESSAGE "00", "6700" } } },
    { "B1 PACE only, 6A88",    E_UNSUPPORTED, 0x6A88, { { GET_CHALLENGE, "6A88" } } },
    { "B1 PACE only, 6985",    E_UNSUPPORTED, 0x6985, { { GET_CHALLENGE, "6985" } } },
    { "no BAC at all",         E_UNSUPPORTED, 0x6D00, { { GET_CHALLENGE, "6D00" } } },
    { "challenge of 7",        E_UNEXPECTED, 0, { { GET_CHALLENGE, "4608F919887022 9000" } } },
    { "challenge of 9",        E_UNEXPECTED, 0, { { GET_CHALLENGE, "4608F9198870221200 9000" } } },
    { "challenge empty",       E_UNEXPECTED, 0, { { GET_CHALLENGE, "9000" } } },
    { "B17 6300",              E_REFUSED, 0x6300, { { GET_CHALLENGE, CHALLENGE }, { AUTHENTICATE, "6300" } } },
    { "B17 63CF",              E_REFUSED, 0x63CF, { { GET_CHALLENGE, CHALLENGE }, { AUTHENTICATE, "63CF" } } },
    { "B17 6982",              E_REFUSED, 0x6982, { { GET_CHALLENGE, CHALLENGE }, { AUTHENTICATE, "6982" } } },
    { "B17 6985",              E_REFUSED, 0x6985, { { GET_CHALLENGE, CHALLENGE }, { AUTHENTICATE, "6985" } } },
    { "B17 6A86",              E_REFUSED, 0x6A86, { { GET_CHALLENGE, CHALLENGE }, { AUTHENTICATE, "6A86" } } },
    { "B_03 another error",    E_UNEXPECTED, 0x6F00, { { GET_CHALLENGE, CHALLENGE }, { AUTHENTICATE, "6F00" } } },
    { "9000 and nothing",      E_UNEXPECTED, 0, { { GET_CHALLENGE, CHALLENGE }, { AUTHENTICATE, "9000" } } },
    { "our message sent back", E_UNEXPECTED, 0, { { GET_CHALLENGE, CHALLENGE }, { AUTHENTICATE, MESSAGE "9000" } } },
    /* clang-format on */
};

static struct bac begin(struct sm *sm)
{
    struct bac b;

    *sm = (struct sm){ 0 };
    EXPECT_CODE(bac_begin(&b, MRZ_INFO, HEX(RANDOM), sm), OK);
    return b;
}

static void expect_wiped(const struct bac *b)
{
    struct bac wiped;

    memset(&wiped, 0, sizeof wiped);
    wiped.state = BAC_SPENT;
    EXPECT_BYTES(view_of(b, sizeof *b), view_of(&wiped, sizeof wiped));
}

static struct rapdu answer_of(struct view bytes)
{
    static uint8_t kept[64];
    struct rapdu   r;

    memcpy(kept, bytes.ptr, bytes.len);
    EXPECT_CODE(rapdu_decode(view_of(kept, bytes.len), &r), OK);
    return r;
}

static struct err play(struct bac *b, const struct turn *t)
{
    struct rapdu last = { 0 };

    for (;; t++) {
        uint8_t      sent_bytes[64];
        struct buf   sent = BUF(sent_bytes);
        struct capdu next;
        enum step    todo;
        struct err   e = bac_step(b, last, &next, &todo);

        if (e.code != OK || todo == STEP_DONE) {
            EXPECT(t->command == NULL);
            return e;
        }
        EXPECT(todo == STEP_SEND && t->command != NULL);
        EXPECT_CODE(capdu_encode(&next, &sent), OK);
        EXPECT_BYTES(buf_view(&sent), HEX(t->command));
        last = answer_of(HEX(t->answer));
    }
}

static void transcripts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sm    sm;
        struct bac   b = begin(&sm);
        struct capdu next;
        enum step    todo;
        struct err   e;

        ROW(rows[i].name);
        e = play(&b, rows[i].turn);
        EXPECT_CODE(e, rows[i].want);
        EXPECT(e.sw == rows[i].sw);
        EXPECT(sm.state == (e.code == OK ? SM_LIVE : SM_OFF));
        expect_wiped(&b);
        EXPECT_CODE(bac_step(&b, (struct rapdu){ 0 }, &next, &todo), E_BUG); /* spent */
    }
}

/* Up to the answer to EXTERNAL AUTHENTICATE, which is given. */
static struct err last_answer(struct sm *sm, struct view wire)
{
    struct bac   b = begin(sm);
    struct capdu next;
    enum step    todo;
    struct err   e;

    EXPECT_CODE(bac_step(&b, (struct rapdu){ 0 }, &next, &todo), OK);
    EXPECT_CODE(bac_step(&b, answer_of(HEX(CHALLENGE)), &next, &todo), OK);
    e = bac_step(&b, answer_of(wire), &next, &todo);
    if (e.code != OK) {
        expect_wiped(&b);
        EXPECT(sm->state == SM_OFF);
    }
    return e;
}

static void every_flipped_bit_is_refused(void **state)
{
    (void)state;
    const struct view right = HEX(ANSWER);
    struct sm         sm;
    uint8_t           flipped[64];

    EXPECT_CODE(last_answer(&sm, right), OK);
    for (size_t bit = 0; bit < 8 * (right.len - 2); bit++) {
        memcpy(flipped, right.ptr, right.len);
        flipped[bit / 8] ^= (uint8_t)(1 << bit % 8);
        EXPECT_CODE(last_answer(&sm, view_of(flipped, right.len)), E_UNEXPECTED);
    }
}

static void every_prefix_is_refused(void **state)
{
    (void)state;
    const struct view right = HEX(ANSWER);
    struct sm         sm;
    uint8_t           shorter[64];

    for (size_t n = 0; n < right.len - 2; n++) {
        memcpy(shorter, right.ptr, n);
        memcpy(shorter + n, "\x90", 2);
        EXPECT_CODE(last_answer(&sm, view_of(shorter, n + 2)), E_UNEXPECTED);
    }
}

/* What the chip says under a right MAC: RND.IC, RND.IFD, K.IC. */
static const struct {
    const char  *name, *plain;
    enum outcome want;
} sealed[] = {
    /* clang-format off */
    { "D.3",                  "4608F91988702212 781723860C06C226 0B4F80323EB3191CB04970CB4052790B", OK },
    { "B_02 RND.IFD another", "4608F91988702212 781723860C06C227 0B4F80323EB3191CB04970CB4052790B", E_UNEXPECTED },
    { "B_02 RND.IC another",  "4608F91988702213 781723860C06C226 0B4F80323EB3191CB04970CB4052790B", E_UNEXPECTED },
    { "nonces in our order",  "781723860C06C226 4608F91988702212 0B4F80323EB3191CB04970CB4052790B", E_UNEXPECTED },
    { "K.IC half",            "4608F91988702212 781723860C06C226 0B4F80323EB3191C", E_UNEXPECTED },
    { "a block more",         "4608F91988702212 781723860C06C226 0B4F80323EB3191CB04970CB4052790B 0000000000000000", E_UNEXPECTED },
    /* clang-format on */
};

static void answers_under_a_right_mac(void **state)
{
    (void)state;
    const struct view k_enc = HEX("AB94FDECF2674FDFB9B391F85D7F76F2");
    const struct view k_mac = HEX("7962D9ECE03D1ACD4C76089DCE131543");

    for (size_t i = 0; i < COUNT(sealed); i++) {
        const struct view plain = HEX(sealed[i].plain);
        uint8_t           wire[64], padded[64];
        struct sm         sm;

        ROW(sealed[i].name);
        chip_cbc(k_enc.ptr, CHIP_ENCRYPT, plain, wire);
        memcpy(padded, wire, plain.len);
        chip_mac(k_mac.ptr, view_of(padded, chip_pad(padded, plain.len)), wire + plain.len);
        memcpy(wire + plain.len + 8, "\x90", 2);
        if (i == 0)
            EXPECT_BYTES(view_of(wire, 42), HEX(ANSWER)); /* the chip's side is right */
        EXPECT_CODE(last_answer(&sm, view_of(wire, plain.len + 10)), sealed[i].want);
    }
}

static const struct {
    const char *name;
    uint16_t    first, last;
    bool        denied;
} words[] = {
    /* clang-format off */
    { "normal",                0x9000, 0x9000, false },
    { "B17 authentication",    0x6300, 0x6300, true },
    { "no counter",            0x6301, 0x63BF, false },
    { "B17 tries left",        0x63C0, 0x63CF, true },
    { "length",                0x6700, 0x6700, false },
    { "B17 security status",   0x6982, 0x6983, true },
    { "B17 conditions",        0x6985, 0x6985, true },
    { "SM objects",            0x6988, 0x6988, true },
    { "incorrect data",        0x6A80, 0x6A80, true },
    { "function",              0x6A81, 0x6A85, false },
    { "B17 parameters",        0x6A86, 0x6A86, true },
    { "B1 reference",          0x6A88, 0x6A88, true },
    { "offset, exact length",  0x6B00, 0x6CFF, false },
    { "unknown, no diagnosis", 0x6D00, 0x6FFF, false },
    /* clang-format on */
};

static void words_of_denial(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(words); i++) {
        ROW(words[i].name);
        for (uint32_t sw = words[i].first; sw <= words[i].last; sw++)
            EXPECT(bac_denied((uint16_t)sw) == words[i].denied);
    }
}

/* Every class of status word at both steps: never a session. */
static void no_other_word_opens(void **state)
{
    (void)state;
    for (uint32_t sw = 0; sw <= 0xFFFF; sw += sw < 0x6000 ? 0x400 : 0x10) {
        const struct rapdu r = { .sw = (uint16_t)sw, .data = HEX("4608F91988702212") };
        struct sm          sm;
        struct bac         b = begin(&sm);
        struct capdu       next;
        enum step          todo;
        struct err         e;

        if (sw == SW_OK)
            continue;
        EXPECT_CODE(bac_step(&b, (struct rapdu){ 0 }, &next, &todo), OK);
        EXPECT_CODE(bac_step(&b, r, &next, &todo), E_UNSUPPORTED);
        expect_wiped(&b);

        b = begin(&sm);
        EXPECT_CODE(bac_step(&b, (struct rapdu){ 0 }, &next, &todo), OK);
        EXPECT_CODE(bac_step(&b, answer_of(HEX(CHALLENGE)), &next, &todo), OK);
        e = bac_step(&b, r, &next, &todo);
        if (sw == 0x6700 || sw >> 8 == 0x6C)
            EXPECT(e.code == OK && todo == STEP_SEND);
        else
            EXPECT_CODE(e, bac_denied((uint16_t)sw) ? E_REFUSED : E_UNEXPECTED);
        EXPECT(sm.state == SM_OFF);
    }
}

/* The bytes as printed make the key (quirk B18): one letter off makes another. */
static void another_mrz_makes_another_key(void **state)
{
    (void)state;
    static const char *const others[] = { "L898902C<369080619406237", "L898902C 369080619406236",
                                          "l898902c<369080619406236", "L898902C369080619406236" };
    struct sm                sm = { 0 };
    struct bac               b;

    for (size_t i = 0; i < COUNT(others); i++) {
        ROW(others[i]);
        EXPECT_CODE(bac_begin(&b, view_of(others[i], strlen(others[i])), HEX(RANDOM), &sm), OK);
        EXPECT(!view_eq(VIEW(b.k_enc), HEX("AB94FDECF2674FDFB9B391F85D7F76F2")));
        EXPECT(!view_eq(VIEW(b.k_mac), HEX("7962D9ECE03D1ACD4C76089DCE131543")));
    }
}

static void arguments_and_a_lost_session(void **state)
{
    (void)state;
    const struct view  random = HEX(RANDOM);
    const struct rapdu lost = { .sw = SW_OK, .lost = { .code = E_SM_BROKEN } };
    struct sm          sm = { 0 }, live = { .state = SM_LIVE }, dead = { .state = SM_DEAD };
    struct bac         b;
    struct capdu       next;
    enum step          todo;

    EXPECT_CODE(bac_begin(&b, view_of(NULL, 0), random, &sm), E_BUG);
    EXPECT_CODE(bac_begin(&b, MRZ_INFO, view_of(random.ptr, 23), &sm), E_BUG);
    EXPECT_CODE(bac_begin(&b, MRZ_INFO, random, &live), E_BUG);
    EXPECT_CODE(bac_begin(&b, MRZ_INFO, random, &dead), E_BUG);

    b = begin(&sm);
    EXPECT_CODE(bac_step(&b, (struct rapdu){ 0 }, &next, &todo), OK);
    EXPECT_CODE(bac_step(&b, lost, &next, &todo), E_SM_BROKEN);
    b = begin(&sm);
    EXPECT_CODE(bac_step(&b, (struct rapdu){ 0 }, &next, &todo), OK);
    EXPECT_CODE(bac_step(&b, answer_of(HEX(CHALLENGE)), &next, &todo), OK);
    EXPECT_CODE(bac_step(&b, lost, &next, &todo), E_SM_BROKEN);
    expect_wiped(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transcripts),
        cmocka_unit_test(every_flipped_bit_is_refused),
        cmocka_unit_test(every_prefix_is_refused),
        cmocka_unit_test(answers_under_a_right_mac),
        cmocka_unit_test(words_of_denial),
        cmocka_unit_test(no_other_word_opens),
        cmocka_unit_test(another_mrz_makes_another_key),
        cmocka_unit_test(arguments_and_a_lost_session),
    };

    return cmocka_run_group_tests_name("access.bac", tests, NULL, NULL);
}
