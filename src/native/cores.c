/*
 * Core dumps that the kernel wrote into a run's working directory.
 *
 * Theory of operation: the soft core limit is raised while there is room for another, so the kernel's core pattern
 * decides where a dump goes; the usual relative one puts it into the working directory. In a scratch folder every file
 * named core* that is an ELF core is the run's. In a folder of the user's only the names that this process's dump can
 * have are looked at, and only when the kernel says that it dumped.
 */
#include "worker.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COPY_STEP = 16 * 1024 * 1024 };

void cores_allow(struct worker *w)
{
	struct rlimit limit;
	rlim_t wanted;

	if (getrlimit(RLIMIT_CORE, &limit) != 0)
		fatal("getrlimit");
	wanted = w->board->cores_kept < w->plan->max_cores ? limit.rlim_max : 0;
	if (limit.rlim_cur == wanted)
		return;
	limit.rlim_cur = wanted;
	if (setrlimit(RLIMIT_CORE, &limit) != 0)
		fatal("setrlimit");
}

/* The core opened, or -1. */
static int open_core(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	unsigned char head[EI_NIDENT];
	uint16_t type;
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && pread(fd, head, sizeof(head), 0) == sizeof(head) &&
	    memcmp(head, ELFMAG, SELFMAG) == 0 && pread(fd, &type, sizeof(type), EI_NIDENT) == sizeof(type) &&
	    type == ET_CORE)
		return fd;
	close(fd);
	return -1;
}

static int copy(struct worker *w, int from, int dir, const char *name)
{
	int to = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	ssize_t n;

	if (to < 0)
		return -1;
	do {
		worker_patience(w, 60 * NS_PER_S);
		n = sendfile(to, from, NULL, COPY_STEP);
	} while (n > 0);
	if (close(to) != 0 || n < 0) {
		(void)unlinkat(dir, name, 0);
		return -1;
	}
	return 0;
}

static bool move(struct worker *w, int dir, const char *name, uint64_t run)
{
	int artifacts = open(w->plan->artifacts, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int core = open_core(dir, name);
	char kept[32];
	bool moved = false;

	snprintf(kept, sizeof(kept), "core.%" PRIu64, run);
	if (core >= 0 && artifacts >= 0) {
		moved = renameat(dir, name, artifacts, kept) == 0;
		if (!moved && errno == EXDEV && copy(w, core, artifacts, kept) == 0) {
			moved = true;
			(void)unlinkat(dir, name, 0);
		}
		if (!moved)
			worker_note(w, "The core dump of run %" PRIu64 " cannot be kept: %s.", run, strerror(errno));
	}
	if (core >= 0)
		close(core);
	if (artifacts >= 0)
		close(artifacts);
	return moved;
}

static bool take(struct worker *w, int dir, const char *name, uint64_t run)
{
	int core = open_core(dir, name);

	if (core < 0)
		return false;
	close(core);
	if (atomic_fetch_add(&w->board->cores_kept, 1) < w->plan->max_cores && move(w, dir, name, run))
		return true;
	atomic_fetch_sub(&w->board->cores_kept, 1);
	return false;
}

static bool take_from_scratch(struct worker *w, uint64_t run)
{
	DIR *dir = w->scratch.dir;
	struct dirent *entry;

	if (dir == NULL)
		return false;
	rewinddir(dir);
	while ((entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, "core", 4) == 0 && take(w, dirfd(dir), entry->d_name, run))
			return true;
	return false;
}

static bool take_from_cwd(struct worker *w, pid_t pid, uint64_t run)
{
	int dir = open(w->plan->cwd, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char name[32];
	bool taken;

	if (dir < 0)
		return false;
	snprintf(name, sizeof(name), "core.%d", (int)pid);
	taken = take(w, dir, name, run) || take(w, dir, "core", run);
	close(dir);
	return taken;
}

bool cores_keep(struct worker *w, pid_t pid, uint64_t run, bool dumped)
{
	if (w->board->cores_kept >= w->plan->max_cores)
		return false;
	if (w->plan->cwd == NULL)
		return take_from_scratch(w, run);
	return dumped && take_from_cwd(w, pid, run);
}
