/*
 * bundle: the header once, the pages as they are needed.
 *
 * Pages of data are numbered 0..n-1 and those of the tree n..n+t-1, level by level up to the
 * top, which is the last; page p lies at (1 + p) * 4096.  The hash of page `at` of a level
 * stands in slot at % 128 of page at / 128 of the level above, that of the top in the
 * header.  See bundle.h.
 */
#include "trust/bundle.h"

enum {
    HEADER_SIGNED = BUNDLE_PAGE - BUNDLE_SIG,
    LOG2_PAGE = 12,
    LOG2_FAN_OUT = 7,
    LEVELS_MAX = 4, /* 128^3 pages are more than BUNDLE_DATA_MAX; data itself is one */
};

static uint32_t level_above(uint32_t pages)
{
    return (pages + BUNDLE_FAN_OUT - 1) / BUNDLE_FAN_OUT;
}

static uint32_t tree_pages(uint32_t n_data)
{
    uint32_t sum = 0, level = n_data;

    do {
        level = level_above(level);
        sum += level;
    } while (level > 1);
    return sum;
}

/* One row of the section table.  An unknown type is passed over: what only a newer reader
 * uses does no harm to this one. */
static struct err read_section(struct bundle *b, struct view *in)
{
    const uint64_t     data = (uint64_t)b->n_data * BUNDLE_PAGE;
    struct bundle_part part;
    uint32_t           type;

    TRY(view_u32(in, &type));
    TRY(view_u32(in, &part.count));
    TRY(view_u32(in, &part.offset));
    TRY(view_u32(in, &part.len));
    CHECK(type != BUNDLE_NOTHING, E_MALFORMED);
    CHECK((uint64_t)part.offset + part.len <= data, E_MALFORMED);
    if (type >= BUNDLE_SECTION_COUNT)
        return SUCCESS;
    CHECK(b->part[type].len == 0, E_MALFORMED); /* twice */
    b->part[type] = part;
    return SUCCESS;
}

static struct err read_time(struct view *in, struct moment *out)
{
    uint64_t s;

    TRY(view_u64(in, &s));
    CHECK(s <= INT64_MAX, E_MALFORMED);
    *out = (struct moment){ .s = (int64_t)s };
    return SUCCESS;
}

static struct err read_bytes(struct view *in, uint8_t *room, size_t len)
{
    struct buf  out = buf_of(room, len);
    struct view v;

    TRY(view_take(in, len, &v));
    return buf_put(&out, v);
}

/* Everything behind the fixed start, signed already: trust-bundle.md, "Header". */
static struct err read_header(struct bundle *b, struct view in)
{
    uint32_t n_sections, reserved;

    TRY(read_bytes(&in, b->base_id, sizeof b->base_id));
    TRY(view_u64(&in, &b->counter));
    TRY(read_time(&in, &b->created));
    TRY(read_time(&in, &b->valid_until));
    TRY(view_u32(&in, &b->n_data));
    TRY(view_u32(&in, &b->n_tree));
    TRY(read_bytes(&in, b->root, sizeof b->root));
    TRY(view_u32(&in, &n_sections));
    TRY(view_u32(&in, &reserved));
    CHECK(b->n_data > 0, E_MALFORMED);
    CHECK(b->n_data <= BUNDLE_DATA_MAX, E_TOO_LONG);
    CHECK(b->n_tree == tree_pages(b->n_data), E_MALFORMED);
    CHECK(n_sections <= BUNDLE_SECTIONS_MAX, E_MALFORMED);
    for (uint32_t i = 0; i < n_sections; i++)
        TRY(read_section(b, &in));
    return SUCCESS;
}

/* What must be known before the signature means anything: which form this is. */
static struct err read_start(struct view *in, enum bundle_why *why)
{
    struct view magic;
    uint16_t    version;
    uint8_t     log2_page, log2_fan_out;
    uint32_t    features;

    *why = BUNDLE_ABSENT;
    TRY(view_take(in, 8, &magic));
    CHECK(view_eq(magic, TEXT("VERSO-TB")), E_UNEXPECTED);
    *why = BUNDLE_CUT;
    TRY(view_u16(in, &version));
    TRY(view_u8(in, &log2_page));
    TRY(view_u8(in, &log2_fan_out));
    TRY(view_u32(in, &features));
    *why = BUNDLE_NEWER_FORM;
    CHECK(version == BUNDLE_VERSION && log2_page == LOG2_PAGE && log2_fan_out == LOG2_FAN_OUT &&
              features == 0,
          E_UNSUPPORTED);
    return SUCCESS;
}

/* The first page but for its last 64 bytes is what the operator signed. */
static struct err check_signature(struct view page, struct view key, enum bundle_why *why)
{
    const struct ec_key signer = { .group = EC_P256, .point = key };
    uint8_t             digest[BUNDLE_HASH];
    struct buf          out = BUF(digest);
    struct view         covered;
    struct rs           sig;
    bool                good = false;

    *why = BUNDLE_NOT_OPEN;
    TRY(view_take(&page, HEADER_SIGNED, &covered));
    TRY(view_take(&page, BUNDLE_SIG / 2, &sig.r));
    TRY(view_take(&page, BUNDLE_SIG / 2, &sig.s));
    TRY(hash(HASH_SHA256, &covered, 1, &out));
    TRY(ecdsa_verify(&signer, buf_view(&out), &sig, &good));
    *why = BUNDLE_FOREIGN;
    CHECK(good, E_ALTERED);
    return SUCCESS;
}

static struct err check_length(const struct bundle *b, size_t len)
{
    const uint64_t want = (1 + (uint64_t)b->n_data + b->n_tree) * BUNDLE_PAGE;

    CHECK(len >= want, E_TRUNCATED);
    CHECK(len == want, E_TRAILING);
    return SUCCESS;
}

struct err bundle_open(struct bundle *b, struct view mapping, const struct bundle_terms *terms,
                       enum bundle_why *why)
{
    struct bundle found = { .mapping = mapping };
    struct view   in = mapping, page;
    struct err    e;

    TRY(read_start(&in, why));
    *why = BUNDLE_CUT;
    TRY(view_sub(mapping, 0, BUNDLE_PAGE, &page));
    TRY(check_signature(page, terms->key, why));
    e = read_header(&found, in);
    *why = e.code == E_TOO_LONG ? BUNDLE_TOO_LARGE : BUNDLE_CROOKED;
    TRY(e);
    *why = BUNDLE_CUT;
    TRY(check_length(&found, mapping.len));
    *why = BUNDLE_OLDER;
    CHECK(found.counter >= terms->counter, E_ALTERED);
    *why = BUNDLE_GOOD;
    *b = found;
    return SUCCESS;
}

enum bundle_why bundle_state(const struct bundle *b)
{
    if (b->n_data == 0)
        return BUNDLE_NOT_OPEN;
    return b->altered ? BUNDLE_ALTERED : BUNDLE_GOOD;
}

bool bundle_fresh_at(const struct bundle *b, struct moment at)
{
    return at.s != 0 && b->n_data != 0 && at.s <= b->valid_until.s;
}

static bool seen(const struct bundle *b, uint32_t page)
{
    return b->seen[page / 8] & 1U << page % 8;
}

static struct err read_page(const struct bundle *b, uint32_t page, struct view *out)
{
    return view_sub(b->mapping, (1 + (size_t)page) * BUNDLE_PAGE, BUNDLE_PAGE, out);
}

/* Hash one page and compare; a difference ends the use of this bundle. */
static struct err check_page(struct bundle *b, uint32_t page, struct view want)
{
    uint8_t     digest[BUNDLE_HASH];
    struct buf  out = BUF(digest);
    struct view bytes;

    TRY(read_page(b, page, &bytes));
    TRY(hash(HASH_SHA256, &bytes, 1, &out));
    if (!view_eq(buf_view(&out), want)) {
        b->altered = true;
        FAIL(E_ALTERED);
    }
    b->seen[page / 8] |= (uint8_t)(1U << page % 8);
    return SUCCESS;
}

/* A page of data and what stands above it, up to the top. */
struct branch {
    uint32_t page[LEVELS_MAX], slot[LEVELS_MAX];
    size_t   n;
};

static struct err branch_of(const struct bundle *b, uint32_t data_page, struct branch *out)
{
    uint32_t first = 0, level = b->n_data, at = data_page;

    for (out->n = 0;; at /= BUNDLE_FAN_OUT) {
        CHECK(out->n < LEVELS_MAX, E_BUG);
        out->page[out->n] = first + at;
        out->slot[out->n] = at % BUNDLE_FAN_OUT;
        out->n++;
        if (first > 0 && level == 1)
            return SUCCESS;
        first += level;
        level = level_above(level);
    }
}

/* The hash that one page of a branch must have: in the page above, which is known, or in the
 * header. */
static struct err wanted_hash(const struct bundle *b, const struct branch *br, size_t i,
                              struct view *out)
{
    struct view above;

    if (i + 1 == br->n) {
        *out = VIEW(b->root);
        return SUCCESS;
    }
    TRY(read_page(b, br->page[i + 1], &above));
    return view_sub(above, (size_t)br->slot[i] * BUNDLE_HASH, BUNDLE_HASH, out);
}

/* From the page up to one that is known, then down again, checking. */
static struct err check_branch(struct bundle *b, uint32_t data_page)
{
    struct branch br;
    size_t        i = 0;

    TRY(branch_of(b, data_page, &br));
    while (i < br.n && !seen(b, br.page[i]))
        i++;
    while (i-- > 0) {
        struct view want;

        TRY(wanted_hash(b, &br, i, &want));
        TRY(check_page(b, br.page[i], want));
    }
    return SUCCESS;
}

static struct err usable(const struct bundle *b)
{
    CHECK(b->n_data > 0, E_BUG);
    CHECK(!b->altered, E_ALTERED);
    return SUCCESS;
}

struct err bundle_verify(struct bundle *b)
{
    TRY(usable(b));
    for (uint32_t page = 0; page < b->n_data; page++)
        TRY(check_branch(b, page));
    return SUCCESS;
}

struct err bundle_get(struct bundle *b, enum bundle_section s, struct view *out, size_t offset,
                      size_t len)
{
    const struct bundle_part *part = &b->part[s];
    size_t                    from, end;

    TRY(usable(b));
    CHECK(offset <= part->len && len <= part->len - offset, E_TRUNCATED);
    from = part->offset + offset;
    end = from + len;
    for (size_t page = from / BUNDLE_PAGE; page * BUNDLE_PAGE < end; page++)
        if (!seen(b, (uint32_t)page))
            TRY(check_branch(b, (uint32_t)page));
    return view_sub(b->mapping, BUNDLE_PAGE + from, len, out);
}

struct err bundle_record(struct bundle *b, enum bundle_section s, uint32_t i, size_t size,
                         struct view *out)
{
    const struct bundle_part *part = &b->part[s];

    CHECK(i < part->count && part->count <= part->len / size, E_TRUNCATED);
    return bundle_get(b, s, out, i * size, size);
}

static const struct {
    const char *name, *text;
} whys[] = {
#define WHY(name, text) { #name, text },
    BUNDLE_WHYS(WHY)
#undef WHY
};

const char *bundle_why_name(unsigned why)
{
    return why < BUNDLE_WHY_COUNT ? whys[why].name : "BUNDLE_UNKNOWN";
}

const char *bundle_why_text(unsigned why)
{
    return why < BUNDLE_WHY_COUNT ? whys[why].text : "unknown";
}
