/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a command once and writes what it cost: wall and processor time in microseconds, with all of
 * its children that it waited for; the peak memory of its largest process in kB; its exit status.
 * A program of its own because a child begins with the peak of whoever started it, and this one is
 * as small as a process can be; a Python would hide the memory of both makes. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000ll + t.tv_nsec / 1000;
}

static long long us_of(struct timeval t)
{
	return t.tv_sec * 1000000ll + t.tv_usec;
}

int main(int argc, char **argv)
{
	int null = open("/dev/null", O_RDWR), status;
	struct rusage usage;
	long long begin, end;
	pid_t pid;

	if (argc < 2 || null < 0)
		return 2;
	begin = now_us();
	pid = vfork();
	if (pid == 0) {
		for (int fd = 0; fd < 3; fd++)
			dup2(null, fd);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
		return 2;
	end = now_us();
	printf("%lld %lld %ld %d\n", end - begin, us_of(usage.ru_utime) + us_of(usage.ru_stime),
	       usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	return 0;
}
