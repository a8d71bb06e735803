/*
 * The supervisor as the first process of a guest.
 *
 * Theory of operation: the kernel starts us with nothing mounted and, where the image has no console, without descriptors.
 * Process 1 makes the machine usable, opens the second serial port for orders and records, and starts the supervisor as
 * its child, so that a supervisor that breaks does not take the kernel down but is told of on the console. Then it only
 * reaps, and powers off when the child has ended and all that it wrote has left the port.
 */
#include "common.h"
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define SERIAL_PORT "/dev/ttyS1"

/* Process 1 of a container, too, is one, but has /proc. */
bool init_is_wanted(void)
{
	return getpid() == 1 && access("/proc/version", F_OK) != 0;
}

static const struct mounted {
	const char *type, *at, *options;
	bool needed;
} mounts[] = {
	{ "proc", "/proc", NULL, true },
	{ "sysfs", "/sys", NULL, true },
	{ "devtmpfs", "/dev", NULL, true },
	{ "tmpfs", "/run", "mode=755", false },
	{ "tmpfs", "/dev/shm", "mode=1777", false },
	{ "devpts", "/dev/pts", "mode=620,ptmxmode=666", false },
	{ "cgroup2", "/sys/fs/cgroup", NULL, false },
	/* Of its own, so that what runs leave there shows in its size. Nothing is mounted on /tmp: tests may lie below it. */
	{ "tmpfs", "/.flakehunt/scratch", "mode=755", false },
};

/* A bit of `failed` for each that could not be mounted; errno of the last. */
static unsigned mount_all(void)
{
	unsigned failed = 0;

	for (size_t i = 0; i < sizeof(mounts) / sizeof(*mounts); i++) {
		const struct mounted *m = &mounts[i];

		/* EEXIST is the rule; whatever else it was, mount says again. */
		(void)mkdir(m->at, 0755);
		if (mount(m->type, m->at, m->type, 0, m->options) != 0)
			failed |= 1U << i;
	}
	return failed;
}

/* Standard input, output and error, whatever the kernel could open for us. */
static void open_console(void)
{
	int console = open("/dev/console", O_RDWR | O_NOCTTY);

	if (console < 0)
		return;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fd != console)
			(void)dup2(console, fd);
	if (console > STDERR_FILENO)
		close(console);
}

static void say(const char *text, const char *what)
{
	dprintf(STDERR_FILENO, "flakehunt: %s%s\n", text, what);
}

static void report_mounts(unsigned failed)
{
	for (size_t i = 0; i < sizeof(mounts) / sizeof(*mounts); i++)
		if (mounts[i].needed && (failed >> i & 1) != 0)
			say("cannot be mounted: ", mounts[i].at);
}

/* Settings of the kernel; one that this kernel does not have is not missed. */
static void write_setting(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, value, strlen(value)) < 0)
		say("is not taken: ", path);
	close(fd);
}

static void raise_limit(int resource, bool to_infinity)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) != 0)
		return;
	if (to_infinity)
		limit.rlim_max = RLIM_INFINITY;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(resource, &limit) != 0)
		say("a limit cannot be raised: ", strerror(errno));
}

static void bring_up_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	/* A kernel without network has none to bring up. */
	if (fd < 0)
		return;
	if (ioctl(fd, SIOCSIFFLAGS, &request) != 0)
		say("lo cannot be brought up: ", strerror(errno));
	close(fd);
}

static void set_up_machine(void)
{
	unsigned failed = mount_all();

	open_console();
	report_mounts(failed);
	write_setting("/sys/fs/cgroup/cgroup.subtree_control", "+cpu");
	write_setting("/proc/sys/kernel/core_pattern", "core");
	/* Else the kernel drops all but ten marks of runs in five seconds. It wants the line whole. */
	write_setting("/proc/sys/kernel/printk_devkmsg", "on\n");
	bring_up_loopback();
	if (sethostname("guest", strlen("guest")) != 0)
		say("the host name cannot be set: ", strerror(errno));
	raise_limit(RLIMIT_NOFILE, false);
	raise_limit(RLIMIT_MEMLOCK, true);
	raise_limit(RLIMIT_CORE, true);
	(void)umask(022);
	if (chdir("/") != 0)
		say("no root folder: ", strerror(errno));
}

/*
 * The port, raw; -1: there is none. Nodes exist also for ports that do not: those answer nothing. It does not block: a
 * terminal that polls writable still takes less than is written.
 */
static int open_port(void)
{
	int fd = open(SERIAL_PORT, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	struct termios raw;

	if (fd < 0)
		return -1;
	if (tcgetattr(fd, &raw) == 0) {
		cfmakeraw(&raw);
		raw.c_cflag |= CLOCAL | CREAD;
		raw.c_cflag &= ~(tcflag_t)(CRTSCTS | CSTOPB | HUPCL);
		raw.c_cc[VMIN] = 1;
		raw.c_cc[VTIME] = 0;
		if (cfsetspeed(&raw, B115200) == 0 && tcsetattr(fd, TCSANOW, &raw) == 0)
			return fd;
	}
	close(fd);
	return -1;
}

static _Noreturn void power_off(void)
{
	sync();
	(void)reboot(RB_POWER_OFF);
	/* Where the machine has no such switch. */
	(void)reboot(RB_AUTOBOOT);
	for (;;)
		(void)pause();
}

static bool is_probe_wanted(void)
{
	char words[4096];
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, words, sizeof(words) - 1);
	char *rest = words;

	if (fd >= 0)
		close(fd);
	words[n < 0 ? 0 : n] = '\0';
	for (char *word = strtok_r(words, " \n", &rest); word != NULL; word = strtok_r(NULL, " \n", &rest))
		if (strcmp(word, "flakehunt.probe") == 0)
			return true;
	return false;
}

static int tell_release(void)
{
	struct text line = { 0 };
	struct utsname name;
	bool told;

	if (uname(&name) != 0)
		return EXIT_INTERNAL;
	line_begin(&line, "release");
	line_str(&line, "value", name.release);
	line_end(&line);
	told = write(STDOUT_FILENO, line.at, line.used) == (ssize_t)line.used;
	text_free(&line);
	return told ? 0 : EXIT_INTERNAL;
}

/* Process 1's own part: everybody's orphans, until `child` has ended. */
static int reap_until(pid_t child)
{
	int status = 0;
	pid_t dead;

	do
		dead = waitpid(-1, &status, 0);
	while (dead != child && (dead > 0 || errno == EINTR));
	return status;
}

static void tell_end(int status)
{
	if (WIFSIGNALED(status))
		dprintf(STDERR_FILENO, "flakehunt: supervisor ended: signal %d\n", WTERMSIG(status));
	else
		dprintf(STDERR_FILENO, "flakehunt: supervisor ended: exit %d\n", WEXITSTATUS(status));
}

static void become_supervisor(int port)
{
	if (dup2(port, STDIN_FILENO) < 0 || dup2(port, STDOUT_FILENO) < 0)
		fatal(SERIAL_PORT);
	if (setsid() < 0)
		fatal("setsid");
	if (is_probe_wanted()) {
		int status = probe();

		exit(status == 0 ? tell_release() : status);
	}
}

void init(void)
{
	int port;
	pid_t child;

	set_up_machine();
	port = open_port();
	if (port < 0) {
		say("no second serial port", "");
		power_off();
	}
	child = fork();
	if (child == 0) {
		become_supervisor(port);
		return;
	}
	if (child > 0)
		tell_end(reap_until(child));
	else
		say("the supervisor cannot be started: ", strerror(errno));
	(void)tcdrain(port);
	power_off();
}
