/*
 * Orders: from parsed lines to a plan, batches and stops.
 *
 * Theory of operation: each verb takes the fields it knows and marks them; what is left over is an error, so that a
 * newer flakehunt never has an order half understood. fields.c reads values, conditions.c what perturbs a batch.
 */
#include "orders.h"

#include <stdlib.h>
#include <string.h>

const char *const pin_names[PIN_POLICIES] = { "free", "one", "spread", "pair", "shuffle", "list" };

/* What a guest's plan may have besides. */
static const char *take_guest(struct plan *plan, struct line *line)
{
	uint64_t mark = 0;

	plan->stride = 1;
	if (field_find(line, "stride") != NULL && !take_number(line, "stride", 1, MAX_STRIDE, &plan->stride))
		return "plan: stride is not 1 to 1024";
	if (field_find(line, "mark") != NULL && !take_number(line, "mark", 1, 1, &mark))
		return "plan: mark is not 1";
	plan->mark = mark == 1;
	return NULL;
}

static const char *take_plan(struct plan *plan, struct line *line)
{
	uint64_t version, kernel_log, strace_stacks = 0;

	if (!take_number(line, "version", 0, UINT64_MAX, &version))
		return "plan: version is missing or malformed";
	if (version != PROTOCOL_VERSION)
		return "plan: this supervisor speaks version 2 of the protocol only";
	if (!take_seed(line, &plan->seed))
		return "plan: seed is not 16 lower-case hex digits";
	if (!take_number(line, "first_run", 0, UINT64_C(1) << 47, &plan->first_run))
		return "plan: first_run is missing or malformed";
	if (!take_number(line, "limit_ms", 1, UINT32_MAX, &plan->limit_ms))
		return "plan: limit_ms is missing or malformed";
	if (!take_path(line, "scratch", &plan->scratch))
		return "plan: scratch is missing or malformed";
	if (!take_path(line, "artifacts", &plan->artifacts))
		return "plan: artifacts is missing or malformed";
	if (!take_number(line, "max_cores", 0, UINT32_MAX, &plan->max_cores))
		return "plan: max_cores is missing or malformed";
	if (!take_number(line, "max_stacks", 0, UINT32_MAX, &plan->max_stacks))
		return "plan: max_stacks is missing or malformed";
	if (!take_number(line, "kernel_log", 0, 1, &kernel_log))
		return "plan: kernel_log is not 0 or 1";
	plan->kernel_log = kernel_log == 1;
	if (!take_optional_path(line, "cwd", &plan->cwd) || !take_optional_path(line, "gdb", &plan->gdb))
		return "plan: cwd or gdb is malformed";
	if (!take_optional_path(line, "stress_ng", &plan->stress_ng) ||
	    !take_optional_path(line, "cgroup", &plan->cgroup) || !take_optional_path(line, "strace", &plan->strace))
		return "plan: stress_ng, cgroup or strace is malformed";
	if (field_find(line, "strace_stacks") != NULL && !take_number(line, "strace_stacks", 1, 1, &strace_stacks))
		return "plan: strace_stacks is not 1";
	plan->strace_stacks = strace_stacks == 1;
	return take_guest(plan, line);
}

static void append(char ***list, size_t *count, char *value)
{
	char **longer = realloc(*list, (*count + 2) * sizeof(*longer));

	if (longer == NULL)
		fatal("out of memory");
	longer[(*count)++] = value;
	longer[*count] = NULL;
	*list = longer;
}

static const char *take_arg(struct plan *plan, struct line *line)
{
	char *value = take_string(line, "value", plan->argc > 0);

	if (value == NULL)
		return "arg: value is missing or malformed";
	append(&plan->argv, &plan->argc, value);
	return NULL;
}

static const char *take_env(struct plan *plan, struct line *line)
{
	char *value = take_string(line, "value", false);
	bool ours = value != NULL && (strncmp(value, "FLAKEHUNT_RUN=", 14) == 0 ||
				      strncmp(value, "FLAKEHUNT_SEED=", 15) == 0);

	if (value == NULL || ours || strchr(value, '=') == NULL || value[0] == '=') {
		free(value);
		return "env: value is not NAME=VALUE, or a name that the supervisor sets itself";
	}
	append(&plan->env, &plan->envc, value);
	return NULL;
}

static const char *take_batch(struct batch *batch, struct line *line)
{
	uint64_t jobs;
	size_t pin;

	*batch = (struct batch){ .runs = UINT64_MAX, .ms = UINT64_MAX };
	if (!take_number(line, "id", 0, UINT64_MAX, &batch->id))
		return "batch: id is missing or malformed";
	if (!take_number(line, "jobs", 1, MAX_JOBS, &jobs))
		return "batch: jobs is not 1 to 1024";
	batch->jobs = (uint32_t)jobs;
	if (!take_name(line, "pin", pin_names, 0, PIN_POLICIES, &pin))
		return "batch: pin is not free, one, spread, pair, shuffle or list";
	batch->pin = (enum pin_policy)pin;
	if (!take_cpus(line, "cpus", &batch->cpus))
		return "batch: cpus is not an ascending list of CPU numbers";
	if (field_find(line, "from") != NULL && !take_number(line, "from", 1, UINT64_C(1) << 47, &batch->from))
		return "batch: from is malformed";
	if (field_find(line, "runs") != NULL && !take_number(line, "runs", 0, UINT64_C(1) << 47, &batch->runs))
		return "batch: runs is malformed";
	if (field_find(line, "ms") != NULL && !take_number(line, "ms", 0, UINT32_MAX, &batch->ms))
		return "batch: ms is malformed";
	return conditions_take(batch, line);
}

static bool all_taken(const struct line *line)
{
	for (size_t i = 0; i < line->count; i++)
		if (!line->fields[i].taken)
			return false;
	return true;
}

const char *const order_verbs[ORDER_KINDS] = { "plan", "arg", "env", "begin", "batch", "stop" };

static const char *order_kind_of(const struct line *line, enum order_kind *kind)
{
	for (size_t i = 0; i < ORDER_KINDS; i++) {
		if (strcmp(line->verb, order_verbs[i]) == 0) {
			*kind = (enum order_kind)i;
			return NULL;
		}
	}
	return "unknown order";
}

/* Whether the order may come now; `stop` always may. */
static const char *in_sequence(const struct intake *in, enum order_kind kind)
{
	bool preparing = kind == ORDER_ARG || kind == ORDER_ENV || kind == ORDER_BEGIN;

	if (kind == ORDER_PLAN && in->planned)
		return "a second plan";
	if (preparing && (!in->planned || in->begun))
		return "arg, env and begin belong between plan and the first batch";
	if (kind == ORDER_BEGIN && in->plan.argc == 0)
		return "begin without an arg";
	if (kind == ORDER_BATCH && !in->begun)
		return "a batch before begin";
	return NULL;
}

const char *order_take(struct intake *in, struct line *line, struct order *order)
{
	const char *why = order_kind_of(line, &order->kind);

	if (why == NULL)
		why = in_sequence(in, order->kind);
	if (why != NULL)
		return why;
	switch (order->kind) {
	case ORDER_PLAN:
		why = take_plan(&in->plan, line);
		in->planned = true;
		break;
	case ORDER_ARG:
		why = take_arg(&in->plan, line);
		break;
	case ORDER_ENV:
		why = take_env(&in->plan, line);
		break;
	case ORDER_BEGIN:
		in->begun = true;
		break;
	case ORDER_BATCH:
		why = take_batch(&order->batch, line);
		break;
	case ORDER_STOP:
		if (!take_number(line, "grace_ms", 0, UINT32_MAX, &order->grace_ms))
			why = "stop: grace_ms is missing or malformed";
		break;
	case ORDER_KINDS:
		break;
	}
	if (why == NULL && !all_taken(line))
		why = "a field that this order does not know";
	return why;
}

void plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->argc; i++)
		free(plan->argv[i]);
	for (size_t i = 0; i < plan->envc; i++)
		free(plan->env[i]);
	free(plan->argv);
	free(plan->env);
	free(plan->scratch);
	free(plan->artifacts);
	free(plan->cwd);
	free(plan->gdb);
	free(plan->stress_ng);
	free(plan->cgroup);
	free(plan->groups);
	free(plan->strace);
	*plan = (struct plan){ 0 };
}
