/*
 * Orders: from parsed lines to a plan, batches and stops.
 *
 * Theory of operation: each verb takes the fields it knows and marks them; what is left over is an error, so that a
 * newer flakehunt never has an order half understood.
 */
#include "common.h"

#include <stdlib.h>
#include <string.h>

const char *const pin_names[PIN_POLICIES] = { "free", "one", "spread", "pair", "shuffle", "list" };

static struct field *find(struct line *line, const char *key)
{
	for (size_t i = 0; i < line->count; i++) {
		if (strcmp(line->fields[i].key, key) == 0) {
			line->fields[i].taken = true;
			return &line->fields[i];
		}
	}
	return NULL;
}

/* Decimal without sign or leading zeros; where it ends, or NULL. */
static const char *scan_number(const char *at, uint64_t *n)
{
	uint64_t value = 0;
	const char *p = at;

	for (; *p >= '0' && *p <= '9'; p++) {
		uint64_t digit = (uint64_t)(*p - '0');

		if (value > (UINT64_MAX - digit) / 10)
			return NULL;
		value = value * 10 + digit;
	}
	if (p == at || (*at == '0' && p > at + 1))
		return NULL;
	*n = value;
	return p;
}

static bool take_number(struct line *line, const char *key, uint64_t max, uint64_t *n)
{
	struct field *field = find(line, key);
	const char *end = field == NULL ? NULL : scan_number(field->value, n);

	return end != NULL && end == field->value + field->length && *n <= max;
}

static bool take_seed(struct line *line, uint64_t *seed)
{
	struct field *field = find(line, "seed");

	if (field == NULL || field->length != 16 || strspn(field->value, "0123456789abcdef") != 16)
		return false;
	*seed = strtoull(field->value, NULL, 16);
	return true;
}

/* A copy that can be a C string, or NULL: absent, empty where `may_be_empty` is not set, or with a NUL inside. */
static char *take_string(struct line *line, const char *key, bool may_be_empty)
{
	struct field *field = find(line, key);
	char *copy;

	if (field == NULL || strlen(field->value) != field->length || (field->length == 0 && !may_be_empty))
		return NULL;
	copy = strdup(field->value);
	if (copy == NULL)
		fatal("out of memory");
	return copy;
}

static bool take_path(struct line *line, const char *key, char **path)
{
	*path = take_string(line, key, false);
	return *path != NULL;
}

static bool take_optional_path(struct line *line, const char *key, char **path)
{
	return find(line, key) == NULL || take_path(line, key, path);
}

static const char *take_plan(struct plan *plan, struct line *line)
{
	uint64_t version, kernel_log;

	if (!take_number(line, "version", UINT64_MAX, &version))
		return "plan: version is missing or malformed";
	if (version != PROTOCOL_VERSION)
		return "plan: this supervisor speaks version 1 of the protocol only";
	if (!take_seed(line, &plan->seed))
		return "plan: seed is not 16 lower-case hex digits";
	if (!take_number(line, "first_run", UINT64_C(1) << 47, &plan->first_run))
		return "plan: first_run is missing or malformed";
	if (!take_number(line, "limit_ms", UINT32_MAX, &plan->limit_ms) || plan->limit_ms == 0)
		return "plan: limit_ms is missing or malformed";
	if (!take_path(line, "scratch", &plan->scratch))
		return "plan: scratch is missing or malformed";
	if (!take_path(line, "artifacts", &plan->artifacts))
		return "plan: artifacts is missing or malformed";
	if (!take_number(line, "max_cores", UINT32_MAX, &plan->max_cores))
		return "plan: max_cores is missing or malformed";
	if (!take_number(line, "max_stacks", UINT32_MAX, &plan->max_stacks))
		return "plan: max_stacks is missing or malformed";
	if (!take_number(line, "kernel_log", 1, &kernel_log))
		return "plan: kernel_log is not 0 or 1";
	plan->kernel_log = kernel_log == 1;
	if (!take_optional_path(line, "cwd", &plan->cwd) || !take_optional_path(line, "gdb", &plan->gdb))
		return "plan: cwd or gdb is malformed";
	return NULL;
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

static bool take_cpus(struct line *line, cpu_set_t *cpus)
{
	struct field *field = find(line, "cpus");
	const char *p = field == NULL ? NULL : field->value;
	uint64_t least = 0;

	CPU_ZERO(cpus);
	while (p != NULL) {
		uint64_t first, last;

		p = scan_number(p, &first);
		last = first;
		if (p != NULL && *p == '-')
			p = scan_number(p + 1, &last);
		if (p == NULL || first < least || last < first || last >= CPU_SETSIZE)
			return false;
		for (uint64_t cpu = first; cpu <= last; cpu++)
			CPU_SET(cpu, cpus);
		least = last + 1;
		if (*p == '\0')
			return p == field->value + field->length;
		if (*p++ != ',')
			return false;
	}
	return false;
}

static bool take_pin(struct line *line, enum pin_policy *pin)
{
	struct field *field = find(line, "pin");

	for (size_t i = 0; field != NULL && i < PIN_POLICIES; i++) {
		if (strcmp(field->value, pin_names[i]) == 0 && strlen(pin_names[i]) == field->length) {
			*pin = (enum pin_policy)i;
			return true;
		}
	}
	return false;
}

static const char *take_batch(struct batch *batch, struct line *line)
{
	uint64_t jobs;

	*batch = (struct batch){ .runs = UINT64_MAX, .ms = UINT64_MAX };
	if (!take_number(line, "id", UINT64_MAX, &batch->id))
		return "batch: id is missing or malformed";
	if (!take_number(line, "jobs", MAX_JOBS, &jobs) || jobs == 0)
		return "batch: jobs is not 1 to 1024";
	batch->jobs = (uint32_t)jobs;
	if (!take_pin(line, &batch->pin))
		return "batch: pin is not free, one, spread, pair, shuffle or list";
	if (!take_cpus(line, &batch->cpus))
		return "batch: cpus is not an ascending list of CPU numbers";
	if (find(line, "runs") != NULL && !take_number(line, "runs", UINT64_C(1) << 47, &batch->runs))
		return "batch: runs is malformed";
	if (find(line, "ms") != NULL && !take_number(line, "ms", UINT32_MAX, &batch->ms))
		return "batch: ms is malformed";
	return NULL;
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
		if (!take_number(line, "grace_ms", UINT32_MAX, &order->grace_ms))
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
	*plan = (struct plan){ 0 };
}
