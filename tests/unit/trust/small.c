/* small: see small.h. */
#include "small.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ca.h"
#include "report.h"
#include "ties.h"

static void must(struct err e)
{
    if (e.code == OK)
        return;
    fprintf(stderr, "%s at %s\n", outcome_name(e.code), e.where);
    abort();
}

struct bundle_terms small_terms(const struct small *s, uint64_t counter)
{
    return (struct bundle_terms){ .key = VIEW(s->signer.point), .counter = counter };
}

void small_begin(struct small *s)
{
    struct view own, other;

    memset(s, 0, sizeof *s);
    must(signer_new(&own, &other));
    must(signer_private(own, &s->signer));
    s->terms = (struct bundle_terms_written){ .counter = 7,
                                              .created = ca_year(2024),
                                              .valid_until = ca_year(2034) };
    must(signer_random(s->terms.base_id, sizeof s->terms.base_id));
    pool_source(&s->pool, "made by the test", ANCHOR_FROM_FILE, TEXT(""));
}

void small_end(struct small *s)
{
    const struct bundle_terms terms = small_terms(s, 0);
    enum bundle_why           why;

    ties_find(&s->pool);
    ties_crls(&s->pool);
    report_remarks(&s->pool, stderr);
    must(bundle_write(&s->pool, &s->terms, &s->signer, &s->file));
    must(bundle_open(&s->bundle, s->file, &terms, &why));
}
