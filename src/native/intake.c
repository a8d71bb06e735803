/*
 * Orders as they come in, and the ways a hunt ends.
 *
 * Theory of operation: input is cut into lines as far as it has come. Every end (an order, the end of the input, a
 * signal, a fault) is the same: a time after which runs in progress are cut off, and the first reason. A malformed line
 * ends the hunt too, because what comes after it cannot be trusted.
 */
#include "hunt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_SIZE = 64 * 1024 };

void hunt_stop(struct hunt *h, const char *reason, uint64_t grace_ms)
{
	int64_t when = later(now_ns(), (int64_t)grace_ms * NS_PER_MS);

	if (h->stop_reason == NULL)
		h->stop_reason = reason;
	if (h->board->stop_ns == 0 || when < h->board->stop_ns)
		h->board->stop_ns = when;
	crew_wake(h);
}

void hunt_error(struct hunt *h, int exit_status, const char *text)
{
	dprintf(STDERR_FILENO, "supervisor: %s\n", text);
	if (h->exit_status == 0) {
		h->exit_status = exit_status;
		record_text(&h->output, "error", text);
	}
	hunt_stop(h, "error", 0);
}

static void complain(struct hunt *h, const char *why)
{
	char text[160];

	snprintf(text, sizeof(text), "malformed orders: %s", why);
	hunt_error(h, EXIT_ORDERS, text);
}

static void check_folder(struct hunt *h, const char *path, const char *what)
{
	char text[256];
	struct stat st;

	if (h->stop_reason != NULL || (stat(path, &st) == 0 && S_ISDIR(st.st_mode) && access(path, W_OK | X_OK) == 0))
		return;
	snprintf(text, sizeof(text), "the %s folder %.160s is missing or not writable", what, path);
	hunt_error(h, EXIT_INTERNAL, text);
}

static void obey(struct hunt *h, const struct order *order)
{
	const struct plan *plan = &h->intake.plan;
	const char *why;

	if (order->kind == ORDER_STOP) {
		hunt_stop(h, "stop", order->grace_ms);
	} else if (order->kind == ORDER_BEGIN) {
		board_open(h->board, plan->first_run, plan->stride);
		quota_open(&h->intake.plan);
		check_folder(h, plan->scratch, "scratch");
		check_folder(h, plan->artifacts, "artifacts");
	} else if (order->kind == ORDER_BATCH && h->stop_reason == NULL) {
		why = batches_queue(h, &order->batch);
		if (why != NULL)
			complain(h, why);
	}
}

static void take_line(struct hunt *h, char *at, size_t length)
{
	struct order order;
	struct line line;
	const char *why = length >= LINE_CAP ? "a line is longer than 1 MiB" : line_parse(at, length, &line);

	if (why == NULL)
		why = order_take(&h->intake, &line, &order);
	if (why == NULL)
		obey(h, &order);
	else
		complain(h, why);
}

static void take_lines(struct hunt *h)
{
	char *at = h->input.at, *end = at + h->input.used, *stop;

	while (h->exit_status == 0 && (stop = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		take_line(h, at, (size_t)(stop - at));
		at = stop + 1;
	}
	text_drop(&h->input, (size_t)(at - h->input.at));
	if (h->exit_status == 0 && h->input.used >= LINE_CAP)
		complain(h, "a line is longer than 1 MiB");
}

void intake_read(struct hunt *h)
{
	char chunk[READ_SIZE];
	ssize_t n = read(STDIN_FILENO, chunk, sizeof(chunk));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		h->input_ended = true;
		hunt_stop(h, "eof", 0);
		return;
	}
	text_add(&h->input, chunk, (size_t)n);
	take_lines(h);
}
