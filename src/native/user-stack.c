/*
 * Where a thread stands that waits for us, without stopping it.
 *
 * Theory of operation: a held thread must not be traced (attaching takes its call back, or never ends), but the kernel tells
 * its stack pointer (/proc/TID/syscall), its memory can be read (process_vm_readv), and a word on its stack that points
 * right behind a call instruction is likely a return address. Some are left over from calls that have returned: of a
 * direct call the target is told too, and who knows the symbols can see whether that function holds the next inner frame.
 * Takes some 50 us.
 */
#include "chaos.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_FRAMES = 32, MOST_CODE = 256, STACK_READ = 64 * 1024, CALL_BYTES = 7 };

/* A file's code in the memory of a process. */
struct code {
	uint64_t begin, end, offset;
	const char *path;
};

struct space {
	struct text maps;
	struct code code[MOST_CODE];
	size_t count;
	uint64_t stack_end;              /* of the mapping that the stack pointer points into; 0: none */
};

/* A call instruction. */
struct site {
	bool is_call, is_direct;
	uint64_t target;
};

static uint64_t stack_pointer(pid_t thread)
{
	char path[40], text[256];
	uint64_t pointer;

	snprintf(path, sizeof(path), "/proc/%d/syscall", (int)thread);
	if (!read_text(path, text, sizeof(text)))
		return 0;
	return sscanf(text, "%*d %*s %*s %*s %*s %*s %*s %" SCNx64, &pointer) == 1 ? pointer : 0;
}

static bool read_maps(pid_t thread, struct text *into)
{
	char path[40], chunk[4096];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)thread);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		text_add(into, chunk, (size_t)n);
	close(fd);
	text_add(into, "", 1);
	return n == 0;
}

static void take_mapping(struct space *s, const char *line, uint64_t pointer)
{
	struct code one;
	char rights[8];
	int path = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %*s %*s %n", &one.begin, &one.end, rights, &one.offset,
		   &path) != 4)
		return;
	if (pointer >= one.begin && pointer < one.end)
		s->stack_end = one.end;
	if (rights[2] != 'x' || path == 0 || line[path] != '/' || s->count == MOST_CODE)
		return;
	one.path = line + path;
	s->code[s->count++] = one;
}

static void read_space(struct space *s, pid_t thread, uint64_t pointer)
{
	char *at, *end;

	if (!read_maps(thread, &s->maps))
		return;
	for (at = s->maps.at; (end = strchr(at, '\n')) != NULL; at = end + 1) {
		*end = '\0';
		take_mapping(s, at, pointer);
	}
}

static const struct code *code_at(const struct space *s, uint64_t address)
{
	for (size_t i = 0; i < s->count; i++)
		if (address >= s->code[i].begin && address < s->code[i].end)
			return &s->code[i];
	return NULL;
}

#if defined(__aarch64__)

static struct site site_before(const unsigned char *bytes, uint64_t address)
{
	uint32_t word;
	int32_t distance;

	memcpy(&word, bytes + CALL_BYTES - sizeof(word), sizeof(word));
	if ((word & 0xFC000000) != 0x94000000)
		return (struct site){ .is_call = (word & 0xFFFFFC1F) == 0xD63F0000 };
	distance = (int32_t)(word << 6) >> 4;
	return (struct site){ .is_call = true, .is_direct = true, .target = address - 4 + (uint64_t)(int64_t)distance };
}

#else

/* Length of `call *...` at `at`, of which `left` bytes are there; 0: it is none. */
static size_t indirect_length(const unsigned char *at, size_t left)
{
	unsigned mode = at[1] >> 6, base = at[1] & 7;
	size_t length = 2;

	if (at[0] != 0xFF || (at[1] >> 3 & 7) != 2)
		return 0;
	if (mode == 3)
		return length;
	if (base == 4) {
		if (left < 3)
			return 0;
		base = at[2] & 7;
		length++;
	}
	if (mode == 2 || (mode == 0 && base == 5))
		return length + 4;
	return length + (mode == 1);
}

/* The call instruction that ends where `bytes` do. */
static struct site site_before(const unsigned char *bytes, uint64_t address)
{
	int32_t distance;

	if (bytes[CALL_BYTES - 5] == 0xE8) {
		memcpy(&distance, bytes + CALL_BYTES - sizeof(distance), sizeof(distance));
		return (struct site){ .is_call = true, .is_direct = true, .target = address + (uint64_t)(int64_t)distance };
	}
	for (size_t length = 2; length <= CALL_BYTES; length++)
		if (indirect_length(bytes + CALL_BYTES - length, length) == length)
			return (struct site){ .is_call = true };
	return (struct site){ .is_call = false };
}

#endif

static void put_frame(const struct code *code, uint64_t address, const struct site *site, struct text *into)
{
	text_printf(into, "%s+0x%" PRIx64, code->path, address - code->begin + code->offset);
	if (site->is_direct && site->target >= code->begin && site->target < code->end)
		text_printf(into, " 0x%" PRIx64, site->target - code->begin + code->offset);
	text_str(into, "\n");
}

/* Whether it may be a return address; then it is written. */
static bool put_return(const struct space *s, pid_t thread, uint64_t address, struct text *into)
{
	const struct code *code = code_at(s, address);
	unsigned char bytes[CALL_BYTES];
	struct site site;

	if (code == NULL || address - code->begin < CALL_BYTES ||
	    read_memory(thread, address - CALL_BYTES, bytes, CALL_BYTES) != CALL_BYTES)
		return false;
	site = site_before(bytes, address);
	if (site.is_call)
		put_frame(code, address, &site, into);
	return site.is_call;
}

static void put_returns(const struct space *s, pid_t thread, uint64_t pointer, struct text *into)
{
	size_t room = s->stack_end - pointer < STACK_READ ? (size_t)(s->stack_end - pointer) : STACK_READ;
	uint64_t *words = malloc(room);
	size_t count;
	int frames = 1;

	if (words == NULL)
		fatal("out of memory");
	count = read_memory(thread, pointer, words, room) / sizeof(*words);
	for (size_t i = 0; i < count && frames < MOST_FRAMES; i++)
		frames += put_return(s, thread, words[i], into);
	free(words);
}

void user_stack(const struct seccomp_notif *n, struct text *into)
{
	struct space *s = calloc(1, sizeof(*s));
	uint64_t pointer = stack_pointer((pid_t)n->pid), address = n->data.instruction_pointer;
	const struct code *code;

	if (s == NULL)
		fatal("out of memory");
	read_space(s, (pid_t)n->pid, pointer);
	code = code_at(s, address);
	if (code != NULL)
		put_frame(code, address, &(struct site){ .is_call = false }, into);
	if (s->stack_end != 0)
		put_returns(s, (pid_t)n->pid, pointer, into);
	text_free(&s->maps);
	free(s);
}
