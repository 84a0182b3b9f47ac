/* input: see input.h. */
#include "input.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#include "base/der.h"
#include "disk.h"
#include "heap.h"
#include "master_list.h"

enum form { FORM_UNKNOWN, FORM_CERT, FORM_CRL, FORM_CMS, FORM_LIST };

const char *input_where(struct view file, struct view at, unsigned entry)
{
    const char *offset = "content";
    const bool  inside = at.ptr >= file.ptr && at.ptr < file.ptr + file.len;

    if (inside)
        offset = heap_text("offset %td", at.ptr - file.ptr);
    return entry == 0 ? offset : heap_text("entry %u, %s", entry, offset);
}

/* A TBSCertList has its time where a TBSCertificate has a SEQUENCE of two. */
static bool is_crl(struct view tbs)
{
    struct tlv t;

    if (der_at(tbs, DER_INTEGER) && der_next(&tbs, &t).code != OK)
        return false;
    for (int i = 0; i < 2; i++)
        if (der_next(&tbs, &t).code != OK || t.tag != DER_SEQUENCE)
            return false;
    return der_at(tbs, DER_UTC_TIME) || der_at(tbs, DER_GENERALIZED_TIME);
}

static enum form form_of(struct view file)
{
    struct view outer, inner;

    if (view_at(file, 0) == DER_SEQUENCE && view_at(file, 1) == 0x80)
        return FORM_CMS; /* BER; only CMS may be */
    if (tlv_expect(&file, DER_SEQUENCE, &outer).code != OK)
        return FORM_UNKNOWN;
    if (der_at(outer, DER_OID))
        return FORM_CMS;
    if (der_at(outer, DER_INTEGER))
        return FORM_LIST;
    if (tlv_expect(&outer, DER_SEQUENCE, &inner).code != OK)
        return FORM_UNKNOWN;
    return is_crl(inner) ? FORM_CRL : FORM_CERT;
}

struct origin {
    const char    *file;
    struct view    content;
    enum input_use use;
    uint32_t       source; /* UINT32_MAX until needed */
};

static uint32_t source_of(struct pool *p, struct origin *o, uint32_t kind)
{
    if (o->source == UINT32_MAX)
        o->source = pool_source(p, o->file, kind, o->content);
    return o->source;
}

static void take_any(struct pool *p, struct origin *o, struct view der, const char *where)
{
    switch (form_of(der)) {
    case FORM_CERT:
        pool_add_cert(p, source_of(p, o, ANCHOR_FROM_FILE), der, where);
        break;
    case FORM_CRL:
        pool_add_crl(p, source_of(p, o, ANCHOR_FROM_FILE), der, where);
        break;
    case FORM_CMS:
        master_list_signed(p, o->file, der);
        break;
    case FORM_LIST:
        pool_leave(p, o->file, where,
                   "a master list that nobody signed: give it as --unsigned-list FILE if you "
                   "trust it for another reason");
        break;
    case FORM_UNKNOWN:
        pool_leave(p, o->file, where, "neither certificate nor CRL nor master list");
        break;
    }
}

static void take_der(struct pool *p, struct origin *o, struct view der, const char *where)
{
    if (o->use == INPUT_ANY)
        take_any(p, o, der, where);
    else if (o->use == INPUT_ROOT)
        pool_add_root(p, o->file, der, where);
    else if (form_of(der) == FORM_LIST)
        master_list_bare(p, o->file, der);
    else
        pool_leave(p, o->file, where, "not a bare CscaMasterList");
}

static const char *pem_failure(void)
{
    const char *why = ERR_reason_error_string(ERR_peek_last_error());

    return heap_text("unreadable PEM: %s; the rest of the file is left out", why ? why : "?");
}

/* Every object of a PEM file.  Text between them is a comment, as openssl writes it. */
static void take_pem(struct pool *p, struct origin *o)
{
    BIO           *bio = BIO_new_mem_buf(o->content.ptr, (int)o->content.len);
    char          *name = NULL, *header = NULL;
    unsigned char *data = NULL;
    long           n = 0;
    unsigned       entry = 0;

    ERR_clear_error();
    while (PEM_read_bio(bio, &name, &header, &data, &n) == 1) {
        const char *where = heap_text("entry %u", ++entry);

        if (strstr(name, "CERTIFICATE") || strstr(name, "CRL") || strcmp(name, "CMS") == 0 ||
            strcmp(name, "PKCS7") == 0)
            take_der(p, o, heap_copy(view_of(data, (size_t)n)), where);
        else
            pool_leave(p, o->file, where, heap_text("a %s is not for a trust bundle", name));
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(data);
    }
    if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
        pool_leave(p, o->file, heap_text("entry %u", entry + 1), pem_failure());
    ERR_clear_error();
    BIO_free(bio);
}

static bool is_pem(struct view v)
{
    return v.len > 0 && memmem(v.ptr, v.len, "-----BEGIN ", 11) != NULL &&
           view_at(v, 0) != DER_SEQUENCE;
}

void input_file(struct pool *p, const char *file, enum input_use use)
{
    struct origin    o = { .file = file, .use = use, .source = UINT32_MAX };
    const struct err e = disk_read(file, &o.content);

    if (e.code != OK)
        pool_leave(p, file, "file", disk_why(e));
    else if (is_pem(o.content))
        take_pem(p, &o);
    else
        take_der(p, &o, o.content, "offset 0");
}
