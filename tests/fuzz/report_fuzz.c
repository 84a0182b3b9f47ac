/*
 * report_fuzz: a report from a reader that lies.
 *
 * Property: decoding returns, and judging what was decoded never passes on evidence that
 * lacks a mandatory check.
 */
#include <stdlib.h>

#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct report    r;
    static struct judgement j;

    if (report_decode(view_of(data, size), &r).code != OK)
        return 0;
    verdict_of(&r.evidence, r.profile, &j);
    for (unsigned c = 0; c < CHECK_COUNT && j.verdict == VERDICT_PASS; c++) {
        const struct rule rule = profile_rule(r.profile, (enum check)c);

        if (rule.obligation == OBLIGATION_MANDATORY && r.evidence.check[c].result == NOT_RUN)
            abort();
    }
    return 0;
}
