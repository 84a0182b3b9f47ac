/*
 * oid: see oid.h.
 *
 * The table holds the dotted text alone, in the order of the arcs, and is searched by
 * halves: some eight comparisons, each a walk along two short lists of numbers.  (The
 * order of arcs is not the order of octets: 113549 is written 86 F7 0D and would stand
 * before 10045, CE 3D.)
 */
#include "base/oid.h"

static const struct {
    const char *name, *dotted;
} table[] = {
    [OID_UNKNOWN] = { "unknown", "" },
#define OID(name, dotted, text) [OID_##name] = { text, dotted },
#include "base/oid.def"
#undef OID
};

enum { ARCS_MAX = 20 }; /* more than any identifier in the table has; a test counts */

struct arcs {
    uint64_t arc[ARCS_MAX];
    size_t   n;
};

/* One subidentifier; X.690 §8.19.2. */
static struct err take_subidentifier(struct view *in, uint64_t *out)
{
    uint64_t value = 0;
    uint8_t  octet;

    for (int i = 0;; i++) {
        CHECK(in->len != 0, E_MALFORMED); /* the last octet said that one more follows */
        TRY(view_u8(in, &octet));
        CHECK(i != 0 || octet != 0x80, E_MALFORMED); /* shortest form */
        CHECK(value >> 32 == 0, E_TOO_LONG);
        value = value << 7 | (octet & 0x7F);
        if ((octet & 0x80) == 0)
            break;
    }
    *out = value;
    return SUCCESS;
}

/* The first subidentifier is two arcs, 40 * first + second; X.690 §8.19.4. */
static void split(uint64_t both, uint64_t *first, uint64_t *second)
{
    *first = both < 80 ? both / 40 : 2;
    *second = both - 40 * *first;
}

static struct err arcs_of(struct view content, struct arcs *out)
{
    uint64_t both;

    TRY(take_subidentifier(&content, &both));
    split(both, &out->arc[0], &out->arc[1]);
    for (out->n = 2; content.len != 0; out->n++) {
        CHECK(out->n < ARCS_MAX, E_TOO_LONG);
        TRY(take_subidentifier(&content, &out->arc[out->n]));
    }
    return SUCCESS;
}

/* How much of a row is known to be what is sought: so many arcs, so many characters, the
 * point behind them included. */
struct shared {
    size_t arcs, chars;
};

/* -1, 0, 1: where a stands to the dotted text of the table.  s: what need not be compared
 * again; then, what was found the same. */
static int order(const struct arcs *a, const char *dotted, struct shared *s)
{
    const char *at = dotted + s->chars;

    for (size_t i = s->arcs; i < a->n; i++) {
        uint64_t arc = 0;

        if (*at == '\0')
            return 1;
        for (; *at >= '0'; at++)
            arc = arc * 10 + (uint64_t)(*at - '0');
        if (a->arc[i] != arc)
            return a->arc[i] < arc ? -1 : 1;
        if (*at == '.')
            *s = (struct shared){ i + 1, (size_t)(++at - dotted) };
    }
    return *at == '\0' ? 0 : -1;
}

/* Rows between two that begin alike begin so, too: what the nearer ones share with the
 * sought is not compared again. */
enum oid oid_of(struct view content)
{
    struct arcs      a;
    struct shared    below = { 0 }, above = { 0 };
    unsigned         low = OID_UNKNOWN + 1, high = OID_COUNT;
    const struct err e = arcs_of(content, &a);

    if (e.code != OK)
        return OID_UNKNOWN;
    while (low < high) {
        const unsigned middle = low + (high - low) / 2;
        struct shared  s = below.arcs < above.arcs ? below : above;
        const int      where = order(&a, table[middle].dotted, &s);

        if (where == 0)
            return (enum oid)middle;
        if (where < 0) {
            high = middle;
            above = s;
        } else {
            low = middle + 1;
            below = s;
        }
    }
    return OID_UNKNOWN;
}

const char *oid_name(enum oid id)
{
    return (unsigned)id < OID_COUNT ? table[id].name : table[OID_UNKNOWN].name;
}

const char *oid_dotted(enum oid id)
{
    return (unsigned)id < OID_COUNT ? table[id].dotted : table[OID_UNKNOWN].dotted;
}

static struct err put_arc(struct buf *out, uint64_t arc)
{
    uint8_t digits[10];
    size_t  at = sizeof digits;

    CHECK(arc <= UINT32_MAX, E_TOO_LONG);
    do {
        digits[--at] = (uint8_t)('0' + arc % 10);
        arc /= 10;
    } while (arc != 0);
    return buf_put(out, view_of(digits + at, sizeof digits - at));
}

struct err oid_print(struct view content, struct buf *out)
{
    struct buf draft = *out;
    uint64_t   both, first, second;

    TRY(take_subidentifier(&content, &both));
    split(both, &first, &second);
    TRY(put_arc(&draft, first));
    TRY(buf_u8(&draft, '.'));
    TRY(put_arc(&draft, second));
    while (content.len != 0) {
        uint64_t arc;

        TRY(take_subidentifier(&content, &arc));
        TRY(buf_u8(&draft, '.'));
        TRY(put_arc(&draft, arc));
    }
    *out = draft;
    return SUCCESS;
}
