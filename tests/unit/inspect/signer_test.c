/*
 * signer_test: documents whose every signature and hash is right, and whose signer is not one
 * for such a document.
 */
#include "documents.h"

static const struct {
    const char  *document;
    enum verdict desk, conformance;
    enum note_id note;
} rows[] = {
    { "utopia", VERDICT_PASS, VERDICT_PASS, NOTE_NONE },
    { "other-type", VERDICT_REFER, VERDICT_FAIL, NOTE_SIGNER_OTHER_TYPES },
};

static void rows_hold(void **state)
{
    (void)state;
    for (size_t n = 0; n < COUNT(rows); n++) {
        struct scene *s = document_open(rows[n].document);

        ROW(rows[n].document);
        scene_run(s);
        EXPECT(evidence_result(&s->evidence, CHECK_ELE_SOD_SIG) == SUCCESSFUL);
        EXPECT(evidence_result(&s->evidence, CHECK_ELE_DG) == SUCCESSFUL);
        EXPECT(evidence_result(&s->evidence, CHECK_ELE_TRUST) == SUCCESSFUL);
        EXPECT(rows[n].note == NOTE_NONE || note_seen(&s->evidence.notes, rows[n].note));
        EXPECT(scene_verdict(s, PROFILE_desk) == rows[n].desk);
        EXPECT(scene_verdict(s, PROFILE_conformance) == rows[n].conformance);
        scene_close(s);
    }
}

/* Whose hashes nobody signed: its files are not handed out as verified, though each has the
 * hash that EF.SOD gives it. */
static void nothing_is_given_out_unsigned(void **state)
{
    (void)state;
    struct scene     *s = document_open("utopia");
    struct chip_file *sod = plain_chip_file(&s->chip, "EF.SOD");

    ROW("genuine");
    scene_run(s);
    EXPECT((s->given & 1U << 2) != 0);
    ROW("last bit of the signature");
    sod->bytes[sod->len - 1] ^= 1;
    s->given = 0;
    scene_run(s);
    EXPECT(s->evidence.dg[2] == DG_IDENTICAL);
    EXPECT(evidence_result(&s->evidence, CHECK_ELE_SOD_SIG) == FAILED);
    EXPECT(s->given == 0);
    scene_close(s);
}

/* scene_run() looks for what is left in memory. */
static void pieces_do_not_stay(void **state)
{
    (void)state;
    struct scene *s = document_open("pieces-cut");

    ROW("pieces-cut");
    scene_run(s);
    EXPECT(evidence_result(&s->evidence, CHECK_ELE_SOD) == FAILED);
    EXPECT(scene_verdict(s, PROFILE_desk) == VERDICT_FAIL);
    scene_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(nothing_is_given_out_unsigned),
        cmocka_unit_test(pieces_do_not_stay),
    };

    return cmocka_run_group_tests_name("inspect.signer", tests, NULL, NULL);
}
