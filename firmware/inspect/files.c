/* files: reading one file of the chip into the arena. */
#include <string.h>

#include "iso7816/status.h"
#include "stages.h"

void watch_progress(const struct inspection *i)
{
    const struct inspect_watch   *w = &i->setup->watch;
    const struct inspect_progress p = {
        .stage = i->stage,
        .file = i->reading_name,
        .done = i->reading.out == NULL ? 0 : i->reading.out->len - i->reading.base,
        .total = i->reading.total,
    };

    if (w->progress != NULL)
        w->progress(w->ctx, &p);
}

struct deadline step_deadline(const struct inspection *i)
{
    const struct deadline own = clock_in(i->setup->clock, INSPECT_STEP_MS);

    return own.at_ms < i->limit.at_ms ? own : i->limit;
}

bool no_answer(const struct inspection *i)
{
    return i->got < sizeof(uint16_t);
}

bool file_absent(struct err refused)
{
    return status_of(refused.sw) == STATUS_ABSENT && refused.cause != E_TRUNCATED;
}

bool about_the_file(const struct inspection *i, enum outcome code)
{
    if (no_answer(i))
        return false;
    return code == E_NO_SPACE || code == E_TOO_LONG || code == E_TRUNCATED || code == E_MALFORMED ||
           code == E_UNSUPPORTED || code == E_UNEXPECTED;
}

/* The chip refuses an offset or a length where, by the file's own header, there are bytes left:
 * the file is shorter than it says. */
static bool ends_early(struct err e, size_t have)
{
    return e.code == E_REFUSED && have != 0 && status_of(e.sw) == STATUS_LENGTH;
}

/* Some chips say in the clear that a file is absent or denied, and the session is gone with
 * that (quirks A1, C1).  It is still their answer about the file: asking again would only end
 * the next session.  Who forges it hides a file, which is found out by its signed hash. */
static bool refused_in_the_clear(struct err e, size_t have)
{
    const enum status s = status_of(e.sw);

    return e.code == E_SM_BROKEN && have == 0 && (s == STATUS_ABSENT || s == STATUS_DENIED);
}

static struct err read_into(struct inspection *i, const struct lds_file *f, struct buf *out)
{
    const struct ef_name name = { .fid = f->fid, .sfi = i->by_fid ? 0 : f->sfi };
    const size_t         room = exchange_room(&i->exchange);
    const size_t         chunk = i->chunk != 0 && i->chunk < room ? i->chunk : room;

    TRY(ef_read_begin(&i->reading, name, chunk, out));
    return exchange_run(&i->exchange, ef_read_step, &i->reading, step_deadline(i));
}

/* What the reading came to, in the three kinds of stages.h. */
static struct err sort_out(struct inspection *i, struct err e, size_t have)
{
    if (about_the_file(i, e.code) || ends_early(e, have))
        return err_as(E_UNEXPECTED, e);
    if (refused_in_the_clear(e, have))
        FAIL_SW(e.sw);
    if (e.code == E_REFUSED && have != 0)
        e.cause = E_TRUNCATED; /* it was there a moment ago: see file_absent() */
    return e;
}

struct err file_read(struct inspection *i, enum lds_file_id id)
{
    const struct lds_file *f = lds_file_of(id);
    struct buf             out;
    struct err             e;

    if (i->file[id].len != 0)
        return SUCCESS;
    TRY(i->refused[id]);
    arena_rest(&i->arena, &out);
    i->reading_name = f->name;
    e = read_into(i, f, &out);
    watch_progress(i);
    arena_keep(&i->arena, &out); /* what was read of a file that failed is wiped with the rest */
    i->reading_name = NULL;
    if (i->reading.fell)
        i->chunk = i->reading.chunk;
    i->by_fid = i->by_fid || (e.code == OK && i->reading.by_fid);
    memset(&i->reading, 0, sizeof i->reading);
    e = sort_out(i, e, out.len);
    if (e.code == E_REFUSED || e.code == E_UNEXPECTED)
        i->refused[id] = e;
    TRY(e);
    i->file[id] = buf_view(&out);
    return SUCCESS;
}
