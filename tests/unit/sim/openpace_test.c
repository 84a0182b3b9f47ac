/*
 * openpace_test: the simulated chip's PACE before another's terminal: OpenPACE (libeac) runs it
 * and then speaks over the session, so that its keys, tokens, cipher and MAC judge ours.
 *
 * OpenPACE as Debian builds it knows generic mapping only; it is given one PACEInfo.  It leaves
 * leading zeros of a DH secret out, which PKCS #3 forbids, so the chip draws none here.
 */
#include <eac/eac.h>
#include <eac/pace.h>

#include "base/tlv.h"

#include "paper.h"

#define CAN "123456"
#define TD1                                                                                        \
    "mrz1 = I<UTOL898902C<3<<<<<<<<<<<<<<<\nmrz2 = 6908061F9406236UTO<<<<<<<<<<<1\n"               \
    "mrz3 = ERIKSSON<<ANNA<MARIA<<<<<<<<<<\n"

enum wire { WIRE_EXTENDED, WIRE_PIECES };

/* Every group, every suite, both ways of carrying long data. */
static const struct {
    const char *offer;
    uint8_t     mapping, cipher, id;
    enum wire   wire;
    bool        mrz;
    const char *zero; /* NULL: leading zeros nowhere */
} runs[] = {
    /* clang-format off */
    { "dh-gm-3des:0",         1, 1, 0,  WIRE_EXTENDED, false, NULL },
    { "dh-gm-aes-128:0",      1, 2, 0,  WIRE_PIECES,   false, NULL },
    { "dh-gm-aes-192:1",      1, 3, 1,  WIRE_EXTENDED, false, NULL },
    { "dh-gm-aes-256:2",      1, 4, 2,  WIRE_EXTENDED, false, NULL },
    { "dh-gm-aes-256:2",      1, 4, 2,  WIRE_PIECES,   false, NULL },
    { "ecdh-gm-3des:8",       2, 1, 8,  WIRE_EXTENDED, false, NULL },
    { "ecdh-gm-aes-128:9",    2, 2, 9,  WIRE_EXTENDED, false, NULL },
    { "ecdh-gm-aes-192:10",   2, 3, 10, WIRE_EXTENDED, false, NULL },
    { "ecdh-gm-aes-256:11",   2, 4, 11, WIRE_EXTENDED, false, NULL },
    { "ecdh-gm-aes-128:12",   2, 2, 12, WIRE_EXTENDED, true, NULL },
    { "ecdh-gm-3des:13",      2, 1, 13, WIRE_EXTENDED, false, NULL },
    { "ecdh-gm-aes-128:13",   2, 2, 13, WIRE_EXTENDED, true, NULL },
    { "ecdh-gm-aes-192:13",   2, 3, 13, WIRE_EXTENDED, false, NULL },
    { "ecdh-gm-aes-256:13",   2, 4, 13, WIRE_EXTENDED, false, NULL },
    { "ecdh-gm-aes-128:14",   2, 2, 14, WIRE_EXTENDED, false, NULL },
    { "ecdh-gm-aes-192:15",   2, 3, 15, WIRE_EXTENDED, false, NULL },
    { "ecdh-gm-aes-256:16",   2, 4, 16, WIRE_EXTENDED, false, NULL },
    { "ecdh-gm-aes-256:17",   2, 4, 17, WIRE_EXTENDED, false, NULL },
    { "ecdh-gm-aes-256:18",   2, 4, 18, WIRE_EXTENDED, false, NULL },
    { "ecdh-gm-aes-128:13",   2, 2, 13, WIRE_EXTENDED, false, "secret" },
    { "ecdh-gm-aes-128:13",   2, 2, 13, WIRE_EXTENDED, false, "key" },
    { "ecdh-gm-aes-256:8",    2, 4, 8,  WIRE_EXTENDED, false, "secret" },
    /* clang-format on */
};

struct talk {
    struct paper p;
    EAC_CTX     *eac;
    enum wire    wire;
    bool         plain; /* nothing is protected yet */
    uint8_t      data[2048];
    uint16_t     sw;
};

static BUF_MEM *mem_of(struct view v)
{
    BUF_MEM *m = BUF_MEM_new();

    EXPECT(m != NULL && BUF_MEM_grow(m, v.len) == v.len);
    if (v.len != 0)
        memcpy(m->data, v.ptr, v.len);
    return m;
}

static struct view of_mem(const BUF_MEM *m)
{
    EXPECT(m != NULL);
    return view_of(m->data, m->length);
}

/* One command APDU as it is; the answer's data in t->data. */
static struct view send(struct talk *t, struct view wire)
{
    struct chip_answer answer;
    const struct view  got = paper_ask(&t->p, wire, &answer);

    EXPECT(answer.fate == CHIP_ANSWERS && got.len >= 2 && got.len <= sizeof t->data);
    memcpy(t->data, got.ptr, got.len - 2);
    t->sw = (uint16_t)(got.ptr[got.len - 2] << 8 | got.ptr[got.len - 1]);
    return view_of(t->data, got.len - 2);
}

/* The rest of an answer that came with 61xx. */
static struct view fetch(struct talk *t, struct view first)
{
    uint8_t    room[2048];
    struct buf all = BUF(room);

    EXPECT_CODE(buf_put(&all, first), OK);
    while (t->sw >> 8 == 0x61)
        EXPECT_CODE(buf_put(&all, send(t, HEX("00C0000000"))), OK);
    memcpy(t->data, room, all.len);
    return view_of(t->data, all.len);
}

static struct view in_pieces(struct talk *t, uint8_t cla, struct view data)
{
    while (data.len > 0) {
        uint8_t     room[300];
        struct buf  wire = BUF(room);
        struct view piece, got;
        const bool  more = data.len > 200;

        EXPECT_CODE(view_take(&data, more ? 200 : data.len, &piece), OK);
        const uint8_t head[] = { more ? 0x10 : cla, 0x86, 0, 0, (uint8_t)piece.len };

        EXPECT_CODE(buf_put(&wire, VIEW(head)), OK);
        EXPECT_CODE(buf_put(&wire, piece), OK);
        if (!more)
            EXPECT_CODE(buf_u8(&wire, 0), OK);
        got = send(t, buf_view(&wire));
        if (!more)
            return fetch(t, got);
        EXPECT(t->sw == 0x9000 && got.len == 0);
    }
    fail();
    return data;
}

static struct view extended(struct talk *t, uint8_t cla, struct view data)
{
    uint8_t       room[600];
    struct buf    wire = BUF(room);
    const uint8_t head[] = { cla, 0x86, 0, 0, 0, (uint8_t)(data.len >> 8), (uint8_t)data.len };

    EXPECT_CODE(buf_put(&wire, VIEW(head)), OK);
    EXPECT_CODE(buf_put(&wire, data), OK);
    EXPECT_CODE(buf_put(&wire, HEX("0000")), OK);
    return send(t, buf_view(&wire));
}

/* GENERAL AUTHENTICATE: 7C { tag value }; the value of the answer's first data object. */
static struct view general(struct talk *t, uint8_t tag, struct view value)
{
    uint8_t       inner_room[600], room[600];
    struct buf    inner = BUF(inner_room), data = BUF(room);
    const uint8_t cla = tag == 0x85 ? 0x00 : 0x10;
    struct view   got, inside, answer;

    if (tag != 0)
        EXPECT_CODE(tlv_put(&inner, tag, value), OK);
    EXPECT_CODE(tlv_put(&data, 0x7C, buf_view(&inner)), OK);
    got = t->wire == WIRE_PIECES ? in_pieces(t, cla, buf_view(&data))
                                 : extended(t, cla, buf_view(&data));
    if (t->sw != 0x9000)
        fail_msg("[%s] DO'%02X' of %zu bytes gets %04X", expect_row, tag, value.len, t->sw);
    EXPECT_CODE(tlv_expect(&got, 0x7C, &inside), OK);
    EXPECT(got.len == 0);
    EXPECT_CODE(tlv_expect(&inside, tag == 0 ? 0x80 : tag + 1U, &answer), OK);
    EXPECT(inside.len == 0);
    return answer;
}

static PACE_SEC *secret_of(bool mrz)
{
    static const char lines[] = "I<UTOL898902C<3<<<<<<<<<<<<<<<6908061F9406236UTO<<<<<<<<<<<1"
                                "ERIKSSON<<ANNA<MARIA<<<<<<<<<<";

    return mrz ? PACE_SEC_new(lines, strlen(lines), PACE_MRZ)
               : PACE_SEC_new(CAN, strlen(CAN), PACE_CAN);
}

/* The four steps; OpenPACE does every computation of the terminal's side. */
static void pace(struct talk *t, bool mrz)
{
    PACE_SEC   *secret = secret_of(mrz);
    BUF_MEM    *theirs, *ours, *token;
    struct view answer;

    theirs = mem_of(general(t, 0, view_of(NULL, 0)));
    EXPECT(PACE_STEP2_dec_nonce(t->eac, secret, theirs) == 1);
    BUF_MEM_free(theirs);
    ours = PACE_STEP3A_generate_mapping_data(t->eac);
    theirs = mem_of(general(t, 0x81, of_mem(ours)));
    EXPECT(PACE_STEP3A_map_generator(t->eac, theirs) == 1);
    BUF_MEM_free(ours);
    BUF_MEM_free(theirs);
    ours = PACE_STEP3B_generate_ephemeral_key(t->eac);
    theirs = mem_of(general(t, 0x83, of_mem(ours)));
    EXPECT(PACE_STEP3B_compute_shared_secret(t->eac, theirs) == 1);
    EXPECT(PACE_STEP3C_derive_keys(t->eac) == 1);
    token = PACE_STEP3D_compute_authentication_token(t->eac, theirs);
    answer = general(t, 0x85, of_mem(token));
    BUF_MEM_free(token);
    token = mem_of(answer);
    EXPECT(PACE_STEP3D_verify_authentication_token(t->eac, token) == 1);
    BUF_MEM_free(token);
    BUF_MEM_free(ours);
    BUF_MEM_free(theirs);
    PACE_SEC_clear_free(secret);
    EXPECT(EAC_CTX_set_encryption_ctx(t->eac, EAC_ID_PACE) == 1);
}

static BUF_MEM *padded(const struct talk *t, struct view v)
{
    BUF_MEM *raw = mem_of(v), *all = EAC_add_iso_pad(t->eac, raw);

    BUF_MEM_free(raw);
    EXPECT(all != NULL);
    return all;
}

/* A protected command with these data objects before the MAC; the answer's objects. */
static struct view protected(struct talk *t, struct view head, struct view objects)
{
    uint8_t    room[300], mac_room[300];
    struct buf wire = BUF(room), under = BUF(mac_room);
    BUF_MEM   *first = padded(t, head), *whole, *mac;

    EXPECT_CODE(buf_put(&under, of_mem(first)), OK);
    EXPECT_CODE(buf_put(&under, objects), OK);
    whole = padded(t, buf_view(&under));
    mac = EAC_authenticate(t->eac, whole);
    EXPECT_CODE(buf_put(&wire, head), OK);
    EXPECT_CODE(buf_u8(&wire, (uint8_t)(objects.len + 10)), OK);
    EXPECT_CODE(buf_put(&wire, objects), OK);
    EXPECT_CODE(tlv_put(&wire, 0x8E, of_mem(mac)), OK);
    EXPECT_CODE(buf_u8(&wire, 0), OK);
    BUF_MEM_free(first);
    BUF_MEM_free(whole);
    BUF_MEM_free(mac);
    return send(t, buf_view(&wire));
}

/* OpenPACE finds the answer's MAC right; what is before it. */
static struct view verified(struct talk *t, struct view got)
{
    BUF_MEM    *whole, *mac;
    struct view before, last, value;

    EXPECT(t->sw == 0x9000 && got.len > 10);
    EXPECT_CODE(view_take(&got, got.len - 10, &before), OK);
    last = got;
    EXPECT_CODE(tlv_expect(&last, 0x8E, &value), OK);
    EXPECT(EAC_increment_ssc(t->eac) == 1);
    whole = padded(t, before);
    mac = mem_of(value);
    EXPECT(EAC_verify_authentication(t->eac, whole, mac) == 1);
    BUF_MEM_free(whole);
    BUF_MEM_free(mac);
    return before;
}

/* SELECT the application, then READ BINARY of EF.COM: cipher and MAC in both directions. */
static void session(struct talk *t)
{
    uint8_t     room[100], value_room[100];
    struct buf  objects = BUF(room), value = BUF(value_room);
    BUF_MEM    *pad, *sealed, *clear;
    struct view got, cipher;

    EXPECT(EAC_increment_ssc(t->eac) == 1);
    pad = padded(t, HEX("A0000002471001"));
    sealed = EAC_encrypt(t->eac, pad);
    EXPECT_CODE(buf_u8(&value, 1), OK);
    EXPECT_CODE(buf_put(&value, of_mem(sealed)), OK);
    EXPECT_CODE(tlv_put(&objects, 0x87, buf_view(&value)), OK);
    got = verified(t, protected(t, HEX("0CA4040C"), buf_view(&objects)));
    EXPECT_BYTES(got, HEX("99029000"));
    BUF_MEM_free(pad);
    BUF_MEM_free(sealed);

    EXPECT(EAC_increment_ssc(t->eac) == 1);
    got = verified(t, protected(t, HEX("0CB09E00"), HEX("970104")));
    EXPECT_CODE(tlv_expect(&got, 0x87, &cipher), OK);
    EXPECT_BYTES(got, HEX("99029000"));
    EXPECT(cipher.len > 1 && cipher.ptr[0] == 1);
    sealed = mem_of(view_of(cipher.ptr + 1, cipher.len - 1));
    pad = EAC_decrypt(t->eac, sealed);
    clear = EAC_remove_iso_pad(pad);
    EXPECT_BYTES(of_mem(clear), HEX("60145F01"));
    BUF_MEM_free(sealed);
    BUF_MEM_free(pad);
    BUF_MEM_free(clear);
}

static void run(size_t i)
{
    struct talk    t = { .wire = runs[i].wire };
    struct problem why = { "" };
    char           ini[512];
    const uint8_t  access[] = { 0x31, 0x14, 0x30, 0x12, 0x06, 0x0A, 0x04, 0x00, 0x7F, 0x00, 0x07,
                                0x02, 0x02, 0x04, 0x00, 0x00, 0x02, 0x01, 0x02, 0x02, 0x01, 0x00 };
    uint8_t        info[sizeof access];
    uint8_t        mse[] = { 0x00, 0x22, 0xC1, 0xA4, 0x12, 0x80, 0x0A, 0x04, 0x00, 0x7F, 0x00, 0x07,
                             0x02, 0x02, 0x04, 0x00, 0x00, 0x83, 0x01, 0x02, 0x84, 0x01, 0x00 };

    memcpy(info, access, sizeof access);
    info[14] = mse[15] = runs[i].mapping;
    info[15] = mse[16] = runs[i].cipher;
    info[21] = mse[22] = runs[i].id;
    mse[19] = runs[i].mrz ? 1 : 2;
    snprintf(ini, sizeof ini,
             "[document]\n" TD1 "can = " CAN "\naccess = pace\n[pace]\nleading_zero = %s\n"
             "offers = %s\n",
             runs[i].zero != NULL ? runs[i].zero : "none", runs[i].offer);
    ROW(runs[i].offer);
    paper_make(&t.p, ini, &why);
    EXPECT(t.p.chip != NULL);
    t.eac = EAC_CTX_new();
    EXPECT(EAC_CTX_init_ef_cardaccess(info, sizeof info, t.eac) == 1);
    EXPECT(send(&t, VIEW(mse)).len == 0 && t.sw == 0x9000);
    pace(&t, runs[i].mrz);
    session(&t);
    EAC_CTX_clear_free(t.eac);
    paper_remove(&t.p);
}

static void openpace_agrees(void **state)
{
    (void)state;
    EAC_init();
    for (size_t i = 0; i < COUNT(runs); i++)
        run(i);
    EAC_cleanup();
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(openpace_agrees) };

    return cmocka_run_group_tests_name("sim.openpace", tests, NULL, NULL);
}
