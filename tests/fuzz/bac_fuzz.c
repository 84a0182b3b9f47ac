/*
 * bac_fuzz: a hostile card answers BAC.
 *
 * Input: one octet, then repeated { length octet, that many answer bytes }.  If the octet's
 * lowest bit is set, the 32 bytes of a 42-byte answer are the plaintext of a chip that knows
 * the key: they are encrypted, and a right MAC follows; if the next bit is set too, the
 * nonces in it are put right.
 * Property: no read out of bounds; at most four commands; when it ends, well or badly, no
 * secret is left; a session is open only after an answer under a right MAC.
 */
#include <stdlib.h>
#include <string.h>

#include "access/bac.h"
#include "crypto/cipher.h"
#include "crypto/mac.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { KNOWS_KEY = 1, KNOWS_NONCES = 2, ANSWER_LEN = 42 };

static const uint8_t random_bytes[BAC_RANDOM_LEN] = {
    0x78, 0x17, 0x23, 0x86, 0x0C, 0x06, 0xC2, 0x26
};

/* As a chip that has read the MRZ would answer; the keys are lifted out of the reader. */
static struct err seal(const struct bac *b, uint8_t knows, struct view plain, struct buf *wire)
{
    static const uint8_t zero[8], pad[8] = { 0x80 };
    const struct cipher  c = { CIPHER_3DES, VIEW(b->k_enc), VIEW(zero) };
    uint8_t              bytes[32];
    struct buf           text = BUF(bytes);
    struct view          skipped;

    if ((knows & KNOWS_NONCES) != 0) {
        TRY(buf_put(&text, VIEW(b->rnd_ic)));
        TRY(buf_put(&text, view_of(b->random, BAC_NONCE_LEN)));
        TRY(view_take(&plain, 16, &skipped));
    }
    TRY(buf_put(&text, plain));
    TRY(cipher_cbc(&c, CIPHER_ENCRYPT, buf_view(&text), wire));

    const struct view part[] = { buf_view(wire), VIEW(pad) };
    TRY(mac_retail(VIEW(b->k_mac), part, 2, wire));
    return buf_u16(wire, 0x9000);
}

static struct err card(const struct bac *b, uint8_t knows, struct view *in, struct rapdu *last)
{
    static uint8_t bytes[64];
    struct buf     wire = BUF(bytes);
    struct view    answer, plain;
    uint8_t        n;

    TRY(view_u8(in, &n));
    TRY(view_take(in, n, &answer));
    if (n != ANSWER_LEN || (knows & KNOWS_KEY) == 0)
        return rapdu_decode(answer, last);
    TRY(view_sub(answer, 0, 32, &plain));
    TRY(seal(b, knows, plain, &wire));
    return rapdu_decode(buf_view(&wire), last);
}

static void check_end(const struct bac *b, struct err e, const struct sm *sm, bool proven)
{
    struct bac wiped;

    memset(&wiped, 0, sizeof wiped);
    wiped.state = BAC_SPENT;
    if (memcmp(b, &wiped, sizeof wiped) != 0)
        abort();
    if ((e.code == OK) != (sm->state == SM_LIVE) || (e.code == OK && !proven))
        abort();
}

static struct err run(struct view in)
{
    struct sm    sm;
    struct bac   b;
    struct rapdu last = { 0 };
    struct capdu next;
    enum step    todo;
    uint8_t      knows;

    memset(&sm, 0, sizeof sm);
    TRY(view_u8(&in, &knows));
    TRY(bac_begin(&b, TEXT("L898902C<369080619406236"), VIEW(random_bytes), &sm));
    for (int commands = 0;; commands++) {
        const struct err e = bac_step(&b, last, &next, &todo);

        if (e.code != OK || todo == STEP_DONE) {
            check_end(&b, e, &sm, (knows & KNOWS_KEY) != 0);
            return e;
        }
        if (todo != STEP_SEND || commands == 4 || sm.state != SM_OFF)
            abort();
        TRY(card(&b, knows, &in, &last));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = run(view_of(data, size));

    (void)e; /* any failure is a right answer to a hostile card */
    return 0;
}
