/*
 * facts_test: what a chip may say in a report, and what it may not.
 *
 * EF.COM is signed by nobody and a signer's name by anybody, so both are chosen by whoever
 * made the chip: a report must stay readable, short enough for a message, and harmless on a
 * terminal.
 */
#include "expect.h"
#include "link/frame.h"
#include "stages.h"

static struct inspection i;
static uint8_t           store[8192];

static const struct {
    const char *name, *octets; /* hex */
    size_t      times;
    bool        kept;
} rows[] = {
    { "LDS version", "30313037", 1, true },
    { "every printable character", "207E5C22", 1, true },
    { "as long as a fact may be", "41", 1024, true },
    { "longer", "41", 1025, false },
    { "longer than the arena", "41", sizeof store + 1, false },
    { "escape sequence: clear the terminal", "1B63", 1, false },
    { "line feed", "300A3031", 1, false },
    { "delete", "7F", 1, false },
    { "no UTF-8", "FFFFFFFF", 1, false },
    { "zero", "30003030", 1, false },
};

static struct view many(const char *octets, size_t times)
{
    static uint8_t room[sizeof store + 16];
    struct buf     out = BUF(room);

    for (size_t n = 0; n < times; n++)
        EXPECT_CODE(buf_put(&out, HEX(octets)), OK);
    return buf_view(&out);
}

static void rows_hold(void **state)
{
    (void)state;
    for (size_t n = 0; n < COUNT(rows); n++) {
        const struct view what = many(rows[n].octets, rows[n].times);

        ROW(rows[n].name);
        memset(&i, 0, sizeof i);
        arena_begin(&i.arena, BUF(store));
        fact_text(&i, FACT_LDS_VERSION, what);
        EXPECT(i.evidence.fact[FACT_LDS_VERSION].len == (rows[n].kept ? what.len : 0));
        if (rows[n].kept)
            EXPECT_BYTES(i.evidence.fact[FACT_LDS_VERSION], what);
        EXPECT(i.arena.used <= 1024);
    }
}

/* All there can be, in one message: every fact as long as it may be, every check with its
 * reason, as many notes as are kept. */
static void longest_report_fits(void **state)
{
    static uint8_t  large[64 * 1024], payload[FRAME_PAYLOAD_MAX];
    struct buf      out = BUF(payload);
    struct evidence e = { .cut = err_at(E_SM_BROKEN, 0x6988, "stage_groups.c:100") };

    (void)state;
    memset(&i, 0, sizeof i);
    arena_begin(&i.arena, BUF(large));
    fact_distinguished_name(&i, FACT_DS_SUBJECT, VIEW(large)); /* none at all */
    EXPECT(i.evidence.fact[FACT_DS_SUBJECT].len == 0);
    for (enum fact f = 0; f < FACT_COUNT; f++) {
        const bool ours = f != FACT_DS_SUBJECT && f != FACT_DS_ISSUER && f != FACT_CSCA_SUBJECT &&
                          f != FACT_LDS_VERSION;

        fact_text(&i, f, many("41", ours ? 96 : 1024));
        e.fact[f] = i.evidence.fact[f];
    }
    for (enum check c = 0; c < CHECK_COUNT; c++)
        e.check[c] = (struct finding){ FAILED, REASON_DS_REVOKED_ELSEWHERE, e.cut, UINT32_MAX };
    for (unsigned n = 0; n < NOTES_MAX; n++) {
        e.notes.place = n % 2 == 0 ? PLACE_CARD_ACCESS : PLACE_DSC;
        note_add(&e.notes, (enum note_id)(NOTE_NONE + 1 + n));
    }
    EXPECT(e.notes.n == NOTES_MAX);
    for (unsigned dg = 1; dg <= DG_MAX; dg++)
        e.dg[dg] = DG_NON_CONFORMANCE;
    EXPECT_CODE(report_encode(&e, PROFILE_desk, &out), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(longest_report_fits),
    };

    return cmocka_run_group_tests_name("inspect.facts", tests, NULL, NULL);
}
