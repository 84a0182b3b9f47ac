/*
 * name_fuzz: two hostile names.
 *
 * Input: one octet, how many octets of the rest are the first name; both names.
 * Property: two names are the same exactly if their digests are; a name is the same as itself;
 * what is printed is printable.
 */
#include <stdlib.h>

#include "cert/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print(struct view name)
{
    static uint8_t room[4096];
    struct buf     out = BUF(room);
    struct country c;

    if (name_print(name, &out).code != OK && out.len != 0)
        abort();
    for (size_t i = 0; i < out.len; i++) {
        if (room[i] < 0x20 || room[i] > 0x7E)
            abort();
    }
    if (name_country(name, &c).code == OK && (c.text[1] == 0 || c.text[3] != 0))
        abort();
    (void)name_in_profile(name);
}

static struct err run(struct view in)
{
    uint8_t     first, room_a[32], room_b[32];
    struct buf  a_digest = BUF(room_a), b_digest = BUF(room_b);
    struct view a;

    TRY(view_u8(&in, &first));
    TRY(view_take(&in, first, &a));
    TRY(name_digest(a, &a_digest));
    TRY(name_digest(in, &b_digest));
    if (name_same(a, in) != view_eq(buf_view(&a_digest), buf_view(&b_digest)))
        abort();
    if (!name_same(a, a) || !name_same(in, in))
        abort();
    print(a);
    print(in);
    return SUCCESS;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct err e = run(view_of(data, size));

    (void)e; /* too short to hold two names */
    return 0;
}
