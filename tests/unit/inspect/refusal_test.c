/*
 * refusal_test: a chip that refuses the key, in words of its own, is no forged one; a chip that
 * answers with something that proves nothing is; and a chip that has nothing for us is for an
 * officer, not to be tried again for ever.
 */
#include "documents.h"

/* INS and P1 of the commands in question. */
enum { SELECT_APPLICATION = 0xA404, GET_CHALLENGE = 0x8400, EXTERNAL_AUTHENTICATE = 0x8200 };

#define WORD(sw)                                                                                   \
    {                                                                                              \
        (const uint8_t[]){ (sw) >> 8, (sw)&0xFF }, 2                                               \
    }

static const struct {
    const char  *name;
    unsigned     at; /* the command that is answered so: */
    struct view  answer;
    enum verdict desk, conformance;
    enum reason  reason;
} rows[] = {
    /* clang-format off */
    { "B17 authentication failed",          EXTERNAL_AUTHENTICATE, WORD(0x6300), VERDICT_RETRY, VERDICT_FAIL, REASON_ACCESS_DENIED },
    { "B_03 no diagnosis",                  EXTERNAL_AUTHENTICATE, WORD(0x6F00), VERDICT_RETRY, VERDICT_FAIL, REASON_ACCESS_DENIED },
    { "not found",                          EXTERNAL_AUTHENTICATE, WORD(0x6A82), VERDICT_RETRY, VERDICT_FAIL, REASON_ACCESS_DENIED },
    { "memory failure",                     EXTERNAL_AUTHENTICATE, WORD(0x6581), VERDICT_RETRY, VERDICT_FAIL, REASON_ACCESS_DENIED },
    { "9000 and nothing",                   EXTERNAL_AUTHENTICATE, WORD(0x9000), VERDICT_FAIL,  VERDICT_FAIL, REASON_ACCESS_CHIP_ERROR },
    { "A21 no ICAO application",            SELECT_APPLICATION, WORD(0x6A82), VERDICT_REFER, VERDICT_FAIL, REASON_NO_EMRTD },
    { "B1 no BAC, so PACE only",            GET_CHALLENGE, WORD(0x6985), VERDICT_REFER, VERDICT_FAIL, REASON_ACCESS_PACE_ONLY },
    /* clang-format on */
};

/* Between the reader and the chip: two answers that the plain chip has not. */
struct answers {
    struct nfc  nfc;
    struct nfc *chip;
    unsigned    at;
    struct view answer;
};

static struct err pass_on(struct nfc *n, struct view tx, struct deadline d, struct buf *rx)
{
    static const uint8_t challenge[] = { 1, 2, 3, 4, 5, 6, 7, 8, 0x90, 0x00 };
    struct answers      *a = (struct answers *)n;
    const unsigned       command = (unsigned)view_at(tx, 1) << 8 | view_at(tx, 2);

    if (command == a->at)
        return buf_put(rx, a->answer);
    if (command == GET_CHALLENGE)
        return buf_put(rx, VIEW(challenge));
    return nfc_transceive(a->chip, tx, d, rx);
}

static struct err activate(struct nfc *n, struct deadline d, struct nfc_target *out)
{
    return nfc_activate(((struct answers *)n)->chip, d, out);
}

static void field_off(struct nfc *n)
{
    nfc_field_off(((struct answers *)n)->chip);
}

static struct nfc_limits limits(struct nfc *n)
{
    return nfc_limits(((struct answers *)n)->chip);
}

static void rows_hold(void **state)
{
    static const struct nfc_ops ops = {
        .activate = activate, .transceive = pass_on, .field_off = field_off, .limits = limits
    };

    (void)state;
    for (size_t n = 0; n < COUNT(rows); n++) {
        struct scene  *s = document_open("utopia");
        struct answers a = {
            .nfc = { &ops }, .chip = &s->chip.nfc, .at = rows[n].at, .answer = rows[n].answer
        };

        ROW(rows[n].name);
        for (size_t f = 0; f < CHIP_FILES; f++)
            s->chip.file[f].refuse = 0x6982;
        s->setup.nfc = &a.nfc;
        scene_run(s);
        EXPECT(s->evidence.check[CHECK_ELE_ACCESS].reason == rows[n].reason);
        EXPECT(scene_verdict(s, PROFILE_desk) == rows[n].desk);
        EXPECT(scene_verdict(s, PROFILE_conformance) == rows[n].conformance);
        scene_close(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
    };

    return cmocka_run_group_tests_name("inspect.refusal", tests, NULL, NULL);
}
