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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
    };

    return cmocka_run_group_tests_name("inspect.signer", tests, NULL, NULL);
}
