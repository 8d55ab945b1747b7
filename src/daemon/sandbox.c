/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The walls around a role: no new privileges, the few capabilities, and a list of system calls;
 * any other call ends the process (the parent starts a new one, which goes on with the memory of
 * the old). Ending rather than refusing: a call that we never make is the attacker's, and must
 * not get a second try.
 *
 * The list names calls as libseccomp knows them; one that an architecture does not have is passed
 * over. It is made of what our code calls and of what the C library calls on its own account:
 * memory, abort(), the clock where there is no vDSO.
 *
 * PR_SET_DUMPABLE 0 gives /proc/PID to root and forbids ptrace to everyone without CAP_SYS_PTRACE:
 * the user may be `nobody`, and other services of that name must not read our memory, which
 * holds the passwords. The price: no core dump, and the process cannot open its own /proc/self,
 * which it must not anyway. */

#include "daemon/sandbox.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* What both roles do: talk over descriptors that they have, wait, take memory, end. */
static const int common_calls[] = {
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(readv),
	SCMP_SYS(writev),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(accept4),
	SCMP_SYS(shutdown),
	SCMP_SYS(close),
	SCMP_SYS(dup),
	SCMP_SYS(fcntl),
	SCMP_SYS(fstat),
	SCMP_SYS(lseek),
	SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt),
	SCMP_SYS(getsockname),
	SCMP_SYS(getpeername),

	SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_pwait2),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(timerfd_create),
	SCMP_SYS(timerfd_settime),
	SCMP_SYS(timerfd_gettime),
	SCMP_SYS(eventfd2),
	SCMP_SYS(signalfd4),
	SCMP_SYS(nanosleep),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),

	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(brk),
	SCMP_SYS(madvise),
	SCMP_SYS(getrandom),

	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(futex),
	SCMP_SYS(sched_yield),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(getpid),
	SCMP_SYS(getppid),
	SCMP_SYS(gettid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
};

/* Opening the sockets of a link that appears, many packets at once, locked memory. */
static const int vrrp_calls[] = {
	SCMP_SYS(bind),     SCMP_SYS(getsockname), SCMP_SYS(recvmmsg),   SCMP_SYS(sendmmsg),
	SCMP_SYS(munlock),  SCMP_SYS(mlock),       SCMP_SYS(munlockall),
};

static const int vrrp_families[] = { AF_INET, AF_INET6, AF_PACKET, AF_NETLINK };

/* seccomp_rule_add() with -EDOM or a pseudo number: not on this architecture. */
static int allow(scmp_filter_ctx ctx, int call, unsigned int count,
		 const struct scmp_arg_cmp *arguments)
{
	int r;

	if (call < 0)
		return 0;
	r = seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, call, count, arguments);
	return r == -EDOM ? 0 : r;
}

static int allow_all(scmp_filter_ctx ctx, const int *calls, size_t count)
{
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++)
		r = allow(ctx, calls[i], 0, NULL);
	return r;
}

static int allow_if(scmp_filter_ctx ctx, int call, struct scmp_arg_cmp condition)
{
	return allow(ctx, call, 1, &condition);
}

static struct scmp_arg_cmp equals(unsigned int argument, scmp_datum_t value)
{
	return (struct scmp_arg_cmp){ .arg = argument, .op = SCMP_CMP_EQ, .datum_a = value };
}

static struct scmp_arg_cmp lacks(unsigned int argument, scmp_datum_t bits)
{
	return (struct scmp_arg_cmp){ .arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = bits };
}

/* Calls that are harmless with some arguments only. */
static int allow_conditional(scmp_filter_ctx ctx)
{
	scmp_datum_t self = (scmp_datum_t)getpid();
	int r;

	/* Memory, but none that could be executed. */
	r = allow_if(ctx, SCMP_SYS(mmap), lacks(2, PROT_EXEC));
	if (r == 0)
		r = allow_if(ctx, SCMP_SYS(mprotect), lacks(2, PROT_EXEC));
	/* fstat() of newer C libraries; a path could be read besides, but not opened. */
	if (r == 0)
		r = allow_if(ctx, SCMP_SYS(newfstatat), equals(3, AT_EMPTY_PATH));
	/* abort() and raise(). */
	if (r == 0)
		r = allow_if(ctx, SCMP_SYS(tgkill), equals(0, self));
	if (r == 0)
		r = allow_if(ctx, SCMP_SYS(kill), equals(0, self));
	/* isatty(), which stdio asks of a character device before the first octet. */
	if (r == 0)
		r = allow_if(ctx, SCMP_SYS(ioctl), equals(1, TCGETS));
	/* The C library names the memory it takes (PR_SET_VMA). */
	if (r == 0)
		r = allow_if(ctx, SCMP_SYS(prctl), equals(0, PR_SET_VMA));
	if (r == 0)
		r = allow_if(ctx, SCMP_SYS(prctl), equals(0, PR_SET_NAME));
	return r;
}

static int calls_limit(bool is_vrrp)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int r;

	if (!ctx)
		return -ENOMEM;
	r = allow_all(ctx, common_calls, sizeof common_calls / sizeof common_calls[0]);
	if (r == 0)
		r = allow_conditional(ctx);
	if (r == 0 && is_vrrp)
		r = allow_all(ctx, vrrp_calls, sizeof vrrp_calls / sizeof vrrp_calls[0]);
	for (size_t i = 0; is_vrrp && i < sizeof vrrp_families / sizeof vrrp_families[0]; i++) {
		if (r == 0)
			r = allow_if(ctx, SCMP_SYS(socket),
				     equals(0, (scmp_datum_t)vrrp_families[i]));
	}
	/* A tree of comparisons instead of a row: a call costs some six instead of seventy. */
	if (r == 0)
		seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (r == 0)
		r = seccomp_load(ctx);
	seccomp_release(ctx);
	return r;
}

/* Exactly these capabilities, or -EPERM when one of them is not there. Nothing is kept for
 * programs to come: there are none. */
static int capabilities_limit(bool is_vrrp)
{
	const capng_type_t both = (capng_type_t)(CAPNG_EFFECTIVE | CAPNG_PERMITTED);

	capng_clear(CAPNG_SELECT_CAPS);
	capng_clear(CAPNG_SELECT_AMBIENT);
	if (is_vrrp)
		capng_updatev(CAPNG_ADD, both, CAP_NET_ADMIN, CAP_NET_RAW, -1);
	/* The bounding set was cut by the parent; a plain user cannot. */
	if (capng_apply(CAPNG_SELECT_CAPS) != 0 || capng_apply(CAPNG_SELECT_AMBIENT) != 0)
		return -EPERM;
	return 0;
}

/* 0, or 1: it is not locked. Under a limit better nothing is than a part: a locked stack that
 * reaches the limit while it grows ends the process, a locked heap lets malloc() fail. */
static int memory_lock(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit) < 0 || limit.rlim_cur != RLIM_INFINITY)
		return 1;
	return mlockall(MCL_CURRENT | MCL_FUTURE) < 0;
}

static int sandbox_enter(bool is_vrrp)
{
	int unlocked = is_vrrp ? memory_lock() : 0, r;

	/* The C library reads it on the first conversion of a time, UTC included. */
	tzset();
	/* Timers of poll() and nanosleep() to the nanosecond, not to 50 us. */
	prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
	r = capabilities_limit(is_vrrp);
	if (r < 0)
		return r;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return -errno;
	r = calls_limit(is_vrrp);
	return r < 0 ? r : unlocked;
}

int sandbox_enter_vrrp(void)
{
	return sandbox_enter(true);
}

int sandbox_enter_ctl(void)
{
	return sandbox_enter(false);
}
