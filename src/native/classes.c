/*
 * Which outcomes are the same.
 *
 * Theory of operation: three open-addressed tables, of fixed size because their contents are bounded: exact classes by
 * (ending, hash), inexact ones by (ending, shape), overflow ones by ending. A key is a 64-bit mix of both parts; two
 * outcomes that collide would be counted as one, which 2^-64 allows.
 */
#include "common.h"

void classes_begin(struct classes *c)
{
	/* The tables are zero already, and stay untouched memory until they are used. */
	c->next_id = 1;
}

static uint64_t key_of(struct end end, uint64_t hash)
{
	uint64_t key = mix_seed(hash, ((uint64_t)end.kind << 16) | end.code);

	return key == 0 ? 1 : key;
}

/* The key's place in the table, or the free one where it belongs. */
static struct class_key *lookup(struct class_key *table, uint64_t key)
{
	size_t i = key % CLASS_SLOTS;

	while (table[i].key != key && table[i].key != 0)
		i = (i + 1) % CLASS_SLOTS;
	return &table[i];
}

static enum class_news open_class(struct classes *c, struct class_key *at, uint64_t key, enum class_news news,
				  uint32_t *id)
{
	at->key = key;
	at->id = c->next_id++;
	*id = at->id;
	return news;
}

static enum class_news find_overflow(struct classes *c, struct end end, uint32_t *id)
{
	uint64_t key = key_of(end, 0);
	struct class_key *at = lookup(c->overflow, key);

	*id = at->id;
	if (at->key != 0)
		return CLASS_KNOWN;
	return open_class(c, at, key, CLASS_NEW_OVERFLOW, id);
}

enum class_news classes_find(struct classes *c, const struct sighting *s, uint32_t *id)
{
	uint64_t key = key_of(s->end, s->hash);
	uint64_t shape_key = key_of(s->end, s->shape);
	struct class_key *exact = lookup(c->exact, key);
	struct class_key *shape;

	*id = exact->id;
	if (exact->key != 0)
		return CLASS_KNOWN;
	shape = lookup(c->shapes, shape_key);
	*id = shape->id;
	if (shape->id != 0)
		return CLASS_KNOWN;
	if (c->counted == MAX_CLASSES)
		return find_overflow(c, s->end, id);
	c->counted++;
	if (shape->exact == MAX_EXACT_PER_SHAPE)
		return open_class(c, shape, shape_key, CLASS_NEW_INEXACT, id);
	shape->key = shape_key;
	shape->exact++;
	return open_class(c, exact, key, CLASS_NEW_EXACT, id);
}

bool classes_know(struct classes *c, const struct sighting *s)
{
	bool full = c->counted == MAX_CLASSES;

	return lookup(c->exact, key_of(s->end, s->hash))->key != 0 || lookup(c->shapes, key_of(s->end, s->shape))->id != 0 ||
	       (full && lookup(c->overflow, key_of(s->end, 0))->key != 0);
}
