/* ef_scan: see ef_scan.h for the picture. */
#include "iso7816/ef_scan.h"

#include "iso7816/status.h"

enum {
    INS_SELECT = 0xA4,
    INS_READ_BINARY = 0xB0,
    LE_ALL = 256,
    SW_MORE = 0x6100, /* 61XX */
    SHORT_FULL = 223, /* bytes: no protected answer to a short command need hold more */
};

struct err ef_scan_begin(struct ef_scan *s, struct ef_name name, size_t room, struct buf *out)
{
    CHECK(name.sfi <= 0x1E && (name.sfi != 0 || name.fid != 0), E_BUG);
    CHECK(room >= 8, E_BUG);
    *s = (struct ef_scan){
        .state = EF_SCAN_START,
        .name = name,
        .by_fid = name.sfi == 0,
        .full = room < SHORT_FULL ? (uint16_t)room : SHORT_FULL,
        .base = out->len,
        .out = out,
    };
    return SUCCESS;
}

static size_t have(const struct ef_scan *s)
{
    return s->out->len - s->base;
}

static struct err select_file(struct ef_scan *s, struct capdu *next)
{
    struct buf data = BUF(s->data);

    TRY(buf_u16(&data, s->name.fid));
    s->state = EF_SCAN_SELECT;
    *next = (struct capdu){ .ins = INS_SELECT, .p1 = 0x02, .p2 = 0x0C, .data = buf_view(&data) };
    return SUCCESS;
}

static struct err read_first(struct ef_scan *s, uint32_t le, struct capdu *next)
{
    s->state = EF_SCAN_FIRST;
    *next = (struct capdu){ .ins = INS_READ_BINARY, .le = le };
    if (!s->by_fid)
        next->p1 = (uint8_t)(0x80 | s->name.sfi);
    return SUCCESS;
}

static struct err read_more(struct ef_scan *s, struct capdu *next)
{
    const size_t at = have(s);

    s->state = EF_SCAN_MORE;
    *next = (struct capdu){
        .ins = INS_READ_BINARY, .p1 = (uint8_t)(at >> 8), .p2 = (uint8_t)at, .le = LE_ALL
    };
    return SUCCESS;
}

static struct err on_start(struct ef_scan *s, struct rapdu last, struct capdu *next,
                           enum step *todo)
{
    (void)last;
    *todo = STEP_SEND;
    return s->by_fid ? select_file(s, next) : read_first(s, LE_ALL, next);
}

static struct err on_select(struct ef_scan *s, struct rapdu last, struct capdu *next,
                            enum step *todo)
{
    TRY(rapdu_ok(last));
    *todo = STEP_SEND;
    return read_first(s, LE_ALL, next);
}

/* An answer with data: is there more? */
static struct err take(struct ef_scan *s, struct rapdu last, struct capdu *next, enum step *todo)
{
    const struct view data = last.data;
    const bool        full = data.len >= s->full || (last.sw & 0xFF00) == SW_MORE;

    CHECK(have(s) + data.len <= EF_SCAN_MAX, E_TOO_LONG);
    TRY(buf_put(s->out, data));
    *todo = full ? STEP_SEND : STEP_DONE;
    return full ? read_more(s, next) : SUCCESS;
}

/* Refused: the card's own length, the other way in, or no such file. */
static struct err refused(struct ef_scan *s, uint16_t sw, struct capdu *next, enum step *todo)
{
    *todo = STEP_SEND;
    if (status_of(sw) == STATUS_EXACT && !s->exact) {
        s->exact = true;
        return read_first(s, (sw & 0xFF) != 0 ? sw & 0xFF : LE_ALL, next);
    }
    if (s->by_fid || s->name.fid == 0)
        FAIL_SW(sw);
    s->by_fid = true;
    s->exact = false;
    return select_file(s, next);
}

static bool is_data(const struct rapdu *r)
{
    const enum status status = status_of(r->sw);

    return (status == STATUS_OK || status == STATUS_PART) && r->data.len != 0;
}

static struct err on_first(struct ef_scan *s, struct rapdu last, struct capdu *next,
                           enum step *todo)
{
    TRY(last.lost);
    if (is_data(&last))
        return take(s, last, next, todo);
    if (last.sw != SW_OK && last.sw != SW_EOF)
        return refused(s, last.sw, next, todo);
    *todo = STEP_DONE; /* there, and empty */
    return SUCCESS;
}

static struct err on_more(struct ef_scan *s, struct rapdu last, struct capdu *next, enum step *todo)
{
    TRY(last.lost);
    if (is_data(&last))
        return take(s, last, next, todo);
    *todo = STEP_DONE; /* the end, in whatever words */
    return SUCCESS;
}

struct err ef_scan_step(void *self, struct rapdu last, struct capdu *next, enum step *todo)
{
    static struct err (*const on[])(struct ef_scan *, struct rapdu, struct capdu *, enum step *) = {
        [EF_SCAN_START] = on_start,
        [EF_SCAN_SELECT] = on_select,
        [EF_SCAN_FIRST] = on_first,
        [EF_SCAN_MORE] = on_more,
    };
    struct ef_scan *s = self;

    return on[s->state](s, last, next, todo);
}
