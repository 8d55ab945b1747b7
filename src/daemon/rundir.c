/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The run directory of one vipd.
 *
 * The lock is an flock on a file of its own that is never removed: removing it would let two
 * processes hold "the" lock on two files. It is close-on-exec, and children that do not exec close
 * it, so it ends with this process and with nothing else. With the lock in hand whatever else lies
 * in the directory belongs to the dead, so sockets are simply replaced. A directory that others may
 * write to is refused: they could put their sockets in the place of ours.
 *
 * Not here: what is spoken over the sockets. */
#include "daemon/rundir.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define RUNDIR_BACKLOG 64

__attribute__((format(printf, 3, 4))) static int fail(struct rundir *r, int error,
						       const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(r->why, sizeof(r->why), format, arguments);
	va_end(arguments);
	return -error;
}

static int make_path(struct rundir *r, const char *name, char *path, size_t size)
{
	struct text t;

	text_init(&t, path, size);
	text_add(&t, "%s/%s", r->path, name);
	return t.cut ? fail(r, ENAMETOOLONG, "the path of the run directory is too long") : 0;
}

static int check_directory(struct rundir *r)
{
	struct stat st;

	if (mkdir(r->path, 0755) != 0 && errno != EEXIST)
		return fail(r, errno, "cannot make the run directory %s: %s", r->path,
			    strerror(errno));
	if (stat(r->path, &st) != 0)
		return fail(r, errno, "the run directory %s: %s", r->path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return fail(r, ENOTDIR, "the run directory %s is not a directory", r->path);
	if ((st.st_uid != geteuid() && st.st_uid != 0) || (st.st_mode & (S_IWGRP | S_IWOTH)))
		return fail(r, EPERM,
			    "the run directory %s belongs to others or may be written by them",
			    r->path);
	return 0;
}

/* The numbers in the lock file: the parent's pid, then that of its vipd-vrrp. */
static void read_lock(int fd, long *ret_parent, long *ret_role)
{
	char line[64] = "", *end;
	ssize_t n = pread(fd, line, sizeof(line) - 1, 0);

	*ret_parent = *ret_role = 0;
	if (n <= 0)
		return;
	line[n] = '\0';
	*ret_parent = strtol(line, &end, 10);
	*ret_role = strtol(end, NULL, 10);
}

static void write_lock(struct rundir *r, long role)
{
	char line[64];
	int length = snprintf(line, sizeof(line), "%ld %ld\n", (long)getpid(), role);

	/* Only a help for people and for a later vipd: the lock holds without it. */
	if (ftruncate(r->lock_fd, 0) != 0 || pwrite(r->lock_fd, line, (size_t)length, 0) < 0)
		return;
}

static int take_lock(struct rundir *r)
{
	char path[PATH_MAX];
	long parent, role;
	int e = make_path(r, RUNDIR_LOCK, path, sizeof(path));

	if (e < 0)
		return e;
	r->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (r->lock_fd < 0)
		return fail(r, errno, "cannot open %s: %s", path, strerror(errno));
	e = flock(r->lock_fd, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
	read_lock(r->lock_fd, &parent, &role);
	if (e == 0) {
		/* The next one is told who we are; the last one's role may still be asked for. */
		write_lock(r, role);
		return 0;
	}
	close(r->lock_fd);
	r->lock_fd = -1;
	if (e == EWOULDBLOCK)
		return fail(r, EBUSY, "daemon is already running: vipd with pid %ld has %s", parent,
			    r->path);
	return fail(r, e, "cannot lock %s: %s", path, strerror(e));
}

int rundir_open(struct rundir *r, const char *path, const char *pid_path)
{
	int e;

	*r = (struct rundir){ .lock_fd = -1, .control_fd = -1, .handover_fd = -1 };
	if (!text_copy(r->path, sizeof(r->path), path))
		return fail(r, ENAMETOOLONG, "the path of the run directory is too long");
	e = check_directory(r);
	if (e < 0)
		return e;
	if (!pid_path)
		e = make_path(r, RUNDIR_PID, r->pid_path, sizeof(r->pid_path));
	else if (!text_copy(r->pid_path, sizeof(r->pid_path), pid_path))
		e = fail(r, ENAMETOOLONG, "the path of the pid file is too long");
	return e < 0 ? e : take_lock(r);
}

static int make_address(struct rundir *r, const char *name, struct sockaddr_un *ret_address)
{
	*ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	return make_path(r, name, ret_address->sun_path, sizeof(ret_address->sun_path));
}

static int listen_at(struct rundir *r, const char *name, int type, mode_t mode, int *ret_fd)
{
	struct sockaddr_un address;
	int e = make_address(r, name, &address), fd;
	mode_t mask;

	if (e < 0)
		return e;
	fd = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fail(r, errno, "cannot make a socket: %s", strerror(errno));
	unlink(address.sun_path);
	mask = umask(0777 & ~mode);
	e = bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 ? 0 : errno;
	umask(mask);
	if (e == 0 && listen(fd, RUNDIR_BACKLOG) != 0)
		e = errno;
	if (e) {
		close(fd);
		return fail(r, e, "cannot listen at %s: %s", address.sun_path, strerror(e));
	}
	*ret_fd = fd;
	return 0;
}

/* 0, or 1: it cannot be given (a container without CAP_CHOWN). The group may be missing (a checkout
 * without the package): then only root has the socket. */
static int give_to_group(struct rundir *r)
{
	struct group *group = getgrnam(RUNDIR_CONTROL_GROUP);
	char path[PATH_MAX];

	if (!group || make_path(r, RUNDIR_CONTROL, path, sizeof(path)) < 0)
		return 0;
	if (lchown(path, (uid_t)-1, group->gr_gid) == 0)
		return 0;
	(void)fail(r, errno, "the group " RUNDIR_CONTROL_GROUP " cannot be given %s: %s", path,
		   strerror(errno));
	return 1;
}

int rundir_listen(struct rundir *r)
{
	int e = listen_at(r, RUNDIR_HANDOVER, SOCK_SEQPACKET, 0600, &r->handover_fd);

	if (e == 0)
		e = listen_at(r, RUNDIR_CONTROL, SOCK_STREAM, 0660, &r->control_fd);
	return e < 0 ? e : give_to_group(r);
}

int rundir_connect(struct rundir *r, const char *name)
{
	struct sockaddr_un address;
	int e = make_address(r, name, &address), fd;

	if (e < 0)
		return e;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	e = -errno;
	close(fd);
	return e;
}

int rundir_pid_write(struct rundir *r)
{
	char line[32];
	int length = snprintf(line, sizeof(line), "%ld\n", (long)getpid());
	int fd, e = 0;

	/* A new file each time: an old one may be a link to anywhere. */
	unlink(r->pid_path);
	fd = open(r->pid_path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return fail(r, errno, "cannot make the pid file %s: %s", r->pid_path,
			    strerror(errno));
	r->has_pid_file = true;
	if (fchmod(fd, 0644) != 0 || write(fd, line, (size_t)length) != length)
		e = fail(r, errno ? errno : EIO, "cannot write the pid file %s", r->pid_path);
	close(fd);
	return e;
}

void rundir_note_role(struct rundir *r, pid_t role)
{
	write_lock(r, (long)role);
}

pid_t rundir_noted_role(const struct rundir *r)
{
	long parent, role;

	read_lock(r->lock_fd, &parent, &role);
	return (pid_t)role;
}

static void remove_socket(struct rundir *r, const char *name, int *fd)
{
	char path[PATH_MAX];

	if (*fd < 0)
		return;
	close(*fd);
	*fd = -1;
	if (make_path(r, name, path, sizeof(path)) == 0)
		unlink(path);
}

void rundir_close(struct rundir *r)
{
	remove_socket(r, RUNDIR_CONTROL, &r->control_fd);
	remove_socket(r, RUNDIR_HANDOVER, &r->handover_fd);
	if (r->has_pid_file)
		unlink(r->pid_path);
	r->has_pid_file = false;
	if (r->lock_fd < 0)
		return;
	if (ftruncate(r->lock_fd, 0) != 0)
		r->why[0] = '\0'; /* the numbers in it are only a help */
	close(r->lock_fd);
	r->lock_fd = -1;
}
