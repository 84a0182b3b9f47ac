/*
 * atr_info: what the chip says of itself as a card: can it chain commands, take and give
 * extended APDUs, and how long ones.
 *
 *   EF.ATR/INFO       47 { .. .. capabilities }   7F66 { 02 { command }  02 { answer } }
 *   historical bytes  80  73 .. .. capabilities
 *
 *   capabilities      b8 command chaining, b7 extended length, b6 the sizes are in EF.ATR/INFO
 *
 * Nobody signs either, and some chips do not keep this word: it is a hint, and what is sent in
 * the strength of it must bear being refused.
 *
 * Spec: Doc 9303-10 (8th ed.) clause 3.11.1; ISO/IEC 7816-4:2020 (historical bytes, card
 *       capabilities, extended length information); cases LDS_K_01..04.
 */
#ifndef LDS_ATR_INFO_H
#define LDS_ATR_INFO_H

#include "lds/lds_file.h"

struct atr_info {
    bool     known;    /* the capabilities are there */
    bool     chaining; /* of any command */
    bool     extended; /* not if the sizes are muddled */
    uint32_t command_max,
        answer_max; /* bytes of an extended APDU, status word included; 0: not said */
};

/*
 * Read the whole EF.ATR/INFO.  Data objects that say nothing here are passed over, and zeros or
 * FF with which a file is filled up.  Sizes that are promised and missing, or not two
 * numbers, are noted, and the chip then counts as one of short APDUs.
 * Fails as tlv_next(); out is unchanged then.
 */
struct err atr_info_read(struct view file, struct atr_info *out, struct notes *notes);

/* The same from the historical bytes of an ATS, if the chip writes them in ISO 7816-4's form;
 * else nothing is known. */
struct atr_info atr_info_of_historical(struct view historical);

#endif
