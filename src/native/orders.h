/*
 * What the readers and writers of orders share.
 *
 * Theory of operation: see orders.c.
 */
#ifndef FLAKEHUNT_ORDERS_H
#define FLAKEHUNT_ORDERS_H

#include "common.h"

/* ---- fields.c: values of one line; each reader marks the field as taken, and is false where it is malformed ---- */

/* NULL: the line has no such field. */
struct field *field_find(struct line *line, const char *key);
/* Decimal without sign or leading zeros; where it ends, or NULL. */
const char *scan_number(const char *at, uint64_t *n);
bool take_number(struct line *line, const char *key, uint64_t min, uint64_t max, uint64_t *n);
bool take_seed(struct line *line, uint64_t *seed);
/* The index of the value among `names`, counted from `first`. */
bool take_name(struct line *line, const char *key, const char *const *names, size_t first, size_t count, size_t *index);
/* A copy that can be a C string, or NULL: absent, empty where `may_be_empty` is not set, or with a NUL inside. */
char *take_string(struct line *line, const char *key, bool may_be_empty);
bool take_path(struct line *line, const char *key, char **path);
/* True without the field, too. */
bool take_optional_path(struct line *line, const char *key, char **path);
bool take_cpus(struct line *line, const char *key, cpu_set_t *cpus);
void write_cpus(struct text *t, const char *key, const cpu_set_t *cpus);

/* ---- conditions.c: CHAOS, NOISE, QUOTA and REPLAY of a batch ---- */

/* NULL, or why a part is malformed. */
const char *conditions_take(struct batch *batch, struct line *line);
void conditions_write(struct text *t, const struct batch *batch);

#endif
