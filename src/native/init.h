/*
 * Process 1 of a guest.
 *
 * Theory of operation: see init.c.
 */
#ifndef FLAKEHUNT_INIT_H
#define FLAKEHUNT_INIT_H

#include <stdbool.h>

/* Whether this process has a machine to make usable first. */
bool init_is_wanted(void);
/* Returns in a child, which is to be the supervisor; the first process powers off when that has ended. */
void init(void);

#endif
