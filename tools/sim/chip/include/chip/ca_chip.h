/*
 * ca_chip: Chip Authentication version 1, the chip's end, section [ca] of document.ini.
 *
 *      triple DES   MSE:Set KAT  91 key [84 id]         one command
 *      any suite    MSE:Set AT   80 OID [84 id]
 *                   GENERAL AUTHENTICATE  7C { 80 key } -> 7C {}
 *
 * Either ends with a shared secret; the chip's caller makes the new session of it.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 6.2; BSI TR-03110-3 v2.21 clause A.4, B.2, B.3.
 */
#ifndef CHIP_CA_CHIP_H
#define CHIP_CA_CHIP_H

#include "chip/command.h"
#include "chip/key_file.h"
#include "chip/settings.h"
#include "chip/suite.h"

enum { CA_CHIP_KEYS = 8, CA_CHIP_SECRET = 1024, CA_CHIP_COMP = 72 };

enum ca_fault {
    CA_FAULTLESS,
    CA_OLD_KEYS_KEPT,
    CA_WRONG_SHARED_SECRET,
    CA_NO_ANSWER_AFTER,
    CA_GA_ANSWER_EXTRA,
    CA_KAT_REFUSED,
    CA_NO_LE,
    CA_SESSION_LOST,
};

enum ca_protects { CA_PROTECTS_NOTHING, CA_PROTECTS_MOST, CA_PROTECTS_ALL };

/* One ChipAuthenticationInfo's worth. */
struct ca_entry {
    bool       ecdh;
    enum suite suite;
    bool       has_id;
    uint32_t   id;
    EVP_PKEY  *key;
};

struct ca_chip {
    struct ca_entry        all[CA_CHIP_KEYS];
    size_t                 count; /* 0: the document has no chip authentication */
    long                   kat, at, protects, fault;
    const struct ca_entry *chosen; /* by MSE:Set AT, for GENERAL AUTHENTICATE */
};

/* What came of an agreement. */
struct ca_agreed {
    enum suite suite;
    uint8_t    secret[CA_CHIP_SECRET];
    size_t     secret_len; /* 0: none has come about */
    uint8_t    comp[CA_CHIP_COMP];
    size_t     comp_len; /* Comp() of the terminal's ephemeral key, TR-03110-3 clause A.2.2.3 */
};

/* Read [ca] and the keys it names in folder.  On success the caller frees c with
 * ca_chip_free(); on failure nothing is held.  E_MALFORMED, E_TRUNCATED, with why. */
struct err ca_chip_read(struct ca_chip *c, struct settings *s, const char *folder,
                        struct problem *why);

/* Release it. */
void ca_chip_free(struct ca_chip *c);

/* MSE:Set KAT, MSE:Set AT and GENERAL AUTHENTICATE: the status word.  Only 9000 of the first
 * and the last leaves a secret in agreed; otherwise it is unchanged. */
uint16_t ca_chip_set_kat(struct ca_chip *c, const struct command *cmd, struct ca_agreed *agreed);
uint16_t ca_chip_set_at(struct ca_chip *c, const struct command *cmd);
uint16_t ca_chip_agree(struct ca_chip *c, const struct command *cmd, struct ca_agreed *agreed,
                       struct buf *out);

/*
 * The shared secret of a private key and the other party's public key as it stands on the
 * wire: EC 04 X Y, DH as long as the prime.  Appended as long as the field, zeros in front.
 * E_UNEXPECTED: not a public key of this domain.  E_NO_SPACE; E_CRYPTO.
 */
struct err ca_chip_shared(EVP_PKEY *key, struct view theirs, struct buf *out);

/* Comp() of such a public key: EC the X coordinate, DH SHA-1 of the value. */
struct err ca_chip_comp(bool ecdh, struct view theirs, struct buf *out);

#endif
