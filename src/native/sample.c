/*
 * `supervisor --sample-records`: one record of every form, which must equal fixtures/protocol/records.txt.
 *
 * Theory of operation: the records go through the functions that write real ones; only their numbers are made up.
 */
#include "hunt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fill(struct details *d, const char *output, const char *stacks, const char *kernel)
{
	memset(d, 0, sizeof(*d));
	d->usage = (struct usage){ .user_us = 800, .sys_us = 1900, .rss_kib = 2148, .vcsw = 12, .ivcsw = 3 };
	d->bytes = d->output_length = d->cut = (uint32_t)strlen(output);
	memcpy(d->output, output, d->output_length);
	d->stacks_length = (uint32_t)strlen(stacks);
	memcpy(d->stacks, stacks, d->stacks_length);
	d->kernel_length = (uint32_t)strlen(kernel);
	memcpy(d->kernel, kernel, d->kernel_length);
}

static void sample_classes(struct text *out, struct details *d)
{
	struct sighting s = { .run = 1, .us = 4012, .hash = UINT64_C(0x0123456789ABCDEF) };

	fill(d, "", "", "");
	record_class(out, 1, 1, 0, true, &s, d);
	s = (struct sighting){ .run = 477, .us = 3999, .hash = 0xFF, .end = { END_EXIT, 1 } };
	fill(d, "wait cqe -17\ncqe res 32\n100% \xC3\xA9\xFF", "", "");
	record_class(out, 2, 1, 1, true, &s, d);
	s = (struct sighting){ .run = 478, .us = 1, .hash = 0xFF, .end = { END_SIGNAL, 11 } };
	fill(d, "", "", "WARNING: CPU: 0 PID: 7 at fs/io.c:9\n");
	d->dumped = d->core_kept = true;
	record_class(out, 3, 2, 0, true, &s, d);
	s = (struct sighting){ .run = 479, .us = 60000123, .end = { END_TIMEOUT, 0 } };
	fill(d, "waiting\n", "process 7 ./msg-ring.t\n", "");
	record_class(out, 4, 2, 0, false, &s, d);
	s = (struct sighting){ .run = 480, .us = 35, .end = { END_NOEXEC, 2 } };
	fill(d, "", "", "");
	record_class(out, 5, 2, 0, true, &s, d);
	s = (struct sighting){ .run = 481, .us = 5, .end = { END_SIGNAL, 6 } };
	fill(d, "headtail", "", "");
	d->bytes = 1000;
	d->cut = 4;
	record_class(out, 6, 2, 0, true, &s, d);
	s = (struct sighting){ .run = 482, .end = { END_LOST, 0 } };
	memset(d, 0, sizeof(*d));
	record_class(out, 7, 2, 0, true, &s, d);
	s = (struct sighting){ .run = 483, .us = 7, .end = { END_UNFIT, UNFIT_SECCOMP }, .effect = { .schedule = 0xABC } };
	record_class(out, 8, 3, 0, true, &s, d);
	s = (struct sighting){ .run = 484, .us = 7, .end = { END_UNFIT, UNFIT_SETUID } };
	record_class(out, 9, 3, 0, true, &s, d);
}

static void sample_tallies(struct text *out)
{
	static const struct sighting runs[] = { { .run = 9, .us = 4096 }, { .run = 2, .us = 4000 },
						{ .run = 3, .us = 0 },    { .run = 4, .us = 5000 },
						{ .run = 6, .us = 5000 }, { .run = 7, .us = 5000 } };
	struct tallies t = { 0 };

	for (size_t i = 0; i < sizeof(runs) / sizeof(*runs); i++)
		tally_add(&t, out, 1, 1, &runs[i]);
	tallies_flush(&t, out);
	for (uint64_t run = 10; run < 43; run++)
		tally_add(&t, out, 2, 1, &(struct sighting){ .run = run, .us = 1000 + run });
	tallies_flush(&t, out);
	tallies_free(&t);
}

static void sample_effects(struct text *out)
{
	struct effects sum = { 0 };

	for (uint64_t run = 1; run <= 16; run++) {
		struct effect e = { .threads = 3, .events = 210, .concurrent = (uint32_t)(20 + run), .held = 2,
				    .held_us = 2500, .releases = 200, .points = 1, .vcsw = 40, .ivcsw = 5 };

		e.cancelled = run == 3;
		e.sampled = run == 16;
		e.migrations = e.sampled ? 7 : 0;
		effects_add(&sum, &(struct sighting){ .run = run, .effect = e });
	}
	effects_flush(&sum, out, 3);
	for (uint64_t run = 1; run <= 7; run++) {
		struct effect e = { .threads = 2, .events = 40, .held = 1, .held_us = 1000,
				    .forced = run <= 4 ? FORCED_YES : run <= 6 ? FORCED_INFEASIBLE : FORCED_ABSENT };

		effects_add(&sum, &(struct sighting){ .run = run, .effect = e });
	}
	effects_flush(&sum, out, 6);
}

static void sample_replay(struct text *out, struct details *d)
{
	static const char lines[] = "0/0 clone3 3fa 0 120 121 - -\n0.1/0 futex 0b4 1 200 1230 h1000 futex1\n";
	static const char frames[] = "/usr/lib/libc.so.6+0xf2ec\n/t/a b+0x1e56 0x1b40\n";
	struct sighting s = { .run = 485, .effect = { .schedule = UINT64_C(0xFEDCBA9876543210) } };

	d->trace_length = sizeof(lines) - 1;
	memcpy(d->trace, lines, d->trace_length);
	record_trace(out, 4, &s, d);
	s.effect.forced = FORCED_INFEASIBLE;
	record_trace(out, 4, &s, d);
	record_point(out, 485, "0.1/0:read:45b:0", frames, sizeof(frames) - 1);
	record_halt(out, 485, 4711, 4713, HALT_OUTPUT);
	record_refused(out, 5, PART_QUOTA, "cpu.max cannot be written (Invalid argument)");
}

int sample_records(void)
{
	struct details *d = malloc(sizeof(*d));
	struct text out = { 0 };

	if (d == NULL)
		fatal("out of memory");
	record_hello(&out, 4242, "kernel-log");
	record_hello(&out, 4242, "");
	sample_classes(&out, d);
	sample_tallies(&out);
	sample_effects(&out);
	sample_replay(&out, d);
	record_batch_end(&out, 1, 1000, 4000123);
	record_text(&out, "note", "The kernel log cannot be read (Operation not permitted).");
	record_beat(&out, 1000204);
	record_text(&out, "error", "a worker could not go on");
	record_bye(&out, 1000, 2, "stop");
	if (fwrite(out.at, 1, out.used, stdout) != out.used || fflush(stdout) != 0)
		fatal("standard output");
	free(d);
	text_free(&out);
	return 0;
}
