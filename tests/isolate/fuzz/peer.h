/* peer.h: what the two fuzzers have in common. */
#ifndef PEER_H
#define PEER_H

#include "isolate.h"

/* The next bytes of the input as a number; zeros follow them. */
uint32_t next_number(int bytes);

/* The side that is fuzzed: its border, and what it does with an input. */
const sb_border *peer_border(void);
void play(sb_lane *lane);

#endif
