/*
 * CPU quotas: a control group for each worker's runs (PROTOCOL.md, "Noise and quota").
 *
 * Theory of operation: see quota.c for the groups, quota-run.c for the runs that join them.
 */
#ifndef FLAKEHUNT_QUOTA_H
#define FLAKEHUNT_QUOTA_H

#include "common.h"

enum { GROUP_PATH = 4096 + 128, QUOTA_TEXT = 256 };

/* What main has set: the groups of workers 0 to count - 1 have the quota `set`, those up to `made` exist. */
struct quotas {
	struct quota set;
	uint32_t count, made;
};

bool quota_same(const struct quota *a, const struct quota *b);
/* Main's, once the plan is complete: names the groups, and removes those of supervisors that were killed. */
void quota_open(struct plan *plan);
/* Main's: gives the groups of workers 0 to jobs - 1 this share. False: `why` says why not. */
bool quota_enforce(struct quotas *q, const struct plan *plan, const struct quota *wanted, uint32_t jobs,
		   char why[QUOTA_TEXT]);
/* Main's: removes all groups. Nothing that was in them lives any more. */
void quota_end(struct quotas *q, const struct plan *plan);
/* Of the group of a worker. */
void quota_path(const struct plan *plan, uint32_t worker, char path[GROUP_PATH]);
/* Removes a group, patiently: the kernel takes a moment to let go of the dead. */
void quota_remove(const struct plan *plan, uint32_t worker);

#endif
