/*
 * face: a portrait that shows nobody.
 *
 * Head, hair, eyes, nose, mouth, neck and shoulders before a plain background, as a passport's
 * portrait stands; features vary with the seed.
 */
#ifndef PERSO_FACE_H
#define PERSO_FACE_H

#include <stdbool.h>
#include <stdint.h>

enum { FACE_WIDTH = 420, FACE_HEIGHT = 540 };

/* Where the eyes are drawn, for the record's feature points. */
enum { FACE_EYE_Y = 252 };

/* FACE_WIDTH * FACE_HEIGHT * 3 bytes, RGB, row by row. */
void face_draw(uint8_t *rgb, uint64_t seed, bool long_hair);

#endif
