/*
 * public_key_test: every form of SubjectPublicKeyInfo that is read, those that are refused,
 * and every prefix.
 *
 * Named and explicit keys of every curve come from OpenSSL; the other forms are put together
 * here from the curve's numbers, which group_test compares with OpenSSL's.
 */
#include "keys/public_key.h"

#include "base/der.h"
#include "signer.h"

enum { ROOM = 2048 };

#define OID_EC        "06072A8648CE3D0201"
#define OID_PRIME     "06072A8648CE3D0101"
#define OID_BINARY    "06072A8648CE3D0102"
#define OID_STANDARD  "060704007F00070102"
#define OID_RSA       "06092A864886F70D010101"
#define OID_RSA_PSS   "06092A864886F70D01010A"
#define OID_DSA_BYTES "06072A8648CE380401"

static void put(struct buf *out, uint32_t tag, struct view v)
{
    EXPECT_CODE(tlv_put(out, tag, v), OK);
}

static void put_raw(struct buf *out, struct view v)
{
    EXPECT_CODE(buf_put(out, v), OK);
}

static void put_unsigned(struct buf *out, struct view v)
{
    uint8_t    bytes[ROOM];
    struct buf b = BUF(bytes);

    while (v.len > 1 && v.ptr[0] == 0)
        v = view_of(v.ptr + 1, v.len - 1);
    if ((view_at(v, 0) & 0x80) != 0)
        EXPECT_CODE(buf_u8(&b, 0), OK);
    put_raw(&b, v);
    put(out, DER_INTEGER, buf_view(&b));
}

/* SEQUENCE { SEQUENCE { id, params }, BIT STRING key } */
static struct view spki(const char *id, struct view params, struct view key, struct buf *out)
{
    uint8_t    alg_bytes[ROOM], body_bytes[ROOM], bits_bytes[ROOM];
    struct buf alg = BUF(alg_bytes), body = BUF(body_bytes), bits = BUF(bits_bytes);

    put_raw(&alg, HEX(id));
    put_raw(&alg, params);
    EXPECT_CODE(buf_u8(&bits, 0), OK);
    put_raw(&bits, key);
    put(&body, DER_SEQUENCE, buf_view(&alg));
    put(&body, DER_BIT_STRING, buf_view(&bits));
    put(out, DER_SEQUENCE, buf_view(&body));
    return buf_view(out);
}

/* Each prefix is read from an allocation of exactly its length. */
static void every_prefix(struct view whole)
{
    for (size_t n = 0; n < whole.len; n++) {
        uint8_t          *exact = malloc(n ? n : 1);
        struct view       in = view_of(exact, n);
        struct public_key key;

        memcpy(exact, whole.ptr, n);
        EXPECT_CODE(public_key_read(&in, &key, NULL), E_TRUNCATED);
        EXPECT(in.ptr == exact && in.len == n);
        free(exact);
    }
}

static void openssl_keys_of_every_curve(void **state)
{
    static const char *const forms[] = { "named_curve", "explicit" };
    uint8_t                  room[ROOM];

    (void)state;
    for (enum ec_group g = EC_NONE + 1; g < EC_GROUP_COUNT; g++) {
        for (size_t f = 0; f < COUNT(forms); f++) {
            const struct ec_domain *d = ec_domain(g);
            EVP_PKEY    *pkey = signer_ec(OBJ_nid2sn(OBJ_txt2nid(oid_dotted(d->oid))), forms[f]);
            struct view  in = signer_spki(pkey, room, sizeof room), whole = in;
            struct notes notes = { 0 };
            struct public_key key;

            ROW(d->name);
            EXPECT_CODE(public_key_read(&in, &key, &notes), OK);
            EXPECT(in.len == 0 && notes.n == 0);
            EXPECT(key.kind == KEY_EC && key.ec.group == g && key.bits == d->bits);
            EXPECT(key.spelt_out == (f == 1));
            every_prefix(whole);
            EVP_PKEY_free(pkey);
        }
    }
}

/* What stands in explicit parameters; and what a row changes. */
struct spelt {
    struct view p, a, b, base, n, cofactor, seed, field;
    uint8_t     version, trailing;
};

static void put_params(const struct spelt *s, struct buf *out)
{
    uint8_t    body_bytes[ROOM], part_bytes[ROOM];
    struct buf body = BUF(body_bytes), part = BUF(part_bytes);

    put(&body, DER_INTEGER, view_of(&s->version, 1));
    put_raw(&part, s->field);
    put_unsigned(&part, s->p);
    put(&body, DER_SEQUENCE, buf_view(&part));
    part.len = 0;
    put(&part, DER_OCTET_STRING, s->a);
    put(&part, DER_OCTET_STRING, s->b);
    if (s->seed.len != 0)
        put(&part, DER_BIT_STRING, s->seed);
    put(&body, DER_SEQUENCE, buf_view(&part));
    put(&body, DER_OCTET_STRING, s->base);
    put_unsigned(&body, s->n);
    if (s->cofactor.len != 0)
        put_unsigned(&body, s->cofactor);
    if (s->trailing != 0)
        put(&body, DER_NULL, view_of(NULL, 0));
    put(out, DER_SEQUENCE, buf_view(&body));
}

static struct view point(const struct ec_domain *d, uint8_t form, uint8_t *room)
{
    struct buf b = buf_of(room, EC_POINT_MAX);

    EXPECT_CODE(buf_u8(&b, form), OK);
    put_raw(&b, d->x);
    if (form == 4 || form == 6)
        put_raw(&b, d->y);
    return buf_view(&b);
}

/* 2G, by OpenSSL: the generator of CVE-2020-0601's pattern, with everything else genuine. */
static struct view doubled(const struct ec_domain *d, uint8_t *room)
{
    EC_GROUP *g = EC_GROUP_new_by_curve_name(OBJ_txt2nid(oid_dotted(d->oid)));
    EC_POINT *p = EC_POINT_new(g);

    EXPECT(EC_POINT_dbl(g, p, EC_GROUP_get0_generator(g), NULL) == 1);
    const size_t len =
        EC_POINT_point2oct(g, p, POINT_CONVERSION_UNCOMPRESSED, room, EC_POINT_MAX, NULL);

    EC_POINT_free(p);
    EC_GROUP_free(g);
    return view_of(room, len);
}

enum change {
    PLAIN,
    COMPRESSED,
    COMPRESSED_WRONG,
    HYBRID,
    OTHER_Y,
    NO_COFACTOR,
    COFACTOR_2,
    COFACTOR_0,
    SEED,
    SHORT_B,
    LONG_A,
    VERSION_0,
    VERSION_3,
    VERSION_4,
    DOUBLED,
    OTHER_P,
    OTHER_A,
    OTHER_B,
    OTHER_N,
    BINARY,
    TRAILING,
};

static const struct {
    const char  *name;
    enum change  change;
    enum outcome want;
    bool         altered;
} forms[] = {
    /* clang-format off */
    { "as 9303-12 wants it",          PLAIN,            OK,            false },
    { "compressed generator",         COMPRESSED,       OK,            false },
    { "the other root's sign",        COMPRESSED_WRONG, E_UNSUPPORTED, true  },
    { "hybrid generator",             HYBRID,           E_UNSUPPORTED, true  },
    { "generator of another y",       OTHER_Y,          E_UNSUPPORTED, true  },
    { "no cofactor",                  NO_COFACTOR,      OK,            false },
    { "cofactor 2",                   COFACTOR_2,       E_UNSUPPORTED, true  },
    { "cofactor 0",                   COFACTOR_0,       E_UNSUPPORTED, true  },
    { "a seed",                       SEED,             OK,            false },
    { "b without its leading zeros",  SHORT_B,          OK,            false },
    { "a with a leading zero",        LONG_A,           OK,            false },
    { "version 0",                    VERSION_0,        E_MALFORMED,   false },
    { "version 3",                    VERSION_3,        OK,            false },
    { "version 4",                    VERSION_4,        E_MALFORMED,   false },
    { "CVE-2020-0601: generator 2G",  DOUBLED,          E_UNSUPPORTED, true  },
    { "another p",                    OTHER_P,          E_UNSUPPORTED, false },
    { "another a",                    OTHER_A,          E_UNSUPPORTED, false },
    { "another b",                    OTHER_B,          E_UNSUPPORTED, false },
    { "another n",                    OTHER_N,          E_UNSUPPORTED, true  },
    { "a binary field",               BINARY,           E_UNSUPPORTED, false },
    { "something after the cofactor", TRAILING,         E_TRAILING,    false },
    /* clang-format on */
};

static struct view changed(struct view v, uint8_t *room)
{
    memcpy(room, v.ptr, v.len);
    room[v.len - 1] ^= 2;
    return view_of(room, v.len);
}

static void apply(enum change c, const struct ec_domain *d, struct spelt *s, uint8_t *room)
{
    static uint8_t binary[16];

    const uint8_t odd = d->y.ptr[d->y.len - 1] & 1;

    switch (c) {
    case COMPRESSED:
        s->base = point(d, 2 | odd, room);
        break;
    case COMPRESSED_WRONG:
        s->base = point(d, 2 | !odd, room);
        break;
    case HYBRID:
        s->base = point(d, 6, room);
        break;
    case OTHER_Y:
        s->base = point(d, 4, room);
        room[s->base.len - 1] ^= 1;
        break;
    case NO_COFACTOR:
        s->cofactor.len = 0;
        break;
    case COFACTOR_2:
        s->cofactor = TEXT("\x02");
        break;
    case COFACTOR_0:
        s->cofactor = TEXT("\x00");
        break;
    case SEED:
        s->seed = TEXT("\x00seed");
        break;
    case SHORT_B:
        while (s->b.ptr[0] == 0)
            s->b = view_of(s->b.ptr + 1, s->b.len - 1);
        break;
    case LONG_A:
        room[0] = 0;
        memcpy(room + 1, d->a.ptr, d->a.len);
        s->a = view_of(room, 1 + d->a.len);
        break;
    case VERSION_0:
        s->version = 0;
        break;
    case VERSION_3:
        s->version = 3;
        break;
    case VERSION_4:
        s->version = 4;
        break;
    case DOUBLED:
        s->base = doubled(d, room);
        break;
    case OTHER_P:
        s->p = changed(d->p, room);
        break;
    case OTHER_A:
        s->a = changed(d->a, room);
        break;
    case OTHER_B:
        s->b = changed(d->b, room);
        break;
    case OTHER_N:
        s->n = changed(d->n, room);
        break;
    case BINARY:
        s->field = hex(OID_BINARY, binary, sizeof binary);
        break;
    case TRAILING:
        s->trailing = 1;
        break;
    case PLAIN:
        break;
    }
}

static void explicit_forms(void **state)
{
    (void)state;
    for (enum ec_group g = EC_NONE + 1; g < EC_GROUP_COUNT; g++) {
        for (size_t i = 0; i < COUNT(forms); i++) {
            const struct ec_domain *d = ec_domain(g);
            uint8_t           point_room[EC_POINT_MAX], room[EC_POINT_MAX], params[ROOM], out[ROOM];
            struct spelt      s = { .p = d->p, .a = d->a, .b = d->b, .n = d->n, .version = 1 };
            struct buf        p = BUF(params), o = BUF(out);
            struct notes      notes = { 0 };
            struct public_key key = { 0 };

            ROW(forms[i].name);
            s.base = point(d, 4, point_room);
            s.cofactor = TEXT("\x01");
            s.field = HEX(OID_PRIME);
            apply(forms[i].change, d, &s, room);
            put_params(&s, &p);
            struct view in =
                spki(OID_EC, buf_view(&p), point(d, 4, (uint8_t[EC_POINT_MAX]){ 0 }), &o);
            struct view whole = in;

            EXPECT_CODE(public_key_read(&in, &key, &notes), forms[i].want);
            EXPECT(note_seen(&notes, NOTE_EC_CURVE_ALTERED) == forms[i].altered);
            EXPECT(key.kind == (forms[i].want == OK ? KEY_EC : KEY_NONE));
            EXPECT(key.ec.group == (forms[i].want == OK ? g : EC_NONE));
            /* stepped over when it is merely not ours, untouched when it cannot be read */
            EXPECT(in.len ==
                   (forms[i].want == OK || forms[i].want == E_UNSUPPORTED ? 0 : whole.len));
        }
    }
}

static void standardized_ids(void **state)
{
    (void)state;
    for (unsigned id = 0; id < 32; id++) {
        const uint8_t           integer[] = { 2, 1, (uint8_t)id };
        const bool              ours = id >= 8 && id <= 18; /* 9303-11 table 15 */
        const struct ec_domain *d = ours ? ec_domain((enum ec_group)(EC_P192 + id - 8)) : NULL;
        uint8_t                 room[EC_POINT_MAX], out[ROOM];
        struct buf              o = BUF(out);
        struct public_key       key;
        struct view             in =
            spki(OID_STANDARD, VIEW(integer), ours ? point(d, 4, room) : TEXT("\x04"), &o);

        EXPECT_CODE(public_key_read(&in, &key, NULL), ours ? OK : E_UNSUPPORTED);
        EXPECT(in.len == 0 && (!ours || ec_domain(key.ec.group) == d));
    }
}

/* The rows that are short enough to write down. */
static const struct {
    const char  *name, *id, *params, *key;
    enum outcome want;
} rows[] = {
    /* clang-format off */
    { "implicitCurve",              OID_EC, "0500", "04", E_UNSUPPORTED },
    { "no EC parameters",           OID_EC, "", "04", E_TRUNCATED },
    { "brainpoolP160r1, not on the list", OID_EC, "06092B2403030208010101", "04", E_UNSUPPORTED },
    { "two curve names",            OID_EC, "06082A8648CE3D030107 06082A8648CE3D030107", "04",
      E_TRAILING },
    { "P-256, compressed point",    OID_EC, "06082A8648CE3D030107",
      "02 6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296", E_UNSUPPORTED },
    { "P-256, point cut off",       OID_EC, "06082A8648CE3D030107", "04 6B17", E_MALFORMED },
    { "P-256, point at infinity",   OID_EC, "06082A8648CE3D030107", "00", E_MALFORMED },
    { "P-256, no point",            OID_EC, "06082A8648CE3D030107", "", E_MALFORMED },
    { "Ed25519",                    "06032B6570", "",
      "D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A", E_UNSUPPORTED },
    { "DH",                         "06072A8648CE3E0201", "3000", "020101", E_UNSUPPORTED },
    { "DSA, inherited parameters",  OID_DSA_BYTES, "", "020102", E_UNSUPPORTED },
    { "DSA, toy numbers",           OID_DSA_BYTES, "3009 020117 02010B 020102", "020104",
      E_UNSUPPORTED },
    { "RSA, toy numbers",           OID_RSA, "0500", "3006 020121 020103", E_UNSUPPORTED },
    { "RSA, parameters no NULL",    OID_RSA, "3000", "3006 020121 020103", E_UNEXPECTED },
    { "RSA, NULL not empty",        OID_RSA, "050100", "3006 020121 020103", E_MALFORMED },
    { "RSA-PSS, parameters no SEQUENCE", OID_RSA_PSS, "0500", "3006 020121 020103", E_UNEXPECTED },
    { "RSA, three numbers",         OID_RSA, "0500", "3009 020121 020103 020103", E_TRAILING },
    { "RSA, something after",       OID_RSA, "0500", "3006 020121 020103 0500", E_TRAILING },
    { "RSA, negative modulus",      OID_RSA, "0500", "3006 0201A1 020103", E_MALFORMED },
    /* clang-format on */
};

static void short_rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t           out[ROOM];
        struct buf        o = BUF(out);
        struct public_key key;
        struct view       in = spki(rows[i].id, HEX(rows[i].params), HEX(rows[i].key), &o);

        ROW(rows[i].name);
        EXPECT_CODE(public_key_read(&in, &key, NULL), rows[i].want);
        EXPECT(in.len == (rows[i].want == E_UNSUPPORTED ? 0 : o.len));
    }
}

/* An RSA key of so many bits: 80 .. low, or 01 00 .. low. */
static const struct {
    const char  *name, *id, *params;
    size_t       n_bits;
    uint8_t      n_low;
    const char  *e;
    enum outcome want;
    const char  *text; /* NULL: refused */
} rsa_rows[] = {
    /* clang-format off */
    { "1024 bits",             OID_RSA, "0500", 1024, 0x01, "010001", OK, "RSA-1024" },
    { "1023 bits",             OID_RSA, "0500", 1023, 0x01, "010001", E_UNSUPPORTED, NULL },
    { "2041 bits",             OID_RSA, "0500", 2041, 0x01, "010001", OK, "RSA-2041" },
    { "6144 bits, Moldova",    OID_RSA, "0500", 6144, 0x01, "010001", OK, "RSA-6144" },
    { "8192 bits",             OID_RSA, "0500", 8192, 0x01, "010001", OK, "RSA-8192" },
    { "8193 bits",             OID_RSA, "0500", 8193, 0x01, "010001", E_UNSUPPORTED, NULL },
    { "e 3",                   OID_RSA, "0500", 2048, 0x01, "03", OK, "RSA-2048 e=3" },
    { "e 1",                   OID_RSA, "0500", 2048, 0x01, "01", E_MALFORMED, NULL },
    { "e 0",                   OID_RSA, "0500", 2048, 0x01, "00", E_MALFORMED, NULL },
    { "e even",                OID_RSA, "0500", 2048, 0x01, "010000", E_MALFORMED, NULL },
    { "n even",                OID_RSA, "0500", 2048, 0x02, "010001", E_MALFORMED, NULL },
    { "e of 64 bits",          OID_RSA, "0500", 2048, 0x01, "FFFFFFFFFFFFFFFF", OK,
      "RSA-2048 e=18446744073709551615" },
    { "e of 65 bits",          OID_RSA, "0500", 2048, 0x01, "01FFFFFFFFFFFFFFFF", OK,
      "RSA-2048 e long" },
    { "e of 256 bits",         OID_RSA, "0500", 2048, 0x01,
      "8000000000000000000000000000000000000000000000000000000000000001", OK, "RSA-2048 e long" },
    { "e of 257 bits",         OID_RSA, "0500", 2048, 0x01,
      "018000000000000000000000000000000000000000000000000000000000000001", E_UNSUPPORTED, NULL },
    { "no NULL",               OID_RSA, "", 2048, 0x01, "010001", OK, "RSA-2048" },
    { "PSS, no parameters",    OID_RSA_PSS, "", 2048, 0x01, "010001", OK, "RSA-2048" },
    { "PSS, default parameters", OID_RSA_PSS, "3000", 2048, 0x01, "010001", OK, "RSA-2048" },
    /* clang-format on */
};

static void rsa_rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rsa_rows); i++) {
        const size_t      len = (rsa_rows[i].n_bits + 7) / 8;
        uint8_t           n[RSA_MAX + 1] = { 0 }, key_bytes[ROOM], body_bytes[ROOM], out[ROOM];
        struct buf        k = BUF(key_bytes), b = BUF(body_bytes), o = BUF(out);
        struct notes      notes = { 0 };
        struct public_key key = { 0 };

        ROW(rsa_rows[i].name);
        n[0] = (uint8_t)(1U << ((rsa_rows[i].n_bits - 1) % 8));
        n[len - 1] = rsa_rows[i].n_low;
        put_unsigned(&b, view_of(n, len));
        put_unsigned(&b, HEX(rsa_rows[i].e));
        put(&k, DER_SEQUENCE, buf_view(&b));
        struct view in = spki(rsa_rows[i].id, HEX(rsa_rows[i].params), buf_view(&k), &o);

        EXPECT_CODE(public_key_read(&in, &key, &notes), rsa_rows[i].want);
        if (rsa_rows[i].text == NULL)
            continue;
        char       text[KEY_TEXT_MAX];
        struct buf t = BUF(text);

        EXPECT_CODE(public_key_print(&key, &t), OK);
        EXPECT_BYTES(buf_view(&t), view_of(rsa_rows[i].text, strlen(rsa_rows[i].text)));
        EXPECT(key.pss_only == (strcmp(rsa_rows[i].id, OID_RSA_PSS) == 0));
        EXPECT(note_seen(&notes, NOTE_ALG_PARAMS) ==
               (rsa_rows[i].params[0] == '\0' && !key.pss_only));
        every_prefix(buf_view(&o));
    }
}

static void dsa_numbers_are_checked(void **state)
{
    uint8_t           room[ROOM];
    EVP_PKEY         *pkey = signer_dsa("dh_2048_256");
    const struct view whole = signer_spki(pkey, room, sizeof room);
    struct view       in = whole;
    struct public_key key;

    (void)state;
    ROW("DSA-2048/256");
    EXPECT_CODE(public_key_read(&in, &key, NULL), OK);
    EXPECT(key.kind == KEY_DSA && key.bits == 2048 && key.dsa.q.len == 32);
    every_prefix(whole);

    static const uint8_t one[] = { 1 };
    const struct dsa_key good = key.dsa;
    const struct {
        const char    *name;
        struct dsa_key k;
    } bad[] = {
        { "g 1", { good.p, good.q, VIEW(one), good.y } },
        { "g p", { good.p, good.q, good.p, good.y } },
        { "y 1", { good.p, good.q, good.g, VIEW(one) } },
        { "y p", { good.p, good.q, good.g, good.p } },
    };

    for (size_t i = 0; i < COUNT(bad); i++) {
        uint8_t    params[ROOM], body_bytes[ROOM], y[ROOM], out[ROOM];
        struct buf p = BUF(params), b = BUF(body_bytes), k = BUF(y), o = BUF(out);

        ROW(bad[i].name);
        put_unsigned(&b, bad[i].k.p);
        put_unsigned(&b, bad[i].k.q);
        put_unsigned(&b, bad[i].k.g);
        put(&p, DER_SEQUENCE, buf_view(&b));
        put_unsigned(&k, bad[i].k.y);
        in = spki(OID_DSA_BYTES, buf_view(&p), buf_view(&k), &o);
        EXPECT_CODE(public_key_read(&in, &key, NULL), E_MALFORMED);
    }
    EVP_PKEY_free(pkey);
}

static void nothing_is_unknown(void **state)
{
    const struct public_key none = { 0 };
    char                    text[KEY_TEXT_MAX];
    struct buf              t = BUF(text), full = buf_of(text, 6);

    (void)state;
    EXPECT_CODE(public_key_print(&none, &t), OK);
    EXPECT_BYTES(buf_view(&t), TEXT("unknown"));
    EXPECT_CODE(public_key_print(&none, &full), E_NO_SPACE);
    EXPECT(full.len == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openssl_keys_of_every_curve),
        cmocka_unit_test(explicit_forms),
        cmocka_unit_test(standardized_ids),
        cmocka_unit_test(short_rows_hold),
        cmocka_unit_test(rsa_rows_hold),
        cmocka_unit_test(dsa_numbers_are_checked),
        cmocka_unit_test(nothing_is_unknown),
    };

    return cmocka_run_group_tests_name("keys.public_key", tests, NULL, NULL);
}
