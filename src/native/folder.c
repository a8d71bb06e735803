/*
 * Emptying a folder that a hostile test has filled.
 *
 * Theory of operation: a subfolder is emptied of its files, its own subfolders are moved up to the top, and then it can
 * go; so neither depth nor path length matters, and two descriptors suffice. Every folder is opened by one name below an
 * open parent, never through a link, and never across a mount: what a test has mounted is detached, not deleted.
 * Permissions are mended through /proc/self/fd, because chmod by name would follow links.
 */
#include "worker.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if __has_include(<linux/openat2.h>)
#include <linux/openat2.h>
#endif

enum { FLAT_TRIES = 1000, ALIVE_EVERY = 256 };

struct emptying {
	int top;
	dev_t device;
	unsigned *flat;
	void (*alive)(void *);
	void *arg;
	unsigned touched;
};

static void touch(struct emptying *e)
{
	if (e->alive != NULL && e->touched++ % ALIVE_EVERY == 0)
		e->alive(e->arg);
}

/* Kernels before 5.6, and sandboxes that do not know the call: a mount shows by its device only. */
static int open_same_device(struct emptying *e, int parent, const char *name)
{
	int fd = openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && st.st_dev == e->device)
		return fd;
	close(fd);
	errno = EXDEV;
	return -1;
}

static int open_same_mount(int parent, const char *name)
{
#if __has_include(<linux/openat2.h>)
	struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
				.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH };

	return (int)syscall(SYS_openat2, parent, name, &how, sizeof(how));
#else
	(void)parent;
	(void)name;
	errno = ENOSYS;
	return -1;
#endif
}

/* A subfolder as an O_PATH descriptor; -1 with EXDEV for a mount point. */
static int open_path(struct emptying *e, int parent, const char *name)
{
	int fd = open_same_mount(parent, name);

	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		return open_same_device(e, parent, name);
	return fd;
}

static void make_accessible(int path_fd)
{
	struct stat st;
	char path[32];

	if (fstat(path_fd, &st) != 0 || (st.st_mode & 0700) == 0700)
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", path_fd);
	/* Where this fails the next step fails too, and says so. */
	(void)chmod(path, 0700);
}

static void detach(int parent, const char *name)
{
	char path[NAME_MAX + 64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", parent, name);
	(void)umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW);
}

/* A directory stream of the subfolder, detaching what is mounted on it; NULL with errno set. */
static DIR *open_folder(struct emptying *e, int parent, const char *name)
{
	int path_fd = open_path(e, parent, name), fd, error;
	DIR *dir;

	if (path_fd < 0 && errno == EXDEV) {
		detach(parent, name);
		path_fd = open_path(e, parent, name);
	}
	if (path_fd < 0)
		return NULL;
	make_accessible(path_fd);
	fd = openat(path_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	error = errno;
	close(path_fd);
	errno = error;
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (dir == NULL && fd >= 0)
		close(fd);
	return dir;
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Removes what is no folder; EISDIR for one that is. */
static int remove_file(int parent, const char *name)
{
	if (unlinkat(parent, name, 0) == 0)
		return 0;
	if (errno == EBUSY) {
		detach(parent, name);
		if (unlinkat(parent, name, 0) == 0)
			return 0;
	}
	return errno;
}

/* Moves a folder to the top under a new name. */
static int move_up(struct emptying *e, int parent, const char *name)
{
	int path_fd = open_path(e, parent, name);
	char flat[32];

	if (path_fd < 0 && errno == EXDEV) {
		detach(parent, name);
		path_fd = open_path(e, parent, name);
	}
	if (path_fd < 0)
		return errno;
	/* Moving a folder writes its "..". */
	make_accessible(path_fd);
	close(path_fd);
	for (int i = 0; i < FLAT_TRIES; i++) {
		snprintf(flat, sizeof(flat), ".flat-%u", (*e->flat)++);
		if (renameat(parent, name, e->top, flat) == 0)
			return 0;
		if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR)
			return errno;
	}
	return EEXIST;
}

/* Removes a folder, its files, and moves its subfolders to the top. */
static int remove_folder(struct emptying *e, const char *name)
{
	DIR *dir = open_folder(e, e->top, name);
	struct dirent *entry;
	int error = 0;

	if (dir == NULL)
		return errno;
	while (error == 0 && (entry = readdir(dir)) != NULL) {
		if (is_dots(entry->d_name))
			continue;
		touch(e);
		error = remove_file(dirfd(dir), entry->d_name);
		if (error == EISDIR)
			error = move_up(e, dirfd(dir), entry->d_name);
		if (error == ENOENT)
			error = 0;
	}
	closedir(dir);
	if (error == 0 && unlinkat(e->top, name, AT_REMOVEDIR) != 0)
		error = errno;
	return error;
}

/* One look at every entry. How many there were; `removed` how many went. */
static size_t pass(struct emptying *e, size_t *removed, int *error)
{
	int fd = openat(e->top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	size_t seen = 0;

	*removed = 0;
	if (dir == NULL) {
		*error = errno;
		if (fd >= 0)
			close(fd);
		return 1;
	}
	while ((entry = readdir(dir)) != NULL) {
		int failed;

		if (is_dots(entry->d_name))
			continue;
		seen++;
		touch(e);
		failed = remove_file(e->top, entry->d_name);
		if (failed == EISDIR)
			failed = remove_folder(e, entry->d_name);
		/* ENOTEMPTY: a large folder's entries may be skipped while it shrinks; the next pass sees them. */
		if (failed == 0 || failed == ENOENT)
			(*removed)++;
		else
			*error = failed;
	}
	closedir(dir);
	return seen;
}

int folder_empty(int dir, unsigned *flat, void (*alive)(void *), void *arg)
{
	struct emptying e = { .top = dir, .flat = flat, .alive = alive, .arg = arg };
	size_t seen, removed;
	int error = 0, futile = 0;
	struct stat st;

	if (fstat(dir, &st) != 0)
		return errno;
	/* Where this fails the first removal fails too, and says so. */
	if ((st.st_mode & 0700) != 0700)
		(void)fchmod(dir, 0700);
	e.device = st.st_dev;
	while ((seen = pass(&e, &removed, &error)) > 0) {
		futile = removed > 0 ? 0 : futile + 1;
		if (futile > 2)
			return error;
	}
	return 0;
}
