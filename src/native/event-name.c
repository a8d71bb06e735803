/*
 * Events by the name that traces give them.
 *
 * Theory of operation: PEDIGREE/EPOCH:CALL:SITE:K, the fields of a trace's line joined by colons. What a run compares is
 * the key that strands.c makes of the same fields.
 */
#include "chaos.h"
#include "orders.h"

#include <stdlib.h>
#include <string.h>

/* A number in what is left, at most `most`; false: there is none. */
static bool read_number(const char **at, uint64_t most, uint64_t *n)
{
	const char *end = scan_number(*at, n);

	if (end == NULL || *n > most)
		return false;
	*at = end;
	return true;
}

static bool skip(const char **at, char c)
{
	return **at == c && *(*at)++ != '\0';
}

/* `0.2.1` */
static bool read_pedigree(const char **at, uint64_t *key)
{
	uint64_t ordinal;

	*key = 1;
	if (!skip(at, '0'))
		return false;
	while (skip(at, '.')) {
		if (!read_number(at, UINT32_MAX, &ordinal) || ordinal == 0)
			return false;
		*key = mix_seed(*key, ordinal);
	}
	return true;
}

static const struct call *read_call(const char **at)
{
	size_t length = strcspn(*at, ":"), count;
	const struct call *all = calls_all(&count);

	for (size_t i = 0; i < count; i++) {
		if (strlen(all[i].name) != length || memcmp(all[i].name, *at, length) != 0)
			continue;
		*at += length;
		return all[i].classes == 0 ? NULL : &all[i];
	}
	return NULL;
}

static bool read_site(const char **at, uint32_t *site)
{
	size_t length = strspn(*at, "0123456789abcdef");

	if (length == 0 || length > 3)
		return false;
	*site = (uint32_t)strtoul(*at, NULL, 16);
	*at += length;
	return true;
}

bool event_name_read(const char *text, size_t length, struct event_name *into)
{
	const char *at = into->text;
	const struct call *call;
	uint64_t epoch, k;
	uint32_t site;

	if (length >= sizeof(into->text) || strlen(text) != length)
		return false;
	memcpy(into->text, text, length + 1);
	if (!read_pedigree(&at, &into->key) || !skip(&at, '/') || !read_number(&at, UINT32_MAX, &epoch) || !skip(&at, ':'))
		return false;
	call = read_call(&at);
	if (call == NULL || !skip(&at, ':') || !read_site(&at, &site) || !skip(&at, ':') ||
	    !read_number(&at, UINT32_MAX, &k) || *at != '\0')
		return false;
	into->key = event_key(into->key, (uint32_t)epoch, call->nr, site);
	into->k = (uint32_t)k;
	return true;
}
