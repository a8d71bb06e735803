/*
 * Values of an order's fields.
 *
 * Theory of operation: a reader takes one field out of a parsed line and marks it, so that orders.c can tell what nobody
 * took. Values may hold NULs, so every reader compares lengths too.
 */
#include "orders.h"

#include <stdlib.h>
#include <string.h>

struct field *field_find(struct line *line, const char *key)
{
	for (size_t i = 0; i < line->count; i++) {
		if (strcmp(line->fields[i].key, key) == 0) {
			line->fields[i].taken = true;
			return &line->fields[i];
		}
	}
	return NULL;
}

const char *scan_number(const char *at, uint64_t *n)
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

bool take_number(struct line *line, const char *key, uint64_t min, uint64_t max, uint64_t *n)
{
	struct field *field = field_find(line, key);
	const char *end = field == NULL ? NULL : scan_number(field->value, n);

	return end != NULL && end == field->value + field->length && *n >= min && *n <= max;
}

bool take_seed(struct line *line, uint64_t *seed)
{
	struct field *field = field_find(line, "seed");

	if (field == NULL || field->length != 16 || strspn(field->value, "0123456789abcdef") != 16)
		return false;
	*seed = strtoull(field->value, NULL, 16);
	return true;
}

bool take_name(struct line *line, const char *key, const char *const *names, size_t first, size_t count, size_t *index)
{
	struct field *field = field_find(line, key);

	for (size_t i = first; field != NULL && i < count; i++) {
		if (strcmp(field->value, names[i]) == 0 && strlen(names[i]) == field->length) {
			*index = i;
			return true;
		}
	}
	return false;
}

char *take_string(struct line *line, const char *key, bool may_be_empty)
{
	struct field *field = field_find(line, key);
	char *copy;

	if (field == NULL || strlen(field->value) != field->length || (field->length == 0 && !may_be_empty))
		return NULL;
	copy = strdup(field->value);
	if (copy == NULL)
		fatal("out of memory");
	return copy;
}

bool take_path(struct line *line, const char *key, char **path)
{
	*path = take_string(line, key, false);
	return *path != NULL;
}

bool take_optional_path(struct line *line, const char *key, char **path)
{
	return field_find(line, key) == NULL || take_path(line, key, path);
}

bool take_cpus(struct line *line, const char *key, cpu_set_t *cpus)
{
	struct field *field = field_find(line, key);
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

void write_cpus(struct text *t, const char *key, const cpu_set_t *cpus)
{
	const char *separator = "";

	line_key(t, key);
	for (int first = 0; first < CPU_SETSIZE; first++) {
		int last = first;

		if (!CPU_ISSET(first, cpus))
			continue;
		while (last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, cpus))
			last++;
		text_printf(t, last == first ? "%s%d" : "%s%d-%d", separator, first, last);
		separator = ",";
		first = last;
	}
}
