/*
 * dg2: the face.
 *
 *   75 { 7F61 { 02 n, 7F60 { A1 { 80.. 88 header }, 5F2E | 7F2E block } x n } }
 *
 *   block, ISO/IEC 19794-5:2005, big endian
 *   "FAC" 0 | "010" 0 | length:4 | faces:2 || per face: [ length:4 points:2 gender eye hair
 *   mask:3 expression:2 pose:3 uncertainty:3 ] [ point:8 x points ] [ type format width:2
 *   height:2 colour source device:2 quality:2 ] image
 *
 * The image stays closed: nothing of it is decoded here, and nothing of it may be shown
 * before passive authentication (LDS_H_69).
 *
 * Spec: Doc 9303-10 (8th ed.) clause 4.7.2; ISO/IEC 19794-5:2005 clauses 5.4 to 5.8;
 *       cases LDS_C_01..28.
 */
#ifndef LDS_DG2_H
#define LDS_DG2_H

#include "lds/lds_file.h"

enum { DG2_FACES_MAX = 4 };

enum face_format { FACE_FORMAT_NONE, FACE_ISO_19794_5, FACE_ISO_39794_5 };

/* By the image's own first bytes, not by what the header says. */
enum image_format { IMAGE_UNKNOWN, IMAGE_JPEG, IMAGE_JP2, IMAGE_J2K };

struct face {
    enum face_format  format;
    struct view       block; /* content of 5F2E or 7F2E: the whole record */
    struct view       image; /* to its end, trailing bytes included; empty in 39794-5 */
    enum image_format image_format;
    uint16_t          width, height; /* pixels, as the header says */
    uint16_t          points;        /* feature points, passed over */
    uint8_t           image_type;    /* 0 basic, 1 full frontal, 2 token */
};

struct dg2 {
    size_t      n; /* faces below; more are noted and left out */
    struct face face[DG2_FACES_MAX];
};

/*
 * Read the whole file.
 *
 * Memory:  out points into file.
 * Notes:   header values ISO 19794-5 does not know, lengths that do not agree (the outer TLV
 *          wins), ISO 39794-5 (kept closed).
 * Returns: the failures of lds_file_open(); E_TRUNCATED for a record that ends early;
 *          E_UNSUPPORTED for another version of the record; E_UNEXPECTED for no face at all.
 */
struct err dg2_read(struct view file, struct dg2 *out, struct notes *notes);

/* "JPEG", "JPEG 2000"; never NULL. */
const char *image_format_name(enum image_format format);

#endif
