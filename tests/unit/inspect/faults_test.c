/*
 * faults_test: something goes wrong at one command of an inspection, at each in turn.
 *
 * The commands are those of a faultless run, counted, so that a new one is covered without
 * editing.  Whatever happens, the inspection ends, field off and memory clean (scene_run()),
 * and nothing passes but what came to the very same evidence.  A way to the chip that failed is
 * named as what it was and the verdict is to try again; a chip that answers nonsense is never
 * the reader's own failure.
 */
#include "documents.h"

#define BYTES(...)                                                                                 \
    {                                                                                              \
        (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })                 \
    }

/* cut, reason: what a failed way must end in; OK: the chip answered, anything but a pass. */
static const struct row {
    struct chip_fault fault;
    enum outcome      cut;
    enum reason       reason;
} rows[] = {
    /* clang-format off */
    { { "card gone",      CHIP_GONE,     { NULL, 0 } }, E_CARD_GONE, REASON_RF_LOST },
    { { "gone and back",  CHIP_BLINKS,   { NULL, 0 } }, E_CARD_GONE, REASON_RF_LOST },
    { { "timeout",        CHIP_SILENT,   { NULL, 0 } }, E_TIMEOUT,   REASON_RF_TIMEOUT },
    { { "bus error",      CHIP_BUS,      { NULL, 0 } }, E_BUS,       REASON_FRONTEND },
    { { "empty answer",   CHIP_ANSWERS,  { NULL, 0 } }, E_TRUNCATED, REASON_RF_NONSENSE },
    { { "one byte",       CHIP_ANSWERS,  BYTES(0x90) }, E_TRUNCATED, REASON_RF_NONSENSE },
    { { "garbage",        CHIP_ANSWERS,  BYTES(0xA5, 0x5A, 0xFF, 0x00, 0xA5, 0x5A) }, OK, REASON_NONE },
    { { "garbage, 9000",  CHIP_ANSWERS,  BYTES(0xA5, 0x5A, 0xFF, 0x00, 0x90, 0x00) }, OK, REASON_NONE },
    { { "9000 alone",     CHIP_ANSWERS,  BYTES(0x90, 0x00) }, OK, REASON_NONE },
    { { "0000",           CHIP_ANSWERS,  BYTES(0x00, 0x00) }, OK, REASON_NONE },
    { { "6282",           CHIP_ANSWERS,  BYTES(0x62, 0x82) }, OK, REASON_NONE },
    { { "6700",           CHIP_ANSWERS,  BYTES(0x67, 0x00) }, OK, REASON_NONE },
    { { "6982",           CHIP_ANSWERS,  BYTES(0x69, 0x82) }, OK, REASON_NONE },
    { { "6985",           CHIP_ANSWERS,  BYTES(0x69, 0x85) }, OK, REASON_NONE },
    { { "6A82",           CHIP_ANSWERS,  BYTES(0x6A, 0x82) }, OK, REASON_NONE },
    { { "6B00",           CHIP_ANSWERS,  BYTES(0x6B, 0x00) }, OK, REASON_NONE },
    { { "6C01",           CHIP_ANSWERS,  BYTES(0x6C, 0x01) }, OK, REASON_NONE },
    { { "6F00",           CHIP_ANSWERS,  BYTES(0x6F, 0x00) }, OK, REASON_NONE },
    { { "too long",       CHIP_FLOODS,   { NULL, 0 } }, E_NO_SPACE, REASON_RF_NONSENSE },
    { { "all zero",       CHIP_ZEROES,   { NULL, 0 } }, OK, REASON_NONE },
    { { "the one before", CHIP_REPEATS,  { NULL, 0 } }, OK, REASON_NONE },
    { { "one byte short", CHIP_SHORTENS, { NULL, 0 } }, OK, REASON_NONE },
    /* clang-format on */
};

/* Some check was cut off, and says why. */
static bool says(const struct evidence *e, enum reason reason)
{
    bool found = false;

    for (unsigned c = 0; c < CHECK_COUNT; c++)
        found = found || (e->check[c].result == ABORTED && e->check[c].reason == reason);
    return found;
}

/* Nothing was found otherwise, but of files that nobody signed: EF.COM was said to be missing,
 * which it may be; or DG15, looked for in case, answered something, is noted and proves nothing. */
static bool same_but_unsigned(const struct evidence *faultless, const struct evidence *e)
{
    static struct evidence less;

    less = *e;
    if (less.check[CHECK_ELE_COMSOD].reason == REASON_COM_MISSING)
        less.check[CHECK_ELE_COMSOD] = faultless->check[CHECK_ELE_COMSOD];
    if (less.notes.n != 0 && less.notes.item[less.notes.n - 1].id == NOTE_DG_NOT_SIGNED) {
        less.dg[15] = DG_NOT_PRESENT;
        less.notes.item[--less.notes.n] = (struct note){ 0 };
    }
    return same_evidence(faultless, &less);
}

static void judge(const struct scene *s, const struct row *r, const struct evidence *faultless,
                  unsigned *harmless)
{
    const bool same = same_but_unsigned(faultless, &s->evidence);

    for (unsigned p = 0; p < PROFILE_COUNT; p++) {
        if (!same && s->judgement[p].verdict == VERDICT_PASS) {
            scene_print(s, stderr);
            fail_msg("[%s] passes as %s", expect_row, profile_name(p));
        }
    }
    EXPECT(!says(&s->evidence, REASON_INTERNAL));
    *harmless += same;
    if (r->cut == OK)
        return;
    EXPECT(s->evidence.cut.code == r->cut);
    EXPECT(says(&s->evidence, r->reason));
    for (unsigned p = 0; p < PROFILE_COUNT; p++)
        EXPECT(s->judgement[p].verdict == VERDICT_RETRY);
}

static void each_command_meets_each_fault(void **state)
{
    struct scene   *s = document_open(documents[0]);
    struct evidence faultless;
    unsigned        commands, count[VERDICT_COUNT], harmless;
    char            name[64];

    (void)state;
    scene_run(s);
    EXPECT(scene_verdict(s, PROFILE_desk) == VERDICT_PASS);
    faultless = s->evidence;
    commands = s->chip.exchanges;
    printf("%-16s %9s %6s %6s %6s %6s %9s\n", "fault", "commands", "pass", "fail", "refer", "retry",
           "harmless");
    for (size_t n = 0; n < COUNT(rows); n++) {
        memset(count, 0, sizeof count);
        harmless = 0;
        s->chip.fault = rows[n].fault;
        for (s->chip.fault_at = 1; s->chip.fault_at <= commands; s->chip.fault_at++) {
            snprintf(name, sizeof name, "%s at command %u", rows[n].fault.name, s->chip.fault_at);
            ROW(name);
            scene_run(s);
            count[scene_verdict(s, PROFILE_desk)]++;
            judge(s, &rows[n], &faultless, &harmless);
        }
        printf("%-16s %9u %6u %6u %6u %6u %9u\n", rows[n].fault.name, commands, count[VERDICT_PASS],
               count[VERDICT_FAIL], count[VERDICT_REFER], count[VERDICT_RETRY], harmless);
    }
    printf("%u commands x %zu faults\n", commands, COUNT(rows));
    scene_close(s);
}

static bool cancel_at_once(void *ctx)
{
    (void)ctx;
    return true;
}

static void no_chip_and_cancelled(void **state)
{
    struct scene *s = document_open(documents[0]);

    (void)state;
    ROW("no chip");
    s->chip.absent = true;
    scene_run(s);
    EXPECT(s->evidence.cut.code == E_TIMEOUT && says(&s->evidence, REASON_RF_NO_CHIP));
    EXPECT(scene_verdict(s, PROFILE_desk) == VERDICT_RETRY);
    ROW("cancelled");
    s->setup.watch.cancelled = cancel_at_once;
    scene_run(s);
    EXPECT(s->evidence.cut.code == E_CANCELLED && says(&s->evidence, REASON_CANCELLED));
    EXPECT(scene_verdict(s, PROFILE_desk) == VERDICT_RETRY);
    scene_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_command_meets_each_fault),
        cmocka_unit_test(no_chip_and_cancelled),
    };

    return cmocka_run_group_tests_name("inspect.faults", tests, NULL, NULL);
}
