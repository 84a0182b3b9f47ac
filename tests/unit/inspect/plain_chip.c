/* plain_chip: see plain_chip.h. */
#include "plain_chip.h"

#include "expect.h"

static const struct chip_file table[CHIP_FILES] = {
    { .name = "EF.COM", .sfi = 0x1E, .fid = 0x011E },
    { .name = "EF.SOD", .sfi = 0x1D, .fid = 0x011D },
    { .name = "DG1", .sfi = 1, .fid = 0x0101 },
    { .name = "DG2", .sfi = 2, .fid = 0x0102 },
    { .name = "DG3", .sfi = 3, .fid = 0x0103 },
    { .name = "DG4", .sfi = 4, .fid = 0x0104 },
    { .name = "DG5", .sfi = 5, .fid = 0x0105 },
    { .name = "DG6", .sfi = 6, .fid = 0x0106 },
    { .name = "DG7", .sfi = 7, .fid = 0x0107 },
    { .name = "DG8", .sfi = 8, .fid = 0x0108 },
    { .name = "DG9", .sfi = 9, .fid = 0x0109 },
    { .name = "DG10", .sfi = 10, .fid = 0x010A },
    { .name = "DG11", .sfi = 11, .fid = 0x010B },
    { .name = "DG12", .sfi = 12, .fid = 0x010C },
    { .name = "DG13", .sfi = 13, .fid = 0x010D },
    { .name = "DG14", .sfi = 14, .fid = 0x010E },
    { .name = "DG15", .sfi = 15, .fid = 0x010F },
    { .name = "DG16", .sfi = 16, .fid = 0x0110 },
};

static int64_t set_now(struct clock_port *c)
{
    return ++((struct set_clock *)c)->ms;
}

static struct date set_today(struct clock_port *c)
{
    return ((struct set_clock *)c)->date;
}

void set_clock_begin(struct set_clock *c, struct date today)
{
    static const struct clock_ops ops = { .now_ms = set_now, .today = set_today };

    *c = (struct set_clock){ .port = { &ops }, .date = today };
}

/* What is being answered: data so far, then two bytes of status. */
static struct err answer(struct buf *rx, const uint8_t *data, size_t len, unsigned sw)
{
    const uint8_t word[] = { (uint8_t)(sw >> 8), (uint8_t)sw };

    TRY(buf_put(rx, view_of(data, len)));
    return buf_put(rx, VIEW(word));
}

static struct err status(struct buf *rx, unsigned sw)
{
    return answer(rx, NULL, 0, sw);
}

static struct chip_file *by_number(struct plain_chip *c, unsigned sfi, unsigned fid)
{
    for (size_t n = 0; n < CHIP_FILES; n++) {
        struct chip_file *f = &c->file[n];

        if (f->bytes != NULL && (f->sfi == sfi || f->fid == fid))
            return f;
    }
    return NULL;
}

static struct err select_name(struct plain_chip *c, struct view tx, struct buf *rx)
{
    static const uint8_t aid[] = { 0xA0, 0, 0, 2, 0x47, 0x10, 1 };

    if (tx.ptr[2] == 4) {
        c->selected = !c->foreign && tx.len >= 12 && memcmp(tx.ptr + 5, aid, sizeof aid) == 0;
        c->current = NULL;
        return status(rx, c->selected ? 0x9000 : 0x6A82);
    }
    if (tx.len < 7 || !c->selected)
        return status(rx, 0x6A82);
    c->current = by_number(c, 0xFF, (unsigned)(tx.ptr[5] << 8 | tx.ptr[6]));
    return status(rx, c->current != NULL ? 0x9000 : 0x6A82);
}

/* From that offset as many as were asked for, or the file has. */
static struct err give(struct plain_chip *c, size_t at, size_t want, bool odd, struct buf *rx)
{
    struct chip_file *f = c->current;
    uint8_t           data[256];
    size_t            n, head = 0;

    if (f == NULL)
        return status(rx, 0x6986);
    if (f->refuse != 0)
        return status(rx, f->refuse);
    if (at >= f->cut)
        return status(rx, 0x6B00);
    if (odd) {
        head = want > 129 ? 3 : 2;
        want -= head;
    }
    n = want < f->cut - at ? want : f->cut - at;
    f->read = true;
    memcpy(data + head, f->bytes + at, n);
    if (odd) {
        data[0] = 0x53;
        data[1] = head == 3 ? 0x81 : (uint8_t)n;
        data[head - 1] = (uint8_t)n;
    }
    return answer(rx, data, head + n, n == want ? 0x9000 : 0x6282);
}

static struct err read_binary(struct plain_chip *c, struct view tx, struct buf *rx)
{
    const size_t le = tx.ptr[tx.len - 1] == 0 ? 256 : tx.ptr[tx.len - 1];
    size_t       at = 0;

    if (tx.ptr[1] == 0xB1) {
        for (unsigned n = 0; n < tx.ptr[6]; n++)
            at = at << 8 | tx.ptr[7 + n];
        return give(c, at, le, true, rx);
    }
    if ((tx.ptr[2] & 0x80) != 0) {
        c->current = c->selected ? by_number(c, tx.ptr[2] & 0x1FU, 0) : NULL;
        if (c->current == NULL)
            return status(rx, 0x6A82);
        return give(c, tx.ptr[3], le, false, rx);
    }
    return give(c, (size_t)tx.ptr[2] << 8 | tx.ptr[3], le, false, rx);
}

static struct err obey(struct plain_chip *c, struct view tx, struct buf *rx)
{
    if (tx.len < 5 || tx.ptr[0] != 0)
        return status(rx, 0x6E00);
    if (tx.ptr[1] == 0xA4)
        return select_name(c, tx, rx);
    if ((tx.ptr[1] & 0xFE) == 0xB0)
        return read_binary(c, tx, rx);
    return status(rx, 0x6D00);
}

static void remember(struct plain_chip *c, const struct buf *rx, size_t from)
{
    c->before_len = rx->len - from;
    memcpy(c->before, rx->ptr + from, c->before_len);
}

/* What the true answer becomes; rx holds it from "from" on. */
static struct err spoil(struct plain_chip *c, struct buf *rx, size_t from, const uint8_t *last,
                        size_t last_len)
{
    const size_t data = rx->len - from - 2;

    switch (c->fault.kind) {
    case CHIP_ANSWERS:
        rx->len = from;
        return buf_put(rx, c->fault.answer);
    case CHIP_REPEATS:
        rx->len = from;
        return buf_put(rx, view_of(last, last_len));
    case CHIP_ZEROES:
        memset(rx->ptr + from, 0, data);
        return SUCCESS;
    case CHIP_SHORTENS:
        rx->len = from + (data == 0 ? 0 : data - 1);
        return status(rx, 0x9000);
    case CHIP_FLOODS:
        rx->len = from;
        FAIL(E_NO_SPACE);
    case CHIP_BUS:
        FAIL(E_BUS);
    case CHIP_WELL:
    case CHIP_GONE:
    case CHIP_BLINKS:
    case CHIP_SILENT:
        break;
    }
    return SUCCESS;
}

static struct err chip_transceive(struct nfc *nfc, struct view tx, struct deadline d,
                                  struct buf *rx)
{
    struct plain_chip *c = (struct plain_chip *)nfc;
    const size_t       from = rx->len, last_len = c->before_len;
    const bool         now = ++c->exchanges == c->fault_at;
    uint8_t            last[sizeof c->before];

    memcpy(last, c->before, last_len);
    EXPECT(c->field);
    if (now && (c->fault.kind == CHIP_GONE || c->fault.kind == CHIP_BLINKS)) {
        c->gone = true;
        c->field = false;
    }
    if (c->gone || !c->field)
        FAIL(E_CARD_GONE);
    if (now && c->fault.kind == CHIP_SILENT) {
        c->clock->ms = d.at_ms;
        FAIL(E_TIMEOUT);
    }
    TRY(obey(c, tx, rx));
    remember(c, rx, from);
    return now ? spoil(c, rx, from, last, last_len) : SUCCESS;
}

static struct err chip_activate(struct nfc *nfc, struct deadline d, struct nfc_target *out)
{
    struct plain_chip *c = (struct plain_chip *)nfc;

    c->activations++;
    if (c->absent || (c->gone && c->fault.kind == CHIP_GONE)) {
        c->clock->ms = d.at_ms;
        FAIL(E_TIMEOUT);
    }
    c->field = true;
    c->gone = c->selected = false;
    c->current = NULL;
    *out = (struct nfc_target){ .type = NFC_TYPE_A, .uid_len = 4, .frame_max = 256 };
    return SUCCESS;
}

static void chip_field_off(struct nfc *nfc)
{
    struct plain_chip *c = (struct plain_chip *)nfc;

    c->field = false;
    c->field_offs++;
}

static struct nfc_limits chip_limits(struct nfc *nfc)
{
    (void)nfc;
    return (struct nfc_limits){ .tx_max = 261, .rx_max = 258 };
}

uint8_t *disk_read(const char *folder, const char *name, size_t *len)
{
    char     path[1024];
    FILE    *f;
    uint8_t *bytes;

    snprintf(path, sizeof path, "%s%s%s", folder, *name ? "/" : "", name);
    f = fopen(path, "rb");
    if (f == NULL)
        return NULL;
    fseek(f, 0, SEEK_END);
    *len = (size_t)ftell(f);
    rewind(f);
    bytes = malloc(*len + 1);
    if (bytes == NULL || fread(bytes, 1, *len, f) != *len)
        fail_msg("cannot read %s", path);
    bytes[*len] = 0;
    fclose(f);
    return bytes;
}

void plain_chip_begin(struct plain_chip *c, struct set_clock *clock, const char *folder)
{
    static const struct nfc_ops ops = { .activate = chip_activate,
                                        .transceive = chip_transceive,
                                        .field_off = chip_field_off,
                                        .limits = chip_limits };
    char                        name[32];

    *c = (struct plain_chip){ .nfc = { &ops }, .clock = clock };
    for (size_t n = 0; n < CHIP_FILES; n++) {
        c->file[n] = table[n];
        snprintf(name, sizeof name, "%s.bin", table[n].name);
        c->file[n].bytes = disk_read(folder, name, &c->file[n].len);
        c->file[n].cut = c->file[n].len;
    }
}

void plain_chip_end(struct plain_chip *c)
{
    for (size_t n = 0; n < CHIP_FILES; n++)
        free(c->file[n].bytes);
    memset(c, 0, sizeof *c);
}

void plain_chip_reset(struct plain_chip *c)
{
    c->field = c->selected = c->gone = false;
    c->current = NULL;
    c->exchanges = c->activations = c->field_offs = 0;
    c->before_len = 0;
}

struct chip_file *plain_chip_file(struct plain_chip *c, const char *name)
{
    for (size_t n = 0; n < CHIP_FILES; n++) {
        if (strcmp(c->file[n].name, name) == 0)
            return &c->file[n];
    }
    fail_msg("no file is called %s", name);
    return NULL;
}
