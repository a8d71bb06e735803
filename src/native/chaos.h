/*
 * Chaos: the schedule of a run, disturbed from inside at its system calls (PROTOCOL.md, "Chaos").
 *
 * Theory of operation: the test is started with a seccomp filter that hands chosen system calls to a listener. A thread
 * of the worker, the marshal, receives them, decides by the arm and the run's seed when each may go on, and lets the
 * kernel carry it out unchanged. The worker's own thread goes on watching the run as it does without chaos.
 *
 * calls: which calls are of which class. filter: the program the kernel runs. listener: installing it, receiving and
 * answering. strands: the threads and processes of a run, and their names. rest: whether they are at rest, strangers:
 * whether those not met yet are. marshal: the thread, govern: its loop, arrivals and holds: what it takes in and keeps.
 * decide: what the arms do. force: the arm that forces an order, event-name: what it is told of it. user-stack: where
 * its threads stand. objects: what traces tell. births: who was made by whom. halt: stopping a run at its failure
 * point. unfit: tests that chaos does not go together with. enter: the way in through another program.
 */
#ifndef FLAKEHUNT_CHAOS_H
#define FLAKEHUNT_CHAOS_H

#include "common.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>

/* ---- calls.c ---- */

struct call {
	int nr;
	const char *name;
	unsigned classes;                /* exactly one of call_class; 0: never held, only watched */
};

/* The table, ascending by number; none on machines whose calls are unknown. */
const struct call *calls_all(size_t *count);
const struct call *call_find(int nr);
/* Weight of a class when events are chosen at random. */
unsigned call_weight(const struct call *call);
/* Whether the call, carried out, makes a thread or process. */
bool call_is_birth(int nr);

/* ---- filter.c ---- */

enum { FILTER_ROOM = 2048 };

struct filter_wishes {
	unsigned classes;                /* of call_class; 0: none, only what is watched */
	bool watch_exec;                 /* to see set-uid programs */
	bool watch_ends;                 /* output, exits and aborts, to stop at a failure */
	int handoff;                     /* descriptor whose sendmsg goes through */
};

/* Writes the program; its length. */
size_t filter_build(struct sock_filter *into, const struct filter_wishes *wishes);

/* ---- listener.c ---- */

/* What the test's process does before exec, and what came of it. Lies in memory that both sides see. */
struct entry {
	struct sock_filter filter[FILTER_ROOM];
	size_t filter_length;            /* 0: no filter */
	int handoff;                     /* our end of the socket that the listener goes through */
	bool no_new_privs;
	unsigned long slack_ns;          /* 0: leave alone */
	bool batch;                      /* run at SCHED_BATCH */
	bool killable;                   /* out: held calls are immune to signals */
	bool refused;                    /* out: it is chaos that failed */
};

/* Whether the kernel wants no_new_privs before a filter. */
bool entry_needs_no_new_privs(void);
/* Puts the calling process under the filter and hands the listener over. 0 or an errno. */
int entry_apply(struct entry *e);
/* The listener that comes through `socket`, or -1 when the other end is closed without one. */
int listener_receive(int socket);

/* Room for one notification; the kernel's may be larger than ours. */
struct notice {
	struct seccomp_notif *in;
	size_t size;
};

bool notice_open(struct notice *n);
void notice_free(struct notice *n);
/* Whether a notification waits. */
bool listener_waits(int listener);
/* Takes a waiting notification; false: none is there. */
bool listener_take(int listener, struct notice *n);
/* Lets the call go on; false: it has been taken back by a signal, or its thread is dead. */
bool listener_release(int listener, uint64_t id);
/* Pretends that the call returned 0 without carrying it out. */
bool listener_skip(int listener, uint64_t id);
/* Asks for wake-ups on the same CPU where the kernel can (Linux 6.6). */
void listener_prefer_same_cpu(int listener);
/* A whole round of all this, in a process of its own: 0, or the errno it failed with. */
int chaos_probe(bool *killable);

/* ---- objects.c: what a call is about ---- */

enum object_kind { OBJECT_NONE, OBJECT_FILE, OBJECT_PIPE, OBJECT_SOCKET, OBJECT_EVENTFD, OBJECT_RING, OBJECT_EPOLL,
		   OBJECT_TIMERFD, OBJECT_SIGNALFD, OBJECT_PIDFD, OBJECT_ANONYMOUS, OBJECT_FUTEX, OBJECT_SEMAPHORE,
		   OBJECT_QUEUE, OBJECT_KINDS };

/* `pipe2`: the second one that the run used. */
struct object {
	enum object_kind kind;
	uint32_t number;
};

/* A name that an object was used by in this run; it may have several. */
struct known_object {
	struct object object;
	uint64_t identity;
	pid_t thread, group;             /* who used it last; group 0: anybody */
	int fd;                          /* by this descriptor; -1: by none */
};

enum { MAX_OBJECTS = 512 };

struct objects {
	size_t count;
	uint32_t numbers[OBJECT_KINDS];
	struct known_object known[MAX_OBJECTS];
};

void objects_begin(struct objects *o);
/* What the call of a thread of process `group` is about; the call is waiting for us. */
struct object object_of(struct objects *o, const struct seccomp_notif *n, pid_t group);
/* Writes `pipe2`, or `-`. */
void object_write(const struct object *object, struct text *into);

/* ---- strands.c ---- */

enum strand_state { STRAND_AWAY, STRAND_PARKED };

/* A thread or process of the run. */
struct strand {
	pid_t thread, group;
	uint64_t key;                    /* of its pedigree */
	uint32_t parent, ordinal;        /* the ordinal-th that `parent` made; strand 0 is the test */
	uint32_t epoch;                  /* threads and processes it has made */
	bool gone;
	enum strand_state state;
	int state_file;                  /* -1: none is open */
	/* of the call it is parked at */
	uint64_t id;
	const struct call *call;
	uint32_t site, k;
	uint64_t birth_place;
	struct object object;            /* where it is traced */
	bool at_birth, announced, concurrent, struck, taken_back;
	int64_t arrived, due, held_ns;
	/* what the arm knows of it */
	uint64_t priority;
	int64_t yields;                  /* in a row */
	uint64_t parked_at;              /* the marshal's steps when it parked */
	int64_t born, hold_next, stretch_begin, stretch_ns;
};

/* A call was let go that makes a strand, which has not shown itself yet. */
struct birth {
	uint32_t parent, ordinal;
	bool is_thread;                  /* else it may be either */
	uint64_t place;                  /* as birth_place has it */
	int64_t released, hold_ns;
};

enum { MAX_BIRTHS = 256, KEY_SLOTS = 8192 };

#define NOBODY UINT32_MAX

struct strands {
	struct strand *at;
	size_t count, room;
	uint32_t *by_thread;             /* hash table of indices + 1 */
	size_t slots;
	struct birth births[MAX_BIRTHS];
	size_t birth_count;
	uint32_t forker;                 /* whose child the next new process is; NOBODY: its parent's first thread's */
	/* how often each key was seen in this run */
	struct {
		uint64_t key;
		uint32_t seen, run;
	} keys[KEY_SLOTS];
	uint32_t run;
};

void strands_begin(struct strands *s);
void strands_free(struct strands *s);
/* The strand of a thread; a new one is given to the birth it belongs to. Its index. */
uint32_t strands_meet(struct strands *s, pid_t thread, int64_t now);
/* Notes that a call was let go which makes a strand. */
void strands_expect(struct strands *s, uint32_t parent, bool is_thread, int64_t now, int64_t hold_ns);
/* Whether two or more strands are alive. */
bool strands_concurrent(struct strands *s);
/* Key of a call, without k, from that of its thread's pedigree. */
uint64_t event_key(uint64_t pedigree, uint32_t epoch, int nr, uint32_t site);
/* Key of the call a strand is parked at, without k. */
uint64_t strand_event_key(const struct strand *one);
/* How often this key was seen before in the run; counts it. */
uint32_t strands_count_key(struct strands *s, uint64_t key);
/* The process whose child this one is; 0: it is a thread, or gone. */
pid_t strands_parent_of(pid_t process);
/* Whether this thread has been met, as the latest of its number. */
bool strands_know(const struct strands *s, pid_t thread);
/* Writes `0.2.1`; false: it descends from too many. */
bool strand_pedigree(const struct strands *s, uint32_t index, struct text *into);

/* ---- births.c ---- */

/* Where in memory the number of the thread that this call makes will be; 0: not known, or it makes none. */
uint64_t birth_place(const struct seccomp_notif *n);

enum birth_claim { BIRTH_OF_ANOTHER, BIRTH_MAYBE, BIRTH_ITS };

/* Whether this birth is that of a thread that shares memory with its creator. */
enum birth_claim birth_of(const struct birth *birth, pid_t thread);
/* The processes that a thread has forked by now: writes their numbers, at most `most`. */
size_t forks_of(const struct strand *one, pid_t *into, size_t most);

/* ---- rest.c ---- */

/* Whether none of those that are not parked can run. */
bool strands_rest(struct strands *s);

/* What the kernel says of a thread. */
struct strand_look {
	char state;                      /* as in proc_pid_stat(5); X: it is gone */
	uint64_t user_ticks;             /* time it has spent outside the kernel so far, in clock ticks */
};

struct strand_look strand_look(struct strand *one);
/* Whether it neither runs nor goes on by itself soon. */
bool strand_look_rests(struct strand_look look);

/* ---- strangers.c ---- */

/* Whether all threads of the run that have not been met yet rest; `table` is room to read it into. */
bool strangers_rest(struct processes *table, const struct strands *s);
void strand_close(struct strand *one);

/* ---- marshal.c ---- */

/* What has become of one of the two events. */
enum point_state { POINT_AWAITED, POINT_HELD, POINT_DUE, POINT_RELEASED, POINT_DONE };

struct point {
	enum point_state state;
	uint32_t strand;                 /* whose call it is, once it has come */
	int64_t since;                   /* when it came to this state */
	bool waited;                     /* it was not let go at once */
};

/* One run under `force`: see force.c. */
struct forcing {
	struct point first, second;
	bool gave_up;                    /* one of them was let go without the other */
	bool kept;                       /* `second` was let go as ordered */
	int64_t patience;                /* the longest hold */
	int64_t rest_since, asleep_since;        /* 0: they are not */
	uint32_t events_seen;
	uint64_t user_ticks;             /* of the thread of `first`, when that was let go */
};

enum mood { MOOD_GOVERN, MOOD_LET_GO, MOOD_OVER };

struct marshal {
	/* what is ordered */
	struct chaos chaos;
	struct replay replay;
	bool traces, counts_forks, takes_stacks;
	uint64_t seed;
	cpu_set_t cpus;                  /* for `shuffle` */
	int64_t begun;
	/* between the two threads */
	pthread_t thread, deputy;
	bool running, deputised;
	uint32_t beats_seen;
	int64_t seen, burnt_seen;        /* when the beats were seen to grow last, and the test's CPU time then */
	int socket, entry_socket, poke;  /* the listener comes through `socket` */
	_Atomic int mood;
	_Atomic uint32_t beats;          /* grows with every round of the loop */
	_Atomic uint32_t parked;
	_Atomic int listener;            /* -1: none yet */
	_Atomic int baton;               /* who governs: see govern.c */
	_Atomic int halted;              /* of halt_kind */
	pid_t halt_thread;
	/* what came of it */
	struct effect effect;
	enum unfit unfit;                /* 0: it fits */
	struct text lines;
	bool lines_full;
	struct text stacks[2];           /* where the threads of `first` and `second` stood */
	/* the marshal's own */
	struct notice notice;
	struct strands strands;
	struct objects objects;
	struct forcing forcing;
	struct processes table;          /* room for the process table */
	uint32_t *heap;                  /* parked strands that wait for a time, the earliest first */
	size_t heap_count, heap_room;
	uint64_t steps;                  /* calls let go while two or more strands lived */
	uint64_t points[4];              /* steps at which a priority changes */
	uint64_t lowest;                 /* priority given last to one that must wait */
	int64_t birth_deadline;          /* 0: none is awaited */
	uint32_t births_awaited;
	bool stirs;                      /* calls wait, but a thread of the test can run */
	int64_t look_again;              /* at what is forced */
	int64_t next_move;               /* of a thread to another CPU, under `shuffle` */
	uint64_t moves;
	unsigned classes;                /* those that the filter hands over */
	struct filter_wishes built;      /* what entry.filter was built for */
	struct entry entry;
};

/* Before the test is started: prepares m->entry and starts the marshal. `limit_ns`: of a run. 0 or an errno. */
int marshal_begin(struct marshal *m, const struct batch *batch, uint64_t seed, const cpu_set_t *cpus, int64_t limit_ns);
/* The test has been started, or could not be. */
void marshal_started(struct marshal *m);
/* Once a while from the worker: a quiescent marshal that a spinning thread of `test` keeps from its CPU gets a deputy. */
void marshal_check(struct marshal *m, pid_t test);
/* From here on all calls go through at once. */
void marshal_let_go(struct marshal *m, pid_t test);
/* After the run: ends the marshal; `effect`, `unfit` and `lines` are then complete. */
void marshal_end(struct marshal *m);
void marshal_free(struct marshal *m);

/* ---- govern.c, arrivals.c, holds.c ---- */

/* Who may govern. */
enum { BATON_FREE, BATON_MARSHAL, BATON_DEPUTY };

/* Governs until all is over or somebody else does. */
void govern(struct marshal *m, int me);
/* Takes in every notification that waits. */
void arrivals_take(struct marshal *m);
void holds_push(struct marshal *m, uint32_t index);
/* The strand that is due first; there must be one. */
uint32_t holds_pop(struct marshal *m);

/* ---- decide.c ---- */

/* Whether the arm wants the CPU idle before it goes on. */
bool chaos_is_quiescent(const struct chaos *chaos);
/* Whether the arm intercepts calls at all. */
bool chaos_intercepts(const struct chaos *chaos);

/* A number in [0, 1) and one log-uniform between `low` and `high`, from the run's seed and what it is for. */
double draw_unit(uint64_t seed, uint64_t purpose);
int64_t draw_log(uint64_t seed, uint64_t purpose, int64_t low, int64_t high);

void decide_begin(struct marshal *m);
/* A strand appears for the first time. `hold_ns`: what its birth ordered. */
void decide_birth(struct marshal *m, struct strand *one, int64_t hold_ns);
/* A call has just arrived: for how long it is held; 0, and always under a quiescent arm: not at all. */
int64_t decide_hold(struct marshal *m, struct strand *one);
/* A call that makes a strand goes on: for how long the new one will be held. */
int64_t decide_spawn(struct marshal *m, struct strand *one);
/* Moves a thread drawn at random to a CPU drawn at random (not the first time); after how long to come again. */
int64_t decide_move(struct marshal *m);
/* The parked strand that goes next under a quiescent arm; UINT32_MAX: none is parked. */
uint32_t decide_next(struct marshal *m);

/* ---- force.c ---- */

void force_begin(struct marshal *m, int64_t limit_ns);
/* A call has arrived; whether it is held until force_look lets it go. */
bool force_arrived(struct marshal *m, uint32_t index);
/* A call has been let go, or was not, because a signal took it back or its thread is dead. */
void force_released(struct marshal *m, uint32_t index, int64_t now);
void force_failed(struct marshal *m, uint32_t index, int64_t now);
/* Lets go of what has been held for long enough; when to look again at the latest. */
int64_t force_look(struct marshal *m);
/* What came of it; after the run. */
enum forced force_verdict(const struct marshal *m);

/* With `stacks`: keeps where the thread stands, if its call is one of the two and that was not seen yet. */
void force_take_stack(struct marshal *m, uint32_t index, const struct seccomp_notif *n);

/* ---- user-stack.c ---- */

/* Where the thread stands whose call waits: a line a frame, the innermost first (PROTOCOL.md, "Points"). */
void user_stack(const struct seccomp_notif *n, struct text *into);

/* ---- halt.c, unfit.c ---- */

/* Whether this call is the failure point. */
enum halt_kind halt_at(const struct marshal *m, const struct seccomp_notif *n);
/* Whether the call writes to descriptor 1 or 2. */
bool is_output(const struct seccomp_notif *n);
/* Whether the call shows that the test and chaos do not go together; 0: it does not. */
enum unfit unfit_of(const struct seccomp_notif *n);
/* Copies from a thread's memory; the number of bytes, 0 when it cannot be read. */
size_t read_memory(pid_t thread, uint64_t address, void *into, size_t n);

/* ---- leash.c, enter.c ---- */

/* The body of `supervisor --leash -- command`: executes the command, which dies with whoever started us. */
int leash(int argc, char **argv);

/* The body of `supervisor --enter SPEC -- command`: puts itself under the filter, then executes the command. */
int enter(int argc, char **argv);
/* Writes SPEC for what marshal_begin has prepared. */
void enter_spec(const struct marshal *m, char *into, size_t room);

#endif
