/*
 * message: see message.h.
 *
 * A message is a struct and a table of its members; one writer and one reader walk every
 * table, so that a message is one table and cannot differ between its two directions.
 */
#include "link/message.h"

#include "base/cbor.h"

enum member_type { MEMBER_TEXT, MEMBER_BYTES, MEMBER_BOOL, MEMBER_U32 };

struct member {
    const char      *key;
    enum member_type type;
    size_t           at; /* offset in the struct */
};

#define MEMBER(message, member, type)                                                              \
    {                                                                                              \
#member, MEMBER_##type, offsetof(struct message, member)                                   \
    }

static const struct member hello_request[] = {
    MEMBER(hello_request, client, TEXT),
};

static const struct member hello_answer[] = {
    MEMBER(hello_answer, firmware, TEXT), MEMBER(hello_answer, serial, TEXT),
    MEMBER(hello_answer, frontend, TEXT), MEMBER(hello_answer, profiles, TEXT),
    MEMBER(hello_answer, bundle, TEXT),   MEMBER(hello_answer, today, TEXT),
};

static const struct member inspect_request[] = {
    MEMBER(inspect_request, mrz, TEXT),       MEMBER(inspect_request, can, TEXT),
    MEMBER(inspect_request, profile, TEXT),   MEMBER(inspect_request, files, BOOL),
    MEMBER(inspect_request, allow_bac, BOOL), MEMBER(inspect_request, challenge, BYTES),
    MEMBER(inspect_request, terminal, BYTES), MEMBER(inspect_request, wait_ms, U32),
};

static const struct member progress_event[] = {
    MEMBER(progress_event, stage, TEXT),
    MEMBER(progress_event, file, TEXT),
    MEMBER(progress_event, done, U32),
    MEMBER(progress_event, total, U32),
};

static const struct member file_event[] = {
    MEMBER(file_event, file, TEXT),
    MEMBER(file_event, offset, U32),
    MEMBER(file_event, total, U32),
    MEMBER(file_event, data, BYTES),
};

static const struct member sign_event[] = {
    MEMBER(sign_event, reference, TEXT),
    MEMBER(sign_event, algorithm, BYTES),
    MEMBER(sign_event, data, BYTES),
    MEMBER(sign_event, timeout_ms, U32),
};

static const struct member signature_request[] = {
    MEMBER(signature_request, signature, BYTES),
};

static const struct member refusal[] = {
    MEMBER(refusal, error, TEXT),
    MEMBER(refusal, text, TEXT),
};

static struct err write_value(enum member_type type, const void *from, struct buf *out)
{
    switch (type) {
    case MEMBER_TEXT:
        return cbor_put_text(out, *(const struct view *)from);
    case MEMBER_BYTES:
        return cbor_put_bytes(out, *(const struct view *)from);
    case MEMBER_BOOL:
        return cbor_put_bool(out, *(const bool *)from);
    case MEMBER_U32:
        return cbor_put_uint(out, *(const uint32_t *)from);
    }
    FAIL(E_BUG);
}

static struct err write_message(const struct member *rows, size_t n, const void *from,
                                struct buf *out)
{
    struct buf draft = *out;

    TRY(cbor_put_map(&draft, n));
    for (size_t i = 0; i < n; i++) {
        TRY(cbor_put_string(&draft, rows[i].key));
        TRY(write_value(rows[i].type, (const uint8_t *)from + rows[i].at, &draft));
    }
    *out = draft;
    return SUCCESS;
}

static struct err read_u32(struct view *in, uint32_t *out)
{
    uint64_t n;

    TRY(cbor_uint(in, &n));
    CHECK(n <= UINT32_MAX, E_TOO_LONG);
    *out = (uint32_t)n;
    return SUCCESS;
}

static struct err read_value(enum member_type type, struct view *in, void *into)
{
    switch (type) {
    case MEMBER_TEXT:
        return cbor_text(in, into);
    case MEMBER_BYTES:
        return cbor_bytes(in, into);
    case MEMBER_BOOL:
        return cbor_bool(in, into);
    case MEMBER_U32:
        return read_u32(in, into);
    }
    FAIL(E_BUG);
}

/* Zero into first; then fill it member by member. */
static struct err read_message(const struct member *rows, size_t n, struct view in, void *into)
{
    size_t pairs;

    TRY(cbor_map(&in, &pairs));
    for (size_t p = 0; p < pairs; p++) {
        struct view key;
        size_t      i = 0;

        TRY(cbor_text(&in, &key));
        while (i < n && !view_eq(key, text_of(rows[i].key)))
            i++;
        TRY(i < n ? read_value(rows[i].type, &in, (uint8_t *)into + rows[i].at) : cbor_skip(&in));
    }
    CHECK(in.len == 0, E_TRAILING);
    return SUCCESS;
}

#define MESSAGE(name)                                                                              \
    struct err name##_encode(const struct name *m, struct buf *out)                                \
    {                                                                                              \
        return write_message(name, sizeof name / sizeof *name, m, out);                            \
    }                                                                                              \
    struct err name##_decode(struct view payload, struct name *out)                                \
    {                                                                                              \
        struct name draft = { 0 };                                                                 \
                                                                                                   \
        TRY(read_message(name, sizeof name / sizeof *name, payload, &draft));                      \
        *out = draft;                                                                              \
        return SUCCESS;                                                                            \
    }

MESSAGE(hello_request)
MESSAGE(hello_answer)
MESSAGE(inspect_request)
MESSAGE(progress_event)
MESSAGE(file_event)
MESSAGE(sign_event)
MESSAGE(signature_request)
MESSAGE(refusal)
