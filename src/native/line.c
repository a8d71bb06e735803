/*
 * The grammar of both directions: `verb key=value ...`, values percent-encoded.
 *
 * Theory of operation: a line is parsed in place, because a decoded value is never longer than its encoded form; the
 * byte after a value (the space, or the line feed) becomes its NUL.
 */
#include "common.h"

#include <string.h>

static bool in_verb(char c)
{
	return (c >= 'a' && c <= 'z') || c == '-';
}

static bool in_key(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Decodes the value that starts at `from`; where it ends, or NULL when it is malformed. */
static char *decode(char *from, char *end, struct field *field)
{
	char *to = from;

	field->value = from;
	for (; from < end && *from != ' '; from++) {
		int high, low;

		if (*from < 0x21 || *from > 0x7E)
			return NULL;
		if (*from != '%') {
			*to++ = *from;
			continue;
		}
		if (end - from < 3 || (high = hex_digit(from[1])) < 0 || (low = hex_digit(from[2])) < 0)
			return NULL;
		*to++ = (char)(high * 16 + low);
		from += 2;
	}
	field->length = (size_t)(to - field->value);
	return from;
}

static const char *parse_field(char **at, char *end, struct line *line)
{
	struct field *field = &line->fields[line->count];
	char *p = *at, *stop;

	field->key = p;
	field->taken = false;
	while (p < end && in_key(*p))
		p++;
	if (p == field->key || p == end || *p != '=')
		return "a field is not key=value";
	*p++ = '\0';
	for (size_t i = 0; i < line->count; i++)
		if (strcmp(line->fields[i].key, field->key) == 0)
			return "a key repeats";
	stop = decode(p, end, field);
	if (stop == NULL)
		return "a value is not percent-encoded";
	line->count++;
	*at = stop;
	return NULL;
}

const char *line_parse(char *at, size_t length, struct line *line)
{
	char *end = at + length, *p = at;
	const char *why;

	line->verb = at;
	line->count = 0;
	while (p < end && in_verb(*p))
		p++;
	if (p == at || (p < end && *p != ' '))
		return "a line does not begin with a verb";
	while (p < end) {
		*p++ = '\0';
		if (line->count == MAX_FIELDS)
			return "too many fields";
		why = parse_field(&p, end, line);
		if (why != NULL)
			return why;
	}
	*end = '\0';
	for (size_t i = 0; i < line->count; i++)
		line->fields[i].value[line->fields[i].length] = '\0';
	return NULL;
}

void line_begin(struct text *t, const char *verb)
{
	text_str(t, verb);
}

void line_key(struct text *t, const char *key)
{
	text_add(t, " ", 1);
	text_str(t, key);
	text_add(t, "=", 1);
}

void line_bytes(struct text *t, const char *key, const void *bytes, size_t n)
{
	static const char digits[] = "0123456789ABCDEF";
	const unsigned char *p = bytes, *end = p + n;

	line_key(t, key);
	while (p < end) {
		const unsigned char *plain = p;

		while (p < end && *p > 0x20 && *p < 0x7F && *p != '%')
			p++;
		text_add(t, plain, (size_t)(p - plain));
		if (p < end) {
			char escape[3] = { '%', digits[*p >> 4], digits[*p & 15] };

			text_add(t, escape, sizeof(escape));
			p++;
		}
	}
}

void line_str(struct text *t, const char *key, const char *value)
{
	line_bytes(t, key, value, strlen(value));
}

void line_num(struct text *t, const char *key, uint64_t n)
{
	line_key(t, key);
	text_num(t, n);
}

void line_hex(struct text *t, const char *key, uint64_t n)
{
	line_key(t, key);
	text_printf(t, "%016llx", (unsigned long long)n);
}

void line_end(struct text *t)
{
	text_add(t, "\n", 1);
}
