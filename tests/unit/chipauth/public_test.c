/*
 * public_test: the keys of public test documents, proved by their private halves.
 *
 * Source: data/chips and data/dg_samples under VERSO_SHARED.  BSI's reference document comes with
 * both of its chip's private keys; OpenSSL plays the chip with them.
 */
#include "chipauth/aa.h"
#include "chipauth/ca.h"

#include "lds/dg14.h"
#include "lds/dg15.h"
#include "shared.h"
#include "signer.h"

#define BSI       "data/chips/bsi_tr03105_5/"

#define CHALLENGE "F173589974BF40C6" /* Doc 9303-11 appendix F, and what it makes of it */
#define F                                                                                          \
    "6A9D2784A67F8E7C659973EA1AEA25D95B6C8F91E5002F369F0FBDCE8A3CEC1991B543F1696546C5524CF23A5303" \
    "CD6C98599F40B79F377B5F3A1406B3B4D8F96784D23AA88DB7E1032A405E69325FA91A6E86F5C71AEA978264C4A2" \
    "07446DAD4E7292E2DCDA3024B47DA8C063AA1E6D22FBD976AB0FE73D94D2D9C6D88127BC"

static struct view file_of(const char *name)
{
    char path[SHARED_PATH];

    shared_join(path, getenv("VERSO_SHARED"), name);
    return shared_read(path);
}

static EVP_PKEY *key_of(const char *name)
{
    const struct view der = file_of(name);
    const uint8_t    *at = der.ptr;
    EVP_PKEY         *key = d2i_AutoPrivateKey(NULL, &at, (long)der.len);

    EXPECT(key != NULL);
    free((void *)(uintptr_t)der.ptr);
    return key;
}

static void free_file(struct view file)
{
    free((void *)(uintptr_t)file.ptr);
}

static void active_authentication_of_bsi(void **state)
{
    (void)state;
    EVP_PKEY         *chip = key_of(BSI "aa.key");
    const struct view dg15 = file_of(BSI "DG15.bin");
    EVP_PKEY_CTX     *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, chip, NULL);
    struct view       spki;
    struct aa_key     key;
    struct aa         a;
    struct capdu      next;
    enum step         todo;
    enum result       r = NOT_RUN;
    uint8_t           sig[128];
    size_t            len = sizeof sig;

    EXPECT(EVP_PKEY_sign_init(ctx) == 1);
    EXPECT(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1);
    EXPECT(EVP_PKEY_sign(ctx, sig, &len, HEX(F).ptr, sizeof sig) == 1);
    EXPECT_CODE(dg15_read(dg15, &spki, NULL), OK);
    EXPECT_CODE(aa_key_read(spki, NULL, &key, NULL), OK);
    for (int flipped = 0; flipped < 2; flipped++) {
        EXPECT_CODE(aa_begin(&a, &key, HEX(CHALLENGE), 231), OK);
        EXPECT_CODE(aa_step(&a, (struct rapdu){ 0 }, &next, &todo), OK);
        EXPECT_CODE(aa_step(&a, (struct rapdu){ VIEW(sig), SW_OK, SUCCESS }, &next, &todo), OK);
        EXPECT(todo == STEP_DONE);
        EXPECT_CODE(aa_check(&a, &r, NULL), OK);
        EXPECT(r == (flipped ? FAILED : SUCCESSFUL));
        sig[64] ^= 1;
    }
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(chip);
    free_file(dg15);
}

/* brainpoolP224r1 spelt out; 3DES. */
static void chip_authentication_of_bsi(void **state)
{
    (void)state;
    static const uint8_t  random[AGREEMENT_RANDOM_LEN] = { 7, 7, 7 };
    EVP_PKEY             *chip = key_of(BSI "ca.key"), *peer = EVP_PKEY_new();
    const struct view     dg14 = file_of(BSI "DG14.bin");
    EVP_PKEY_CTX         *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, chip, NULL);
    struct security_infos infos;
    struct ca_choice      choice;
    struct ca_outcome     out;
    struct ca             c;
    struct capdu          next;
    enum step             todo;
    enum result           offered = NOT_RUN;
    struct sm             sm = { 0 };
    struct view           data, public;
    uint8_t               k[64 + 4] = { 0 }, enc[20];
    size_t                len = 64;
    unsigned              n;

    EXPECT_CODE(dg14_read(dg14, &infos, NULL), OK);
    EXPECT_CODE(ca_choose(&infos, 0, &choice, &offered, NULL), OK);
    EXPECT(offered == SUCCESSFUL && choice.suite == SM_SUITE_3DES);
    EXPECT(choice.domain.group == EC_BP224);
    EXPECT_CODE(ca_begin(&c, &choice, VIEW(random), &sm, &out), OK);
    EXPECT_CODE(ca_step(&c, (struct rapdu){ 0 }, &next, &todo), OK);
    data = next.data;
    EXPECT_CODE(tlv_expect(&data, 0x91, &public), OK);
    EXPECT(EVP_PKEY_copy_parameters(peer, chip) == 1);
    EXPECT(EVP_PKEY_set1_encoded_public_key(peer, public.ptr, public.len) == 1);
    EXPECT(EVP_PKEY_derive_init(ctx) == 1 && EVP_PKEY_derive_set_peer(ctx, peer) == 1);
    EXPECT(EVP_PKEY_derive(ctx, k, &len) == 1 && len == 28);
    k[len + 3] = 1;
    EXPECT(EVP_Digest(k, len + 4, enc, &n, EVP_sha1(), NULL) == 1);
    EXPECT_CODE(ca_step(&c, (struct rapdu){ .sw = SW_OK }, &next, &todo), OK);
    EXPECT(sm.state == SM_LIVE);
    for (size_t i = 0; i < 16; i++)
        EXPECT((sm.ks_enc[i] & 0xFE) == (enc[i] & 0xFE));
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(chip);
    EVP_PKEY_free(peer);
    free_file(dg14);
}

/* Every other DG14: there is something to choose, and its key is one of its group. */
static void other_documents(void **state)
{
    (void)state;
    static const char *const files[] = { "data/chips/bsi_tr03105_5_2008/DG14.bin",
                                         "data/chips/tsemrtd_extended/DG14.bin",
                                         "data/dg_samples/jmrtd_doc9303_sample_dg14.bin" };

    for (size_t i = 0; i < COUNT(files); i++) {
        const struct view     dg14 = file_of(files[i]);
        struct security_infos infos;
        struct ca_choice      choice;
        struct notes          notes = { 0 };
        enum result           offered = NOT_RUN;

        ROW(files[i]);
        EXPECT_CODE(dg14_read(dg14, &infos, NULL), OK);
        EXPECT_CODE(ca_choose(&infos, 0, &choice, &offered, &notes), OK);
        printf("%s: %s\n", files[i], result_name(offered));
        EXPECT(offered == (infos.n[INFO_CA_KEY] == 0 ? NOT_SUPPORTED : SUCCESSFUL));
        EXPECT(!note_seen(&notes, NOTE_CA_KEY_BAD) && !note_seen(&notes, NOTE_CA_ID));
        free_file(dg14);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(active_authentication_of_bsi),
        cmocka_unit_test(chip_authentication_of_bsi),
        cmocka_unit_test(other_documents),
    };

    if (!shared_is_there())
        return 77;
    return cmocka_run_group_tests_name("chipauth.public", tests, NULL, NULL);
}
