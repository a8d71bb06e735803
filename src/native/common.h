/*
 * The supervisor: runs one test over and over and reports what came of it (PROTOCOL.md).
 *
 * Theory of operation. One main process reads orders and writes records; each job is a worker process forked from it,
 * which starts the test, watches it, kills what it leaves behind, and goes on with the next run. Three reasons for
 * processes instead of threads: a worker that is a child subreaper knows exactly which orphans are its run's; a test
 * that kills its parent costs one run; and the static binary can be a guest's init.
 *
 * main and workers share memory, so that a run costs no message: workers take run numbers from the `board` and leave
 * their results in the ring of their `station`; main looks in five times a second. A socket a worker carries wake-up
 * bytes only, and its end of file tells either side that the other is gone.
 *
 * Files, main's side (hunt.h):     main, intake, batches, crew, tally, effects, records, sample, probe, quota,
 *                                  init
 *        worker's side (worker.h): worker, run, spawn, watch, output, reap, scratch, folder, cores, stacks, kmsg,
 *                                  migrations, chaos-run, quota-run
 *        chaos (chaos.h), noise (noise.h), CPU quotas (quota.h)
 *        both (this header):       board, station, classes, seed, hash, processes, line, text, base
 *        orders (orders.h):        orders, fields, conditions, check
 */
#ifndef FLAKEHUNT_COMMON_H
#define FLAKEHUNT_COMMON_H

#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

enum {
	PROTOCOL_VERSION = 2,
	HALF_KEPT = 32 * 1024,           /* bytes kept of the output's head, and of its tail */
	STACKS_CAP = 64 * 1024,
	TRACE_CAP = 64 * 1024,
	POINT_CAP = 16 * 1024,
	KERNEL_CAP = 16 * 1024,
	LINE_CAP = 1024 * 1024,
	MAX_QUEUED = 64,                 /* batches waiting or running */
	MAX_JOBS = 1024,
	MAX_STRIDE = 1024,
	MAX_DOUBTFUL = 64,
	MAX_CLASSES = 4096,
	MAX_EXACT_PER_SHAPE = 64,
	EXIT_ORDERS = 64,
	EXIT_INTERNAL = 70,
};

/* ---- base.c: time, descriptors, giving up ---- */

#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S INT64_C(1000000000)

/* CLOCK_MONOTONIC in nanoseconds: clock jumps are not ours. */
int64_t now_ns(void);
/* a + b, at most INT64_MAX; both not negative. */
int64_t later(int64_t a, int64_t b);
/* The beginning of a file, as text that ends; false: it cannot be read. */
bool read_text(const char *path, char *text, size_t size);
/* Until `when`, as poll's timeout in ms: rounded up, 0 when past, at most a minute. */
int poll_ms_until(int64_t when);
/* Closes every descriptor from `first` on. */
void close_from(int first);
/* Our own fault or an impossible machine: says so on standard error and exits 70. */
_Noreturn void fatal(const char *what);

/* ---- text.c: a growing byte buffer ---- */

struct text {
	char *at;
	size_t used, room;
};

void text_add(struct text *t, const void *bytes, size_t n);
void text_str(struct text *t, const char *s);
void text_num(struct text *t, uint64_t n);
void text_printf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Drops the first n bytes. */
void text_drop(struct text *t, size_t n);
void text_free(struct text *t);

/* ---- line.c: the grammar of both directions ---- */

enum { MAX_FIELDS = 24 };

struct field {
	const char *key;
	char *value;                     /* decoded, NUL-terminated; may hold NULs of its own */
	size_t length;
	bool taken;
};

struct line {
	const char *verb;
	struct field fields[MAX_FIELDS];
	size_t count;
};

/* Parses `at[0..length)` in place; at[length] must be writable. NULL, or why the line is malformed. */
const char *line_parse(char *at, size_t length, struct line *line);

void line_begin(struct text *t, const char *verb);
void line_key(struct text *t, const char *key);
void line_bytes(struct text *t, const char *key, const void *bytes, size_t n);
void line_str(struct text *t, const char *key, const char *value);
void line_num(struct text *t, const char *key, uint64_t n);
void line_hex(struct text *t, const char *key, uint64_t n);
void line_end(struct text *t);

/* ---- orders.c, conditions.c: what we are told ---- */

enum pin_policy { PIN_FREE, PIN_ONE, PIN_SPREAD, PIN_PAIR, PIN_SHUFFLE, PIN_LIST, PIN_POLICIES };

extern const char *const pin_names[PIN_POLICIES];

enum chaos_arm {
	CHAOS_NONE, CHAOS_NOTE, CHAOS_HANDOFF, CHAOS_SPAWN, CHAOS_SHUFFLE, CHAOS_PCT, CHAOS_DELAYS, CHAOS_VICTIM,
	CHAOS_SLACK, CHAOS_FORCE, CHAOS_ARMS
};

/* CHAOS_NONE has none. */
extern const char *const chaos_names[CHAOS_ARMS];

/* Kinds of system calls, as bits; bit i has name i. */
enum call_class { CALLS_LIFECYCLE = 1, CALLS_SYNC = 2, CALLS_RESOURCE = 4, CALLS_REST = 8 };

enum { CALL_CLASSES = 4 };

extern const char *const call_class_names[CALL_CLASSES];

/* ---- event-name.c: an event of a run as traces name it ---- */

enum { EVENT_NAME_CAP = 512 };

/* PEDIGREE/EPOCH:CALL:SITE:K, and the same as strands.c has it. */
struct event_name {
	char text[EVENT_NAME_CAP];       /* as it was read */
	uint64_t key;
	uint32_t k;
};

/* False: it is malformed, too long, or names a call that is unknown here. */
bool event_name_read(const char *text, size_t length, struct event_name *into);

/* Which order of two events is forced. */
struct order_of_two {
	struct event_name first, second;
	bool interleaved;                /* neither goes on before both have come */
	bool after_done;                 /* else as soon as `first` has been let go */
	uint64_t offset_us;
};

struct chaos {
	enum chaos_arm arm;
	unsigned classes;                /* of call_class */
	uint32_t depth, count;           /* of pct, of delays */
	uint64_t horizon, span_us, slack_us;
	struct order_of_two order;       /* of force */
};

enum { MAX_NOISES = 8, NOISE_NAME = 16, HALT_CAP = 256 };

struct noise_class {
	char name[NOISE_NAME];
	uint32_t count;
};

struct noise {
	struct noise_class classes[MAX_NOISES];
	size_t count;                    /* 0: none */
	bool pinned;
	cpu_set_t cpus;
};

/* CPU time a run may use of every period; quota_us 0: no limit. */
struct quota {
	uint64_t quota_us, period_us;
};

/* Every run is this one again. */
struct replay {
	bool on, halts;
	uint64_t run, seed;
	size_t halt_length;
	char halt[HALT_CAP];
};

/* A batch lies in shared memory: no pointers. */
struct batch {
	uint64_t id;
	uint32_t jobs;
	enum pin_policy pin;
	cpu_set_t cpus;
	uint64_t runs;                   /* UINT64_MAX: no limit */
	uint64_t ms;                     /* UINT64_MAX: no limit */
	uint64_t from;                   /* number of its first run; 0: the one that is next */
	struct chaos chaos;
	struct noise noise;
	struct quota quota;
	struct replay replay;
	bool trace;                      /* report every run's schedule; always so in a replay */
	bool stacks;                     /* report where the threads of a forced order stand */
};

struct plan {
	uint64_t seed, first_run, limit_ms, max_cores, max_stacks;
	uint64_t stride;                 /* from one run's number to the next */
	bool kernel_log;
	bool strace_stacks;              /* strace tells the stack of every call */
	bool mark;                       /* runs are named in the kernel log, and main gives signs of life */
	char *scratch, *artifacts;
	char *cwd, *gdb;                 /* or NULL */
	char *stress_ng, *cgroup, *strace;
	char *groups;                    /* path of the workers' control groups but for their number; see quota.c */
	char **argv, **env;              /* NULL-terminated; env without our two variables */
	size_t argc, envc;
};

enum order_kind { ORDER_PLAN, ORDER_ARG, ORDER_ENV, ORDER_BEGIN, ORDER_BATCH, ORDER_STOP, ORDER_KINDS };

extern const char *const order_verbs[ORDER_KINDS];

struct order {
	enum order_kind kind;
	struct batch batch;
	uint64_t grace_ms;
};

/* What the orders have said so far; `begun` once the plan is complete. */
struct intake {
	struct plan plan;
	bool planned, begun;
};

/* orders.c: takes one parsed line into `in` and `order`. NULL, or why it is malformed or out of place. */
const char *order_take(struct intake *in, struct line *line, struct order *order);
/* check.c: writes the canonical form of the order last taken. */
void order_write(struct text *t, const struct intake *in, const struct order *order);
void plan_free(struct plan *plan);
/* The body of `supervisor --check-orders`: canonical orders on standard output; the exit status. */
int check_orders(void);
/* The body of `supervisor --probe`; the exit status. */
int probe(void);

/* ---- outcome of a run ---- */

enum end_kind { END_EXIT, END_SIGNAL, END_TIMEOUT, END_NOEXEC, END_LOST, END_UNFIT };

/* Code of END_UNFIT. */
enum unfit { UNFIT_SECCOMP = 1, UNFIT_SETUID };

/* Identity of an ending; whether a core was dumped is no part of it. */
struct end {
	uint16_t kind, code;
};

/* What came of an order that was forced. */
enum forced { FORCED_NONE, FORCED_YES, FORCED_INFEASIBLE, FORCED_ABSENT };

/* What the perturbation did to one run (PROTOCOL.md, `effect`). */
struct effect {
	uint64_t schedule;               /* rolling hash; 0: no chaos */
	uint64_t held_us;
	uint32_t threads, events, concurrent, held, releases, points, cancelled;
	uint32_t vcsw, ivcsw;
	uint32_t migrations;
	bool sampled;                    /* `migrations` counts */
	enum forced forced;
};

/* What main learns of every run. */
struct sighting {
	uint64_t run;
	uint64_t us;
	uint64_t hash, shape;
	struct end end;
	uint32_t turn;                   /* of the batch, see struct board */
	struct effect effect;
};

struct usage {
	uint64_t user_us, sys_us, rss_kib, vcsw, ivcsw;
};

/* What main learns once a class: the outcome in full. Too large for a ring, so it has a place of its own. */
struct details {
	struct usage usage;
	uint64_t bytes;
	uint32_t output_length, cut;     /* cut == output_length: nothing was dropped */
	uint32_t stacks_length, kernel_length, trace_length;
	bool dumped, core_kept;
	char output[2 * HALF_KEPT];
	char stacks[STACKS_CAP];
	char kernel[KERNEL_CAP];
	uint32_t point_lengths[2];
	char points[2][POINT_CAP];       /* stacks of `first` and `second`; likewise */
	char trace[TRACE_CAP];           /* runs that are traced always come by mail */
};

/* ---- board.c: who runs what; one page shared by all ---- */

enum { SLOTS = 128 };

/* A batch as the workers see it: immutable once published, but for when it started and whether it was closed. */
struct slot {
	struct batch batch;
	bool chained;                    /* may start while the last runs of the one before go on */
	_Atomic bool closed;             /* its condition cannot be put in force: no (further) runs */
	_Atomic uint64_t start_run;      /* UINT64_MAX: not started */
	_Atomic int64_t start_ns;        /* 0: not started */
};

/*
 * `word` holds the running batch's turn (upper 16 bits) and the next run number (lower 48). A worker takes a run by
 * advancing it; nothing is locked, so a worker may be killed at any instruction.
 */
struct board {
	_Atomic uint64_t word;
	uint64_t stride;                 /* from one run's number to the next */
	uint64_t skipped;                /* numbers, in strides, that no run has; main only */
	_Atomic uint32_t published;      /* turn of the last batch in the queue */
	_Atomic int64_t stop_ns;         /* 0: go on; else when runs in progress are cut off */
	_Atomic uint64_t cores_kept, stacks_taken;
	struct slot slots[SLOTS];
};

struct claim {
	uint32_t turn;                   /* modulo 2^16 */
	uint64_t run;
};

#define WORD_RUN(word) ((word) & ((UINT64_C(1) << 48) - 1))
#define WORD_TURN(word) ((uint32_t)((word) >> 48))

void board_open(struct board *b, uint64_t first_run, uint64_t stride);
/* How many runs have the numbers from `first` on and below `end`. */
uint64_t board_count(const struct board *b, uint64_t first, uint64_t end);
struct slot *board_slot(struct board *b, uint32_t turn);
/* Queues a batch; main only. Its turn. */
uint32_t board_publish(struct board *b, const struct batch *batch, bool chained);
/* Takes the next run for worker `index`; `attempt` says what was tried, should we die half way. */
bool board_take(struct board *b, uint32_t index, _Atomic uint64_t *attempt, struct claim *claim);
/* Whether the batch of `turn` will start no more runs. */
bool board_ended(struct board *b, uint32_t turn);
/* Ends the batch of `turn` before its time. */
void board_close(struct board *b, uint32_t turn);
/* Number after the last run of the ended batch `turn`. */
uint64_t board_end_run(struct board *b, uint32_t turn);
/* Moves on from the ended batch `turn`, whose workers have drained; main only. */
void board_advance(struct board *b, uint32_t turn);

/* ---- station.c: one worker's results, shared with main ---- */

enum { RING = 2048 };

enum station_state { STATION_IDLE, STATION_CLAIMING, STATION_RUNNING };

enum halt_kind { HALT_NONE, HALT_OUTPUT, HALT_EXIT, HALT_ABORT };

enum condition_part { PART_CHAOS, PART_NOISE, PART_QUOTA };

/* What main must hear of a run before it has ended: it stands still at its failure point, or its condition is refused. */
struct news {
	uint64_t run;
	uint32_t turn;
	enum halt_kind halt;             /* HALT_NONE: `part` is refused, `text` says why */
	pid_t pid, thread;
	enum condition_part part;
	char text[256];
};

struct station {
	_Atomic uint32_t state;
	_Atomic uint64_t claim;          /* the board's word as tried (CLAIMING) or won (RUNNING) */
	_Atomic int64_t patience_ns;     /* a worker silent beyond this is stuck; 0: it is idle */
	_Atomic uint64_t head, tail;     /* of the ring: next to write, next to read */
	_Atomic uint32_t waiting;        /* the worker sleeps until main has made room */
	_Atomic uint32_t mail;           /* 1: `mail_sighting` and `details` are for main to read; 0: ours to write */
	_Atomic uint32_t note_full;      /* the same for `note` */
	_Atomic uint32_t news_full;      /* the same for `news` */
	struct sighting mail_sighting;
	struct details details;
	char note[512];
	struct news news;
	struct sighting ring[RING];
};

struct station *station_map(void);
void station_reset(struct station *s);
bool station_full(struct station *s);
/* The ring has room: the caller asked station_full. True: it is half full, ring the bell. */
bool station_push(struct station *s, const struct sighting *sighting);
bool station_pop(struct station *s, struct sighting *sighting);
/* A wake-up byte down the channel. */
void bell_ring(int channel);
/* Takes all wake-up bytes; false at end of file. */
bool bell_drain(int channel);

/* ---- seed.c ---- */

/* SplitMix64: the seed of run n of a hunt. */
uint64_t mix_seed(uint64_t seed, uint64_t n);
/* The CPUs worker `index` gives run `seed` under this batch; empty: leave it alone. */
void pin_choose(const struct batch *batch, uint32_t index, uint64_t run_seed, cpu_set_t *cpus);

/* ---- hash.c ---- */

struct hash {
	uint64_t lanes[4];
	uint64_t total;
	unsigned char block[32];
};

void hash_begin(struct hash *h);
void hash_add(struct hash *h, const void *bytes, size_t n);
uint64_t hash_end(struct hash *h);

/* Hash of a text in which numbers are `#` (PROTOCOL.md, "shape"), fed piecewise. */
struct shape {
	struct hash hash;
	int state;
};

void shape_begin(struct shape *s);
void shape_add(struct shape *s, const char *bytes, size_t n);
uint64_t shape_end(struct shape *s);

/* ---- classes.c: which outcomes are the same ---- */

struct class_key {
	uint64_t key;                    /* 0: free */
	uint32_t id;                     /* of the class; in the shape table: of its inexact class, 0 none */
	uint32_t exact;                  /* in the shape table: exact classes of this shape */
};

enum { CLASS_SLOTS = 16384 };

struct classes {
	uint32_t next_id;                /* ids begin with 1 */
	uint32_t counted;                /* towards MAX_CLASSES */
	struct class_key exact[CLASS_SLOTS];
	struct class_key shapes[CLASS_SLOTS];
	struct class_key overflow[CLASS_SLOTS];
};

enum class_news { CLASS_KNOWN, CLASS_NEW_EXACT, CLASS_NEW_INEXACT, CLASS_NEW_OVERFLOW };

/* `c` must be zeroed memory. */
void classes_begin(struct classes *c);
/*
 * The class of an outcome. Workers ask it too, of what they alone have seen, to know whether main needs the output:
 * what is known to a worker is known to main, because main has seen all that the worker has, and limits only tighten.
 */
enum class_news classes_find(struct classes *c, const struct sighting *s, uint32_t *id);
/* Whether classes_find would call it known. */
bool classes_know(struct classes *c, const struct sighting *s);

/* ---- processes.c: the process table ---- */

struct process {
	pid_t pid, parent;
	bool zombie, stopped, below;
};

struct processes {
	struct process *at;
	size_t count, room;
};

/* Finds the living descendants of `root`; false: /proc cannot be read. */
bool processes_below(struct processes *p, pid_t root);
/* Kills the descendants of `root` but for those that are below (or) one of `spared`. How many lived last. */
size_t processes_kill(struct processes *p, pid_t root, const pid_t *spared, size_t spared_count);
/* Stops the descendants of `root`: how many do not stand still yet, 0 in almost every case. */
size_t processes_stop(struct processes *p, pid_t root);
/* Lets them go on. */
void processes_continue(struct processes *p, pid_t root);
void processes_free(struct processes *p);

/* ---- folder.c ---- */

/* Removes everything below `dir`, never following links nor crossing mounts; calls `alive` now and then.
 * 0 or an errno. */
int folder_empty(int dir, unsigned *flat, void (*alive)(void *), void *arg);

/* ---- worker.c: where the two sides part ---- */

/* Never returns: runs until main says stop, or is gone. */
_Noreturn void worker_main(const struct plan *plan, struct board *board, struct station *station, uint32_t index,
			   int channel);

#endif
