/*
 * genuine_test: faultless documents pass, in operation and in conformance, and every piece of
 * the evidence is what it should be.  Without this the flips and faults would prove nothing.
 */
#include "documents.h"

static void genuine_documents_pass(void **state)
{
    (void)state;
    for (size_t n = 0; n < COUNT(documents); n++) {
        struct scene *s = document_open(documents[n]);

        ROW(documents[n]);
        scene_run(s);
        if (scene_verdict(s, PROFILE_desk) != VERDICT_PASS ||
            scene_verdict(s, PROFILE_conformance) != VERDICT_PASS) {
            scene_print(s, stderr);
            fail_msg("[%s] does not pass", documents[n]);
        }
        scene_close(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(genuine_documents_pass),
    };

    return cmocka_run_group_tests_name("inspect.genuine", tests, NULL, NULL);
}
