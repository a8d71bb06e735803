/* Order, at a ring: nobody must look for a completion before it was submitted. 1 when that happened; 77 without io_uring. */
#include "race.h"

#include <linux/io_uring.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { WORK = 300000 };

static int ring;

static void *submit(void *before)
{
	work(*(uint64_t *)before);
	return syscall(__NR_io_uring_enter, ring, 1, 0, 0, NULL, 0) != 1 ? before : NULL;
}

/* A submission that does nothing, in the queue; false: no queue. */
static int prepare(const struct io_uring_params *p)
{
	size_t entries = p->sq_entries * sizeof(struct io_uring_sqe);
	size_t size = p->sq_off.array + p->sq_entries * sizeof(uint32_t);
	struct io_uring_sqe *at = mmap(NULL, entries, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
	char *queue = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);

	if (at == MAP_FAILED || queue == MAP_FAILED)
		return 0;
	at->opcode = IORING_OP_NOP;
	*(uint32_t *)(void *)(queue + p->sq_off.array) = 0;
	__atomic_store_n((uint32_t *)(void *)(queue + p->sq_off.tail), 1, __ATOMIC_RELEASE);
	return 1;
}

int main(void)
{
	struct io_uring_params p = { .flags = 0 };
	uint64_t mine = draw(WORK), its = draw(WORK);
	pthread_t thread;
	void *failed;
	char *queue;
	int early;

	ring = (int)syscall(__NR_io_uring_setup, 1, &p);
	if (ring < 0 || !prepare(&p))
		return 77;
	queue = mmap(NULL, p.cq_off.cqes, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_CQ_RING);
	if (queue == MAP_FAILED || pthread_create(&thread, NULL, submit, &its) != 0)
		return 77;
	work(mine);
	if (syscall(__NR_io_uring_enter, ring, 0, 0, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		return 77;
	early = __atomic_load_n((uint32_t *)(void *)(queue + p.cq_off.tail), __ATOMIC_ACQUIRE) == 0;
	if (pthread_join(thread, &failed) != 0 || failed != NULL)
		return 77;
	return early;
}
