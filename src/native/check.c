/*
 * Orders back to text, and `supervisor --check-orders`, which proves that both sides understand the same lines.
 *
 * Theory of operation: every order that is read is written again in canonical form (PROTOCOL.md's order of keys, ranges
 * joined), so that a golden file is its own answer.
 */
#include "orders.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_plan(struct text *t, const struct plan *plan)
{
	line_num(t, "version", PROTOCOL_VERSION);
	line_hex(t, "seed", plan->seed);
	line_num(t, "first_run", plan->first_run);
	line_num(t, "limit_ms", plan->limit_ms);
	line_str(t, "scratch", plan->scratch);
	line_str(t, "artifacts", plan->artifacts);
	line_num(t, "max_cores", plan->max_cores);
	line_num(t, "max_stacks", plan->max_stacks);
	line_num(t, "kernel_log", plan->kernel_log);
	if (plan->cwd != NULL)
		line_str(t, "cwd", plan->cwd);
	if (plan->gdb != NULL)
		line_str(t, "gdb", plan->gdb);
	if (plan->stress_ng != NULL)
		line_str(t, "stress_ng", plan->stress_ng);
	if (plan->cgroup != NULL)
		line_str(t, "cgroup", plan->cgroup);
	if (plan->strace != NULL)
		line_str(t, "strace", plan->strace);
	if (plan->strace_stacks)
		line_num(t, "strace_stacks", 1);
	if (plan->stride != 1)
		line_num(t, "stride", plan->stride);
	if (plan->mark)
		line_num(t, "mark", 1);
}

static void write_batch(struct text *t, const struct batch *batch)
{
	line_num(t, "id", batch->id);
	line_num(t, "jobs", batch->jobs);
	line_str(t, "pin", pin_names[batch->pin]);
	write_cpus(t, "cpus", &batch->cpus);
	if (batch->from != 0)
		line_num(t, "from", batch->from);
	if (batch->runs != UINT64_MAX)
		line_num(t, "runs", batch->runs);
	if (batch->ms != UINT64_MAX)
		line_num(t, "ms", batch->ms);
	conditions_write(t, batch);
}

void order_write(struct text *t, const struct intake *in, const struct order *order)
{
	const struct plan *plan = &in->plan;

	line_begin(t, order_verbs[order->kind]);
	switch (order->kind) {
	case ORDER_PLAN:
		write_plan(t, plan);
		break;
	case ORDER_ARG:
		line_str(t, "value", plan->argv[plan->argc - 1]);
		break;
	case ORDER_ENV:
		line_str(t, "value", plan->env[plan->envc - 1]);
		break;
	case ORDER_BEGIN:
		break;
	case ORDER_BATCH:
		write_batch(t, &order->batch);
		break;
	case ORDER_STOP:
		line_num(t, "grace_ms", order->grace_ms);
		break;
	case ORDER_KINDS:
		break;
	}
	line_end(t);
}

int check_orders(void)
{
	struct intake in = { 0 };
	struct text out = { 0 };
	struct order order;
	struct line line;
	const char *why = NULL;
	char *at = NULL;
	size_t room = 0;
	ssize_t n;

	while (why == NULL && (n = getline(&at, &room, stdin)) > 0) {
		if (at[n - 1] != '\n') {
			why = "the last line does not end";
			break;
		}
		why = n > LINE_CAP ? "a line is longer than 1 MiB" : line_parse(at, (size_t)n - 1, &line);
		if (why == NULL)
			why = order_take(&in, &line, &order);
		if (why == NULL)
			order_write(&out, &in, &order);
	}
	errno = 0;
	if (out.used > 0 && (fwrite(out.at, 1, out.used, stdout) != out.used || fflush(stdout) != 0))
		fatal("standard output");
	if (why != NULL)
		fprintf(stderr, "supervisor: malformed orders: %s\n", why);
	free(at);
	text_free(&out);
	plan_free(&in.plan);
	return why == NULL ? 0 : EXIT_ORDERS;
}
