/*
 * The worker's side: one process a job, which runs the test and cleans up after it.
 *
 * Theory of operation: see worker.c for the life of a worker, watch.c for that of a run.
 */
#ifndef FLAKEHUNT_WORKER_H
#define FLAKEHUNT_WORKER_H

#include "common.h"

/* ---- output.c: what the test writes ---- */

struct output {
	uint64_t total;
	struct hash hash;
	struct shape shape;
	char head[HALF_KEPT];
	char tail[HALF_KEPT];            /* a ring */
	char chunk[64 * 1024];
};

void output_begin(struct output *o);
/* Reads once, at most `limit` bytes; what came (0: nothing there). */
size_t output_absorb(struct output *o, int fd, size_t limit);
/* Takes what is in the pipe now, and not what is written meanwhile. */
void output_drain(struct output *o, int fd);
/* Fills in hash and shape of what has come so far; more may come. */
void output_identify(const struct output *o, struct sighting *s);
void output_copy(const struct output *o, struct details *d);

/* ---- a worker and its run ---- */

struct death {
	bool dead;
	int status;
	struct rusage usage;
};

struct scratch {
	const char *path;
	int root;                        /* -1: not open */
	DIR *dir;                        /* NULL: not open */
	unsigned worker, generation;     /* the folder's name is w<worker>[.generation] */
	unsigned flat;                   /* counter for names of flattened folders */
	char name[32];
};

struct launch {
	/* what to start */
	char *const *argv;
	char *const *env;
	int output;
	int scratch;                     /* working directory, or -1 */
	const char *cwd;                 /* working directory when scratch is -1 */
	bool traceable;                  /* let a debugger that is no ancestor attach */
	bool shares_session;             /* a group of its own, but no session */
	int group;                       /* writing here moves the writer into the worker's control group; -1: stay */
	int marks;                       /* the kernel log; -1: the run is not marked there */
	uint64_t run;
	uint32_t index;                  /* of the worker */
	/* Runs in the child last before exec, in the worker's memory: system calls only. 0 or an errno; NULL: nothing. */
	int (*before_exec)(void *);
	void *before_exec_arg;
	/* what went wrong: an errno, 0 nothing */
	int error;
	bool outside;                    /* it was the control group */
	pid_t worker;
};

/* The counter of a run; see migrations.c. */
struct migrations {
	bool refused;                    /* the kernel does not let us count */
	bool counting;
	int counter;                     /* while counting */
};

/* What a run under strace is started with. */
struct tracing {
	char **argv;                     /* NULL: not yet made */
	char self[4096], output[4200], spec[64];
};

struct worker {
	const struct plan *plan;
	struct board *board;
	struct station *station;
	uint32_t index;
	int channel, signals, kmsg;
	int marks;                       /* the kernel log, to write to; -1: runs are not marked there */
	bool main_gone;
	bool haunted;                    /* a process of an earlier run does not die */
	char **env;                      /* the plan's and our two */
	char run_text[64], seed_text[64];
	cpu_set_t home, pinned;          /* affinity at the start, and now */
	struct launch *launch;
	struct marshal *marshal;         /* NULL: chaos was never asked for */
	struct tracing tracing;
	bool halted;                     /* the run stands still at its failure point */
	int group;                       /* cgroup.procs of our control group; -1: not open */
	struct migrations migrations;
	char *stack_top;
	struct scratch scratch;
	struct processes processes;
	struct classes seen;
	struct output output;
};

/* Tells main; waits for room. */
void worker_note(struct worker *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Tells main what cannot wait until the run has ended; waits for room. */
void worker_news(struct worker *w, const struct news *news);
/* Promises main a sign of life within ns. */
void worker_patience(struct worker *w, int64_t ns);
/* Waits for SIGCHLD or the channel, at most until `when`. */
void worker_wait(struct worker *w, int64_t when);

/* run.c: does the claimed run; false: it was cut off and counts nowhere. */
bool run_once(struct worker *w, const struct claim *claim, struct sighting *s);

/* Starts the test in a session of its own; its pid, or -1 with launch->error set. */
pid_t spawn_test(struct launch *launch, char *stack_top);

/* chaos-run.c: chaos as a run sees it. Before the test is started: 0 or an errno. */
int chaos_prepare(struct worker *w, const struct batch *batch, uint64_t run, uint64_t seed);
/* The test has been started, or could not be; `turn` is the batch's. */
void chaos_started(struct worker *w, const struct claim *claim, const struct batch *batch);
/* Now and then while the test runs; when to come again, INT64_MAX: never. */
int64_t chaos_check(struct worker *w, pid_t pid);
/* The run is to be looked at as it stands: nothing is held from here on. */
void chaos_let_go(struct worker *w, pid_t pid);
/* After the run: what the perturbation did. */
void chaos_finish(struct worker *w, struct sighting *s);

/* migrations.c: before the test is started; whether this run is counted: every 64th is, where the kernel lets us. */
bool migrations_begin(struct worker *w, uint64_t run);
/* After all of the run is gone; leaves `e` alone unless the run was counted. */
void migrations_end(struct worker *w, struct effect *e);

/* quota-run.c: before the test is started: 0 or an errno. */
int quota_prepare(struct worker *w, const struct claim *claim, const struct batch *batch);
/* The test has been started, or could not be. */
void quota_started(struct worker *w, const struct claim *claim);
/* The worker leaves; no run of it lives. */
void quota_leave(struct worker *w);

enum watch_end { WATCH_DEAD, WATCH_LIMIT, WATCH_CUT };

/* Watches the test until it is dead, the limit strikes, or main wants it cut off. */
enum watch_end watch_test(struct worker *w, pid_t pid, int output, int64_t limit_ns, struct death *death);

/* No child is left; none that is dead; or there may be more that are. */
enum reaped { REAPED_ALL, REAPED_DEAD, REAPED_SOME };

enum { REAPED_AT_ONCE = 256 };

/* Reaps what is dead, `most` at the most; notes `watched`'s end. */
enum reaped reap_dead(pid_t watched, struct death *death, int most);
/* Kills all that is left below this worker, first the group, and reaps it. */
void reap_all(struct worker *w, pid_t group, struct death *death);

void scratch_open(struct scratch *s, const char *root, unsigned worker);
/* Makes the folder exist, be ours and be empty; with a note where that needs another folder. 0 or an errno. */
int scratch_renew(struct worker *w);
/* The folder must be open. */
bool scratch_is_empty(struct scratch *s);
void scratch_remove(struct scratch *s);

/* Moves a core dump of the run out of its working directory; true: kept as core.RUN. */
bool cores_keep(struct worker *w, pid_t pid, uint64_t run, bool dumped);
/* Lets the next run dump core, or not. */
void cores_allow(struct worker *w);

/* State of every thread below this worker, and backtraces; the number of bytes written. */
size_t stacks_take(struct worker *w, char *into, size_t room);

/* A descriptor at the end of the kernel log, or -1. */
int kmsg_open(void);
/* A descriptor to write marks to, or -1. */
int kmsg_open_marks(void);
/* Names the run that the caller is about to become. Allocates nothing. */
void kmsg_mark(int fd, uint64_t run, uint32_t worker);
/* Splats logged since the last call; their identity in `head`. The number of bytes written. */
size_t kmsg_take(int fd, char *into, size_t room, uint64_t *head);

#endif
