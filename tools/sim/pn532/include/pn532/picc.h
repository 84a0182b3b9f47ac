/*
 * picc: a contactless card around the chip: activation, frames, ISO 14443-4 blocks.
 *
 *      IDLE ──activate──► READY ──RATS──► PROTOCOL ──S(DESELECT)──► HALT ──activate──► ...
 *                (type B: ATTRIB leads from IDLE to PROTOCOL at once)
 *
 * Frames come without CRC; who carries them checks and adds it.
 *
 * Spec: ISO/IEC 14443-3:2018 clause 6, 7; ISO/IEC 14443-4:2018 clause 5, 7 (the rules' numbers
 *       are those of clause 7.5.5).
 */
#ifndef PN532_PICC_H
#define PN532_PICC_H

#include "chip/chip.h"

enum { PICC_FRAME_MAX = 4096 };

enum picc_state { PICC_IDLE, PICC_READY, PICC_PROTOCOL, PICC_HALT };

struct picc;

/* What comes back over the air for one frame. */
struct picc_reply {
    uint8_t       bytes[PICC_FRAME_MAX];
    size_t        len; /* 0: the card says nothing */
    unsigned long delay_ms;
};

/* An empty field.  NULL: no memory. */
struct picc *picc_new(void);
void         picc_free(struct picc *p);

/* Put a chip there (NULL: none); the caller keeps it.  It is not yet activated. */
void picc_place(struct picc *p, struct chip *c);

/* Is a card in the field? */
bool picc_present(struct picc *p);

/* Its type; only while present. */
bool picc_is_type_b(struct picc *p);

/* The chip in the field, NULL if none. */
struct chip *picc_chip(struct picc *p);

/* How far its activation has come. */
enum picc_state picc_state(struct picc *p);

/* The field was switched off: the card forgets all. */
void picc_power_off(struct picc *p);

/* What is called over the air: REQA or REQB wakes no card that was laid to rest, WUPA and
 * WUPB do.  One that is in the protocol hears neither. */
enum picc_call { PICC_REQ, PICC_WUP };

/* Type A: ATQA, SAK, UID length, UID, as a PN532 reports them.  E_TIMEOUT: nobody there, or
 * of the other type, or the identifier is not uid (empty: any), or it does not hear. */
struct err picc_activate_a(struct picc *p, enum picc_call call, struct view uid, struct buf *out);

/* RATS for frames of 2^fsdi.. bytes (see fsd table): append the ATS, length byte first. */
struct err picc_rats(struct picc *p, unsigned fsdi, struct buf *out);

/* Type B: append the ATQB, do ATTRIB.  E_TIMEOUT as above; afi 0: any application. */
struct err picc_activate_b(struct picc *p, enum picc_call call, uint8_t afi, unsigned fsdi,
                           struct buf *out);

/* Does it understand a reader at these rates, and the reader it?  0 to 3: 106 to 848 kbit/s,
 * from the reader and to it. */
bool picc_hears(struct picc *p, unsigned from_reader, unsigned to_reader);

/* One frame, whatever the state. */
void picc_frame(struct picc *p, struct view frame, struct picc_reply *reply);

/* One whole command, as a reader that does the blocks itself brings it about. */
void picc_exchange(struct picc *p, struct view command, struct chip_answer *answer);

/* S(DESELECT), or HLTA for one that is not in the protocol yet. */
void picc_deselect(struct picc *p);

/* Its frame waiting time. */
unsigned long picc_fwt_ms(struct picc *p);

#endif
