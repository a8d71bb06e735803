/*
 * A growing byte buffer.
 *
 * Theory of operation: room doubles, so that appending is cheap; running out of memory ends the process, because a
 * supervisor that cannot report is of no use.
 */
#include "common.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void text_reserve(struct text *t, size_t more)
{
	size_t room = t->room == 0 ? 4096 : t->room;
	char *at;

	if (t->room - t->used >= more)
		return;
	while (room - t->used < more)
		room *= 2;
	at = realloc(t->at, room);
	if (at == NULL)
		fatal("out of memory");
	t->at = at;
	t->room = room;
}

void text_add(struct text *t, const void *bytes, size_t n)
{
	if (n == 0)
		return;
	text_reserve(t, n);
	memcpy(t->at + t->used, bytes, n);
	t->used += n;
}

void text_str(struct text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

void text_num(struct text *t, uint64_t n)
{
	char digits[20], *p = digits + sizeof(digits);

	do {
		*--p = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	text_add(t, p, (size_t)(digits + sizeof(digits) - p));
}

void text_printf(struct text *t, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		fatal("cannot format");
	text_reserve(t, (size_t)n + 1);
	va_start(args, format);
	vsnprintf(t->at + t->used, (size_t)n + 1, format, args);
	va_end(args);
	t->used += (size_t)n;
}

void text_drop(struct text *t, size_t n)
{
	t->used -= n;
	if (t->used > 0)
		memmove(t->at, t->at + n, t->used);
}

void text_free(struct text *t)
{
	free(t->at);
	*t = (struct text){ 0 };
}
