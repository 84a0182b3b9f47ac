/* wycheproof_test: AES-CMAC on Wycheproof's vectors. */
#include "wycheproof.h"

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

static void rows_hold(void **state)
{
    (void)state;
    EXPECT(wycheproof_each("aes_cmac_test.json", try_row) >= 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_hold) };

    if (!wycheproof_there())
        return 77;
    return cmocka_run_group_tests_name("crypto.wycheproof", tests, NULL, NULL);
}
