/* wycheproof_test: AES-CMAC and ECDH on Wycheproof's vectors. */
#include "wycheproof.h"

#include "crypto/ec.h"
#include "crypto/mac.h"

static void try_row(const struct wycheproof *w)
{
    const struct view key = wycheproof_bytes(w, WP_KEY), message = wycheproof_bytes(w, WP_MESSAGE);
    const struct view tag = wycheproof_bytes(w, WP_SIGNATURE);
    uint8_t           room[MAC_CMAC_LEN];
    struct buf        out = BUF(room);

    if (strcmp(w->field[WP_FLAGS], "InvalidKeySize") == 0) {
        EXPECT_CODE(mac_cmac(key, &message, 1, &out), E_BUG);
        return;
    }
    EXPECT_CODE(mac_cmac(key, &message, 1, &out), OK);
    EXPECT(tag.len == (size_t)atoi(w->field[WP_SALT]) / 8 && tag.len <= out.len);
    EXPECT(view_same(view_of(room, tag.len), tag) == wycheproof_is(w, WP_RESULT, "valid"));
}

/* Of the public keys only the point is ours to judge: rows whose SubjectPublicKeyInfo is not
 * the named curve's own, written as the first row of the file writes it, are keys/' matter. */
static struct {
    enum ec_group group;
    size_t        tried, refused;
    struct view   head; /* of the SubjectPublicKeyInfo, before the point */
    uint8_t       bytes[64];
} ecdh;

static void try_ecdh(const struct wycheproof *w)
{
    const struct view spki = wycheproof_bytes(w, WP_KEY), private = wycheproof_bytes(w, WP_MESSAGE);
    const struct view shared = wycheproof_bytes(w, WP_SIGNATURE);
    const size_t      point_len = 1 + 2 * ec_domain(ecdh.group)->p.len;
    uint8_t           room[EC_POINT_MAX];
    struct buf        out = BUF(room);

    if (ecdh.head.len == 0) {
        EXPECT(strcmp(w->field[WP_FLAGS], "Normal") == 0);
        ecdh.head = view_of(ecdh.bytes, spki.len - point_len);
        memcpy(ecdh.bytes, spki.ptr, ecdh.head.len);
    }
    if (spki.len != ecdh.head.len + point_len ||
        !view_eq(view_of(spki.ptr, ecdh.head.len), ecdh.head))
        return;
    const struct view point = view_of(spki.ptr + ecdh.head.len, point_len);

    ecdh.tried++;
    if (!wycheproof_is(w, WP_RESULT, "valid")) {
        ecdh.refused++;
        EXPECT_CODE(ec_multiply(ecdh.group, private, point, &out), E_UNEXPECTED);
        return;
    }
    EXPECT_CODE(ec_multiply(ecdh.group, private, point, &out), OK);
    EXPECT_BYTES(view_of(room + 1, point_len / 2), shared);
}

static void macs_hold(void **state)
{
    (void)state;
    EXPECT(wycheproof_each("aes_cmac_test.json", try_row) >= 300);
}

static void agreements_hold(void **state)
{
    static const struct {
        enum ec_group group;
        const char   *file;
    } rows[] = {
        { EC_BP224, "ecdh_brainpoolP224r1_test.json" },
        { EC_BP256, "ecdh_brainpoolP256r1_test.json" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        memset(&ecdh, 0, sizeof ecdh);
        ecdh.group = rows[i].group;
        EXPECT(wycheproof_each(rows[i].file, try_ecdh) >= 500);
        printf("%s: %zu rows, %zu of them refused\n", rows[i].file, ecdh.tried, ecdh.refused);
        EXPECT(ecdh.tried >= 490 && ecdh.refused >= 16);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(macs_hold),
                                        cmocka_unit_test(agreements_hold) };

    if (!wycheproof_there())
        return 77;
    return cmocka_run_group_tests_name("crypto.wycheproof", tests, NULL, NULL);
}
