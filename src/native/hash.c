/*
 * Two identities of an output: of its bytes, and of its shape.
 *
 * Theory of operation: four lanes take eight bytes each, so that a gigabyte of output costs less to hash than to pipe;
 * the lanes are mixed at the end as a seed is. Nothing hostile is kept out by it: a test that wanted two outputs to look
 * alike could simply print the same. The shape is the same hash of the text with its numbers replaced, made by a state
 * machine that may stop between any two bytes, and that skips text without digits eight bytes at a time.
 */
#include "common.h"

#include <string.h>

enum { BLOCK = 32 };

static uint64_t rotate(uint64_t x, unsigned n)
{
	return (x << n) | (x >> (64 - n));
}

static void take_block(struct hash *h, const unsigned char *block)
{
	for (int i = 0; i < 4; i++) {
		uint64_t word;

		memcpy(&word, block + 8 * i, sizeof(word));
		h->lanes[i] = rotate(h->lanes[i] ^ (word * UINT64_C(0x9E3779B97F4A7C15)), 29) *
			      UINT64_C(0xD6E8FEB86659FD93);
	}
}

void hash_begin(struct hash *h)
{
	h->total = 0;
	for (int i = 0; i < 4; i++)
		h->lanes[i] = mix_seed(1, (uint64_t)i);
}

void hash_add(struct hash *h, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	size_t filled = h->total % BLOCK;

	h->total += n;
	if (filled > 0) {
		size_t part = BLOCK - filled < n ? BLOCK - filled : n;

		memcpy(h->block + filled, p, part);
		if (filled + part < BLOCK)
			return;
		take_block(h, h->block);
		p += part;
		n -= part;
	}
	for (; n >= BLOCK; p += BLOCK, n -= BLOCK)
		take_block(h, p);
	memcpy(h->block, p, n);
}

uint64_t hash_end(struct hash *h)
{
	uint64_t mixed = h->total;
	size_t filled = h->total % BLOCK;

	memset(h->block + filled, 0, BLOCK - filled);
	take_block(h, h->block);
	for (int i = 0; i < 4; i++)
		mixed = mix_seed(mixed ^ h->lanes[i], (uint64_t)i);
	return mixed;
}

enum {
	IN_TEXT,
	AFTER_MINUS,
	IN_KEPT,                         /* digits after a minus: an errno perhaps, they count */
	KEPT_ZERO,                       /* "-0", which may become "-0x1f" */
	IN_NUMBER,
	ZERO,                            /* "0", which may become "0x1f" */
	ZERO_X,
	KEPT_ZERO_X,
	IN_HEX,
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

struct normal {
	char bytes[1024];
	size_t used;
};

static void put(struct shape *s, struct normal *to, char c)
{
	if (to->used == sizeof(to->bytes)) {
		hash_add(&s->hash, to->bytes, to->used);
		to->used = 0;
	}
	to->bytes[to->used++] = c;
}

/* A character that begins afresh, in text. */
static void step_text(struct shape *s, struct normal *to, char c)
{
	if (is_digit(c)) {
		s->state = c == '0' ? ZERO : IN_NUMBER;
		return;
	}
	s->state = c == '-' ? AFTER_MINUS : IN_TEXT;
	put(s, to, c);
}

/* What was held back turns out to be this; then comes c. */
static void settle(struct shape *s, struct normal *to, const char *text)
{
	for (; *text != '\0'; text++)
		put(s, to, *text);
	s->state = IN_TEXT;
}

static void step_minus(struct shape *s, struct normal *to, char c)
{
	if (c == '0') {
		s->state = KEPT_ZERO;
	} else if (is_digit(c)) {
		s->state = IN_KEPT;
		put(s, to, c);
	} else {
		step_text(s, to, c);
	}
}

static void step_kept(struct shape *s, struct normal *to, char c)
{
	if (is_digit(c))
		put(s, to, c);
	else
		step_text(s, to, c);
}

static void step_kept_zero(struct shape *s, struct normal *to, char c)
{
	if (c == 'x') {
		s->state = KEPT_ZERO_X;
		return;
	}
	put(s, to, '0');
	s->state = IN_KEPT;
	step_kept(s, to, c);
}

static void step(struct shape *s, struct normal *to, char c)
{
	switch (s->state) {
	case IN_TEXT:
		step_text(s, to, c);
		break;
	case AFTER_MINUS:
		step_minus(s, to, c);
		break;
	case IN_KEPT:
		step_kept(s, to, c);
		break;
	case KEPT_ZERO:
		step_kept_zero(s, to, c);
		break;
	case ZERO:
	case IN_NUMBER:
		if (s->state == ZERO && c == 'x') {
			s->state = ZERO_X;
		} else if (is_digit(c)) {
			s->state = IN_NUMBER;
		} else {
			settle(s, to, "#");
			step_text(s, to, c);
		}
		break;
	case ZERO_X:
	case KEPT_ZERO_X:
		if (is_hex(c)) {
			s->state = IN_HEX;
		} else {
			settle(s, to, s->state == ZERO_X ? "#x" : "0x");
			step_text(s, to, c);
		}
		break;
	case IN_HEX:
		if (!is_hex(c)) {
			settle(s, to, "#");
			step_text(s, to, c);
		}
		break;
	}
}

/* Whether one of eight bytes is a digit: the usual "byte less than 10" trick, after moving '0' to 0. */
static bool has_digit(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	word ^= ones * '0';
	return ((word - ones * 10) & ~word & (ones * 0x80)) != 0;
}

void shape_begin(struct shape *s)
{
	hash_begin(&s->hash);
	s->state = IN_TEXT;
}

void shape_add(struct shape *s, const char *bytes, size_t n)
{
	struct normal to;
	const char *p = bytes, *end = bytes + n;

	to.used = 0;
	while (p < end) {
		if (s->state == IN_TEXT && end - p >= 8 && to.used + 8 <= sizeof(to.bytes) && !has_digit(p)) {
			memcpy(to.bytes + to.used, p, 8);
			to.used += 8;
			p += 8;
			s->state = p[-1] == '-' ? AFTER_MINUS : IN_TEXT;
		} else {
			step(s, &to, *p++);
		}
	}
	hash_add(&s->hash, to.bytes, to.used);
}

uint64_t shape_end(struct shape *s)
{
	static const char *const held[] = { [KEPT_ZERO] = "0", [IN_NUMBER] = "#",    [ZERO] = "#",
					    [ZERO_X] = "#x",   [KEPT_ZERO_X] = "0x", [IN_HEX] = "#" };
	const char *rest = held[s->state];

	if (rest != NULL)
		hash_add(&s->hash, rest, strlen(rest));
	return hash_end(&s->hash);
}
