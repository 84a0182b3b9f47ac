/* select: see select.h. */
#include "iso7816/select.h"

enum { INS_SELECT = 0xA4 };

/* Rows of one purpose stand together, in the order tried. */
enum { FORM_AID, FORM_FID, FORM_MF, FORM_COUNT = FORM_MF + 4 };

static const struct {
    uint8_t p1, p2;
    bool    named; /* with the name as data */
    bool    more;  /* whatever the card says to it, the next row is worth a try */
} forms[FORM_COUNT] = {
    /* clang-format off */
    [FORM_AID]    = { 0x04, 0x0C, true,  false },
    [FORM_FID]    = { 0x02, 0x0C, true,  false },
    [FORM_MF]     = { 0x00, 0x0C, true,  true  },
    [FORM_MF + 1] = { 0x00, 0x0C, false, true  },
    [FORM_MF + 2] = { 0x00, 0x00, true,  true  },
    [FORM_MF + 3] = { 0x00, 0x00, false, false },
    /* clang-format on */
};

static struct err begin(struct select *s, uint8_t form, struct view name)
{
    struct select fresh = { .form = form, .name_len = (uint8_t)name.len };
    struct buf    copy = BUF(fresh.name);

    TRY(buf_put(&copy, name));
    *s = fresh;
    return SUCCESS;
}

struct err select_aid_begin(struct select *s, struct view aid)
{
    CHECK(aid.len >= 5 && aid.len <= SELECT_AID_MAX, E_BUG); /* ISO/IEC 7816-4 clause 12.2.3 */
    return begin(s, FORM_AID, aid);
}

struct err select_fid_begin(struct select *s, uint16_t fid)
{
    const uint8_t name[] = { (uint8_t)(fid >> 8), (uint8_t)fid };

    return begin(s, FORM_FID, VIEW(name));
}

struct err select_mf_begin(struct select *s)
{
    const uint8_t name[] = { 0x3F, 0x00 };

    return begin(s, FORM_MF, VIEW(name));
}

static struct capdu command(const struct select *s)
{
    return (struct capdu){
        .ins = INS_SELECT,
        .p1 = forms[s->form].p1,
        .p2 = forms[s->form].p2,
        .data = view_of(s->name, forms[s->form].named ? s->name_len : 0),
    };
}

/* What the card said is kept; another form is worth a try, or not. */
static struct err judge(struct select *s, uint16_t sw, bool *again)
{
    s->sw = sw;
    s->found = sw == SW_OK;
    *again = !s->found && forms[s->form].more;
    if (*again)
        s->form++;
    else if (!s->found && s->form < FORM_MF)
        FAIL_SW(sw);
    return SUCCESS;
}

struct err select_step(void *self, struct rapdu last, struct capdu *next, enum step *todo)
{
    struct select *s = self;
    bool           again = true;

    if (s->tried != 0) {
        TRY(last.lost);
        TRY(judge(s, last.sw, &again));
    }
    if (!again) {
        *todo = STEP_DONE;
        return SUCCESS;
    }
    s->tried++;
    *next = command(s);
    *todo = STEP_SEND;
    return SUCCESS;
}
