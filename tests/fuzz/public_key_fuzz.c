/*
 * public_key_fuzz: a hostile SubjectPublicKeyInfo.
 *
 * Property: what is read lies inside the input and has the sizes that crypto/ and the
 * printers are promised; what is refused leaves the output alone and the input where it was,
 * or behind the key if it is merely not ours.
 */
#include <stdlib.h>

#include "keys/public_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
    if (!held)
        abort();
}

static void inside(struct view v, const uint8_t *data, size_t size)
{
    must(v.len != 0 && v.ptr >= data && v.len <= size && v.ptr + v.len <= data + size);
}

static void check_numbers(const struct public_key *key, const uint8_t *data, size_t size)
{
    switch (key->kind) {
    case KEY_RSA:
        inside(key->rsa.n, data, size);
        inside(key->rsa.e, data, size);
        must(key->rsa.n.len <= RSA_MAX && key->bits >= RSA_BITS_MIN && key->bits <= RSA_BITS_MAX);
        break;
    case KEY_EC:
        inside(key->ec.point, data, size);
        must(ec_domain(key->ec.group) != NULL && ec_domain(key->ec.group)->bits == key->bits);
        must(key->ec.point.len == 1 + 2 * ec_domain(key->ec.group)->p.len);
        break;
    case KEY_DSA:
        inside(key->dsa.p, data, size);
        inside(key->dsa.q, data, size);
        inside(key->dsa.g, data, size);
        inside(key->dsa.y, data, size);
        must(key->dsa.p.len <= DSA_MAX);
        break;
    case KEY_NONE:
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view       in = view_of(data, size);
    struct public_key key = { 0 };
    struct notes      notes = { 0 };
    char              text[KEY_TEXT_MAX];
    struct buf        t = BUF(text);
    const struct err  e = public_key_read(&in, &key, &notes);

    if (e.code == OK) {
        check_numbers(&key, data, size);
    } else {
        must(key.kind == KEY_NONE);
        must(e.code == E_UNSUPPORTED ? in.len < size : in.len == size && in.ptr == data);
    }
    must(public_key_print(&key, &t).code == OK);
    return 0;
}
