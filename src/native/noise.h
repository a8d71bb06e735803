/*
 * Noise: load beside the test (PROTOCOL.md, "Noise and quota").
 *
 * Theory of operation: noise.c, in main, says what shall run; each group of noise has a keeper (keeper.c), a process
 * that starts it, stops it, lets it go on and ends it; work.c is the load that needs no other program, stress-ng.c the
 * other one.
 */
#ifndef FLAKEHUNT_NOISE_H
#define FLAKEHUNT_NOISE_H

#include "common.h"

/* ---- noise.c ---- */

enum { NOISE_TEXT = 320 };

enum noise_state {
	NOISE_NONE,                      /* not started, or buried */
	NOISE_STARTING, NOISE_RUNNING, NOISE_STOPPING, NOISE_STANDING, NOISE_RESUMING,
	NOISE_BROKEN,                    /* `why` says why; to be reported */
	NOISE_LEAVING,                   /* that was reported; the keeper cleans up */
};

struct noise_group {
	struct noise noise;
	enum noise_state state;
	pid_t keeper;                    /* 0: none */
	int channel;                     /* -1: none */
	int64_t patience_ns;             /* a keeper that has not answered by then is stuck; 0: no answer is awaited */
	char why[NOISE_TEXT + 1];
};

/* Every group that was ever ordered; all but one stand still. */
struct noises {
	struct noise_group *at;
	size_t count;
};

enum noise_answer { NOISE_WAIT, NOISE_READY, NOISE_REFUSED };

bool noise_same(const struct noise *a, const struct noise *b);
/*
 * Makes the wanted noise run, and no other; to be asked again until it is READY, and then now and then. REFUSED: `*why`
 * says why; whoever asks again has it tried again.
 */
enum noise_answer noise_enforce(struct noises *n, const struct plan *plan, const struct noise *wanted,
				const char **why);
/* Stops what runs; no need to wait for it. */
void noise_rest(struct noises *n);
/* Whether any runs, or is about to. */
bool noise_is_on(const struct noises *n);
/* Reads what the keeper of a group has to say. */
void noise_hear(struct noise_group *group);
/* The group of a keeper, or NULL. */
struct noise_group *noise_kept_by(const struct noises *n, pid_t keeper);
/* The keeper has died. */
void noise_bury(struct noise_group *group);
/* Kills keepers that do not answer. */
void noise_check_patience(const struct noises *n);
/* Ends all of it and waits until it is gone. */
void noise_end(struct noises *n);

/* ---- keeper.c ---- */

/* One message each way through a sequenced-packet socket; `SAYS_BROKEN` is followed by why. */
enum noise_message { ORDER_STAND = 's', ORDER_RESUME = 'g', SAYS_RUNS = 'r', SAYS_STANDS = 't', SAYS_BROKEN = 'f' };

/* Keeps one group until the channel's other end is closed. */
_Noreturn void keeper_main(const struct plan *plan, const struct noise *noise, size_t index, int channel);

/* What helps where a process of noise could not be started; empty where nothing is known. */
const char *noise_way_out(int error);

/* ---- work.c ---- */

bool work_is_known(const char *name);
/* Starts one unit of a class: a process, or two for `switch`, which die with the caller. 0 or an errno. */
int work_start(const char *name);

/* ---- stress-ng.c ---- */

struct stress_ng {
	pid_t pid;                       /* of its main process; 0: it does not run */
	int says;                        /* its output; -1: closed */
	char said[160];                  /* the beginning of that */
	size_t length;
};

/* Starts it for the classes that work.c does not know. `folder` is made where it is missing. 0 or an errno. */
int stress_ng_start(struct stress_ng *s, const struct plan *plan, const struct noise *noise, char *folder);
/* Reads what it says. */
void stress_ng_hear(struct stress_ng *s);
/* Leaves the first line in `said`. */
void stress_ng_first_line(struct stress_ng *s);

#endif
