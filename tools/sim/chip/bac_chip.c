/*
 * bac_chip: see bac_chip.h.
 *
 *      terminal                                    chip
 *         │ GET CHALLENGE                           │ draws RND.IC
 *         │ ◄──────────────────────────── RND.IC ── │
 *         │ ── E(RND.IFD ‖ RND.IC ‖ K.IFD) ‖ MAC ─► │ checks MAC, then RND.IC
 *         │ ◄─ E(RND.IC ‖ RND.IFD ‖ K.IC) ‖ MAC ─── │
 *         both: seed = K.IFD xor K.IC, SSC = RND.IC[4..7] ‖ RND.IFD[4..7]
 */
#include "chip/bac_chip.h"

#include <string.h>

#include <openssl/evp.h>

enum { CIPHER_LEN = 32, NOT_KNOWN = 0x6300 };

/* Where a document size keeps its fields; line 0 is the first. */
struct layout {
    size_t   width;
    unsigned lines, number_line, more_line;
    size_t   number_at, more_at, more_len; /* what a long number runs over into */
    size_t   birth_at, expiry_at;
};

static const struct layout layouts[] = {
    /* clang-format off */
    { 44, 2, 1, 1, 0,  0,  0,  13, 21 }, /* 9303-4 */
    { 36, 2, 1, 1, 0, 28,  7,  13, 21 }, /* 9303-6 */
    { 30, 3, 0, 0, 5, 15, 15,   0,  8 }, /* 9303-5 */
    /* clang-format on */
};

/* Number and check digit; with '<' in the digit's place the number goes on elsewhere and its
 * last character there is the digit (9303-5 §4.2.2, 9303-6 §4.2.2). */
static struct err put_number(const struct layout *l, const char *const *lines, struct buf *info)
{
    const char *at = lines[l->number_line] + l->number_at;
    const char *more = lines[l->more_line] + l->more_at;
    size_t      len = 0;

    while (len < l->more_len && more[len] != '<')
        len++;
    if (at[9] != '<' || len < 2)
        return buf_put(info, view_of(at, 10));
    TRY(buf_put(info, view_of(at, 9)));
    return buf_put(info, view_of(more, len));
}

struct err bac_chip_info(const char *line1, const char *line2, const char *line3, struct buf *info,
                         struct problem *why)
{
    const char *const lines[] = { line1, line2, line3 != NULL ? line3 : "" };
    const size_t      width = strlen(line1);
    const unsigned    count = *lines[2] != '\0' ? 3 : 2;

    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        const struct layout *l = &layouts[i];
        const char          *dates = lines[1];

        if (l->width != width || l->lines != count || strlen(line2) != width ||
            (count == 3 && strlen(lines[2]) != width))
            continue;
        TRY(put_number(l, lines, info));
        TRY(buf_put(info, view_of(dates + l->birth_at, 7)));
        return buf_put(info, view_of(dates + l->expiry_at, 7));
    }
    return problem_set(why, E_MALFORMED, "an MRZ has 2 lines of 44 or 36 characters or 3 of 30");
}

struct err bac_chip_keys(struct view info, struct bac_chip *b)
{
    uint8_t digest[EVP_MAX_MD_SIZE];

    CHECK(EVP_Digest(info.ptr, info.len, digest, NULL, EVP_sha1(), NULL) == 1, E_CRYPTO);
    TRY(des2_key(view_of(digest, DES2_SEED), DES2_ENC, b->k_enc));
    return des2_key(view_of(digest, DES2_SEED), DES2_MAC, b->k_mac);
}

struct err bac_chip_meet(const struct bac_chip *b, const struct bac_chip_draw *draw,
                         struct view token, struct bac_chip_session *session, struct buf *out)
{
    const struct view secret_text = view_of(token.ptr, CIPHER_LEN);
    uint8_t           theirs[CIPHER_LEN], ours[CIPHER_LEN], mac[DES2_BLOCK];
    struct buf        opened = BUF(theirs), sealed;

    if (token.len != BAC_CHIP_TOKEN)
        FAIL_SW(0x6700);
    TRY(des2_mac(b->k_mac, &secret_text, 1, mac));
    if (!view_same(VIEW(mac), view_of(token.ptr + CIPHER_LEN, DES2_BLOCK)))
        FAIL_SW(NOT_KNOWN);
    TRY(des2_decrypt(b->k_enc, secret_text, &opened));
    if (memcmp(theirs + 8, draw->rnd_ic, BAC_CHIP_NONCE) != 0)
        FAIL_SW(NOT_KNOWN);

    memcpy(ours, draw->rnd_ic, 8);
    memcpy(ours + 8, theirs, 8);
    memcpy(ours + 16, draw->k_ic, BAC_CHIP_SECRET);
    for (size_t i = 0; i < DES2_SEED; i++)
        session->seed[i] = theirs[16 + i] ^ ours[16 + i];
    memcpy(session->ssc, draw->rnd_ic + 4, 4);
    memcpy(session->ssc + 4, theirs + 4, 4);

    sealed = buf_of(out->ptr + out->len, out->cap - out->len);
    TRY(des2_encrypt(b->k_enc, VIEW(ours), &sealed));
    TRY(des2_mac(b->k_mac, &(struct view){ sealed.ptr, sealed.len }, 1, mac));
    TRY(buf_put(&sealed, VIEW(mac)));
    out->len += sealed.len;
    return SUCCESS;
}
