/* ta_chip_read: section [ta] of document.ini, see ta_chip.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/tlv.h"

#include "chip/bac_chip.h"
#include "chip/ta_chip.h"
#include "chip/words.h"

enum { CERTIFICATE_MAX = 4096, DATES_IN_INFO = 14 };

static const struct words settings_of_ta[] = {
    /* clang-format off */
    { "ta", "id",    "auto number dynamic can", TA_ID_AUTO },
    { "ta", "fault", "none challenge-7 challenge-9 refuses-good-signature other-id "
                     "dst-accepts-unknown forgets-rights", TA_FAULTLESS },
    /* clang-format on */
};

static struct err read_file(const char *folder, const char *name, size_t len, struct buf *out,
                            struct problem *why)
{
    char  path[1200];
    FILE *in;

    snprintf(path, sizeof path, "%s/%.*s", folder, (int)len, name);
    in = fopen(path, "rb");
    if (in == NULL)
        return problem_set(why, E_TRUNCATED, "%s: %s", path, strerror(errno));
    out->len = fread(out->ptr, 1, out->cap, in);
    fclose(in);
    return SUCCESS;
}

static struct err read_point(struct ta_chip *t, const char *folder, const char *name, size_t len,
                             struct problem *why)
{
    static uint8_t   room[CERTIFICATE_MAX];
    struct ta_point *p = t->trust[0].key.key == NULL ? &t->trust[0] : &t->trust[1];
    struct buf       file = BUF(room);
    struct view      rest, content;
    struct cvc_chip  c;

    if (p->key.key != NULL)
        return problem_set(why, E_TOO_LONG, "document.ini: [ta] trust: two at most");
    TRY(read_file(folder, name, len, &file, why));
    rest = buf_view(&file);
    if (tlv_expect(&rest, 0x7F21, &content).code != OK || tlv_end(rest).code != OK ||
        cvc_chip_parse(content, &c).code != OK || cvc_chip_key(&c, NULL, &p->key).code != OK)
        return problem_set(why, E_MALFORMED, "%s/%.*s: not a CVCA's certificate", folder, (int)len,
                           name);
    p->name_len = c.chr.len;
    memcpy(p->name, c.chr.ptr, c.chr.len);
    p->role = CVC_CA;
    p->rights = view_at(c.rights, c.rights.len - 1) & 0x3F;
    p->clock = true;
    p->effective = c.effective;
    if (t->date < c.effective)
        t->date = c.effective;
    return SUCCESS;
}

/* "2026-11-21" as 20261121, or 0. */
static uint32_t date_of(const char *text)
{
    uint32_t date = 0;

    for (size_t i = 0; i < 10; i++) {
        const bool dash = i == 4 || i == 7;

        if (dash ? text[i] != '-' : text[i] < '0' || text[i] > '9')
            return 0;
        if (!dash)
            date = date * 10 + (uint32_t)(text[i] - '0');
    }
    return text[10] == '\0' ? date : 0;
}

static struct err read_date(struct ta_chip *t, struct settings *s, struct problem *why)
{
    const struct setting *line = settings_find(s, "ta", "date");

    if (line == NULL)
        return SUCCESS; /* the newest trust point's */
    t->date = date_of(line->value);
    if (t->date == 0)
        return problem_set(why, E_MALFORMED, "%s:%u: [ta] date is YYYY-MM-DD", s->origin,
                           line->line);
    return SUCCESS;
}

/* Number and check digit stand before the dates in the MRZ's information. */
static struct err read_number(struct ta_chip *t, struct settings *s, struct problem *why)
{
    const char *lines[] = { settings_text(s, "document", "mrz1", ""),
                            settings_text(s, "document", "mrz2", ""),
                            settings_text(s, "document", "mrz3", "") };
    const char *can = settings_text(s, "document", "can", "");
    struct buf  out = BUF(t->number);

    if (t->id == TA_ID_CAN && *can != '\0')
        TRY(buf_put(&out, text_of(can)));
    else if (t->id == TA_ID_CAN)
        return problem_set(why, E_MALFORMED, "document.ini: [ta] id needs [document] can");
    else if (t->id != TA_ID_DYNAMIC)
        TRY(bac_chip_info(lines[0], lines[1], lines[2], &out, why));
    t->number_len =
        out.len > DATES_IN_INFO && t->id != TA_ID_CAN ? out.len - DATES_IN_INFO : out.len;
    return SUCCESS;
}

static struct err read_all(struct ta_chip *t, struct settings *s, const char *folder,
                           struct problem *why)
{
    const char *list = settings_text(s, "ta", "trust", ""), *word;
    size_t      len;

    TRY(words_read(&settings_of_ta[0], s, &t->id, why));
    TRY(words_read(&settings_of_ta[1], s, &t->fault, why));
    t->protects = settings_text(s, "ta", "protects", "DG3 DG4");
    while (words_next(&list, &word, &len))
        TRY(read_point(t, folder, word, len, why));
    TRY(read_date(t, s, why));
    return read_number(t, s, why);
}

struct err ta_chip_read(struct ta_chip *t, struct settings *s, const char *folder,
                        struct problem *why)
{
    struct err e;

    memset(t, 0, sizeof *t);
    t->offered = settings_find(s, "ta", "") != NULL;
    if (!t->offered)
        return SUCCESS;
    e = read_all(t, s, folder, why);
    if (e.code != OK)
        ta_chip_free(t);
    return e;
}
