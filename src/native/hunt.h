/*
 * Main's side: orders in, records out, workers in between.
 *
 * Theory of operation: see main.c for the loop, batches.c for what is counted, crew.c for the workers.
 */
#ifndef FLAKEHUNT_HUNT_H
#define FLAKEHUNT_HUNT_H

#include "common.h"
#include "noise.h"
#include "quota.h"

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

/* ---- effects.c: what the perturbation of a batch did, until it is reported ---- */

enum { MAX_HORIZONS = 256 };

/* Sums over `runs` runs. */
struct effects {
	uint64_t runs, threads, events, concurrent, held, held_us, releases, points, cancelled, vcsw, ivcsw;
	uint64_t sampled, migrations;
	uint64_t forced, infeasible, absent;
	uint32_t horizons[MAX_HORIZONS]; /* `concurrent` of each run; of a random sample when there are more */
};

void effects_add(struct effects *sum, const struct sighting *s);
/* Median of `concurrent`; sorts the sample. */
uint64_t effects_horizon(struct effects *sum);
/* Writes and forgets, unless there was no run. */
void effects_flush(struct effects *sum, struct text *out, uint64_t batch);

/* ---- records.c: what we report ---- */

void record_hello(struct text *t, pid_t pid, const char *features);
void record_class(struct text *t, uint32_t id, uint64_t batch, uint32_t worker, bool exact, const struct sighting *s,
		  const struct details *d);
/* Sorts the tally's runs. */
void record_tally(struct text *t, struct tally *tally);
/* Sorts the sample of horizons. */
void record_effect(struct text *t, uint64_t batch, struct effects *sum);
void record_trace(struct text *t, uint64_t batch, const struct sighting *s, const struct details *d);
void record_point(struct text *t, uint64_t run, const char *key, const char *frames, size_t length);
void record_halt(struct text *t, uint64_t run, pid_t pid, pid_t thread, enum halt_kind at);
void record_refused(struct text *t, uint64_t batch, enum condition_part part, const char *text);
void record_batch_end(struct text *t, uint64_t id, uint64_t runs, uint64_t us);
void record_text(struct text *t, const char *verb, const char *text);
void record_beat(struct text *t, uint64_t us);
void record_bye(struct text *t, uint64_t runs, uint64_t abandoned, const char *reason);
/* sample.c: the body of `supervisor --sample-records`: the records of fixtures/protocol/records.txt. */
int sample_records(void);

/* ---- the hunt ---- */

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
	struct effects effects;
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
	struct noises noises;
	struct quotas quotas;
	struct details nothing;          /* of a run that is lost */
	struct processes processes;
	int signals;
	bool input_ended, output_broken, overflow_noted;
	int exit_status;
	const char *stop_reason;         /* NULL: go on */
	uint64_t counted;
	int64_t tally_due;
	int64_t began, beat_due;         /* of a plan with `mark` */
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
/* Reports what cannot wait; a refused condition ends its batch. */
void batches_news(struct hunt *h, const struct news *news);
/* Reports what has been counted but not yet reported. */
void batches_flush(struct hunt *h);

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
