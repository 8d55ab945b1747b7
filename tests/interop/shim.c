/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded into keepalived while its dump is taken (sandbox.py). Two things that keepalived cannot
 * be told by its configuration:
 *
 * - No program is ever started. The configurations come from anywhere and name commands; a system
 *   call filter that no child can shed refuses every exec. keepalived sees scripts that fail.
 * - IPVS seems to be there. A kernel without ip_vs ends the checker process before it can say
 *   what it read. keepalived's library speaks to IPVS through five functions of libnl; here the
 *   family is found, everything is sent and every answer is "done". What keepalived would have put
 *   into the kernel is lost, which is what we want: its dump shows the configuration alone.
 *
 * The libnl functions have only pointers and integers in their signatures, so that its headers are
 * not needed. Not done here: hiding the network (the namespace has none) and files (the root is a
 * copy of what keepalived needs).
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Any number that the kernel does not refuse before it is used; nothing is sent with it. */
#define FAMILY 1000

#define NUMBER (offsetof(struct seccomp_data, nr))
#define REFUSE(errno_) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (errno_))

/* Only the numbers of our own ABI are asked for. Another one's could be used by a program that
 * wants to, not by keepalived, and no other program runs here. */
static struct sock_filter filter[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, NUMBER),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 1, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 0, 1),
	REFUSE(EACCES),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

__attribute__((constructor)) static void refuse_exec(void)
{
	struct sock_fprog program = {
		.len = sizeof(filter) / sizeof(filter[0]),
		.filter = filter,
	};

	/* Without the filter nothing may run: better no dump. It is tried as well, with a name that
	 * would be answered by another error. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) ||
	    execl("/no/such/program", "program", NULL) != -1 || errno != EACCES)
		abort();
}

typedef int callback(void *message, void *argument);

/* libnl's NL_CB_ACK. */
#define CALLBACK_ACK 4
static callback *ack;
static void *ack_argument;

int genl_connect(void *socket);
int genl_ctrl_resolve(void *socket, const char *name);
int nl_send_auto(void *socket, void *message);
int nl_recvmsgs_default(void *socket);
int nl_socket_modify_cb(void *socket, int type, int kind, callback *function, void *argument);

int genl_connect(void *socket)
{
	(void)socket;
	return 0;
}

int genl_ctrl_resolve(void *socket, const char *name)
{
	(void)socket;
	(void)name;
	return FAMILY;
}

int nl_send_auto(void *socket, void *message)
{
	(void)socket;
	(void)message;
	return 1;
}

int nl_socket_modify_cb(void *socket, int type, int kind, callback *function, void *argument)
{
	(void)socket;
	(void)kind;
	if (type == CALLBACK_ACK) {
		ack = function;
		ack_argument = argument;
	}
	return 0;
}

/* keepalived asks again until its callback has seen the acknowledgement. */
int nl_recvmsgs_default(void *socket)
{
	(void)socket;
	if (ack)
		ack(NULL, ack_argument);
	return 0;
}
