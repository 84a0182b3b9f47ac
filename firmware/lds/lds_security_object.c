/* lds_security_object: see lds_security_object.h. */
#include "lds/lds_security_object.h"

#include "base/der.h"
#include "base/oid.h"

static enum hash_alg alg_of(struct view oid)
{
    static const struct {
        enum oid      oid;
        enum hash_alg alg;
    } known[] = {
        { OID_SHA1, HASH_SHA1 },     { OID_SHA224, HASH_SHA224 }, { OID_SHA256, HASH_SHA256 },
        { OID_SHA384, HASH_SHA384 }, { OID_SHA512, HASH_SHA512 },
    };
    const enum oid id = oid_of(oid);

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].oid == id)
            return known[i].alg;
    }
    return HASH_NONE;
}

/* AlgorithmIdentifier of a digest: parameters NULL or absent, both are met. */
static struct err read_alg(struct view *in, struct lds_security_object *so, struct notes *notes)
{
    struct view alg, none;

    TRY(der_expect(in, DER_SEQUENCE, &alg));
    TRY(der_oid(&alg, &so->hash_oid));
    if (der_at(alg, DER_NULL))
        TRY(der_expect(&alg, DER_NULL, &none));
    TRY(der_end(alg));
    so->hash_alg = alg_of(so->hash_oid);
    if (so->hash_alg == HASH_NONE)
        note_add(notes, NOTE_SO_HASH_UNKNOWN);
    return SUCCESS;
}

static struct err read_hash(struct view *in, struct lds_security_object *so)
{
    struct view item, hash;
    uint32_t    dg;

    TRY(der_expect(in, DER_SEQUENCE, &item));
    TRY(der_u32(&item, &dg));                                /* LDS_H_47: missing */
    CHECK(dg >= 1 && dg <= LDS_DG_MAX, E_UNEXPECTED);        /* LDS_H_46 */
    CHECK((so->dgs & (uint32_t)1 << dg) == 0, E_UNEXPECTED); /* which of two would count? */
    TRY(der_expect(&item, DER_OCTET_STRING, &hash));
    TRY(der_end(item));
    so->hash[dg] = hash;
    so->dgs |= (uint32_t)1 << dg;
    return SUCCESS;
}

static struct err read_versions(struct view *in, struct lds_security_object *so)
{
    struct view info;

    TRY(der_expect(in, DER_SEQUENCE, &info));
    TRY(der_expect(&info, DER_PRINTABLE_STRING, &so->lds_version));
    TRY(der_expect(&info, DER_PRINTABLE_STRING, &so->unicode_version));
    return der_end(info);
}

static void judge(const struct lds_security_object *so, bool has_info, struct notes *notes)
{
    static const uint32_t mandatory = 1U << 1 | 1U << 2;

    /* v0 is LDS 1.7 and has no version info, v1 is 1.8 and has: LDS_H_39, H_86..88 */
    if (so->version > 1 || (so->version == 1) != has_info)
        note_add(notes, NOTE_SO_VERSION);
    if (has_info && (!view_eq(so->lds_version, TEXT("0108")) ||
                     !view_eq(so->unicode_version, TEXT("040000")))) /* LDS_H_89 */
        note_add(notes, NOTE_SO_LDS_VERSION);
    if ((so->dgs & mandatory) != mandatory) /* LDS_H_44; 9303-10 clause 3.9: both mandatory */
        note_add(notes, NOTE_SO_FEW);
}

struct err lds_security_object_read(struct view der, struct lds_security_object *out,
                                    struct notes *notes)
{
    struct lds_security_object so = { 0 };
    struct view                all, hashes;

    TRY(der_expect(&der, DER_SEQUENCE, &all));
    TRY(der_end(der));
    TRY(der_u32(&all, &so.version));
    TRY(read_alg(&all, &so, notes));
    TRY(der_expect(&all, DER_SEQUENCE, &hashes));
    while (hashes.len != 0)
        TRY(read_hash(&hashes, &so));
    const bool has_info = all.len != 0;

    if (has_info)
        TRY(read_versions(&all, &so));
    TRY(der_end(all));
    judge(&so, has_info, notes);
    *out = so;
    return SUCCESS;
}
