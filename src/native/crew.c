/*
 * The workers, seen from main.
 *
 * Theory of operation: a worker is known by its process, its channel and its station. It may be killed at any moment (by
 * the test it runs, or by a memory shortage): its station then tells which run is lost, what it left behind is handed to
 * main (a subreaper too) and killed, and another worker takes its place and its number.
 */
#include "hunt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void not_started(struct hunt *h, size_t index)
{
	const char *limit = errno == EMFILE || errno == ENFILE ? "-n" : "-u";
	char text[200];

	snprintf(text, sizeof(text), "worker %zu cannot be started (%s); take fewer, or raise the limit, see `ulimit %s`",
		 index + 1, strerror(errno), limit);
	hunt_error(h, EXIT_INTERNAL, text);
}

static void start(struct hunt *h, size_t index)
{
	struct crew_member *one = &h->crew[index];
	int ends[2];
	pid_t pid;

	station_reset(one->station);
	one->last_run = UINT64_MAX;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
		not_started(h, index);
		return;
	}
	pid = fork();
	if (pid == 0)
		worker_main(&h->intake.plan, h->board, one->station, (uint32_t)index, ends[1]);
	if (pid < 0) {
		not_started(h, index);
		close(ends[0]);
		close(ends[1]);
		return;
	}
	close(ends[1]);
	one->pid = pid;
	one->channel = ends[0];
}

void crew_grow(struct hunt *h, size_t jobs)
{
	struct crew_member *crew;

	if (jobs <= h->crew_size)
		return;
	crew = realloc(h->crew, jobs * sizeof(*crew));
	if (crew == NULL)
		fatal("out of memory");
	h->crew = crew;
	while (h->crew_size < jobs && h->stop_reason == NULL) {
		crew[h->crew_size] = (struct crew_member){ .station = station_map(), .channel = -1 };
		start(h, h->crew_size++);
	}
}

void crew_wake(struct hunt *h)
{
	for (size_t i = 0; i < h->crew_size; i++)
		if (h->crew[i].pid != 0)
			bell_ring(h->crew[i].channel);
}

static void take_mail(struct hunt *h, size_t index)
{
	struct crew_member *one = &h->crew[index];
	struct station *s = one->station;

	if (s->note_full != 0) {
		record_text(&h->output, "note", s->note);
		s->note_full = 0;
	}
	if (s->news_full != 0) {
		batches_news(h, &s->news);
		s->news_full = 0;
	}
	if (s->mail != 0) {
		one->last_run = s->mail_sighting.run;
		batches_count(h, (uint32_t)index, &s->mail_sighting, &s->details);
		s->mail = 0;
	}
}

static void collect(struct hunt *h, size_t index)
{
	struct crew_member *one = &h->crew[index];
	struct sighting sighting;

	for (;;) {
		/* A run in the ring may be of a class that came by mail just before: look for it in this order. */
		bool some = one->station->head != one->station->tail;

		take_mail(h, index);
		if (!some)
			break;
		station_pop(one->station, &sighting);
		one->last_run = sighting.run;
		batches_count(h, (uint32_t)index, &sighting, NULL);
	}
	if (one->station->waiting != 0 && one->pid != 0)
		bell_ring(one->channel);
}

void crew_collect(struct hunt *h)
{
	for (size_t i = 0; i < h->crew_size; i++)
		collect(h, i);
}

void crew_kill_strays(struct hunt *h)
{
	int64_t give_up = now_ns() + 10 * NS_PER_S;
	struct timespec moment = { .tv_nsec = 2 * NS_PER_MS };
	pid_t *spared = calloc(h->crew_size + h->noises.count + 1, sizeof(*spared));
	size_t count = 0;

	if (spared == NULL)
		fatal("out of memory");
	for (size_t i = 0; i < h->crew_size; i++)
		if (h->crew[i].pid != 0)
			spared[count++] = h->crew[i].pid;
	for (size_t i = 0; i < h->noises.count; i++)
		if (h->noises.at[i].keeper != 0)
			spared[count++] = h->noises.at[i].keeper;
	while (processes_kill(&h->processes, getpid(), spared, count) > 0 && now_ns() < give_up)
		(void)nanosleep(&moment, NULL);
	free(spared);
}

static void doubt(struct hunt *h, uint64_t claim)
{
	for (size_t i = 0; i < h->doubtful_count; i++)
		if (h->doubtful[i] == claim)
			return;
	if (h->doubtful_count == MAX_DOUBTFUL)
		hunt_error(h, EXIT_INTERNAL, "workers are killed faster than runs begin");
	else
		h->doubtful[h->doubtful_count++] = claim;
}

/* The run that the dead worker was at, if any. */
static void count_lost(struct hunt *h, size_t index)
{
	struct crew_member *one = &h->crew[index];
	uint64_t claim = one->station->claim;
	struct sighting lost = { .run = WORD_RUN(claim), .turn = WORD_TURN(claim), .end = { .kind = END_LOST } };
	uint32_t state = one->station->state;

	if (state == STATION_IDLE || lost.run == one->last_run || h->stop_reason != NULL)
		return;
	if (state == STATION_RUNNING)
		batches_count(h, (uint32_t)index, &lost, NULL);
	else
		doubt(h, claim);
}

static void bury(struct hunt *h, size_t index, int status)
{
	struct crew_member *one = &h->crew[index];
	bool broke = WIFEXITED(status) && WEXITSTATUS(status) != 0;

	one->pid = 0;
	close(one->channel);
	one->channel = -1;
	collect(h, index);
	count_lost(h, index);
	if (h->stop_reason != NULL)
		return;
	crew_kill_strays(h);
	if (broke)
		hunt_error(h, EXIT_INTERNAL, "a worker could not go on; standard error tells why");
	else
		start(h, index);
}

static struct crew_member *member_of(struct hunt *h, pid_t pid)
{
	for (size_t i = 0; i < h->crew_size; i++)
		if (h->crew[i].pid == pid)
			return &h->crew[i];
	return NULL;
}

void crew_reap(struct hunt *h)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
		struct crew_member *one = member_of(h, pid);
		struct noise_group *noise = noise_kept_by(&h->noises, pid);

		if (one == NULL && noise == NULL)
			continue;
		/* A test that stops its parent stops nothing else. */
		if (WIFSTOPPED(status)) {
			(void)kill(pid, SIGCONT);
		} else if (one != NULL) {
			bury(h, (size_t)(one - h->crew), status);
		} else {
			noise_bury(noise);
			/* Where the keeper was killed, what it kept is ours. */
			crew_kill_strays(h);
		}
	}
}

void crew_check_patience(struct hunt *h)
{
	int64_t now = now_ns();
	int64_t stop = h->board->stop_ns;
	bool overdue = stop != 0 && now > later(stop, 30 * NS_PER_S);

	for (size_t i = 0; i < h->crew_size; i++) {
		int64_t patience = h->crew[i].station->patience_ns;

		if (h->crew[i].pid != 0 && (overdue || (patience != 0 && now > patience)))
			(void)kill(h->crew[i].pid, SIGKILL);
	}
}

size_t crew_alive(const struct hunt *h)
{
	size_t alive = 0;

	for (size_t i = 0; i < h->crew_size; i++)
		alive += h->crew[i].pid != 0;
	return alive;
}

void crew_free(struct hunt *h)
{
	for (size_t i = 0; i < h->crew_size; i++)
		if (munmap(h->crew[i].station, sizeof(struct station)) != 0)
			fatal("munmap");
	free(h->crew);
	h->crew = NULL;
	h->crew_size = 0;
}
