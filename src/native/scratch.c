/*
 * The folder a worker's runs start in: there, ours, and empty.
 *
 * Theory of operation: the folder is held open, so renaming it away or putting a link in its place is noticed (its inode
 * is no longer under its name) and never followed. Looking whether it is empty is cheap, so that is done after every run.
 * A folder that cannot be emptied is given up and replaced by one of another name.
 */
#include "worker.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_TRIES = 3, MAX_NOTES = 8 };

static void set_name(struct scratch *s)
{
	if (s->generation == 0)
		snprintf(s->name, sizeof(s->name), "w%u", s->worker);
	else
		snprintf(s->name, sizeof(s->name), "w%u.%u", s->worker, s->generation);
}

void scratch_open(struct scratch *s, const char *root, unsigned worker)
{
	*s = (struct scratch){ .path = root, .root = -1, .worker = worker };
	set_name(s);
}

static void give_up_folder(struct scratch *s)
{
	if (s->dir != NULL)
		closedir(s->dir);
	s->dir = NULL;
	s->generation++;
	set_name(s);
}

static int open_root(struct scratch *s)
{
	if (mkdir(s->path, 0700) != 0 && errno != EEXIST)
		return errno;
	s->root = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return s->root < 0 ? errno : 0;
}

static int open_folder(struct scratch *s)
{
	int fd;

	if (mkdirat(s->root, s->name, 0700) != 0 && errno != EEXIST)
		return errno;
	fd = openat(s->root, s->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno;
	s->dir = fdopendir(fd);
	if (s->dir == NULL)
		fatal("fdopendir");
	return 0;
}

/* Whether the open folder still is what its name says, with permissions to work in it. */
static bool in_place(struct scratch *s)
{
	struct stat named, held;

	if (fstatat(s->root, s->name, &named, AT_SYMLINK_NOFOLLOW) != 0 || fstat(dirfd(s->dir), &held) != 0)
		return false;
	if (named.st_dev != held.st_dev || named.st_ino != held.st_ino)
		return false;
	return (held.st_mode & 07777) == 0700 || fchmod(dirfd(s->dir), 0700) == 0;
}

/* A file system that the test mounted over the folder, as root it can. */
static void unmount(struct scratch *s)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", s->root, s->name);
	(void)umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW);
}

bool scratch_is_empty(struct scratch *s)
{
	struct dirent *entry;

	rewinddir(s->dir);
	while ((entry = readdir(s->dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			return false;
	return true;
}

static void still_alive(void *worker)
{
	worker_patience(worker, 60 * NS_PER_S);
}

static int renew(struct worker *w)
{
	struct scratch *s = &w->scratch;
	int error = s->root < 0 ? open_root(s) : 0;

	if (error == 0 && s->dir != NULL && !in_place(s)) {
		unmount(s);
		if (!in_place(s)) {
			closedir(s->dir);
			s->dir = NULL;
		}
	}
	if (error == 0 && s->dir == NULL)
		error = open_folder(s);
	if (error == 0 && !scratch_is_empty(s))
		error = folder_empty(dirfd(s->dir), &s->flat, still_alive, w);
	return error;
}

int scratch_renew(struct worker *w)
{
	struct scratch *s = &w->scratch;
	int error = renew(w);

	for (int i = 0; error != 0 && i < MAX_TRIES; i++) {
		if (s->generation < MAX_NOTES)
			worker_note(w, "The scratch folder %s cannot be emptied (%s); runs go on in another.", s->name,
				    strerror(error));
		/* The root may be what is gone. */
		if (error == ENOENT && s->root >= 0) {
			close(s->root);
			s->root = -1;
		}
		give_up_folder(s);
		error = renew(w);
	}
	return error;
}

void scratch_remove(struct scratch *s)
{
	/* Best effort: main empties the whole root when it ends. */
	if (s->dir == NULL)
		return;
	(void)folder_empty(dirfd(s->dir), &s->flat, NULL, NULL);
	(void)unlinkat(s->root, s->name, AT_REMOVEDIR);
	closedir(s->dir);
	s->dir = NULL;
}
