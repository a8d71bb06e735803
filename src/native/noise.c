/*
 * Which noise runs, seen from main.
 *
 * Theory of operation: each noise that is ordered becomes a group with a keeper of its own, started when it is first
 * wanted; later it is stopped and let go on, which takes milliseconds where stress-ng's start takes a tenth of a
 * second. Main never waits: it says what it wants, reads the answers as they come, and a batch begins when the answer
 * is there. A keeper whose group is broken says why, cleans up and leaves; wanted again, the group is started anew.
 */
#include "noise.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A keeper gives stress-ng 10 s to start, and half a second and 10 s more to end. */
enum { PATIENCE_S = 20, LEAVE_S = 15 };

bool noise_same(const struct noise *a, const struct noise *b)
{
	if (a->count != b->count || a->pinned != b->pinned || (a->pinned && !CPU_EQUAL(&a->cpus, &b->cpus)))
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->classes[i].name, b->classes[i].name) != 0 || a->classes[i].count != b->classes[i].count)
			return false;
	return true;
}

static struct noise_group *group_of(struct noises *n, const struct noise *noise)
{
	struct noise_group *at;

	for (size_t i = 0; i < n->count; i++)
		if (noise_same(&n->at[i].noise, noise))
			return &n->at[i];
	at = realloc(n->at, (n->count + 1) * sizeof(*at));
	if (at == NULL)
		fatal("out of memory");
	n->at = at;
	at[n->count] = (struct noise_group){ .noise = *noise, .channel = -1 };
	return &at[n->count++];
}

static void expect(struct noise_group *group, enum noise_state state)
{
	group->state = state;
	group->patience_ns = later(now_ns(), PATIENCE_S * NS_PER_S);
}

static void broken(struct noise_group *group, const char *why)
{
	bool wanted = group->state != NOISE_STOPPING && group->state != NOISE_STANDING;

	/* The first reason stands. What breaks while nobody wants it is only started anew when somebody does. */
	if (group->state != NOISE_BROKEN && group->state != NOISE_LEAVING) {
		snprintf(group->why, sizeof(group->why), "%s", why);
		group->state = wanted ? NOISE_BROKEN : NOISE_LEAVING;
	}
	group->patience_ns = later(now_ns(), LEAVE_S * NS_PER_S);
}

static void start(struct noise_group *group, const struct plan *plan, size_t index)
{
	char why[NOISE_TEXT];
	int ends[2];
	pid_t pid = -1;
	bool made = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0;

	if (made)
		pid = fork();
	if (pid == 0)
		keeper_main(plan, &group->noise, index, ends[1]);
	if (pid < 0) {
		snprintf(why, sizeof(why), "the noise cannot be started: %s%s", strerror(errno), noise_way_out(errno));
		if (made) {
			close(ends[0]);
			close(ends[1]);
		}
		broken(group, why);
		return;
	}
	close(ends[1]);
	group->keeper = pid;
	group->channel = ends[0];
	expect(group, NOISE_STARTING);
}

static void order(struct noise_group *group, char what, enum noise_state state)
{
	/* A keeper that is gone shows at the channel's other direction. */
	(void)send(group->channel, &what, 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	expect(group, state);
}

/* Stops all but one; true: they stand still. */
static bool stop_others(struct noises *n, const struct noise_group *wanted)
{
	bool quiet = true;

	for (size_t i = 0; i < n->count; i++) {
		struct noise_group *group = &n->at[i];

		if (group == wanted)
			continue;
		if (group->state == NOISE_RUNNING)
			order(group, ORDER_STAND, NOISE_STOPPING);
		/* Broken noise may still run until its keeper has cleaned up. */
		quiet = quiet && (group->state == NOISE_STANDING || group->keeper == 0);
	}
	return quiet;
}

enum noise_answer noise_enforce(struct noises *n, const struct plan *plan, const struct noise *wanted,
				const char **why)
{
	struct noise_group *group = wanted->count == 0 ? NULL : group_of(n, wanted);
	bool quiet = stop_others(n, group);

	if (group == NULL)
		return quiet ? NOISE_READY : NOISE_WAIT;
	if (group->state == NOISE_NONE)
		start(group, plan, (size_t)(group - n->at));
	else if (group->state == NOISE_STANDING)
		order(group, ORDER_RESUME, NOISE_RESUMING);
	if (group->state == NOISE_BROKEN) {
		group->state = group->keeper == 0 ? NOISE_NONE : NOISE_LEAVING;
		*why = group->why;
		return NOISE_REFUSED;
	}
	return quiet && group->state == NOISE_RUNNING ? NOISE_READY : NOISE_WAIT;
}

void noise_rest(struct noises *n)
{
	(void)stop_others(n, NULL);
}

bool noise_is_on(const struct noises *n)
{
	for (size_t i = 0; i < n->count; i++)
		if (n->at[i].keeper != 0 && n->at[i].state != NOISE_STANDING)
			return true;
	return false;
}

void noise_hear(struct noise_group *group)
{
	char packet[1 + NOISE_TEXT + 1];
	ssize_t n;

	while (group->channel >= 0 && (n = recv(group->channel, packet, sizeof(packet) - 1, MSG_DONTWAIT)) != -1) {
		if (n == 0) {
			close(group->channel);
			group->channel = -1;
			broken(group, "the process that keeps the noise was killed");
			return;
		}
		packet[n] = '\0';
		if (packet[0] == SAYS_BROKEN) {
			broken(group, packet + 1);
			continue;
		}
		group->state = packet[0] == SAYS_RUNS ? NOISE_RUNNING : NOISE_STANDING;
		group->patience_ns = 0;
	}
}

struct noise_group *noise_kept_by(const struct noises *n, pid_t keeper)
{
	for (size_t i = 0; i < n->count; i++)
		if (n->at[i].keeper == keeper)
			return &n->at[i];
	return NULL;
}

void noise_bury(struct noise_group *group)
{
	/* Its last words first. */
	noise_hear(group);
	if (group->channel >= 0)
		close(group->channel);
	group->channel = -1;
	group->keeper = 0;
	broken(group, "the process that keeps the noise was killed");
	if (group->state == NOISE_LEAVING)
		group->state = NOISE_NONE;
	group->patience_ns = 0;
}

void noise_check_patience(const struct noises *n)
{
	int64_t now = now_ns();

	for (size_t i = 0; i < n->count; i++)
		if (n->at[i].keeper != 0 && n->at[i].patience_ns != 0 && now > n->at[i].patience_ns)
			(void)kill(n->at[i].keeper, SIGKILL);
}

static bool is_gone(struct noise_group *group)
{
	pid_t pid;

	if (group->keeper == 0)
		return true;
	pid = waitpid(group->keeper, NULL, WNOHANG);
	/* Somebody stopped it, maybe before we looked. */
	if (pid == 0)
		(void)kill(group->keeper, SIGCONT);
	else
		group->keeper = 0;
	return pid != 0;
}

void noise_end(struct noises *n)
{
	struct timespec moment = { .tv_nsec = NS_PER_MS };
	int64_t give_up = later(now_ns(), LEAVE_S * NS_PER_S);
	bool gone;

	for (size_t i = 0; i < n->count; i++) {
		if (n->at[i].channel >= 0)
			close(n->at[i].channel);
		n->at[i].channel = -1;
	}
	do {
		gone = true;
		for (size_t i = 0; i < n->count; i++)
			gone = is_gone(&n->at[i]) && gone;
		if (!gone)
			(void)nanosleep(&moment, NULL);
	} while (!gone && now_ns() < give_up);
	/* Who is left dies with the strays. */
	free(n->at);
	*n = (struct noises){ 0 };
}
