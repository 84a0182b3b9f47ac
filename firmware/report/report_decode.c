/* report_decode: see report.h. */
#include "base/cbor.h"
#include "report/report.h"

/* Reads one member's value; every handler leaves in right behind it. */
typedef struct err member_fn(struct view *in, void *into);

struct member {
    const char *key;
    member_fn  *read;
};

static bool is(struct view text, const char *name)
{
    return view_eq(text, text_of(name));
}

/* Walk a map; members that no row names are passed over. */
static struct err read_map(struct view *in, const struct member *rows, size_t n_rows, void *into)
{
    size_t n;

    TRY(cbor_map(in, &n));
    for (size_t i = 0; i < n; i++) {
        struct view key;
        size_t      r = 0;

        TRY(cbor_text(in, &key));
        while (r < n_rows && !is(key, rows[r].key))
            r++;
        TRY(r < n_rows ? rows[r].read(in, into) : cbor_skip(in));
    }
    return SUCCESS;
}

#define ROWS(table) (table), sizeof(table) / sizeof *(table)

/* The index of text among count names; count if it is none of them. */
static struct err read_name(struct view *in, const char *(*name)(unsigned), unsigned count,
                            unsigned *out)
{
    struct view text;

    TRY(cbor_text(in, &text));
    for (*out = 0; *out < count && !is(text, name(*out)); (*out)++)
        ;
    return SUCCESS;
}

/* The results' names, by place in this list: they are no running numbers. */
static const enum result results[] = { NOT_RUN,      SUCCESSFUL,    FAILED,
                                       UNDETERMINED, NOT_SUPPORTED, ABORTED };

static const char *result_at(unsigned i)
{
    return result_name(results[i]);
}

static struct err read_u32(struct view *in, uint32_t *out)
{
    uint64_t n;

    TRY(cbor_uint(in, &n));
    CHECK(n <= UINT32_MAX, E_TOO_LONG);
    *out = (uint32_t)n;
    return SUCCESS;
}

static struct err failure_code(struct view *in, void *into)
{
    struct err *e = into;
    unsigned    code;

    TRY(read_name(in, outcome_name, OUTCOME_COUNT, &code));
    e->code = code == OUTCOME_COUNT ? E_BUG : (enum outcome)code;
    return SUCCESS;
}

static struct err failure_sw(struct view *in, void *into)
{
    struct err *e = into;
    uint32_t    sw;

    TRY(read_u32(in, &sw));
    e->sw = (uint16_t)sw;
    return SUCCESS;
}

static struct err read_failure(struct view *in, struct err *out)
{
    static const struct member rows[] = { { "code", failure_code }, { "sw", failure_sw } };

    out->where = "";
    return read_map(in, ROWS(rows), out);
}

/* One element of "checks", before it is known which. */
struct check_row {
    unsigned       check; /* CHECK_COUNT if unknown */
    struct finding finding;
};

static struct err check_row_id(struct view *in, void *into)
{
    struct check_row *row = into;

    return read_name(in, check_id, CHECK_COUNT, &row->check);
}

static struct err check_row_result(struct view *in, void *into)
{
    struct check_row *row = into;
    const unsigned    count = sizeof results / sizeof *results;
    unsigned          i;

    TRY(read_name(in, result_at, count, &i));
    row->finding.result = i == count ? UNDETERMINED : results[i];
    return SUCCESS;
}

static struct err check_row_reason(struct view *in, void *into)
{
    struct check_row *row = into;
    struct view       text;

    TRY(cbor_text(in, &text));
    row->finding.reason = reason_of(text);
    return SUCCESS;
}

static struct err check_row_ms(struct view *in, void *into)
{
    struct check_row *row = into;

    return read_u32(in, &row->finding.ms);
}

static struct err check_row_err(struct view *in, void *into)
{
    struct check_row *row = into;

    return read_failure(in, &row->finding.why);
}

static struct err read_checks(struct view *in, void *into)
{
    static const struct member rows[] = {
        { "id", check_row_id }, { "result", check_row_result }, { "reason", check_row_reason },
        { "ms", check_row_ms }, { "err", check_row_err },
    };
    struct report *r = into;
    size_t         n;

    TRY(cbor_array(in, &n));
    for (size_t i = 0; i < n; i++) {
        struct check_row row = { .check = CHECK_COUNT };

        TRY(read_map(in, ROWS(rows), &row));
        if (row.check == CHECK_COUNT)
            r->evidence.notes.overflow = true; /* a newer reader's check: we cannot weigh it */
        else
            r->evidence.check[row.check] = row.finding;
    }
    return SUCCESS;
}

static const char *group_name(unsigned i)
{
    return place_name(PLACE_DG1 + i);
}

static struct err read_groups(struct view *in, void *into)
{
    struct report *r = into;
    size_t         n;

    TRY(cbor_map(in, &n));
    for (size_t i = 0; i < n; i++) {
        unsigned dg, state;

        TRY(read_name(in, group_name, DG_MAX, &dg));
        TRY(read_name(in, dg_state_name, DG_STATE_COUNT, &state));
        if (dg < DG_MAX && state < DG_STATE_COUNT)
            r->evidence.dg[dg + 1] = (enum dg_state)state;
    }
    return SUCCESS;
}

static struct err note_row_note(struct view *in, void *into)
{
    struct note *n = into;
    unsigned     id;

    TRY(read_name(in, note_name, NOTE_COUNT, &id));
    n->id = (uint8_t)id;
    return SUCCESS;
}

static struct err note_row_place(struct view *in, void *into)
{
    struct note *n = into;
    unsigned     place;

    TRY(read_name(in, place_name, PLACE_COUNT, &place));
    n->place = place == PLACE_COUNT ? PLACE_NONE : (uint8_t)place;
    return SUCCESS;
}

static struct err read_notes(struct view *in, void *into)
{
    static const struct member rows[] = { { "note", note_row_note }, { "place", note_row_place } };
    struct report             *r = into;
    size_t                     n;

    TRY(cbor_array(in, &n));
    for (size_t i = 0; i < n; i++) {
        struct note note = { .id = NOTE_COUNT };

        TRY(read_map(in, ROWS(rows), &note));
        r->evidence.notes.place = (enum place)note.place;
        if (note.id == NOTE_COUNT)
            r->evidence.notes.overflow = true;
        else
            note_add(&r->evidence.notes, (enum note_id)note.id);
    }
    return SUCCESS;
}

static struct err effort_apdus(struct view *in, void *into)
{
    return read_u32(in, &((struct effort *)into)->apdus);
}

static struct err effort_sent(struct view *in, void *into)
{
    return read_u32(in, &((struct effort *)into)->bytes_sent);
}

static struct err effort_received(struct view *in, void *into)
{
    return read_u32(in, &((struct effort *)into)->bytes_received);
}

static struct err effort_ms(struct view *in, void *into)
{
    return read_u32(in, &((struct effort *)into)->ms_total);
}

static struct err effort_ms_chip(struct view *in, void *into)
{
    return read_u32(in, &((struct effort *)into)->ms_chip);
}

static struct err read_effort(struct view *in, void *into)
{
    static const struct member rows[] = {
        { "apdus", effort_apdus }, { "sent", effort_sent },       { "received", effort_received },
        { "ms", effort_ms },       { "ms_chip", effort_ms_chip },
    };
    struct report *r = into;

    return read_map(in, ROWS(rows), &r->evidence.effort);
}

static struct err read_facts(struct view *in, void *into)
{
    struct report *r = into;
    size_t         n;

    TRY(cbor_map(in, &n));
    for (size_t i = 0; i < n; i++) {
        unsigned    fact;
        struct view text;

        TRY(read_name(in, fact_key, FACT_COUNT, &fact));
        TRY(cbor_text(in, &text));
        if (fact < FACT_COUNT)
            r->evidence.fact[fact] = text;
    }
    return SUCCESS;
}

static struct err read_format(struct view *in, void *into)
{
    uint64_t format;

    (void)into;
    TRY(cbor_uint(in, &format));
    CHECK(format == REPORT_FORMAT, E_UNSUPPORTED);
    return SUCCESS;
}

static struct err read_verdict(struct view *in, void *into)
{
    struct report *r = into;
    unsigned       v;

    TRY(read_name(in, verdict_name, VERDICT_COUNT, &v));
    CHECK(v < VERDICT_COUNT, E_UNSUPPORTED);
    r->verdict = (enum verdict)v;
    return SUCCESS;
}

static struct err read_profile(struct view *in, void *into)
{
    struct report *r = into;
    struct view    text;

    TRY(cbor_text(in, &text));
    return profile_of(text, &r->profile);
}

static struct err read_cut(struct view *in, void *into)
{
    struct report *r = into;

    return read_failure(in, &r->evidence.cut);
}

static struct err read_notes_lost(struct view *in, void *into)
{
    struct report *r = into;
    bool           lost;

    TRY(cbor_bool(in, &lost));
    r->evidence.notes.overflow = r->evidence.notes.overflow || lost;
    return SUCCESS;
}

struct err report_decode(struct view cbor, struct report *out)
{
    static const struct member rows[] = {
        { "format", read_format },         { "verdict", read_verdict },
        { "profile", read_profile },       { "checks", read_checks },
        { "groups", read_groups },         { "notes", read_notes },
        { "notes_lost", read_notes_lost }, { "effort", read_effort },
        { "facts", read_facts },           { "cut", read_cut },
    };
    struct report draft = { .verdict = VERDICT_RETRY };

    TRY(read_map(&cbor, ROWS(rows), &draft));
    CHECK(cbor.len == 0, E_TRAILING);
    *out = draft;
    return SUCCESS;
}
