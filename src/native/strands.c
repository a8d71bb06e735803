/*
 * The threads and processes of a run, and names for them that hold from run to run.
 *
 * Theory of operation: a strand is named by its pedigree (the second that the test made is 0.2), never by its number,
 * which differs every time. A thread we have not seen before belongs to a clone that was let go and not yet answered, a
 * process to its parent, whose fork was not intercepted. An event is named by its strand, how many strands that had
 * made (its epoch: an optional wait earlier in the program does not shift later names), the call, the place in the
 * program, and a count.
 */
#include "chaos.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_DEPTH = 2048 };

static void close_all(struct strands *s)
{
	for (size_t i = 0; i < s->count; i++)
		strand_close(&s->at[i]);
	s->count = 0;
}

void strands_begin(struct strands *s)
{
	if (s->at == NULL) {
		s->room = 64;
		s->slots = 4 * s->room;
		s->at = calloc(s->room, sizeof(*s->at));
		s->by_thread = calloc(s->slots, sizeof(*s->by_thread));
		if (s->at == NULL || s->by_thread == NULL)
			fatal("out of memory");
	}
	memset(s->by_thread, 0, s->slots * sizeof(*s->by_thread));
	close_all(s);
	s->birth_count = 0;
	s->forker = NOBODY;
	s->run++;
}

void strands_free(struct strands *s)
{
	close_all(s);
	free(s->at);
	free(s->by_thread);
	*s = (struct strands){ 0 };
}

/* The thread's place in the hash table: where it is, or where it would go. */
static size_t slot_of(const struct strands *s, pid_t thread)
{
	size_t i = mix_seed(0, (uint64_t)thread) % s->slots;

	while (s->by_thread[i] != 0 && s->at[s->by_thread[i] - 1].thread != thread)
		i = (i + 1) % s->slots;
	return i;
}

static void grow(struct strands *s)
{
	if (s->count < s->room)
		return;
	s->room *= 2;
	s->slots = 4 * s->room;
	s->at = realloc(s->at, s->room * sizeof(*s->at));
	free(s->by_thread);
	s->by_thread = calloc(s->slots, sizeof(*s->by_thread));
	if (s->at == NULL || s->by_thread == NULL)
		fatal("out of memory");
	for (size_t i = 0; i < s->count; i++)
		s->by_thread[slot_of(s, s->at[i].thread)] = (uint32_t)i + 1;
}

/* The number after `name` in /proc/THREAD/status; 0: unreadable. */
static pid_t read_status(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at == NULL ? 0 : (pid_t)atoi(at + strlen(name));
}

struct family {
	pid_t group, parent;
};

static struct family family_of(pid_t thread)
{
	char path[40], text[1024];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)thread);
	if (!read_text(path, text, sizeof(text)))
		return (struct family){ 0 };
	return (struct family){ .group = read_status(text, "\nTgid:"), .parent = read_status(text, "\nPPid:") };
}

/* Whether it is a thread of this process. */
static bool is_member(pid_t group, pid_t thread)
{
	return syscall(__NR_tgkill, group, thread, 0) == 0 || errno == EPERM;
}

static void take_birth(struct strands *s, struct strand *one, size_t i)
{
	one->parent = s->births[i].parent;
	one->ordinal = s->births[i].ordinal;
	one->held_ns = s->births[i].hold_ns;
	one->announced = true;
	s->birth_count--;
	memmove(&s->births[i], &s->births[i + 1], (s->birth_count - i) * sizeof(*s->births));
}

/* A thread belongs to the birth that memory says is its own, else to the oldest unanswered one of its process. */
static bool settle_thread(struct strands *s, struct strand *one)
{
	enum birth_claim best = BIRTH_OF_ANOTHER;
	size_t found = 0;

	for (size_t i = 0; i < s->birth_count && best != BIRTH_ITS; i++) {
		enum birth_claim claim;

		if (!is_member(s->at[s->births[i].parent].group, one->thread))
			continue;
		claim = birth_of(&s->births[i], one->thread);
		if (claim <= best)
			continue;
		best = claim;
		found = i;
	}
	if (best == BIRTH_OF_ANOTHER)
		return false;
	one->group = s->at[s->births[found].parent].group;
	take_birth(s, one, found);
	return true;
}

/* A process, or a thread whose making was not intercepted: its parent's, if we have met that, else the test's own. */
static void settle_process(struct strands *s, struct strand *one)
{
	struct family family = family_of(one->thread);
	size_t slot = slot_of(s, family.group == one->thread ? family.parent : family.group);

	one->group = family.group == 0 ? one->thread : family.group;
	for (size_t i = 0; i < s->birth_count; i++) {
		const struct birth *birth = &s->births[i];

		if (birth->is_thread || s->at[birth->parent].group != family.parent ||
		    (s->forker != NOBODY && s->forker != birth->parent) ||
		    birth_of(birth, one->thread) == BIRTH_OF_ANOTHER)
			continue;
		take_birth(s, one, i);
		return;
	}
	one->parent = s->by_thread[slot] == 0 ? 0 : s->by_thread[slot] - 1;
	if (s->forker != NOBODY)
		one->parent = s->forker;
	one->ordinal = ++s->at[one->parent].epoch;
}

static uint64_t pedigree_key(const struct strands *s, const struct strand *one)
{
	return one->ordinal == 0 ? 1 : mix_seed(s->at[one->parent].key, one->ordinal);
}

static void settle(struct strands *s, struct strand *one)
{
	if (s->count == 0)
		one->group = one->thread;
	else if (!settle_thread(s, one))
		settle_process(s, one);
	one->key = pedigree_key(s, one);
}

uint32_t strands_meet(struct strands *s, pid_t thread, int64_t now)
{
	size_t slot = slot_of(s, thread);
	struct strand *one;

	if (s->by_thread[slot] != 0) {
		one = &s->at[s->by_thread[slot] - 1];
		/* A number that was given away again is another thread's. */
		if (!one->gone)
			return s->by_thread[slot] - 1;
		one->thread = 0;
		s->by_thread[slot] = 0;
	}
	grow(s);
	one = &s->at[s->count];
	*one = (struct strand){ .thread = thread, .born = now, .at_birth = true, .state_file = -1 };
	settle(s, one);
	s->by_thread[slot_of(s, thread)] = (uint32_t)++s->count;
	return (uint32_t)s->count - 1;
}

pid_t strands_parent_of(pid_t process)
{
	struct family family = family_of(process);

	return family.group == process ? family.parent : 0;
}

bool strands_know(const struct strands *s, pid_t thread)
{
	size_t slot = slot_of(s, thread);

	return s->by_thread[slot] != 0 && !s->at[s->by_thread[slot] - 1].gone;
}

void strands_expect(struct strands *s, uint32_t parent, bool is_thread, int64_t now, int64_t hold_ns)
{
	uint32_t ordinal = ++s->at[parent].epoch;

	if (s->birth_count == MAX_BIRTHS) {
		s->birth_count--;
		memmove(&s->births[0], &s->births[1], s->birth_count * sizeof(*s->births));
	}
	s->births[s->birth_count++] = (struct birth){
		.parent = parent, .ordinal = ordinal, .is_thread = is_thread, .place = s->at[parent].birth_place,
		.released = now, .hold_ns = hold_ns
	};
}

bool strands_concurrent(struct strands *s)
{
	/* A strand that was born and has not shown itself yet is alive. */
	size_t alive = s->birth_count > 0 ? 1 : 0;

	/* Late ones are the likelier to be alive. */
	for (size_t i = s->count; i-- > 0 && alive < 2;) {
		struct strand *one = &s->at[i];

		if (!one->gone && one->state == STRAND_AWAY)
			one->gone = syscall(__NR_tkill, one->thread, 0) != 0 && errno == ESRCH;
		alive += !one->gone;
	}
	return alive >= 2;
}

uint64_t event_key(uint64_t pedigree, uint32_t epoch, int nr, uint32_t site)
{
	return mix_seed(mix_seed(pedigree, epoch), ((uint64_t)nr << 16) | site);
}

uint64_t strand_event_key(const struct strand *one)
{
	return event_key(one->key, one->epoch, one->call->nr, one->site);
}

uint32_t strands_count_key(struct strands *s, uint64_t key)
{
	for (size_t i = 0; i < 16; i++) {
		size_t at = (key + i) % KEY_SLOTS;

		if (s->keys[at].run != s->run) {
			s->keys[at].key = key;
			s->keys[at].seen = 0;
			s->keys[at].run = s->run;
		}
		if (s->keys[at].key == key)
			return s->keys[at].seen++;
	}
	/* Crowded out: thousands of different keys in one run. */
	return 0;
}

bool strand_pedigree(const struct strands *s, uint32_t index, struct text *into)
{
	uint32_t ordinals[MAX_DEPTH];
	size_t depth = 0;

	for (; s->at[index].ordinal != 0; index = s->at[index].parent) {
		if (depth == MAX_DEPTH)
			return false;
		ordinals[depth++] = s->at[index].ordinal;
	}
	text_str(into, "0");
	while (depth > 0) {
		text_str(into, ".");
		text_num(into, ordinals[--depth]);
	}
	return true;
}
