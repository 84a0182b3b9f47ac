/*
 * plan_test: the plan ends, from everywhere, whatever the chip does.
 *
 * Every arrow points to a later stage, so no run is longer than STAGE_COUNT steps; every stage
 * but the first is some arrow's target; and the report and the end cannot be gone around.
 */
#include "expect.h"
#include "inspect/inspect.h"

static void arrows_only_go_forward(void **state)
{
    bool target[STAGE_COUNT + 1] = { [STAGE_MRZ] = true };

    (void)state;
    for (enum stage s = 0; s < STAGE_COUNT; s++) {
        ROW(inspect_plan[s].name);
        EXPECT(inspect_plan[s].run != NULL && inspect_plan[s].spec != NULL);
        EXPECT(inspect_plan[s].then > s && inspect_plan[s].no_use > s);
        target[inspect_plan[s].then] = target[inspect_plan[s].no_use] = true;
    }
    for (enum stage s = 0; s < STAGE_COUNT; s++)
        EXPECT(target[s]);
}

static void report_and_close_are_on_every_path(void **state)
{
    (void)state;
    for (enum stage s = 0; s < STAGE_REPORT; s++) {
        ROW(inspect_plan[s].name);
        EXPECT(inspect_plan[s].then <= STAGE_REPORT && inspect_plan[s].no_use <= STAGE_REPORT);
    }
    EXPECT(inspect_plan[STAGE_REPORT].then == STAGE_CLOSE);
    EXPECT(inspect_plan[STAGE_REPORT].no_use == STAGE_CLOSE);
    EXPECT(inspect_plan[STAGE_CLOSE].then == STAGE_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrows_only_go_forward),
        cmocka_unit_test(report_and_close_are_on_every_path),
    };

    return cmocka_run_group_tests_name("inspect.plan", tests, NULL, NULL);
}
