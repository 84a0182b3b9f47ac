/*
 * pace_status: what makers' status words mean in PACE.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 4.4.4, which names 6300, 6A80, 6A88 and leaves the rest to
 *       the operating system.
 */
#ifndef ACCESS_PACE_STATUS_H
#define ACCESS_PACE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

/* 63CX in answer to MSE:Set AT: so many tries are left; no error. */
bool pace_status_tries(uint16_t sw);

/* May it, in answer to MSE:Set AT, be about the data objects?  Not what is said of a blocked
 * password or of an unknown command. */
bool pace_status_parameters(uint16_t sw);

/* In answer to our token: the token was not accepted, so most likely the password is wrong.  Not
 * the words that find fault with the form of the command. */
bool pace_status_denied(uint16_t sw);

#endif
