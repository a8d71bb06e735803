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
 * Files, main's side:   main, orders, check, line, text, intake, batches, crew, tally, records
 *        worker's side: worker, spawn, watch, output, reap, processes, scratch, folder, cores, stacks, kmsg
 *        shared:        board, station, seed, hash, classes, base
 */
#ifndef FLAKEHUNT_SUPERVISOR_H
#define FLAKEHUNT_SUPERVISOR_H

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
	PROTOCOL_VERSION = 1,
	HALF_KEPT = 32 * 1024,           /* bytes kept of the output's head, and of its tail */
	STACKS_CAP = 64 * 1024,
	KERNEL_CAP = 16 * 1024,
	LINE_CAP = 1024 * 1024,
	MAX_QUEUED = 64,                 /* batches waiting or running */
	MAX_JOBS = 1024,
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

/* ---- orders.c: what we are told ---- */

enum pin_policy { PIN_FREE, PIN_ONE, PIN_SPREAD, PIN_PAIR, PIN_SHUFFLE, PIN_LIST, PIN_POLICIES };

extern const char *const pin_names[PIN_POLICIES];

struct batch {
	uint64_t id;
	uint32_t jobs;
	enum pin_policy pin;
	cpu_set_t cpus;
	uint64_t runs;                   /* UINT64_MAX: no limit */
	uint64_t ms;                     /* UINT64_MAX: no limit */
};

struct plan {
	uint64_t seed, first_run, limit_ms, max_cores, max_stacks;
	bool kernel_log;
	char *scratch, *artifacts;
	char *cwd, *gdb;                 /* or NULL */
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

/* ---- outcome of a run ---- */

enum end_kind { END_EXIT, END_SIGNAL, END_TIMEOUT, END_NOEXEC, END_LOST };

/* Identity of an ending; whether a core was dumped is no part of it. */
struct end {
	uint16_t kind, code;
};

/* What main learns of every run. */
struct sighting {
	uint64_t run;
	uint64_t us;
	uint64_t hash, shape;
	struct end end;
	uint32_t turn;                   /* of the batch, see struct board */
};

struct usage {
	uint64_t user_us, sys_us, rss_kib, vcsw, ivcsw;
};

/* What main learns once a class: the outcome in full. Too large for a ring, so it has a place of its own. */
struct details {
	struct usage usage;
	uint64_t bytes;
	uint32_t output_length, cut;     /* cut == output_length: nothing was dropped */
	uint32_t stacks_length, kernel_length;
	bool dumped, core_kept;
	char output[2 * HALF_KEPT];
	char stacks[STACKS_CAP];
	char kernel[KERNEL_CAP];
};

/* ---- board.c: who runs what; one page shared by all ---- */

enum { SLOTS = 128 };

/* A batch as the workers see it: immutable once published, but for when it started. */
struct slot {
	struct batch batch;
	bool chained;                    /* may start while the last runs of the one before go on */
	_Atomic uint64_t start_run;      /* UINT64_MAX: not started */
	_Atomic int64_t start_ns;        /* 0: not started */
};

/*
 * `word` holds the running batch's turn (upper 16 bits) and the next run number (lower 48). A worker takes a run by
 * advancing it; nothing is locked, so a worker may be killed at any instruction.
 */
struct board {
	_Atomic uint64_t word;
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

void board_open(struct board *b, uint64_t first_run);
struct slot *board_slot(struct board *b, uint32_t turn);
/* Queues a batch; main only. Its turn. */
uint32_t board_publish(struct board *b, const struct batch *batch, bool chained);
/* Takes the next run for worker `index`; `attempt` says what was tried, should we die half way. */
bool board_take(struct board *b, uint32_t index, _Atomic uint64_t *attempt, struct claim *claim);
/* Whether the batch of `turn` will start no more runs. */
bool board_ended(struct board *b, uint32_t turn);
/* Number after the last run of the ended batch `turn`. */
uint64_t board_end_run(struct board *b, uint32_t turn);
/* Moves on from the ended batch `turn`, whose workers have drained; main only. */
void board_advance(struct board *b, uint32_t turn);

/* ---- station.c: one worker's results, shared with main ---- */

enum { RING = 2048 };

enum station_state { STATION_IDLE, STATION_CLAIMING, STATION_RUNNING };

struct station {
	_Atomic uint32_t state;
	_Atomic uint64_t claim;          /* the board's word as tried (CLAIMING) or won (RUNNING) */
	_Atomic int64_t patience_ns;     /* a worker silent beyond this is stuck; 0: it is idle */
	_Atomic uint64_t head, tail;     /* of the ring: next to write, next to read */
	_Atomic uint32_t waiting;        /* the worker sleeps until main has made room */
	_Atomic uint32_t mail;           /* 1: `mail_sighting` and `details` are for main to read; 0: ours to write */
	_Atomic uint32_t note_full;      /* the same for `note` */
	struct sighting mail_sighting;
	struct details details;
	char note[512];
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
void output_copy(const struct output *o, struct details *d);

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

void classes_begin(struct classes *c);
/*
 * The class of an outcome. Workers ask it too, of what they alone have seen, to know whether main needs the output:
 * what is known to a worker is known to main, because main has seen all that the worker has, and limits only tighten.
 */
enum class_news classes_find(struct classes *c, const struct sighting *s, uint32_t *id);

/* ---- tally.c: runs of known classes, until they are reported ---- */

enum { BUCKETS = 256, TALLY_RUNS = 8192 };

struct timed_run {
	uint64_t run, us;
};

struct tally {
	uint32_t class_id, turn;
	uint64_t batch;
	uint64_t count, sum_us, min_us, max_us;
	uint32_t buckets[BUCKETS];
	struct timed_run *runs;
	size_t room;
};

struct tallies {
	struct tally *open;
	size_t count, room;
	uint32_t *by_class;              /* class id -> index in `open` + 1; 0 none */
	size_t ids;
};

/* Quarter octave of a duration. */
unsigned bucket_of(uint64_t us);
void tally_add(struct tallies *t, struct text *out, uint32_t class_id, uint64_t batch, const struct sighting *s);
/* Writes and forgets them all. */
void tallies_flush(struct tallies *t, struct text *out);
void tallies_free(struct tallies *t);

/* ---- records.c: what we report ---- */

void record_hello(struct text *t, pid_t pid, const char *features);
void record_class(struct text *t, uint32_t id, uint64_t batch, uint32_t worker, bool exact, const struct sighting *s,
		  const struct details *d);
/* Sorts the tally's runs. */
void record_tally(struct text *t, struct tally *tally);
void record_batch_end(struct text *t, uint64_t id, uint64_t runs, uint64_t us);
void record_text(struct text *t, const char *verb, const char *text);
void record_bye(struct text *t, uint64_t runs, uint64_t abandoned, const char *reason);
/* sample.c: the body of `supervisor --sample-records`: the records of fixtures/protocol/records.txt. */
int sample_records(void);

/* ---- processes.c: the process table ---- */

struct process {
	pid_t pid, parent;
	bool zombie, below;
};

struct processes {
	struct process *at;
	size_t count, room;
};

/* Finds the living descendants of `root` that are not below (or) one of `spared`; false: /proc cannot be read. */
bool processes_below(struct processes *p, pid_t root, const pid_t *spared, size_t spared_count);
/* Kills them all, stopping them first so that they cannot fork away. The number killed. */
size_t processes_kill(struct processes *p, pid_t root, const pid_t *spared, size_t spared_count);
void processes_free(struct processes *p);

/* ---- worker's side ---- */

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
	/* Runs in the child last before exec; with it the child has its own memory, without it vfork's. 0 or an errno. */
	int (*before_exec)(void *);
	void *before_exec_arg;
	/* what went wrong: an errno, 0 nothing */
	int error;
	pid_t worker;
};

struct worker {
	const struct plan *plan;
	struct board *board;
	struct station *station;
	uint32_t index;
	int channel, signals, kmsg;
	bool main_gone;
	char **env;                      /* the plan's and our two */
	char run_text[64], seed_text[64];
	cpu_set_t home, pinned;          /* affinity at the start, and now */
	struct launch *launch;           /* shared memory, so that a forked child can report too */
	char *stack_top;
	struct scratch scratch;
	struct processes processes;
	struct classes seen;
	struct output output;
};

/* Never returns: runs until main says stop, or is gone. */
_Noreturn void worker_main(const struct plan *plan, struct board *board, struct station *station, uint32_t index,
			   int channel);
/* Tells main; waits for room. */
void worker_note(struct worker *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Promises main a sign of life within ns. */
void worker_patience(struct worker *w, int64_t ns);
/* Waits for SIGCHLD or the channel, at most until `when`. */
void worker_wait(struct worker *w, int64_t when);

/* Starts the test in a session of its own; its pid, or -1 with launch->error set. */
pid_t spawn_test(struct launch *launch, char *stack_top);

enum watch_end { WATCH_DEAD, WATCH_LIMIT, WATCH_CUT };

/* Watches the test until it is dead, the limit strikes, or main wants it cut off. */
enum watch_end watch_test(struct worker *w, pid_t pid, int output, int64_t limit_ns, struct death *death);

/* Reaps whatever is dead; notes `watched`'s end. True: no child is left. */
bool reap_dead(pid_t watched, struct death *death);
/* Kills all that is left below this worker, first the group, and reaps it. */
void reap_all(struct worker *w, pid_t group, struct death *death);

void scratch_open(struct scratch *s, const char *root, unsigned worker);
/* Makes the folder exist, be ours and be empty; with a note where that needs another folder. 0 or an errno. */
int scratch_renew(struct worker *w);
/* The folder must be open. */
bool scratch_is_empty(struct scratch *s);
void scratch_remove(struct scratch *s);
/* folder.c: removes everything below `dir`, never following links nor crossing mounts; calls `alive` now and then.
 * 0 or an errno. */
int folder_empty(int dir, unsigned *flat, void (*alive)(void *), void *arg);

/* Moves a core dump of the run out of its working directory; true: kept as core.RUN. */
bool cores_keep(struct worker *w, pid_t pid, uint64_t run, bool dumped);
/* Lets the next run dump core, or not. */
void cores_allow(struct worker *w);

/* State of every thread below this worker, and backtraces; the number of bytes written. */
size_t stacks_take(struct worker *w, char *into, size_t room);

/* A descriptor at the end of the kernel log, or -1. */
int kmsg_open(void);
/* Splats logged since the last call; their identity in `head`. The number of bytes written. */
size_t kmsg_take(int fd, char *into, size_t room, uint64_t *head);

/* ---- main's side ---- */

struct crew_member {
	pid_t pid;                       /* 0: none */
	int channel;
	struct station *station;
	uint64_t last_run;               /* last one it reported */
};

struct queued {
	uint32_t turn;
	struct batch batch;
	uint64_t done;
};

struct hunt {
	struct intake intake;
	struct text input, output;
	struct board *board;
	struct crew_member *crew;
	size_t crew_size;
	struct queued queue[MAX_QUEUED];
	size_t queued;
	uint64_t doubtful[MAX_DOUBTFUL]; /* words of the board that a worker was taking a run of when it died */
	size_t doubtful_count;
	struct classes classes;
	struct tallies tallies;
	struct details nothing;          /* of a run that is lost */
	struct processes processes;
	int signals;
	bool input_ended, output_broken, overflow_noted;
	int exit_status;
	const char *stop_reason;         /* NULL: go on */
	uint64_t counted;
	int64_t tally_due;
};

/* intake.c */
void intake_read(struct hunt *h);
/* Begins to end: the first reason stands, the earliest cut-off counts. */
void hunt_stop(struct hunt *h, const char *reason, uint64_t grace_ms);
/* The hunt cannot go on. */
void hunt_error(struct hunt *h, int exit_status, const char *text);

/* batches.c */
const char *batches_queue(struct hunt *h, const struct batch *batch);
/* Ends what is done and starts what waits. */
void batches_settle(struct hunt *h);
void batches_count(struct hunt *h, uint32_t worker, const struct sighting *s, const struct details *d);

/* crew.c */
void crew_grow(struct hunt *h, size_t jobs);
void crew_wake(struct hunt *h);
void crew_collect(struct hunt *h);
/* Reaps; replaces dead workers, continues stopped ones, kills stuck ones. */
void crew_reap(struct hunt *h);
void crew_check_patience(struct hunt *h);
size_t crew_alive(const struct hunt *h);
/* Kills what no worker owns. */
void crew_kill_strays(struct hunt *h);
void crew_free(struct hunt *h);

#endif
