/*
 * seeded: random bytes that are not.
 *
 * With --seed every random byte OpenSSL asks for, those of keys and signatures included, comes from
 * the seed, so that a document can be made again to the byte.  Whoever has the seed has the keys:
 * for test documents only, which is all this tool makes.
 */
#ifndef PERSO_SEEDED_H
#define PERSO_SEEDED_H

void seeded_begin(const char *seed);

/* Go on with bytes that belong to this purpose, however many were used before: the same document
 * comes out whether a key was made or taken from a folder.  Nothing without a seed. */
void seeded_purpose(const char *purpose);

#endif
