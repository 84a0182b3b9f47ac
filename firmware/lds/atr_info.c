/* atr_info: see atr_info.h. */
#include "lds/atr_info.h"

enum {
    TAG_CAPABILITIES = 0x47,
    TAG_SIZES = 0x7F66,
    TAG_INTEGER = 0x02,
    COMPACT_CAPABILITIES = 0x70, /* the tag's half octet, its length in the other */
    CAPABILITIES_AT = 2,         /* the third software function table */
    CAN_CHAIN = 0x80,
    CAN_EXTENDED = 0x40,
    SIZES_IN_FILE = 0x20,
    SIZE_LEN_MAX = 4,
};

static void take_capabilities(struct view value, struct atr_info *info, bool *promised)
{
    const uint8_t third = view_at(value, CAPABILITIES_AT);

    if (info->known || value.len == 0)
        return;
    info->known = true;
    info->chaining = (third & CAN_CHAIN) != 0;
    info->extended = (third & CAN_EXTENDED) != 0;
    *promised = (third & SIZES_IN_FILE) != 0;
}

/* A positive number that need not be in DER: zeros may stand before it, or be missing. */
static struct err take_size(struct view *in, uint32_t *size)
{
    struct view value;
    uint32_t    n = 0;
    uint8_t     octet;

    TRY(tlv_expect(in, TAG_INTEGER, &value));
    CHECK(value.len != 0 && value.len <= SIZE_LEN_MAX, E_MALFORMED);
    while (view_u8(&value, &octet).code == OK)
        n = n << 8 | octet;
    CHECK(n != 0, E_MALFORMED);
    *size = n;
    return SUCCESS;
}

/* Both or none. */
static struct err take_sizes(struct view value, struct atr_info *info)
{
    uint32_t command, answer;

    TRY(take_size(&value, &command));
    TRY(take_size(&value, &answer));
    TRY(tlv_end(value));
    info->command_max = command;
    info->answer_max = answer;
    return SUCCESS;
}

/* Zeros, or FF to the end, are no data objects (ISO/IEC 7816-4 allows them). */
static bool skip_filler(struct view *in)
{
    struct view rest = *in;
    uint8_t     octet = 0;

    while (view_at(*in, 0) == 0 && view_u8(in, &octet).code == OK)
        ;
    rest = *in;
    while (view_u8(&rest, &octet).code == OK) {
        if (octet != 0xFF)
            return true;
    }
    return false;
}

struct err atr_info_read(struct view file, struct atr_info *out, struct notes *notes)
{
    struct atr_info info = { 0 };
    bool            promised = false, muddled = false;
    struct tlv      t;

    while (skip_filler(&file)) {
        TRY(tlv_next(&file, &t));
        if (t.tag == TAG_CAPABILITIES)
            take_capabilities(t.value, &info, &promised);
        if (t.tag == TAG_SIZES && take_sizes(t.value, &info).code != OK)
            muddled = true;
    }
    if (muddled || (promised && info.answer_max == 0)) {
        note_add(notes, NOTE_ATR_SIZES); /* LDS_K_03, LDS_K_04 */
        info.extended = false;
    }
    *out = info;
    return SUCCESS;
}

struct atr_info atr_info_of_historical(struct view historical)
{
    enum { CATEGORY_STATUS_LAST = 0x00, CATEGORY_COMPACT = 0x80, STATUS_LEN = 3 };
    struct atr_info info = { 0 };
    struct view     value;
    uint8_t         category, head;
    bool            promised;

    if (view_u8(&historical, &category).code != OK)
        return info;
    if (category == CATEGORY_STATUS_LAST && historical.len >= STATUS_LEN)
        historical.len -= STATUS_LEN;
    else if (category != CATEGORY_COMPACT)
        return info;
    while (view_u8(&historical, &head).code == OK) {
        if (view_take(&historical, head & 0x0F, &value).code != OK)
            return (struct atr_info){ 0 }; /* not that form after all */
        if ((head & 0xF0) == COMPACT_CAPABILITIES)
            take_capabilities(value, &info, &promised);
    }
    return info;
}
