/*
 * fill-scratch KIND: says whether the working directory was empty, then leaves a mess in it.
 * The variable OUTSIDE names a folder that must stay as it is.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static void touch(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT, 0600);

	if (fd < 0 || close(fd) != 0)
		perror(name);
}

static int count_entries(void)
{
	DIR *dir = opendir(".");
	int n = 0;

	while (dir != NULL && readdir(dir) != NULL)
		n++;
	return n - 2;
}

static void deep(void)
{
	char name[201];

	memset(name, 'd', 200);
	name[200] = '\0';
	for (int i = 0; i < 300; i++) {
		touch("file");
		if (mkdir(name, 0700) != 0 || chdir(name) != 0)
			perror("deep");
	}
}

static void locked(void)
{
	if (mkdir("a", 0700) != 0 || mkdir("a/b", 0700) != 0 || mkdir("a/b/c", 0700) != 0)
		perror("locked");
	touch("a/b/c/file");
	touch("a/b/file");
	if (chmod("a/b/c", 0) != 0 || chmod("a/b", 0500) != 0 || chmod("a", 0100) != 0 || chmod(".", 0) != 0)
		perror("chmod");
}

static void many(void)
{
	char name[32];

	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), i % 10 == 0 ? "d%d" : "f%d", i);
		if (i % 10 == 0)
			mkdir(name, 0700);
		else
			touch(name);
	}
}

static void links(void)
{
	const char *outside = getenv("OUTSIDE");

	if (symlink(outside, "link") != 0 || mkdir("d", 0700) != 0 || symlink(outside, "d/link") != 0 ||
	    mkfifo("fifo", 0600) != 0 || symlink("nowhere", "dangling") != 0 || mkdir(".flat-0", 0700) != 0 ||
	    mkdir("d/e", 0700) != 0)
		perror("links");
	touch(".flat-0/file");
	touch(".flat-1");
}

static void gone(void)
{
	char cwd[4096];

	if (getcwd(cwd, sizeof(cwd)) == NULL || rmdir(cwd) != 0)
		perror("gone");
}

/* Puts a link to the outside where the folder was. */
static void replaced(void)
{
	char cwd[4096], away[4200];

	if (getcwd(cwd, sizeof(cwd)) == NULL)
		perror("getcwd");
	snprintf(away, sizeof(away), "%s-away-%s", cwd, getenv("FLAKEHUNT_RUN"));
	touch("left");
	if (rename(cwd, away) != 0 || symlink(getenv("OUTSIDE"), cwd) != 0)
		perror("replaced");
}

/* Takes the whole root away. */
static void uprooted(void)
{
	char cwd[4096];

	if (getcwd(cwd, sizeof(cwd)) == NULL || chdir("..") != 0 || rmdir(cwd) != 0)
		perror("folder");
	if (getcwd(cwd, sizeof(cwd)) == NULL || rmdir(cwd) != 0)
		perror("root");
}

/* As root: shows the outside inside, and covers a folder. */
static void mounted(void)
{
	if (mkdir("m", 0700) != 0 || mount(getenv("OUTSIDE"), "m", NULL, MS_BIND, NULL) != 0)
		perror("bind");
	if (mkdir("d", 0700) != 0 || mkdir("d/m", 0700) != 0 ||
	    mount(getenv("OUTSIDE"), "d/m", NULL, MS_BIND, NULL) != 0)
		perror("bind");
	touch("file");
	if (mount("/dev/null", "file", NULL, MS_BIND, NULL) != 0)
		perror("bind file");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*make)(void);
	} kinds[] = { { "deep", deep },	  { "locked", locked },	    { "many", many },	    { "links", links },
		      { "gone", gone },	  { "replaced", replaced }, { "uprooted", uprooted }, { "mounted", mounted } };

	printf("found %d\n", count_entries());
	for (size_t i = 0; argc == 2 && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kinds[i].name, argv[1]) == 0)
			kinds[i].make();
	return 0;
}
