/* number: see number.h. */
#include "number.h"

struct view number_stripped(struct view v)
{
    uint8_t zero;

    while (v.len != 0 && view_at(v, 0) == 0 && view_u8(&v, &zero).code == OK)
        continue;
    return v;
}

size_t number_bits(struct view v)
{
    const struct view s = number_stripped(v);
    size_t            bits = s.len * 8;

    for (unsigned mask = 0x80; bits != 0 && (view_at(s, 0) & mask) == 0; mask >>= 1)
        bits--;
    return bits;
}

bool number_odd(struct view v)
{
    return v.len != 0 && (view_at(v, v.len - 1) & 1) != 0;
}

int number_order(struct view a, struct view b)
{
    const struct view x = number_stripped(a), y = number_stripped(b);

    if (x.len != y.len)
        return x.len < y.len ? -1 : 1;
    return view_order(x, y);
}

struct err number_print(uint64_t n, struct buf *out)
{
    uint64_t   unit = 1;
    struct buf draft = *out;

    while (n / unit >= 10)
        unit *= 10;
    for (; unit != 0; unit /= 10)
        TRY(buf_u8(&draft, (uint8_t)('0' + n / unit % 10)));
    *out = draft;
    return SUCCESS;
}
