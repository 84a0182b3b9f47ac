/*
 * pace_fault_test: each named fault of [pace], seen by a terminal that looks at nothing: what
 * it is sent, and whether it is let in.
 *
 * The terminal computes with the chip's own groups; that these are right is shown by
 * pace_chip_test and openpace_test.  Here it counts that the fault is there, and that a chip
 * which could go on does go on.
 */
#include "base/tlv.h"
#include "chip/pace_fault.h"
#include "chip/suite.h"

#include "paper.h"
#include "terminal.h"

#define CAN "123456"

/* What the terminal gets of the data object that the fault is about. */
enum seen {
    SEEN_GOOD,   /* nothing strange in its form */
    SEEN_NOT,    /* no such object, no other */
    SEEN_EMPTY,  /* */
    SEEN_SHORT,  /* a byte less */
    SEEN_LONG,   /* a byte more */
    SEEN_BAD,    /* the right length, but no element */
    SEEN_ECHO,   /* what the terminal sent */
    SEEN_SILENT, /* no answer */
};

/* How the run ends for a terminal that looks at nothing. */
enum end {
    END_IN,    /* tokens agree */
    END_TOKEN, /* the chip's token is wrong */
    END_OUT,   /* the chip refuses the terminal's */
    END_STOP,  /* the terminal cannot go on, or it does not matter */
};

#define GM  "ecdh-gm-aes-128:13"
#define DH  "dh-gm-aes-128:0"
#define DH2 "dh-gm-3des:2"
#define CAM "ecdh-cam-aes-256:13"

static const struct {
    const char *fault, *offer;
    uint8_t     tag; /* that stands there */
    enum seen   seen;
    enum end    end;
} rows[] = {
    /* clang-format off */
    { "wrong-nonce",            GM,  0x80, SEEN_GOOD,   END_OUT },
    { "nonce-truncated",        GM,  0x80, SEEN_SHORT,  END_STOP },
    { "nonce-long",             GM,  0x80, SEEN_LONG,   END_STOP },
    { "nonce-empty",            GM,  0x80, SEEN_EMPTY,  END_STOP },
    { "nonce-missing",          GM,  0x80, SEEN_NOT,    END_STOP },
    { "tag-90",                 GM,  0x90, SEEN_GOOD,   END_IN },
    { "wrong-mapping-point",    GM,  0x82, SEEN_GOOD,   END_OUT },
    { "wrong-mapping-point",    DH,  0x82, SEEN_GOOD,   END_OUT },
    { "mapping-off-curve",      GM,  0x82, SEEN_BAD,    END_STOP },
    { "mapping-off-curve",      DH,  0x82, SEEN_BAD,    END_OUT },
    { "mapping-form",           GM,  0x82, SEEN_BAD,    END_STOP },
    { "mapping-identity",       GM,  0x82, SEEN_BAD,    END_IN },
    { "mapping-identity",       DH,  0x82, SEEN_BAD,    END_IN },
    { "mapping-zero",           GM,  0x82, SEEN_BAD,    END_STOP },
    { "mapping-zero",           DH,  0x82, SEEN_BAD,    END_STOP },
    { "mapping-minus-one",      DH,  0x82, SEEN_BAD,    END_STOP },
    { "mapping-small-subgroup", DH,  0x82, SEEN_BAD,    END_STOP },
    { "mapping-echo",           GM,  0x82, SEEN_ECHO,   END_OUT },
    { "mapping-echo",           DH,  0x82, SEEN_ECHO,   END_OUT },
    { "mapping-truncated",      GM,  0x82, SEEN_SHORT,  END_STOP },
    { "mapping-long",           GM,  0x82, SEEN_LONG,   END_STOP },
    { "mapping-empty",          GM,  0x82, SEEN_EMPTY,  END_STOP },
    { "mapping-missing",        GM,  0x82, SEEN_NOT,    END_STOP },
    { "tag-92",                 GM,  0x92, SEEN_GOOD,   END_IN },
    { "wrong-ephemeral-key",    GM,  0x84, SEEN_GOOD,   END_OUT },
    { "ephemeral-off-curve",    GM,  0x84, SEEN_BAD,    END_STOP },
    { "ephemeral-off-curve",    DH,  0x84, SEEN_BAD,    END_STOP },
    { "ephemeral-form",         GM,  0x84, SEEN_BAD,    END_STOP },
    { "ephemeral-identity",     GM,  0x84, SEEN_BAD,    END_IN },
    { "ephemeral-identity",     DH,  0x84, SEEN_BAD,    END_IN },
    { "ephemeral-zero",         GM,  0x84, SEEN_BAD,    END_STOP },
    { "ephemeral-zero",         DH,  0x84, SEEN_BAD,    END_IN },
    { "ephemeral-echo",         GM,  0x84, SEEN_ECHO,   END_IN },
    { "ephemeral-echo",         DH2, 0x84, SEEN_ECHO,   END_IN },
    { "ephemeral-truncated",    GM,  0x84, SEEN_SHORT,  END_STOP },
    { "ephemeral-long",         GM,  0x84, SEEN_LONG,   END_STOP },
    { "ephemeral-empty",        GM,  0x84, SEEN_EMPTY,  END_STOP },
    { "ephemeral-missing",      GM,  0x84, SEEN_NOT,    END_STOP },
    { "dh-one",                 DH2, 0x84, SEEN_BAD,    END_IN },
    { "dh-zero",                DH2, 0x84, SEEN_BAD,    END_IN },
    { "dh-minus-one",           DH2, 0x84, SEEN_BAD,    END_IN },
    { "dh-minus-one",           DH,  0x84, SEEN_BAD,    END_IN },
    { "dh-small-subgroup",      DH,  0x84, SEEN_BAD,    END_IN },
    { "dh-small-subgroup",      "dh-gm-aes-256:1", 0x84, SEEN_BAD, END_IN },
    { "dh-small-subgroup",      DH2, 0x84, SEEN_BAD,    END_IN },
    { "tag-94",                 GM,  0x94, SEEN_GOOD,   END_IN },
    { "wrong-token",            GM,  0x86, SEEN_GOOD,   END_TOKEN },
    { "token-truncated",        GM,  0x86, SEEN_SHORT,  END_TOKEN },
    { "token-long",             GM,  0x86, SEEN_LONG,   END_TOKEN },
    { "token-empty",            GM,  0x86, SEEN_EMPTY,  END_TOKEN },
    { "token-missing",          GM,  0x86, SEEN_NOT,    END_TOKEN },
    { "token-echo",             GM,  0x86, SEEN_ECHO,   END_TOKEN },
    { "tag-96",                 GM,  0x96, SEEN_GOOD,   END_IN },
    { "",                       CAM, 0x8A, SEEN_GOOD,   END_IN },
    { "",                       DH2, 0x86, SEEN_GOOD,   END_IN },
    { "cam-missing",            CAM, 0x8A, SEEN_NOT,    END_IN },
    { "cam-empty",              CAM, 0x8A, SEEN_EMPTY,  END_IN },
    { "cam-truncated",          CAM, 0x8A, SEEN_SHORT,  END_IN },
    { "cam-bad-cipher",         CAM, 0x8A, SEEN_GOOD,   END_IN },
    { "cam-8b",                 CAM, 0x8B, SEEN_GOOD,   END_IN },
    { "cam-wrong",              CAM, 0x8A, SEEN_GOOD,   END_IN },
    { "cam-zero",               CAM, 0x8A, SEEN_GOOD,   END_IN },
    { "cam-not-octets",         CAM, 0x8A, SEEN_GOOD,   END_IN },
    { "stray-8a",               GM,  0x8A, SEEN_GOOD,   END_IN },
    { "plain-answers",          GM,  0x00, SEEN_GOOD,   END_IN },
    { "silent-without-84",      GM,  0x82, SEEN_SILENT, END_STOP },
    { "im-data",                "ecdh-im-aes-128:13", 0x82, SEEN_LONG, END_STOP },
    /* clang-format on */
};

/* The terminal's run. */
struct run {
    struct paper  p;
    struct realm *realm;
    enum suite    suite;
    uint8_t       id, mapping;
    size_t        row;
    bool          silent;
    uint16_t      sw;
    uint8_t       sent[600], inside[2048]; /* of 7C { ... }, there and back */
    size_t        sent_len, inside_len;
    uint8_t       cam_key[65], map_key[65], k[32]; /* CAM: the chip's static and mapping keys, K */
};

static void random_bytes(uint8_t *out, size_t len)
{
    EXPECT(RAND_bytes(out, (int)len) == 1);
}

static void begin(struct run *r, size_t row)
{
    static const char *const mappings[] = { "",        "dh-gm", "ecdh-gm", "dh-im",
                                            "ecdh-im", "",      "ecdh-cam" };
    struct problem           why = { "" };
    const char              *offer = rows[row].offer, *colon = strchr(offer, ':');
    char                     ini[256];
    EVP_PKEY                *key = terminal_key("brainpoolP256r1");
    struct view public;

    *r = (struct run){ .row = row, .id = (uint8_t)atoi(colon + 1) };
    for (uint8_t i = 1; i < COUNT(mappings); i++) {
        const size_t len = strlen(mappings[i]);

        if (len != 0 && strncmp(offer, mappings[i], len) == 0) {
            r->mapping = i;
            r->suite = suite_named(view_of(offer + len + 1, (size_t)(colon - offer) - len - 1));
        }
    }
    r->realm = realm_standard(r->id);
    snprintf(ini, sizeof ini,
             "[document]\ncan = " CAN "\naccess = pace\n[pace]\noffers = %s\n%s%s\n", offer,
             *rows[row].fault != '\0' ? "fault = " : "", rows[row].fault);
    paper_folder(&r->p, ini);
    terminal_file(&r->p, "cam.key", key);
    public = terminal_public(key, r->cam_key);
    EXPECT(public.len == sizeof r->cam_key);
    r->p.chip = chip_new(r->p.dir, &why);
    if (r->p.chip == NULL)
        fail_msg("[%s] refused: %s", expect_row, why.text);
    EVP_PKEY_free(key);
}

static void ask(struct run *r, struct view wire)
{
    struct chip_answer answer;
    struct view        got = paper_ask(&r->p, wire, &answer), inside;

    r->silent = answer.fate == CHIP_SILENT;
    r->sw = 0;
    if (got.len >= 2)
        r->sw = (uint16_t)(got.ptr[got.len - 2] << 8 | got.ptr[got.len - 1]);
    r->inside_len = 0;
    if (tlv_expect(&got, 0x7C, &inside).code == OK) {
        memcpy(r->inside, inside.ptr, inside.len);
        r->inside_len = inside.len;
    }
}

static void set_at(struct run *r)
{
    const uint8_t mse[] = { 0x00,
                            0x22,
                            0xC1,
                            0xA4,
                            0x0F,
                            0x80,
                            0x0A,
                            0x04,
                            0x00,
                            0x7F,
                            0x00,
                            0x07,
                            0x02,
                            0x02,
                            0x04,
                            r->mapping,
                            (uint8_t)(r->suite + 1),
                            0x83,
                            0x01,
                            0x02 };

    ask(r, VIEW(mse));
    EXPECT(r->sw == 0x9000);
}

/* GENERAL AUTHENTICATE with that object (tag 0: none). */
static void general(struct run *r, uint8_t tag, struct view value)
{
    uint8_t    inner_room[600], data_room[620], room[640];
    struct buf inner = BUF(inner_room), data = BUF(data_room), wire = BUF(room);

    memcpy(r->sent, value.len != 0 ? value.ptr : room, value.len);
    r->sent_len = value.len;
    if (tag != 0)
        EXPECT_CODE(tlv_put(&inner, tag, value), OK);
    EXPECT_CODE(tlv_put(&data, 0x7C, buf_view(&inner)), OK);
    const uint8_t head[] = { tag == 0x85 ? 0x00 : 0x10, 0x86, 0, 0, 0, (uint8_t)(data.len >> 8),
                             (uint8_t)data.len };

    EXPECT_CODE(buf_put(&wire, VIEW(head)), OK);
    EXPECT_CODE(buf_put(&wire, buf_view(&data)), OK);
    EXPECT_CODE(buf_put(&wire, HEX("0000")), OK);
    ask(r, buf_view(&wire));
}

/* The object of the answer with that tag, or with the tag the row says instead. */
static bool object(const struct run *r, uint8_t tag, struct view *value)
{
    struct view inside = view_of(r->inside, r->inside_len);
    struct tlv  t;

    while (tlv_next(&inside, &t).code == OK)
        if (t.tag == tag || (t.tag == rows[r->row].tag && (t.tag & 0xEF) == (tag & 0xEF)) ||
            (tag == 0x8A && t.tag == rows[r->row].tag)) {
            *value = t.value;
            return true;
        }
    return false;
}

/* Look at the object if it is the row's; usual is its honest length. */
static void look(const struct run *r, uint8_t tag, size_t usual, bool element)
{
    const struct pace_fault *f = pace_fault_named(rows[r->row].fault);
    struct view              v = { 0 };
    const bool               there = object(r, tag, &v);
    const enum seen          seen = rows[r->row].seen;

    if (f == NULL || f->tag != tag || seen == SEEN_SILENT)
        return;
    EXPECT(there == (seen != SEEN_NOT));
    EXPECT(seen != SEEN_EMPTY || v.len == 0);
    EXPECT(seen != SEEN_SHORT || v.len == usual - 1);
    EXPECT(seen != SEEN_LONG || v.len == usual + 1);
    EXPECT(seen != SEEN_GOOD || v.len == usual || tag == 0x8A || !realm_is_curve(r->realm));
    EXPECT(seen != SEEN_GOOD || !element || realm_holds(r->realm, v));
    EXPECT(seen != SEEN_BAD || !realm_holds(r->realm, v));
    EXPECT(seen != SEEN_ECHO || view_eq(v, view_of(r->sent, r->sent_len)));
}

static bool nonce(struct run *r, struct buf *s)
{
    uint8_t     key[SUITE_KEY_MAX];
    struct view z = { 0 };

    general(r, 0, view_of(NULL, 0));
    EXPECT(r->sw == 0x9000);
    look(r, 0x80, 16, false);
    EXPECT_CODE(suite_key(r->suite, TEXT(CAN), SUITE_USE_PASSWORD, key), OK);
    return object(r, 0x80, &z) && z.len == 16 &&
           suite_decrypt(r->suite, key, NULL, z, s).code == OK;
}

static size_t element_len(const struct run *r)
{
    return realm_is_curve(r->realm) ? 1 + 2 * realm_field_len(r->realm) : realm_field_len(r->realm);
}

/* A key pair over base, the public half to the chip under tag; its answer, and the secret. */
static bool exchange(struct run *r, uint8_t tag, struct view base, struct buf *own,
                     struct buf *theirs, struct buf *secret)
{
    uint8_t     room[REALM_SCALAR_MAX];
    struct buf  k = BUF(room);
    struct view v = { 0 };

    EXPECT_CODE(realm_draw(r->realm, random_bytes, &k), OK);
    EXPECT_CODE(realm_power(r->realm, base, buf_view(&k), own), OK);
    general(r, tag, buf_view(own));
    if (r->silent)
        return false;
    EXPECT(r->sw == 0x9000);
    look(r, (uint8_t)(tag + 1), element_len(r), true);
    return object(r, (uint8_t)(tag + 1), &v) && v.len != 0 && buf_put(theirs, v).code == OK &&
           realm_power(r->realm, v, buf_view(&k), secret).code == OK;
}

static void token(const struct run *r, const uint8_t *key, struct view public, uint8_t mac[8])
{
    const uint8_t oid[] = { 0x04, 0x00, 0x7F, 0x00,       0x07,
                            0x02, 0x02, 0x04, r->mapping, (uint8_t)(r->suite + 1) };
    uint8_t       inner_room[600], room[620];
    struct buf    inner = BUF(inner_room), all = BUF(room);

    EXPECT_CODE(tlv_put(&inner, 0x06, VIEW(oid)), OK);
    EXPECT_CODE(tlv_put(&inner, realm_is_curve(r->realm) ? 0x86 : 0x84, public), OK);
    EXPECT_CODE(tlv_put(&all, 0x7F49, buf_view(&inner)), OK);
    EXPECT_CODE(suite_mac(r->suite, key, &(struct view){ all.ptr, all.len }, 1, mac), OK);
}

/* The fourth step. */
static enum end confirm(struct run *r, struct view own, struct view theirs, struct view k)
{
    uint8_t     key[SUITE_KEY_MAX], mac[8], expected[8];
    struct view got = { 0 };

    EXPECT_CODE(suite_key(r->suite, k, SUITE_USE_MAC, key), OK);
    token(r, key, theirs, mac);
    token(r, key, own, expected);
    general(r, 0x85, VIEW(mac));
    if (r->sw != 0x9000) {
        EXPECT(r->sw == 0x6300);
        return END_OUT;
    }
    look(r, 0x86, 8, false);
    look(r, 0x8A, 48, false);
    return object(r, 0x86, &got) && view_eq(got, VIEW(expected)) ? END_IN : END_TOKEN;
}

static enum end pace(struct run *r)
{
    uint8_t    rooms[8][REALM_ELEMENT_MAX];
    struct buf s = BUF(rooms[0]), map = BUF(rooms[1]), map_theirs = BUF(rooms[2]);
    struct buf h = BUF(rooms[3]), g = BUF(rooms[4]), own = BUF(rooms[5]), theirs = BUF(rooms[6]);
    struct buf element = BUF(rooms[7]), k = BUF(rooms[0]), blinded = BUF(rooms[1]);

    set_at(r);
    if (!nonce(r, &s))
        return END_STOP;
    if (r->mapping == 3 || r->mapping == 4) {
        general(r, 0x81, HEX("5DD4CBFC96F5453B130D890A1CDBAE32"));
        look(r, 0x82, 0, false);
        return END_STOP;
    }
    if (!exchange(r, 0x81, view_of(NULL, 0), &map, &map_theirs, &h))
        return END_STOP;
    blinded.len = 0;
    EXPECT_CODE(realm_power(r->realm, view_of(NULL, 0), buf_view(&s), &blinded), OK);
    EXPECT_CODE(realm_join(r->realm, buf_view(&blinded), buf_view(&h), &g), OK);
    if (map_theirs.len == sizeof r->map_key)
        memcpy(r->map_key, map_theirs.ptr, map_theirs.len);
    if (!exchange(r, 0x83, buf_view(&g), &own, &theirs, &element))
        return END_STOP;
    EXPECT_CODE(realm_shared(r->realm, buf_view(&element), &k), OK);
    if (k.len == sizeof r->k)
        memcpy(r->k, k.ptr, k.len);
    return confirm(r, buf_view(&own), buf_view(&theirs), buf_view(&k));
}

/* 9303-11 §4.4.3.5: what the chip sealed, times its static key, is its mapping key. */
static bool cam_holds(const struct run *r)
{
    uint8_t     key[SUITE_KEY_MAX], ones[16], iv[16], room[64], point_room[REALM_ELEMENT_MAX];
    struct buf  first = BUF(iv), text = BUF(room), point = BUF(point_room);
    struct view sealed = { 0 }, number;

    memset(ones, 0xFF, sizeof ones);
    EXPECT_CODE(suite_key(r->suite, VIEW(r->k), SUITE_USE_ENC, key), OK);
    EXPECT_CODE(suite_encrypt(r->suite, key, NULL, VIEW(ones), &first), OK);
    if (!object(r, 0x8A, &sealed) || sealed.len == 0 ||
        suite_decrypt(r->suite, key, iv, sealed, &text).code != OK)
        return false;
    number = buf_view(&text);
    if (suite_unpad(r->suite, &number).code != OK || number.len == 0)
        return false;
    EXPECT_CODE(realm_power(r->realm, VIEW(r->cam_key), number, &point), OK);
    return view_eq(buf_view(&point), VIEW(r->map_key));
}

static void faults_show(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct run r;
        enum end   end;

        ROW(rows[i].fault);
        begin(&r, i);
        end = pace(&r);
        EXPECT(r.silent == (rows[i].seen == SEEN_SILENT));
        if (rows[i].end != END_STOP && end != rows[i].end)
            fail_msg("[%s, %s] ends with %d, expected %d", rows[i].fault, rows[i].offer, end,
                     rows[i].end);
        if (r.mapping == 6)
            EXPECT(cam_holds(&r) == (*rows[i].fault == '\0' || rows[i].tag == 0x8B));
        realm_free(r.realm);
        paper_remove(&r.p);
    }
}

/* No fault is without a row. */
static void every_fault_has_a_row(void **state)
{
    (void)state;
    for (size_t n = 0; pace_fault_at(n) != NULL; n++) {
        bool found = false;

        ROW(pace_fault_at(n)->name);
        for (size_t i = 0; i < COUNT(rows); i++)
            found = found || strcmp(rows[i].fault, pace_fault_at(n)->name) == 0;
        EXPECT(found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(faults_show),
                                        cmocka_unit_test(every_fault_has_a_row) };

    return cmocka_run_group_tests_name("sim.pace_fault", tests, NULL, NULL);
}
