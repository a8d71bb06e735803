/*
 * Tests of the supervisor's parts that a whole run cannot reach: arithmetic, streaming, the kernel log.
 *
 * Theory of operation: each test is a function of checks; a failed check names itself and the program exits 1.
 */
#include "../hunt.h"
#include "../worker.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(condition)                                                                    \
	do {                                                                                \
		if (!(condition)) {                                                         \
			fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
			exit(1);                                                            \
		}                                                                           \
	} while (0)

static uint64_t shape_in_steps(const char *text, size_t step)
{
	struct shape s;
	size_t n = strlen(text);

	shape_begin(&s);
	for (size_t at = 0; at < n; at += step)
		shape_add(&s, text + at, n - at < step ? n - at : step);
	return shape_end(&s);
}

static bool same_shape(const char *a, const char *b)
{
	uint64_t whole = shape_in_steps(a, strlen(a) + 1);

	for (size_t step = 1; step < 12; step++)
		CHECK(shape_in_steps(a, step) == whole);
	return whole == shape_in_steps(b, strlen(b) + 1);
}

static void test_shape(void)
{
	CHECK(same_shape("took 5 us", "took 12345 us"));
	CHECK(same_shape("took 5 us", "took # us"));
	CHECK(same_shape("at 0x1f.", "at 0xDEADbeef."));
	CHECK(same_shape("at 0x1f", "at #"));
	CHECK(same_shape("0", "99"));
	CHECK(same_shape("x0", "x77"));
	CHECK(same_shape("-0x1f!", "-0x2e!"));
	CHECK(same_shape("- 17", "- 18"));
	CHECK(same_shape("0xyz", "1xyz"));
	CHECK(same_shape("00x1", "0x1x1"));
	CHECK(same_shape("0x", "9x"));
	CHECK(!same_shape("-17", "-18"));
	CHECK(!same_shape("ret -17 after 3", "ret -18 after 3"));
	CHECK(same_shape("ret -17 after 3", "ret -17 after 44444444"));
	CHECK(!same_shape("-0", "-1"));
	CHECK(!same_shape("-0x", "-1x"));
	CHECK(!same_shape("-017", "-17"));
	CHECK(!same_shape("a", "b"));
	CHECK(!same_shape("1a", "1b"));
	CHECK(!same_shape("12345678 a", "12345678 b"));
	CHECK(!same_shape("text of more than eight bytes 1", "text of more than eight bytez 1"));
}

static uint64_t hash_in_steps(const unsigned char *bytes, size_t n, size_t step)
{
	struct hash h;

	hash_begin(&h);
	for (size_t at = 0; at < n; at += step)
		hash_add(&h, bytes + at, n - at < step ? n - at : step);
	return hash_end(&h);
}

static void test_hash(void)
{
	unsigned char bytes[500];
	uint64_t seen[sizeof(bytes) + 1];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 7);
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		seen[n] = hash_in_steps(bytes, n, sizeof(bytes));
		for (size_t step = 1; step < 70; step += 3)
			CHECK(hash_in_steps(bytes, n, step) == seen[n]);
		for (size_t i = 0; i < n; i++)
			CHECK(seen[i] != seen[n]);
	}
	/* Trailing zeros count, though the last block is filled up with them. */
	CHECK(hash_in_steps((const unsigned char *)"\0", 1, 1) != hash_in_steps((const unsigned char *)"\0\0", 2, 1));
}

static void test_bucket(void)
{
	/* Bucket b begins at 2^(b/4): 1, 1.19, 1.41, 1.68, 2, 2.38, ... */
	static const struct {
		uint64_t us;
		unsigned bucket;
	} cases[] = { { 0, 0 },	    { 1, 0 },	  { 2, 4 },	{ 3, 6 },	 { 4, 8 },	  { 5, 9 },
		      { 6, 10 },    { 7, 11 },	  { 8, 12 },	{ 999, 39 },	 { 1024, 40 },	  { 1217, 40 },
		      { 1218, 41 }, { 4000, 47 }, { 4096, 48 }, { 4000000, 87 }, { UINT64_MAX, 255 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		CHECK(bucket_of(cases[i].us) == cases[i].bucket);
}

static struct sighting seen(uint64_t run, uint32_t concurrent)
{
	return (struct sighting){ .run = run, .effect = { .concurrent = concurrent, .held_us = 10, .sampled = run % 16 == 0,
							  .migrations = 3 } };
}

static void test_effects(void)
{
	struct effects *sum = calloc(1, sizeof(*sum));
	struct text out = { 0 };
	struct sighting s;

	CHECK(sum != NULL);
	effects_flush(sum, &out, 1);
	CHECK(out.used == 0);
	for (uint32_t i = 0; i < MAX_HORIZONS; i++) {
		/* Any order; the upper one of the two in the middle. */
		s = seen(i, (i * 77) % MAX_HORIZONS);
		effects_add(sum, &s);
	}
	CHECK(effects_horizon(sum) == MAX_HORIZONS / 2);
	CHECK(sum->runs == MAX_HORIZONS && sum->held_us == 10 * MAX_HORIZONS);
	CHECK(sum->sampled == MAX_HORIZONS / 16 && sum->migrations == 3 * sum->sampled);
	/* Of many more a sample is kept, in which late runs weigh as much as early ones. */
	for (uint32_t i = MAX_HORIZONS; i < 100 * MAX_HORIZONS; i++) {
		s = seen(i, i);
		effects_add(sum, &s);
	}
	CHECK(effects_horizon(sum) > 35 * MAX_HORIZONS && effects_horizon(sum) < 65 * MAX_HORIZONS);
	effects_flush(sum, &out, 1);
	CHECK(out.used > 0 && sum->runs == 0 && effects_horizon(sum) == 0);
	text_free(&out);
	free(sum);
}

static void test_seed(void)
{
	CHECK(mix_seed(0, 0) == UINT64_C(0xE220A8397B1DCDAF));
	CHECK(mix_seed(0, 1) == UINT64_C(0x6E789E6AA1B965F4));
}

static void test_output(void)
{
	struct output *o = malloc(sizeof(*o));
	struct details *d = malloc(sizeof(*d));
	int ends[2];

	CHECK(o != NULL && d != NULL && pipe2(ends, O_NONBLOCK) == 0);
	for (size_t total = 0; total < 6 * HALF_KEPT; total += HALF_KEPT / 2 + 1) {
		output_begin(o);
		for (size_t at = 0; at < total; at++) {
			char c = (char)(at * 31 >> 3);

			CHECK(write(ends[1], &c, 1) == 1);
			if (at % 1000 == 0)
				output_drain(o, ends[0]);
		}
		output_drain(o, ends[0]);
		output_copy(o, d);
		CHECK(d->bytes == total);
		CHECK(d->output_length == (total < 2 * HALF_KEPT ? total : 2 * HALF_KEPT));
		CHECK(d->cut == (total > 2 * HALF_KEPT ? HALF_KEPT : d->output_length));
		for (size_t i = 0; i < d->output_length; i++) {
			size_t at = i < HALF_KEPT ? i : total - d->output_length + i;

			CHECK(d->output[i] == (char)(at * 31 >> 3));
		}
	}
	free(o);
	free(d);
}

static void test_classes(void)
{
	struct classes *c = calloc(1, sizeof(*c));
	struct sighting s = { .shape = 7 };
	uint32_t id, inexact, overflow;

	CHECK(c != NULL);
	classes_begin(c);
	for (s.hash = 0; s.hash < MAX_EXACT_PER_SHAPE; s.hash++) {
		CHECK(classes_find(c, &s, &id) == CLASS_NEW_EXACT && id == s.hash + 1);
		CHECK(classes_find(c, &s, &id) == CLASS_KNOWN && id == s.hash + 1);
	}
	CHECK(classes_find(c, &s, &inexact) == CLASS_NEW_INEXACT);
	s.hash++;
	CHECK(classes_find(c, &s, &id) == CLASS_KNOWN && id == inexact);
	s.hash = 3;
	CHECK(classes_find(c, &s, &id) == CLASS_KNOWN && id == 4);
	/* Another ending is another matter. */
	s.end.code = 1;
	CHECK(classes_find(c, &s, &id) == CLASS_NEW_EXACT);
	for (s.hash = s.shape = 1000; c->counted < MAX_CLASSES; s.hash = ++s.shape)
		CHECK(classes_find(c, &s, &id) == CLASS_NEW_EXACT);
	CHECK(classes_find(c, &s, &overflow) == CLASS_NEW_OVERFLOW);
	s.hash = ++s.shape;
	CHECK(classes_find(c, &s, &id) == CLASS_KNOWN && id == overflow);
	s.end.code = 2;
	CHECK(classes_find(c, &s, &id) == CLASS_NEW_OVERFLOW && id != overflow);
	free(c);
}

static void test_board(void)
{
	struct board *b = calloc(1, sizeof(*b));
	struct batch batch = { .id = 9, .jobs = 2, .runs = 2, .ms = UINT64_MAX };
	_Atomic uint64_t attempt = 0;
	struct claim claim;

	CHECK(b != NULL);
	board_open(b, 100, 1);
	CHECK(!board_take(b, 0, &attempt, &claim));
	CHECK(board_publish(b, &batch, false) == 1);
	CHECK(!board_take(b, 0, &attempt, &claim));
	board_advance(b, 0);
	CHECK(!board_take(b, 2, &attempt, &claim));
	CHECK(board_take(b, 0, &attempt, &claim) && claim.run == 100 && claim.turn == 1);
	CHECK(board_take(b, 1, &attempt, &claim) && claim.run == 101);
	CHECK(!board_take(b, 0, &attempt, &claim) && board_ended(b, 1) && board_end_run(b, 1) == 102);
	/* A chained batch starts by itself, one without runs is passed over. */
	batch.runs = 0;
	CHECK(board_publish(b, &batch, true) == 2);
	batch.runs = 1;
	CHECK(board_publish(b, &batch, true) == 3);
	CHECK(board_take(b, 0, &attempt, &claim) && claim.run == 102 && claim.turn == 3);
	CHECK(board_end_run(b, 1) == 102 && board_ended(b, 2) && board_end_run(b, 2) == 102);
	/* Turns go around. */
	for (uint32_t i = 4; i < 70000; i++) {
		CHECK(board_publish(b, &batch, true) == (i & 0xFFFF));
		CHECK(board_take(b, 0, &attempt, &claim) && claim.run == 99 + i && claim.turn == (i & 0xFFFF));
	}
	b->stop_ns = 1;
	CHECK(board_publish(b, &batch, true) > 0 && !board_take(b, 0, &attempt, &claim));
	free(b);
}

static void test_board_with_stride(void)
{
	struct board *b = calloc(1, sizeof(*b));
	struct batch batch = { .id = 9, .jobs = 1, .runs = 2, .ms = UINT64_MAX };
	_Atomic uint64_t attempt = 0;
	struct claim claim;

	CHECK(b != NULL);
	board_open(b, 102, 4);
	CHECK(board_publish(b, &batch, true) == 1 && board_publish(b, &batch, true) == 2);
	board_advance(b, 0);
	for (uint64_t run = 102; run < 118; run += 4)
		CHECK(board_take(b, 0, &attempt, &claim) && claim.run == run && claim.turn == (run < 110 ? 1 : 2));
	CHECK(!board_take(b, 0, &attempt, &claim) && board_ended(b, 2));
	CHECK(board_end_run(b, 1) == 110 && board_end_run(b, 2) == 118);
	CHECK(board_count(b, 102, 118) == 4);
	free(b);
}

static void log_record(int fd, int priority, const char *message)
{
	char record[512];
	int n = snprintf(record, sizeof(record), "%d,1,2,-;%s\n SUBSYSTEM=x\n", priority, message);

	CHECK(send(fd, record, (size_t)n, 0) == n);
}

static void test_kernel_log(void)
{
	char text[KERNEL_CAP];
	uint64_t head, again;
	int ends[2];

	/* Like /dev/kmsg, a datagram socket gives a record a read. */
	CHECK(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends) == 0);
	CHECK(kmsg_take(ends[0], text, sizeof(text), &head) == 0 && head == 0);
	log_record(ends[1], 6, "msg-ring.t[7]: segfault at 0");
	log_record(ends[1], 12, "WARNING: a program says so, not the kernel");
	log_record(ends[1], 6, "DEBUG: nothing");
	CHECK(kmsg_take(ends[0], text, sizeof(text), &head) == 0 && head == 0);
	log_record(ends[1], 6, "before");
	log_record(ends[1], 4, "WARNING: CPU: 0 PID: 71 at io_uring/io_uring.c:100 io_x+0x12/0x30");
	log_record(ends[1], 4, "Call Trace:");
	CHECK(kmsg_take(ends[0], text, sizeof(text), &head) == 78 && head != 0);
	CHECK(memcmp(text, "WARNING: CPU: 0 PID: 71 at io_uring/io_uring.c:100 io_x+0x12/0x30\nCall Trace:\n", 78) == 0);
	log_record(ends[1], 4, "WARNING: CPU: 1 PID: 8888 at io_uring/io_uring.c:100 io_x+0x1f/0x30");
	CHECK(kmsg_take(ends[0], text, sizeof(text), &again) > 0 && again == head);
	log_record(ends[1], 4, "BUG: KASAN: use-after-free in io_y");
	CHECK(kmsg_take(ends[0], text, sizeof(text), &again) > 0 && again != head);
	log_record(ends[1], 3, "Out of memory: Killed process 71 (msg-ring.t) total-vm:2048kB");
	CHECK(kmsg_take(ends[0], text, sizeof(text), &again) > 0 && again != 0 && again != head);
	close(ends[0]);
	close(ends[1]);
}

static void test_pins(void)
{
	struct batch batch = { .jobs = 2 };
	cpu_set_t cpus;

	for (int cpu = 3; cpu < 8; cpu++)
		CPU_SET(cpu, &batch.cpus);
	batch.pin = PIN_FREE;
	pin_choose(&batch, 0, 1, &cpus);
	CHECK(CPU_COUNT(&cpus) == 0);
	batch.pin = PIN_ONE;
	pin_choose(&batch, 6, 1, &cpus);
	CHECK(CPU_COUNT(&cpus) == 1 && CPU_ISSET(4, &cpus));
	batch.pin = PIN_SPREAD;
	pin_choose(&batch, 1, 1, &cpus);
	CHECK(CPU_COUNT(&cpus) == 2 && CPU_ISSET(4, &cpus) && CPU_ISSET(6, &cpus));
	batch.jobs = 12;
	pin_choose(&batch, 11, 1, &cpus);
	CHECK(CPU_COUNT(&cpus) == 1 && CPU_ISSET(4, &cpus));
	batch.pin = PIN_PAIR;
	pin_choose(&batch, 2, 1, &cpus);
	CHECK(CPU_COUNT(&cpus) == 2 && CPU_ISSET(7, &cpus) && CPU_ISSET(3, &cpus));
	batch.pin = PIN_LIST;
	pin_choose(&batch, 2, 1, &cpus);
	CHECK(CPU_EQUAL(&cpus, &batch.cpus));
	batch.pin = PIN_SHUFFLE;
	for (uint64_t seed = 0; seed < 1000; seed++) {
		cpu_set_t twice;

		pin_choose(&batch, 0, seed, &cpus);
		pin_choose(&batch, 5, seed, &twice);
		CHECK(CPU_COUNT(&cpus) > 0 && CPU_EQUAL(&cpus, &twice));
		CPU_AND(&twice, &cpus, &batch.cpus);
		CHECK(CPU_EQUAL(&cpus, &twice));
	}
}

/* Moves to another CPU `n` times, but for the first step, which may go nowhere. */
static int hop(int n)
{
	cpu_set_t all, one;
	int cpu = -1;

	CHECK(sched_getaffinity(0, sizeof(all), &all) == 0);
	for (int i = 0; i <= n; i++) {
		do
			cpu = (cpu + 1) % CPU_SETSIZE;
		while (!CPU_ISSET(cpu, &all));
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		CHECK(sched_setaffinity(0, sizeof(one), &one) == 0);
	}
	return 0;
}

static void run_hops(const char *n)
{
	pid_t pid = fork();
	int status;

	CHECK(pid >= 0);
	if (pid == 0) {
		execl("/proc/self/exe", "unit", "hop", n, (char *)NULL);
		_exit(127);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

static void test_migrations(void)
{
	struct worker *w = calloc(1, sizeof(*w));
	struct board *b = calloc(1, sizeof(*b));
	struct effect e = { .migrations = 99 };
	cpu_set_t all;

	CHECK(w != NULL && b != NULL && sched_getaffinity(0, sizeof(all), &all) == 0);
	b->stride = 4;
	w->board = b;
	CHECK(!migrations_begin(w, 4 * 64 - 1));
	migrations_end(w, &e);
	CHECK(!e.sampled && e.migrations == 99);
	if (migrations_begin(w, 4 * 64 + 1) && CPU_COUNT(&all) > 1) {
		run_hops("50");
		migrations_end(w, &e);
		/* The kernel may move it too, if rarely. */
		CHECK(e.sampled && e.migrations >= 50 && e.migrations < 60);
		/* Our own moves do not count. */
		CHECK(migrations_begin(w, 8 * 64 + 1));
		hop(50);
		CHECK(sched_setaffinity(0, sizeof(all), &all) == 0);
		migrations_end(w, &e);
		CHECK(e.sampled && e.migrations == 0);
	} else {
		migrations_end(w, &e);
	}
	free(b);
	free(w);
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "hop") == 0)
		return hop(atoi(argv[2]));
	test_shape();
	test_hash();
	test_bucket();
	test_effects();
	test_seed();
	test_output();
	test_classes();
	test_board();
	test_board_with_stride();
	test_kernel_log();
	test_pins();
	test_migrations();
	puts("ok");
	return 0;
}
