/*
 * report_test: a report says everything, comes back whole, and can be judged again; a
 * damaged one is refused at every prefix.
 */
#include "base/cbor.h"
#include "expect.h"
#include "report/report.h"

static void fill(struct evidence *e)
{
    memset(e, 0, sizeof *e);
    for (unsigned c = 0; c < CHECK_COUNT; c++) {
        e->check[c].result = SUCCESSFUL;
        e->check[c].ms = c + 1;
    }
    e->check[CHECK_ELE_TRUST] =
        (struct finding){ .result = UNDETERMINED, .reason = REASON_CSCA_NOT_FOUND };
    e->check[CHECK_ELE_DG] = (struct finding){ .result = ABORTED,
                                               .reason = REASON_RF_LOST,
                                               .why = err_at(E_CARD_GONE, 0x6F00, "x.c:1") };
    e->dg[1] = DG_IDENTICAL;
    e->dg[2] = DG_ABORTED;
    e->dg[16] = DG_PRESENT;
    e->notes.place = PLACE_SOD;
    note_add(&e->notes, NOTE_SOD_BER);
    e->cut = err_at(E_CARD_GONE, 0, "exchange.c:42");
    e->effort = (struct effort){ 60, 2000, 20000, 900, 800 };
    e->fact[FACT_DS_SUBJECT] = TEXT("C=UT, CN=DS");
}

static struct view encoded(const struct evidence *e, enum profile_id p)
{
    static uint8_t bytes[REPORT_MAX];
    struct buf     out = BUF(bytes);

    EXPECT_CODE(report_encode(e, p, &out), OK);
    return buf_view(&out);
}

static void comes_back_whole(void **state)
{
    static struct evidence  e;
    static struct report    r;
    static struct judgement j;

    (void)state;
    fill(&e);
    EXPECT_CODE(report_decode(encoded(&e, PROFILE_gate), &r), OK);
    EXPECT(r.profile == PROFILE_gate && r.verdict == VERDICT_RETRY);
    for (unsigned c = 0; c < CHECK_COUNT; c++) {
        ROW(check_id(c));
        EXPECT(r.evidence.check[c].result == e.check[c].result);
        EXPECT(r.evidence.check[c].reason == e.check[c].reason);
        EXPECT(r.evidence.check[c].ms == e.check[c].ms);
        EXPECT(r.evidence.check[c].why.code == e.check[c].why.code);
        EXPECT(r.evidence.check[c].why.sw == e.check[c].why.sw);
    }
    EXPECT(memcmp(r.evidence.dg, e.dg, sizeof e.dg) == 0);
    EXPECT(r.evidence.notes.n == 1 && r.evidence.notes.item[0].place == PLACE_SOD);
    EXPECT(r.evidence.cut.code == E_CARD_GONE);
    EXPECT(memcmp(&r.evidence.effort, &e.effort, sizeof e.effort) == 0);
    EXPECT_BYTES(r.evidence.fact[FACT_DS_SUBJECT], e.fact[FACT_DS_SUBJECT]);
    verdict_of(&r.evidence, r.profile, &j);
    EXPECT(j.verdict == r.verdict);
}

static void notes_that_did_not_fit_are_not_forgotten(void **state)
{
    static struct evidence  e;
    static struct report    r;
    static struct judgement j;

    (void)state;
    memset(&e, 0, sizeof e);
    for (unsigned c = 0; c < CHECK_COUNT; c++)
        e.check[c].result = SUCCESSFUL;
    e.notes.overflow = true;
    EXPECT_CODE(report_decode(encoded(&e, PROFILE_desk), &r), OK);
    verdict_of(&r.evidence, r.profile, &j);
    EXPECT(r.verdict == VERDICT_REFER && j.verdict == VERDICT_REFER);
}

static void every_prefix_is_refused(void **state)
{
    static struct evidence e;
    struct view            whole;

    (void)state;
    fill(&e);
    whole = encoded(&e, PROFILE_desk);
    for (size_t n = 0; n < whole.len; n++) {
        static struct report r;
        uint8_t             *exact = malloc(n ? n : 1);

        memcpy(exact, whole.ptr, n);
        EXPECT(report_decode(view_of(exact, n), &r).code != OK);
        free(exact);
    }
}

static void a_newer_reader_is_never_read_milder(void **state)
{
    static struct evidence  e;
    static struct report    r;
    static struct judgement j;
    uint8_t                 bytes[REPORT_MAX / 8];
    struct buf              out = BUF(bytes);

    (void)state;
    memset(&e, 0, sizeof e);
    /* a report with one check and one note that this firmware does not have, and one more key */
    EXPECT_CODE(cbor_put_map(&out, 5), OK);
    EXPECT_CODE(cbor_put_string(&out, "format"), OK);
    EXPECT_CODE(cbor_put_uint(&out, REPORT_FORMAT), OK);
    EXPECT_CODE(cbor_put_string(&out, "profile"), OK);
    EXPECT_CODE(cbor_put_string(&out, "desk"), OK);
    EXPECT_CODE(cbor_put_string(&out, "checks"), OK);
    EXPECT_CODE(cbor_put_array(&out, 1), OK);
    EXPECT_CODE(cbor_put_map(&out, 1), OK);
    EXPECT_CODE(cbor_put_string(&out, "id"), OK);
    EXPECT_CODE(cbor_put_string(&out, "ele.quantum"), OK);
    EXPECT_CODE(cbor_put_string(&out, "notes"), OK);
    EXPECT_CODE(cbor_put_array(&out, 1), OK);
    EXPECT_CODE(cbor_put_map(&out, 1), OK);
    EXPECT_CODE(cbor_put_string(&out, "note"), OK);
    EXPECT_CODE(cbor_put_string(&out, "NEVER_HEARD_OF"), OK);
    EXPECT_CODE(cbor_put_string(&out, "colour"), OK);
    EXPECT_CODE(cbor_put_array(&out, 0), OK);
    EXPECT_CODE(report_decode(buf_view(&out), &r), OK);
    EXPECT(r.evidence.notes.overflow);
    for (unsigned c = 0; c < CHECK_COUNT; c++)
        r.evidence.check[c].result = SUCCESSFUL;
    verdict_of(&r.evidence, r.profile, &j);
    EXPECT(j.verdict == VERDICT_REFER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_whole),
        cmocka_unit_test(notes_that_did_not_fit_are_not_forgotten),
        cmocka_unit_test(every_prefix_is_refused),
        cmocka_unit_test(a_newer_reader_is_never_read_milder),
    };

    return cmocka_run_group_tests_name("report.report", tests, NULL, NULL);
}
