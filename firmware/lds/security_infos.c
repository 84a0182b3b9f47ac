/*
 * security_infos: see security_infos.h.
 *
 * An info is read by the row of its identifier: what kind it is, and by the kind what follows.
 * One that breaks its form is stepped over, because the next one may be the one that counts.
 */
#include "lds/security_infos.h"

#include "base/der.h"

/* clang-format off */
static const struct known {
    enum oid                oid;
    enum security_info_kind kind;
    enum info_agreement     agreement;
    enum info_mapping       mapping;
    enum info_cipher        cipher;
} known[] = {
    { OID_PK_DH,                 INFO_CA_KEY,      AGREEMENT_DH,   MAPPING_NONE, INFO_CIPHER_NONE    },
    { OID_PK_ECDH,               INFO_CA_KEY,      AGREEMENT_ECDH, MAPPING_NONE, INFO_CIPHER_NONE    },
    { OID_TA,                    INFO_TA,          AGREEMENT_NONE, MAPPING_NONE, INFO_CIPHER_NONE    },
    { OID_ICAO_AA,               INFO_AA,          AGREEMENT_NONE, MAPPING_NONE, INFO_CIPHER_NONE    },
    { OID_CA_DH_3DES,            INFO_CA,          AGREEMENT_DH,   MAPPING_NONE, INFO_CIPHER_3DES    },
    { OID_CA_DH_AES_128,         INFO_CA,          AGREEMENT_DH,   MAPPING_NONE, INFO_CIPHER_AES_128 },
    { OID_CA_DH_AES_192,         INFO_CA,          AGREEMENT_DH,   MAPPING_NONE, INFO_CIPHER_AES_192 },
    { OID_CA_DH_AES_256,         INFO_CA,          AGREEMENT_DH,   MAPPING_NONE, INFO_CIPHER_AES_256 },
    { OID_CA_ECDH_3DES,          INFO_CA,          AGREEMENT_ECDH, MAPPING_NONE, INFO_CIPHER_3DES    },
    { OID_CA_ECDH_AES_128,       INFO_CA,          AGREEMENT_ECDH, MAPPING_NONE, INFO_CIPHER_AES_128 },
    { OID_CA_ECDH_AES_192,       INFO_CA,          AGREEMENT_ECDH, MAPPING_NONE, INFO_CIPHER_AES_192 },
    { OID_CA_ECDH_AES_256,       INFO_CA,          AGREEMENT_ECDH, MAPPING_NONE, INFO_CIPHER_AES_256 },
    { OID_PACE_DH_GM,            INFO_PACE_PARAMS, AGREEMENT_DH,   MAPPING_GM,   INFO_CIPHER_NONE    },
    { OID_PACE_DH_GM_3DES,       INFO_PACE,        AGREEMENT_DH,   MAPPING_GM,   INFO_CIPHER_3DES    },
    { OID_PACE_DH_GM_AES_128,    INFO_PACE,        AGREEMENT_DH,   MAPPING_GM,   INFO_CIPHER_AES_128 },
    { OID_PACE_DH_GM_AES_192,    INFO_PACE,        AGREEMENT_DH,   MAPPING_GM,   INFO_CIPHER_AES_192 },
    { OID_PACE_DH_GM_AES_256,    INFO_PACE,        AGREEMENT_DH,   MAPPING_GM,   INFO_CIPHER_AES_256 },
    { OID_PACE_ECDH_GM,          INFO_PACE_PARAMS, AGREEMENT_ECDH, MAPPING_GM,   INFO_CIPHER_NONE    },
    { OID_PACE_ECDH_GM_3DES,     INFO_PACE,        AGREEMENT_ECDH, MAPPING_GM,   INFO_CIPHER_3DES    },
    { OID_PACE_ECDH_GM_AES_128,  INFO_PACE,        AGREEMENT_ECDH, MAPPING_GM,   INFO_CIPHER_AES_128 },
    { OID_PACE_ECDH_GM_AES_192,  INFO_PACE,        AGREEMENT_ECDH, MAPPING_GM,   INFO_CIPHER_AES_192 },
    { OID_PACE_ECDH_GM_AES_256,  INFO_PACE,        AGREEMENT_ECDH, MAPPING_GM,   INFO_CIPHER_AES_256 },
    { OID_PACE_DH_IM,            INFO_PACE_PARAMS, AGREEMENT_DH,   MAPPING_IM,   INFO_CIPHER_NONE    },
    { OID_PACE_DH_IM_3DES,       INFO_PACE,        AGREEMENT_DH,   MAPPING_IM,   INFO_CIPHER_3DES    },
    { OID_PACE_DH_IM_AES_128,    INFO_PACE,        AGREEMENT_DH,   MAPPING_IM,   INFO_CIPHER_AES_128 },
    { OID_PACE_DH_IM_AES_192,    INFO_PACE,        AGREEMENT_DH,   MAPPING_IM,   INFO_CIPHER_AES_192 },
    { OID_PACE_DH_IM_AES_256,    INFO_PACE,        AGREEMENT_DH,   MAPPING_IM,   INFO_CIPHER_AES_256 },
    { OID_PACE_ECDH_IM,          INFO_PACE_PARAMS, AGREEMENT_ECDH, MAPPING_IM,   INFO_CIPHER_NONE    },
    { OID_PACE_ECDH_IM_3DES,     INFO_PACE,        AGREEMENT_ECDH, MAPPING_IM,   INFO_CIPHER_3DES    },
    { OID_PACE_ECDH_IM_AES_128,  INFO_PACE,        AGREEMENT_ECDH, MAPPING_IM,   INFO_CIPHER_AES_128 },
    { OID_PACE_ECDH_IM_AES_192,  INFO_PACE,        AGREEMENT_ECDH, MAPPING_IM,   INFO_CIPHER_AES_192 },
    { OID_PACE_ECDH_IM_AES_256,  INFO_PACE,        AGREEMENT_ECDH, MAPPING_IM,   INFO_CIPHER_AES_256 },
    { OID_PACE_ECDH_CAM,         INFO_PACE_PARAMS, AGREEMENT_ECDH, MAPPING_CAM,  INFO_CIPHER_NONE    },
    { OID_PACE_ECDH_CAM_AES_128, INFO_PACE,        AGREEMENT_ECDH, MAPPING_CAM,  INFO_CIPHER_AES_128 },
    { OID_PACE_ECDH_CAM_AES_192, INFO_PACE,        AGREEMENT_ECDH, MAPPING_CAM,  INFO_CIPHER_AES_192 },
    { OID_PACE_ECDH_CAM_AES_256, INFO_PACE,        AGREEMENT_ECDH, MAPPING_CAM,  INFO_CIPHER_AES_256 },
};
/* clang-format on */

static void recognise(struct security_info *info)
{
    info->oid = oid_of(info->oid_content);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const struct known *k = &known[i];

        if (k->oid != info->oid)
            continue;
        info->kind = k->kind;
        info->agreement = k->agreement;
        info->mapping = k->mapping;
        info->cipher = k->cipher;
    }
}

/* Under id-PK, or under id-CA with an agreement and a cipher, and yet not in our table
 * (LDS_F_04).  id-CA with an agreement alone are domain parameters of version 2: legal. */
static bool is_unknown_ca(struct view oid)
{
    static const uint8_t id_pk[] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x01 };
    static const uint8_t id_ca[] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03 };
    struct view          arc;

    if (view_sub(oid, 0, sizeof id_pk, &arc).code != OK)
        return false;
    return view_eq(arc, VIEW(id_pk)) || (view_eq(arc, VIEW(id_ca)) && oid.len > sizeof id_ca + 1);
}

static struct err read_id(struct view *rest, struct security_info *info)
{
    if (rest->len == 0)
        return SUCCESS;
    TRY(der_u32(rest, &info->id));
    info->has_id = true;
    return SUCCESS;
}

/* { fid OCTET STRING (SIZE 2), sfi OCTET STRING (SIZE 1) OPTIONAL } */
static struct err read_file_id(struct view *rest, struct security_info *info)
{
    struct view id;

    if (rest->len == 0)
        return SUCCESS;
    TRY(der_expect(rest, DER_SEQUENCE, &id));
    TRY(der_expect(&id, DER_OCTET_STRING, &info->fid));
    CHECK(info->fid.len == 2, E_MALFORMED);
    if (id.len != 0) {
        TRY(der_expect(&id, DER_OCTET_STRING, &info->sfi));
        CHECK(info->sfi.len == 1, E_MALFORMED);
    }
    return der_end(id);
}

static struct err read_key(struct view *rest, struct security_info *info)
{
    struct tlv key;

    TRY(der_expect_whole(rest, DER_SEQUENCE, &key));
    info->key = key.whole;
    return read_id(rest, info);
}

static struct err read_by_kind(struct view rest, struct security_info *info)
{
    switch (info->kind) {
    case INFO_PACE:
    case INFO_CA:
        TRY(der_u32(&rest, &info->version)); /* LDS_F_07 */
        TRY(read_id(&rest, info));
        break;
    case INFO_PACE_PARAMS:
    case INFO_CA_KEY:
        TRY(read_key(&rest, info));
        break;
    case INFO_TA:
        TRY(der_u32(&rest, &info->version));
        TRY(read_file_id(&rest, info));
        break;
    case INFO_AA:
        TRY(der_u32(&rest, &info->version));
        TRY(der_oid(&rest, &info->sig_oid));
        break;
    case INFO_OTHER:
    case INFO_KINDS:
    default:
        return SUCCESS; /* its content is its own */
    }
    return der_end(rest);
}

static struct err read_info(const struct tlv *t, struct security_info *out)
{
    struct security_info info = { .whole = t->whole };
    struct view          rest = t->value;

    CHECK(t->tag == DER_SEQUENCE, E_UNEXPECTED);
    TRY(der_oid(&rest, &info.oid_content)); /* LDS_F_05 */
    recognise(&info);
    TRY(read_by_kind(rest, &info));
    *out = info;
    return SUCCESS;
}

static void judge(const struct security_info *info, struct notes *notes)
{
    static const struct {
        uint8_t from, to;
    } versions[INFO_KINDS] = {
        [INFO_PACE] = { 2, 2 }, [INFO_CA] = { 1, 2 }, [INFO_TA] = { 1, 2 }, [INFO_AA] = { 1, 1 }
    };

    if (info->version < versions[info->kind].from || info->version > versions[info->kind].to)
        note_add(notes, NOTE_INFO_VERSION); /* LDS_F_06 */
    if (info->kind == INFO_OTHER && is_unknown_ca(info->oid_content))
        note_add(notes, NOTE_INFO_CA_UNKNOWN);
}

struct err security_infos_read(struct view der, struct security_infos *out, struct notes *notes)
{
    struct security_infos infos = { 0 };
    struct security_info  info;
    struct view           rest;
    struct tlv            set, t;

    TRY(tlv_next(&der, &set));
    CHECK(set.tag == DER_SET || set.tag == DER_SEQUENCE, E_UNEXPECTED);
    if (set.tag == DER_SEQUENCE)
        note_add(notes, NOTE_INFO_SEQUENCE);
    if (der.len != 0)
        note_add(notes, NOTE_FILE_TRAILING);
    infos.list = rest = set.value;
    for (unsigned n = 0; rest.len != 0; n++) {
        TRY(tlv_next(&rest, &t)); /* TR-03105-5.1 G_27 */
        CHECK(n < SECURITY_INFOS_MAX, E_TOO_LONG);
        if (read_info(&t, &info).code != OK) {
            note_add(notes, NOTE_INFO_MALFORMED);
            continue;
        }
        infos.n[info.kind]++;
        judge(&info, notes);
    }
    *out = infos;
    return SUCCESS;
}

struct err security_infos_next(struct view *list, struct security_info *out)
{
    struct view          rest = *list;
    struct security_info info;
    struct tlv           t;

    do {
        TRY(tlv_next(&rest, &t));
    } while (read_info(&t, &info).code != OK);
    *list = rest;
    *out = info;
    return SUCCESS;
}
