/* ca_chip: see ca_chip.h. */
#include "chip/ca_chip.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/dh.h>

#include "base/tlv.h"
#include "chip/words.h"

enum {
    SW_DONE = 0x9000,
    SW_REFUSED = 0x6F00,
    SW_LENGTH = 0x6700,
    SW_NOT_NOW = 0x6985,
    SW_BAD_DATA = 0x6A80,
    SW_BAD_P1P2 = 0x6A86,
    SW_NO_KEY = 0x6A88,
};

static const struct words settings_of_ca[] = {
    /* clang-format off */
    { "ca", "kat",      "no yes",           1 },
    { "ca", "at",       "no yes",           1 },
    { "ca", "protects", "no yes all",       CA_PROTECTS_NOTHING },
    { "ca", "fault",    "none old-keys-kept wrong-shared-secret no-answer-after ga-answer-extra "
                        "kat-refused no-le session-lost", CA_FAULTLESS },
    /* clang-format on */
};

/* "ecdh-aes-128:41:ca.key", which is word[0..len-1]. */
static bool read_entry(const char *word, size_t len, struct ca_entry *e, char file[KEY_FILE_NAME])
{
    const char *const end = word + len;
    const char       *id = memchr(word, ':', len);
    const char       *name = id != NULL ? memchr(id + 1, ':', (size_t)(end - id - 1)) : NULL;
    char             *stop;

    if (name == NULL || end - name - 1 <= 0 || end - name - 1 >= KEY_FILE_NAME)
        return false;
    e->ecdh = strncmp(word, "ecdh-", 5) == 0;
    if (!e->ecdh && strncmp(word, "dh-", 3) != 0)
        return false;
    word += e->ecdh ? 5 : 3;
    e->suite = suite_named(view_of(word, (size_t)(id - word)));
    e->has_id = name != id + 2 || id[1] != '-';
    if (e->has_id)
        e->id = (uint32_t)strtoul(id + 1, &stop, 0);
    if (e->suite == SUITE_COUNT || (e->has_id && (stop != name || stop == id + 1)))
        return false;
    snprintf(file, KEY_FILE_NAME, "%.*s", (int)(end - name - 1), name + 1);
    return true;
}

static struct err add(struct ca_chip *c, const char *folder, const char *word, size_t len,
                      struct problem *why)
{
    struct ca_entry *e = &c->all[c->count];
    char             file[KEY_FILE_NAME];

    if (c->count == CA_CHIP_KEYS)
        return problem_set(why, E_TOO_LONG, "document.ini: [ca] keys: more than %d", CA_CHIP_KEYS);
    if (!read_entry(word, len, e, file))
        return problem_set(why, E_MALFORMED,
                           "document.ini: [ca] keys: %.*s is not AGREEMENT-SUITE:ID:FILE", (int)len,
                           word);
    TRY(key_file_read(folder, file, &e->key, why));
    c->count++;
    if (e->ecdh ? EVP_PKEY_is_a(e->key, "EC")
                : EVP_PKEY_is_a(e->key, "DH") || EVP_PKEY_is_a(e->key, "DHX"))
        return SUCCESS;
    return problem_set(why, E_MALFORMED, "%s/%s: no key for %s", folder, file,
                       e->ecdh ? "ECDH" : "DH");
}

static struct err read_all(struct ca_chip *c, struct settings *s, const char *folder,
                           struct problem *why)
{
    long *const fields[] = { &c->kat, &c->at, &c->protects, &c->fault };
    const char *list, *word;
    size_t      len;

    for (size_t i = 0; i < sizeof settings_of_ca / sizeof *settings_of_ca; i++)
        TRY(words_read(&settings_of_ca[i], s, fields[i], why));
    list = settings_text(s, "ca", "keys", "");
    while (words_next(&list, &word, &len))
        TRY(add(c, folder, word, len, why));
    if (c->count == 0)
        return problem_set(why, E_MALFORMED, "document.ini: [ca] keys names no key");
    return SUCCESS;
}

struct err ca_chip_read(struct ca_chip *c, struct settings *s, const char *folder,
                        struct problem *why)
{
    struct err e;

    *c = (struct ca_chip){ 0 };
    if (settings_find(s, "ca", "") == NULL)
        return SUCCESS;
    e = read_all(c, s, folder, why);
    if (e.code != OK)
        ca_chip_free(c);
    return e;
}

void ca_chip_free(struct ca_chip *c)
{
    for (size_t i = 0; i < c->count; i++)
        EVP_PKEY_free(c->all[i].key);
    *c = (struct ca_chip){ 0 };
}

/* The data objects of an MSE, in the one order that they may come in; a length of zero says
 * that it is absent. */
struct objects {
    struct view key, oid, id;
};

static bool sort_out(struct view data, bool kat, struct objects *o)
{
    struct view rest = data;

    *o = (struct objects){ 0 };
    if (tlv_expect(&rest, kat ? 0x91 : 0x80, kat ? &o->key : &o->oid).code != OK)
        return false;
    if (rest.len != 0 && tlv_expect(&rest, 0x84, &o->id).code != OK)
        return false;
    return rest.len == 0 && o->id.len <= 4;
}

/* id-CA-DH-3DES-CBC-CBC to id-CA-ECDH-AES-CBC-CMAC-256, TR-03110-3 §A.4.1.1. */
static bool is_of(const struct ca_entry *e, struct view oid)
{
    const uint8_t value[] = {
        0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03, e->ecdh ? 2 : 1, (uint8_t)(1 + e->suite)
    };

    return view_eq(oid, VIEW(value));
}

static bool has_id(const struct ca_entry *e, struct view id)
{
    uint32_t number = 0;

    for (size_t i = 0; i < id.len; i++)
        number = number << 8 | view_at(id, i);
    return id.len == 0 ? !e->has_id : e->has_id && e->id == number;
}

/* The entry that is meant: oid empty: triple DES.  Without an identifier there must be but
 * one.  Otherwise NULL and the status word that says what is wrong. */
static const struct ca_entry *find(const struct ca_chip *c, struct view oid, struct view id,
                                   uint16_t *sw)
{
    const struct ca_entry *only = NULL;
    size_t                 fit = 0;

    for (size_t i = 0; i < c->count; i++) {
        const struct ca_entry *e = &c->all[i];

        if (oid.len != 0 ? !is_of(e, oid) : e->suite != SUITE_3DES)
            continue;
        if (has_id(e, id))
            return e;
        only = e;
        fit++;
    }
    *sw = fit == 0 ? SW_BAD_DATA : SW_NO_KEY;
    return id.len == 0 && fit == 1 ? only : NULL;
}

static size_t field_len(EVP_PKEY *key)
{
    BIGNUM *p = NULL;
    size_t  len = 0;

    if (EVP_PKEY_get_bn_param(key, "p", &p) == 1)
        len = (size_t)BN_num_bytes(p);
    BN_free(p);
    return len;
}

static bool derive(EVP_PKEY *key, EVP_PKEY *peer, bool ec, uint8_t *out, size_t *len)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    const bool    good = ctx != NULL && EVP_PKEY_derive_init(ctx) == 1 &&
                      (ec || EVP_PKEY_CTX_set_dh_pad(ctx, 1) == 1) &&
                      EVP_PKEY_derive_set_peer(ctx, peer) == 1 &&
                      EVP_PKEY_derive(ctx, out, len) == 1;

    EVP_PKEY_CTX_free(ctx);
    return good;
}

struct err ca_chip_shared(EVP_PKEY *key, struct view theirs, struct buf *out)
{
    const bool   ec = EVP_PKEY_is_a(key, "EC");
    const size_t field = field_len(key);
    EVP_PKEY    *peer = EVP_PKEY_new();
    uint8_t      secret[CA_CHIP_SECRET];
    size_t       len = sizeof secret;
    bool good = theirs.len == (ec ? 1 + 2 * field : field) && (!ec || view_at(theirs, 0) == 0x04);
    struct err e;

    CHECK(peer != NULL, E_CRYPTO);
    good = good && EVP_PKEY_copy_parameters(peer, key) == 1 &&
           EVP_PKEY_set1_encoded_public_key(peer, theirs.ptr, theirs.len) == 1 &&
           derive(key, peer, ec, secret, &len);
    EVP_PKEY_free(peer);
    CHECK(good, E_UNEXPECTED);
    e = len == field ? buf_put(out, view_of(secret, len)) : err_at(E_CRYPTO, 0, WHERE);
    wipe(secret, sizeof secret);
    return e;
}

struct err ca_chip_comp(bool ecdh, struct view theirs, struct buf *out)
{
    uint8_t      value[EVP_MAX_MD_SIZE];
    unsigned int len = 0;

    if (ecdh)
        return buf_put(out, view_of(theirs.ptr + 1, theirs.len / 2));
    CHECK(EVP_Digest(theirs.ptr, theirs.len, value, &len, EVP_sha1(), NULL) == 1, E_CRYPTO);
    return buf_put(out, view_of(value, len));
}

static uint16_t agree(const struct ca_chip *c, const struct ca_entry *e, struct view theirs,
                      struct ca_agreed *agreed)
{
    struct ca_agreed draft = { .suite = e->suite };
    struct buf       secret = BUF(draft.secret), comp = BUF(draft.comp);

    if (ca_chip_shared(e->key, theirs, &secret).code != OK ||
        ca_chip_comp(e->ecdh, theirs, &comp).code != OK)
        return SW_BAD_DATA; /* the keys of before stay */
    if (c->fault == CA_WRONG_SHARED_SECRET)
        draft.secret[0] ^= 0x80;
    draft.secret_len = secret.len;
    draft.comp_len = comp.len;
    *agreed = draft;
    return SW_DONE;
}

uint16_t ca_chip_set_kat(struct ca_chip *c, const struct command *cmd, struct ca_agreed *agreed)
{
    const struct ca_entry *e;
    struct objects         o;
    uint16_t               sw = SW_DONE;

    c->chosen = NULL;
    if (c->fault == CA_KAT_REFUSED || (c->fault == CA_NO_LE && cmd->wants))
        return SW_REFUSED;
    if (!c->kat)
        return SW_BAD_P1P2;
    if (!sort_out(cmd->data, true, &o))
        return SW_BAD_DATA;
    e = find(c, o.oid, o.id, &sw);
    return e != NULL ? agree(c, e, o.key, agreed) : sw;
}

uint16_t ca_chip_set_at(struct ca_chip *c, const struct command *cmd)
{
    struct objects o;
    uint16_t       sw = SW_DONE;

    c->chosen = NULL;
    if (!sort_out(cmd->data, false, &o) || o.oid.len == 0)
        return SW_BAD_DATA;
    c->chosen = find(c, o.oid, o.id, &sw);
    if (c->chosen != NULL && c->chosen->suite == SUITE_3DES && !c->at) {
        c->chosen = NULL;
        return SW_BAD_DATA;
    }
    return c->chosen != NULL ? SW_DONE : sw;
}

uint16_t ca_chip_agree(struct ca_chip *c, const struct command *cmd, struct ca_agreed *agreed,
                       struct buf *out)
{
    static const uint8_t nothing[] = { 0x7C, 0x00 };
    static const uint8_t extra[] = { 0x7C, 0x0A, 0x81, 8, 1, 2, 3, 4, 5, 6, 7, 8 };
    struct view          data = cmd->data, dynamic, theirs;
    uint16_t             sw;

    if (c->chosen == NULL)
        return SW_NOT_NOW;
    if (cmd->p1 != 0 || cmd->p2 != 0)
        return SW_BAD_P1P2;
    if (!cmd->wants)
        return SW_LENGTH;
    if (tlv_expect(&data, 0x7C, &dynamic).code != OK || data.len != 0 ||
        tlv_expect(&dynamic, 0x80, &theirs).code != OK || dynamic.len != 0)
        return SW_BAD_DATA;
    sw = agree(c, c->chosen, theirs, agreed);
    if (sw != SW_DONE)
        return sw;
    c->chosen = NULL;
    return buf_put(out, c->fault == CA_GA_ANSWER_EXTRA ? VIEW(extra) : VIEW(nothing)).code == OK
               ? SW_DONE
               : SW_LENGTH;
}
