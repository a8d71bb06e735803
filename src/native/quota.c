/*
 * Control groups that limit the CPU time of runs.
 *
 * Theory of operation: each worker has a group below the one that was delegated to us. Main makes and sets the groups
 * before a batch begins, so that a refusal costs no run; the kernel's file names tell the versions of control groups
 * apart (cpu.max is version 2's). A group is removed by its worker when that leaves, else by main, and those of
 * supervisors that were killed together with their workers by the next supervisor. A group's name says whose it is:
 * flakehunt-NAMESPACE-PID-START-WORKER, with the pid namespace in which PID holds, and the start time that tells the
 * process from a later one of the same number.
 */
#include "quota.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { REMOVE_MS = 500 };

#define GROUP_NAME "flakehunt-%" PRIu64 "-%d-%" PRIu64 "-"

bool quota_same(const struct quota *a, const struct quota *b)
{
	return a->quota_us == b->quota_us && a->period_us == b->period_us;
}

/* When a process started, in clock ticks since boot; 0: there is none. */
static uint64_t start_of(pid_t pid)
{
	char path[32], stat[512];
	const char *at;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (!read_text(path, stat, sizeof(stat)))
		return 0;
	/* "pid (comm) state ...": comm may hold anything; the start is the 20th word after it. */
	at = strrchr(stat, ')');
	for (int word = 0; at != NULL && word < 20; word++)
		at = strchr(at + 1, ' ');
	return at == NULL ? 0 : strtoull(at, NULL, 10);
}

static uint64_t pid_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) == 0 ? (uint64_t)st.st_ino : 0;
}

/* Whether a group's name is that of a supervisor of this namespace that lives no more. */
static bool is_stale(const char *name)
{
	uint64_t namespace, start;
	int pid, worker;
	char rest;

	if (sscanf(name, GROUP_NAME "%d%c", &namespace, &pid, &start, &worker, &rest) != 4)
		return false;
	return namespace == pid_namespace() && start_of(pid) != start;
}

static void sweep(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL)
		if (is_stale(entry->d_name))
			/* EBUSY: something in it would not die; another time. */
			(void)unlinkat(dirfd(dir), entry->d_name, AT_REMOVEDIR);
	closedir(dir);
}

void quota_open(struct plan *plan)
{
	struct text groups = { 0 };

	if (plan->cgroup == NULL)
		return;
	sweep(plan->cgroup);
	text_printf(&groups, "%s/" GROUP_NAME, plan->cgroup, pid_namespace(), (int)getpid(), start_of(getpid()));
	text_add(&groups, "", 1);
	plan->groups = groups.at;
}

void quota_path(const struct plan *plan, uint32_t worker, char path[GROUP_PATH])
{
	snprintf(path, GROUP_PATH, "%s%" PRIu32, plan->groups, worker);
}

/* 0 or an errno. */
static int write_file(int folder, const char *name, const char *text)
{
	int fd = openat(folder, name, O_WRONLY | O_CLOEXEC);
	int error = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		error = errno;
	close(fd);
	return error;
}

/* 0 or an errno; ENODEV: the group has no cpu controller. */
static int set_share(int folder, const struct quota *quota)
{
	char both[64], period[32], share[32];
	int error;

	snprintf(both, sizeof(both), "%" PRIu64 " %" PRIu64, quota->quota_us, quota->period_us);
	snprintf(period, sizeof(period), "%" PRIu64, quota->period_us);
	snprintf(share, sizeof(share), "%" PRIu64, quota->quota_us);
	error = write_file(folder, "cpu.max", both);
	if (error != ENOENT)
		return error;
	/* Version 1 refuses a period that makes too large a share of the old quota, so that goes first. */
	error = write_file(folder, "cpu.cfs_quota_us", "-1");
	if (error == 0)
		error = write_file(folder, "cpu.cfs_period_us", period);
	if (error == 0)
		error = write_file(folder, "cpu.cfs_quota_us", share);
	return error == ENOENT ? ENODEV : error;
}

static bool make_group(struct quotas *q, const struct plan *plan, uint32_t worker, const struct quota *quota,
		       char why[QUOTA_TEXT])
{
	char path[GROUP_PATH];
	int folder, error;

	quota_path(plan, worker, path);
	if (mkdir(path, 0755) != 0 && errno != EEXIST) {
		snprintf(why, QUOTA_TEXT, "no control group can be made in %.120s: %s", plan->cgroup, strerror(errno));
		return false;
	}
	if (q->made <= worker)
		q->made = worker + 1;
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	error = folder < 0 ? errno : set_share(folder, quota);
	if (folder >= 0)
		close(folder);
	if (error == ENODEV)
		snprintf(why, QUOTA_TEXT, "control groups in %.120s have no cpu controller", plan->cgroup);
	else if (error != 0)
		snprintf(why, QUOTA_TEXT, "a quota of %" PRIu64 " us in %" PRIu64 " us is not taken: %s",
			 quota->quota_us, quota->period_us, strerror(error));
	return error == 0;
}

bool quota_enforce(struct quotas *q, const struct plan *plan, const struct quota *wanted, uint32_t jobs,
		   char why[QUOTA_TEXT])
{
	if (wanted->quota_us == 0)
		return true;
	if (plan->groups == NULL) {
		snprintf(why, QUOTA_TEXT, "no control group with the cpu controller is delegated to this user");
		return false;
	}
	if (!quota_same(&q->set, wanted))
		q->count = 0;
	q->set = *wanted;
	for (; q->count < jobs; q->count++)
		if (!make_group(q, plan, q->count, wanted, why))
			return false;
	return true;
}

void quota_remove(const struct plan *plan, uint32_t worker)
{
	struct timespec moment = { .tv_nsec = NS_PER_MS };
	int64_t give_up = later(now_ns(), REMOVE_MS * NS_PER_MS);
	char path[GROUP_PATH];

	quota_path(plan, worker, path);
	while (rmdir(path) != 0 && errno == EBUSY && now_ns() < give_up)
		(void)nanosleep(&moment, NULL);
}

void quota_end(struct quotas *q, const struct plan *plan)
{
	for (uint32_t worker = 0; worker < q->made; worker++)
		quota_remove(plan, worker);
	*q = (struct quotas){ 0 };
}
