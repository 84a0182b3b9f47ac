/* params: see params.h. */
#include "params.h"

#include "base/der.h"
#include "keys/signature.h"

enum { PSS_SALT_DEFAULT = 20, PSS_TRAILER = 1 }; /* RFC 4055 §3.1 */

struct err params_split(struct view *in, enum oid *id, struct view *params)
{
    struct view rest = *in, body, oid;

    TRY(der_expect(&rest, DER_SEQUENCE, &body));
    TRY(der_oid(&body, &oid));
    *in = rest;
    *id = oid_of(oid);
    *params = body;
    return SUCCESS;
}

/* Nothing, or one NULL that is empty? */
static struct err read_null(struct view params, bool *present)
{
    struct view content;

    *present = params.len != 0;
    if (!*present)
        return SUCCESS;
    TRY(der_expect(&params, DER_NULL, &content));
    CHECK(content.len == 0, E_MALFORMED);
    return der_end(params);
}

struct err params_null(struct view params, struct notes *notes)
{
    bool present;

    TRY(read_null(params, &present));
    if (!present)
        note_add(notes, NOTE_ALG_PARAMS);
    return SUCCESS;
}

struct err params_none(struct view params, struct notes *notes)
{
    bool present;

    TRY(read_null(params, &present));
    if (present)
        note_add(notes, NOTE_ALG_PARAMS);
    return SUCCESS;
}

static struct err read_hash(struct view *in, enum hash_alg *out)
{
    struct view explicit;

    if (!der_at(*in, DER_CONTEXT_C(0)))
        return SUCCESS; /* DEFAULT */
    TRY(der_expect(in, DER_CONTEXT_C(0), &explicit));
    TRY(digest_alg_read(&explicit, out));
    return der_end(explicit);
}

static struct err read_mgf(struct view *in, enum hash_alg *out)
{
    struct view explicit, hash;
    enum oid id;

    if (!der_at(*in, DER_CONTEXT_C(1)))
        return SUCCESS;
    TRY(der_expect(in, DER_CONTEXT_C(1), &explicit));
    TRY(params_split(&explicit, &id, &hash));
    TRY(der_end(explicit));
    CHECK(id == OID_MGF1, E_UNSUPPORTED);
    TRY(digest_alg_read(&hash, out)); /* missing is malformed: MGF1 has no default digest */
    return der_end(hash);
}

/* [n] EXPLICIT INTEGER with a default. */
static struct err read_number(struct view *in, uint32_t tag, uint32_t *out)
{
    struct view explicit;

    if (!der_at(*in, tag))
        return SUCCESS;
    TRY(der_expect(in, tag, &explicit));
    TRY(der_u32(&explicit, out));
    return der_end(explicit);
}

struct err params_pss(struct view params, struct pss *out)
{
    struct pss  p = { .hash = HASH_SHA1, .mgf_hash = HASH_SHA1 };
    uint32_t    salt = PSS_SALT_DEFAULT, trailer = PSS_TRAILER;
    struct view body;

    TRY(der_expect(&params, DER_SEQUENCE, &body));
    TRY(der_end(params));
    TRY(read_hash(&body, &p.hash));
    TRY(read_mgf(&body, &p.mgf_hash));
    TRY(read_number(&body, DER_CONTEXT_C(2), &salt));
    TRY(read_number(&body, DER_CONTEXT_C(3), &trailer));
    TRY(der_end(body));
    CHECK(salt <= RSA_MAX && trailer == PSS_TRAILER, E_UNSUPPORTED);
    p.salt_len = (uint16_t)salt;
    *out = p;
    return SUCCESS;
}
