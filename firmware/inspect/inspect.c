/* inspect: see inspect.h.  The plan is the table; the code below only walks it. */
#include "inspect/inspect.h"

#include "stages.h"

const struct stage_row inspect_plan[STAGE_COUNT] = {
    /* clang-format off */
    /* stage                  name                      run                  then                 no use         check                      spec */
    [STAGE_MRZ]           = { "MRZ",                    stage_mrz,           STAGE_CHIP,          STAGE_CHIP,    CHECK_OPT_MRZ_CONSISTENCY, "9303-3 §4; 9303-11 §4.2 step 0" },
    [STAGE_CHIP]          = { "document",               stage_chip,          STAGE_CARD_ACCESS,   STAGE_REPORT,  CHECK_ELE_ACCESS,          "ISO/IEC 14443-3, -4" },
    [STAGE_CARD_ACCESS]   = { "EF.CardAccess",          stage_card_access,   STAGE_PACE,          STAGE_PACE,    CHECK_ELE_ACCESS,          "9303-11 §4.2 step 1, §9.2.11" },
    [STAGE_PACE]          = { "PACE",                   stage_pace,          STAGE_CARD_SECURITY, STAGE_COMPARE, CHECK_ELE_ACCESS,          "9303-11 §4.2 step 3, §4.4" },
    [STAGE_CARD_SECURITY] = { "EF.CardSecurity",        stage_card_security, STAGE_SELECT,        STAGE_SELECT,  CHECK_ELE_CARDSECURITY,    "9303-11 §9.2.11; 9303-10 §3.11.4" },
    [STAGE_SELECT]        = { "application",            stage_select,        STAGE_ACCESS,        STAGE_COMPARE, CHECK_ELE_ACCESS,          "9303-11 §4.2 step 3" },
    [STAGE_ACCESS]        = { "access",                 stage_access,        STAGE_CHIPAUTH,      STAGE_COMPARE, CHECK_ELE_ACCESS,          "9303-11 §4.2 step 4, §4.3" },
    [STAGE_CHIPAUTH]      = { "chip authentication",    stage_chipauth,      STAGE_COM,           STAGE_COM,     CHECK_ELE_CA,              "9303-11 §6.2; TR-03110-1 3.4" },
    [STAGE_COM]           = { "EF.COM",                 stage_com,           STAGE_SOD,           STAGE_SOD,     CHECK_ELE_COMSOD,          "9303-10 §4.6.1" },
    [STAGE_SOD]           = { "EF.SOD",                 stage_sod,           STAGE_SIGNER,        STAGE_COMPARE, CHECK_ELE_SOD,             "9303-11 §5.1 steps 1 to 3" },
    [STAGE_SIGNER]        = { "signer",                 stage_signer,        STAGE_GROUPS,        STAGE_GROUPS,  CHECK_ELE_TRUST,           "9303-12 §5; TR-03135-1 5.6.4.3" },
    [STAGE_GROUPS]        = { "data groups",            stage_groups,        STAGE_ACTIVE,        STAGE_ACTIVE,  CHECK_ELE_DG,              "9303-11 §5.1 step 4; TR-03135-1 5.6.4.4.2" },
    [STAGE_ACTIVE]        = { "active authentication",  stage_active,        STAGE_TERMINAL,      STAGE_TERMINAL, CHECK_ELE_AA,             "9303-11 §6.1; TR-03135-1 5.6.4.1.1" },
    [STAGE_TERMINAL]      = { "terminal authentication", stage_terminal,     STAGE_PROOF,         STAGE_PROOF,   CHECK_ELE_TA,              "9303-11 §7.1; TR-03110-1 3.5" },
    [STAGE_PROOF]         = { "originality",            stage_proof,         STAGE_COMPARE,       STAGE_COMPARE, CHECK_ELE_CHIPAUTH,        "9303-11 §6; TR-03135-1 5.6.4.1" },
    [STAGE_COMPARE]       = { "comparison",             stage_compare,       STAGE_REPORT,        STAGE_REPORT,  CHECK_COM_MRZDG1,          "TR-03135-1 5.6.4.5, 5.7.1, 5.7.2" },
    [STAGE_REPORT]        = { "report",                 stage_report,        STAGE_CLOSE,         STAGE_CLOSE,   CHECK_ELE_ACCESS,          "TR-03135-1 6" },
    [STAGE_CLOSE]         = { "close",                  stage_close,         STAGE_COUNT,         STAGE_COUNT,   CHECK_ELE_ACCESS,          "field off, everything wiped" },
    /* clang-format on */
};

void inspect_begin(struct inspection *i, const struct inspect_setup *setup,
                   const struct inspect_order *order, struct buf store)
{
    wipe(i, sizeof *i); /* too large for a compound literal on the stack */
    i->setup = setup;
    i->order = *order;
    arena_begin(&i->arena, store);
    i->began_ms = clock_now_ms(setup->clock);
    i->today = clock_today(setup->clock);
}

/* Which sentence an officer gets for a failure that cut the inspection off. */
static enum reason reason_of_failure(enum outcome code)
{
    static const struct {
        enum outcome code;
        enum reason  reason;
    } rows[] = {
        { E_TIMEOUT, REASON_RF_TIMEOUT },     { E_CARD_GONE, REASON_RF_LOST },
        { E_BUS, REASON_FRONTEND },           { E_CANCELLED, REASON_CANCELLED },
        { E_SM_BROKEN, REASON_SM_BROKEN },    { E_NO_SPACE, REASON_RF_NONSENSE },
        { E_TRUNCATED, REASON_RF_NONSENSE },  { E_MALFORMED, REASON_RF_NONSENSE },
        { E_UNEXPECTED, REASON_RF_NONSENSE }, { E_TRAILING, REASON_RF_NONSENSE },
        { E_TOO_LONG, REASON_RF_NONSENSE },   { E_REFUSED, REASON_RF_NONSENSE },
    };

    for (size_t n = 0; n < sizeof rows / sizeof *rows; n++) {
        if (rows[n].code == code)
            return rows[n].reason;
    }
    return REASON_INTERNAL;
}

static void cut_off(struct inspection *i, const struct stage_row *row, struct err e)
{
    struct finding *f = &i->evidence.check[row->check];

    if (i->evidence.cut.code != OK) /* the first failure is the reason */
        return;
    i->evidence.cut = e;
    evidence_set(&i->evidence, row->check, ABORTED,
                 e.code == E_TIMEOUT && i->stage == STAGE_CHIP ? REASON_RF_NO_CHIP
                                                               : reason_of_failure(e.code));
    f->why = e;
}

static void add_time(struct inspection *i, const struct stage_row *row)
{
    const int64_t now = clock_now_ms(i->setup->clock);

    i->evidence.check[row->check].ms += (uint32_t)(now - i->stage_ms);
    i->evidence.effort.ms_total = (uint32_t)(now - i->began_ms);
}

bool inspect_step(struct inspection *i)
{
    const struct stage_row *row = &inspect_plan[i->stage];
    struct err              e;

    i->stage_ms = clock_now_ms(i->setup->clock);
    watch_progress(i);
    e = row->run(i);
    add_time(i, row);
    if (e.code == OK) {
        i->stage = row->then;
    } else if (e.code == E_UNSUPPORTED) {
        i->stage = row->no_use;
    } else {
        cut_off(i, row, e);
        i->stage = i->stage < STAGE_REPORT ? STAGE_REPORT : row->then;
    }
    return i->stage != STAGE_COUNT;
}

/* TR-03105-5.1 LDS_H_69. */
bool hashes_hold(const struct evidence *e)
{
    return evidence_result(e, CHECK_ELE_SOD_HASH) == SUCCESSFUL &&
           evidence_result(e, CHECK_ELE_SOD_SIG) == SUCCESSFUL &&
           evidence_result(e, CHECK_ELE_TRUST) != FAILED;
}

struct view inspect_verified(const struct inspection *i, unsigned dg)
{
    const bool good =
        dg >= 1 && dg <= DG_MAX && i->evidence.dg[dg] == DG_IDENTICAL && hashes_hold(&i->evidence);

    return good ? i->file[lds_file_of_dg(dg)] : view_of(NULL, 0);
}
