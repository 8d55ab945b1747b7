/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Writing log lines without ever waiting for who reads them.
 *
 * A daemon that keeps addresses must not stop because a disk is full, a pipe has no reader or a
 * terminal was halted with ^S. So: pipes and terminals are opened a second time through /proc, for
 * a non-blocking description of our own (the one we inherited is shared with others, whose writes
 * could fill a pipe between our looking and our writing); sockets are written with MSG_DONTWAIT; a
 * regular file cannot be asked, it takes the line or fails. The system log is spoken to directly
 * (RFC 3164 over the datagram socket), because syslog(3) waits when its reader does.
 *
 * Not here: what the lines say (log_render.c), how often (vipd-vrrp limits what strangers
 * cause). */
#include "daemon/log.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define LOG_FACILITY_DAEMON 3

static int severity(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
		return 3;
	case LOG_LEVEL_WARNING:
		return 4;
	case LOG_LEVEL_INFO:
	case LOG_LEVEL_DETAIL:
		return 6;
	}
	return 6;
}

/* Standard error is the journal, which has the lines of the system log already. */
static bool is_journal(const struct stat *st)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;

	return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
	       device == st->st_dev && inode == st->st_ino;
}

static void open_console(struct log *log)
{
	struct stat st;
	int fd;

	if (fstat(STDERR_FILENO, &st) != 0)
		return;
	if (!log->options.to_console && is_journal(&st))
		return;
	log->console_fd = STDERR_FILENO;
	log->console_is_socket = S_ISSOCK(st.st_mode);
	if (!S_ISFIFO(st.st_mode) && !S_ISCHR(st.st_mode))
		return;
	fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd >= 0) {
		log->console_fd = fd;
		log->console_is_ours = true;
	}
}

/* Foreign text (names, paths) must not forge lines or steer a terminal. */
static void make_printable(char *text)
{
	for (size_t size; *text; text += size ? size : 1) {
		size = text_control_size(text);
		memset(text, '?', size);
	}
}

void log_rename(struct log *log, const char *suffix)
{
	snprintf(log->name, sizeof(log->name), "vipd%s", suffix);
	make_printable(log->name);
}

void log_open(struct log *log, const struct log_options *options)
{
	*log = (struct log){ .options = *options, .console_fd = -1, .syslog_fd = -1 };
	if (!log->options.syslog_path)
		log->options.syslog_path = LOG_SYSLOG_PATH;
	log_rename(log, "");
	if (options->to_console || options->is_starting)
		open_console(log);
}

static void close_console(struct log *log)
{
	if (log->console_is_ours)
		close(log->console_fd);
	log->console_is_ours = false;
	log->console_fd = -1;
}

static void close_syslog(struct log *log)
{
	if (log->syslog_fd >= 0)
		close(log->syslog_fd);
	log->syslog_fd = -1;
}

void log_close(struct log *log)
{
	close_console(log);
	close_syslog(log);
}

void log_started(struct log *log)
{
	log->options.is_starting = false;
	if (!log->options.to_console)
		close_console(log);
}

static bool console_takes(const struct log *log)
{
	struct pollfd p = { .fd = log->console_fd, .events = POLLOUT };

	/* A pipe is ready when it has room for a page, which is more than a line. */
	return poll(&p, 1, 0) == 1 && (p.revents & POLLOUT);
}

static bool console_put(struct log *log, const char *text, size_t size)
{
	ssize_t n;

	if (log->console_fd < 0 || !console_takes(log))
		return false;
	do {
		if (log->console_is_socket)
			n = send(log->console_fd, text, size, MSG_DONTWAIT | MSG_NOSIGNAL);
		else
			n = write(log->console_fd, text, size);
	} while (n < 0 && errno == EINTR);
	if (n > 0)
		log->console_line_is_open = (size_t)n < size;
	return n >= 0 && (size_t)n == size;
}

/* keepalived's form on the console: "Mon Nov 23 03:04:51 2026: text". */
static bool console_line(struct log *log, const struct tm *tm, const char *text)
{
	char line[LOG_LINE_SIZE + 64], stamp[40];
	struct text t;

	strftime(stamp, sizeof(stamp), "%a %b %e %H:%M:%S %Y", tm);
	text_init(&t, line, sizeof(line));
	text_add(&t, "%s%s: %s\n", log->console_line_is_open ? "\n" : "", stamp, text);
	return console_put(log, line, t.length);
}

static bool syslog_connect(struct log *log)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (log->syslog_fd >= 0)
		return true;
	if (!text_copy(address.sun_path, sizeof(address.sun_path), log->options.syslog_path))
		return false;
	log->syslog_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (log->syslog_fd < 0)
		return false;
	if (connect(log->syslog_fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return true;
	close_syslog(log);
	return false;
}

static bool syslog_line(struct log *log, enum log_level level, const struct tm *tm,
			const char *text)
{
	char line[LOG_LINE_SIZE + LOG_NAME_SIZE + 64], stamp[40];
	struct text t;

	strftime(stamp, sizeof(stamp), "%b %e %H:%M:%S", tm);
	text_init(&t, line, sizeof(line));
	text_add(&t, "<%d>%s %s[%d]: %s", LOG_FACILITY_DAEMON << 3 | severity(level), stamp,
		 log->name, (int)getpid(), text);
	/* Twice: the first failure may only say that the reader was started anew. */
	for (int try = 0; try < 2; try++) {
		if (!syslog_connect(log))
			return false;
		if (send(log->syslog_fd, line, t.length, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
			return true;
		if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)
			return false;
		close_syslog(log);
	}
	return false;
}

static bool put_line(struct log *log, enum log_level level, const char *text)
{
	time_t now = time(NULL);
	struct tm tm = { 0 };

	localtime_r(&now, &tm);
	return log->options.to_console ? console_line(log, &tm, text) :
					 syslog_line(log, level, &tm, text);
}

/* For whoever started the daemon and looks on. Lost here is not lost: the log has it. */
static void show_line(struct log *log, const char *text)
{
	time_t now = time(NULL);
	struct tm tm = { 0 };

	localtime_r(&now, &tm);
	console_line(log, &tm, text);
}

void log_printf(struct log *log, enum log_level level, const char *format, ...)
{
	char line[LOG_LINE_SIZE], count[64];
	va_list arguments;

	if (level == LOG_LEVEL_DETAIL && !log->options.detail)
		return;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	make_printable(line);
	if (log->options.is_starting && !log->options.to_console && level <= LOG_LEVEL_WARNING)
		show_line(log, line);
	if (log->lost_count > 0) {
		snprintf(count, sizeof(count), "%llu log line%s lost",
			 (unsigned long long)log->lost_count, log->lost_count == 1 ? "" : "s");
		if (!put_line(log, LOG_LEVEL_WARNING, count)) {
			log->lost_count++;
			return;
		}
		log->lost_count = 0;
	}
	if (!put_line(log, level, line))
		log->lost_count++;
}
