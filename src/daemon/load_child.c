/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The configuration child: what runs the parser.
 *
 * A fork of the parent without exec, so that reading a file costs a millisecond and no program has
 * to be found. Before it looks at the first octet it has closed everything but its socket, become a
 * user who owns nothing, or at least given up every capability, and bounded its memory, its time
 * and its files. It ends with _exit(), so that nothing of the parent's is flushed or undone here.
 *
 * Not here: opening files (load.c, in the parent), what a file means (conf). */
#include "daemon/load_child.h"

#include "base/limits.h"
#include "daemon/load_glob.h"
#include "daemon/load_packet.h"
#include "daemon/privilege.h"
#include "host/account.h"
#include "host/addresses.h"
#include "host/file.h"
#include "host/memory.h"
#include "loop/loop.h"
#include "wire/image.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHANNEL_FD 3
#define CHILD_FILES 16
/* Between two tries to send the image. */
#define RETRY_US 1000
/* All files of a configuration, their tree and model; far above the largest real one. */
#define CHILD_MEMORY (512u * 1024 * 1024)

/* More than LIMIT_LINKS, so that few of them share a slot. */
#define LINK_SLOTS (2 * LIMIT_LINKS)

/* What the parent said of a link. Ten thousand instances name the same few links, and each question
 * costs four system calls and two changes of process. Two names of one slot take turns in it. */
struct link_answer {
	char name[LIMIT_LINK_NAME]; /* empty: nothing asked yet */
	bool exists;
};

struct reader {
	char *data; /* the last file read */
	char *found; /* the last answer of load_glob() */
	struct conf_match *matches;
	bool has_main;
	int main_error;
	struct link_answer links[LINK_SLOTS];
	struct conf_host_address *addresses; /* of this host */
	size_t address_count;
	int address_error;
};

__attribute__((noreturn)) static void give_up(void)
{
	_exit(1);
}

/* Asks the parent and waits for its answer; no parent, no child. */
static void ask(uint32_t type, const char *text, uint32_t answer_type, struct load_packet *p,
		int *ret_fd)
{
	size_t length = strlen(text);

	*ret_fd = -1;
	if (length >= sizeof(p->text)) {
		*p = (struct load_packet){ .type = answer_type, .value = ENAMETOOLONG };
		return;
	}
	*p = (struct load_packet){ .type = type };
	memcpy(p->text, text, length + 1);
	if (load_packet_send(CHANNEL_FD, p, -1, 0) < 0 ||
	    load_packet_receive(CHANNEL_FD, p, ret_fd, 0) != 1 || p->type != answer_type)
		give_up();
}

static int read_file(void *context, const char *path, const char **ret_data, size_t *ret_size)
{
	struct reader *r = context;
	struct load_packet p;
	int fd, e;

	ask(LOAD_PACKET_OPEN, path, LOAD_PACKET_OPENED, &p, &fd);
	e = p.value ? -p.value : fd < 0 ? -EBADF : host_file_read(fd, &r->data, ret_size);
	if (fd >= 0)
		close(fd);
	if (!r->has_main)
		r->main_error = -e;
	r->has_main = true;
	if (e == 0)
		*ret_data = r->data;
	return e;
}

static enum conf_file_kind kind_of(char letter)
{
	switch (letter) {
	case LOAD_GLOB_REGULAR:
		return CONF_FILE_REGULAR;
	case LOAD_GLOB_EXECUTABLE:
		return CONF_FILE_EXECUTABLE;
	case LOAD_GLOB_DIRECTORY:
		return CONF_FILE_DIRECTORY;
	default:
		return CONF_FILE_OTHER;
	}
}

/* The parent's list, which ends in a NUL, as matches that point into it. */
static int take_matches(struct reader *r, size_t size, size_t *ret_count)
{
	size_t count = 0;

	for (size_t i = 0; i < size; i++)
		count += r->found[i] == '\0';
	free(r->matches);
	r->matches = calloc(count + 1, sizeof(*r->matches));
	if (!r->matches)
		return -ENOMEM;
	for (size_t i = 0, at = 0; i < count; i++) {
		r->matches[i].kind = kind_of(r->found[at]);
		r->matches[i].path = r->found + at + 1;
		at += strlen(r->found + at) + 1;
	}
	*ret_count = count;
	return 0;
}

static int find_files(void *context, const char *pattern, const struct conf_match **ret_matches,
		      size_t *ret_count)
{
	struct reader *r = context;
	struct load_packet p;
	size_t size = 0;
	int fd, e;

	ask(LOAD_PACKET_GLOB, pattern, LOAD_PACKET_GLOBBED, &p, &fd);
	e = p.value ? -p.value : fd < 0 ? -EBADF : host_file_read(fd, &r->found, &size);
	if (fd >= 0)
		close(fd);
	if (e == 0)
		e = take_matches(r, size, ret_count);
	if (e == 0)
		*ret_matches = r->matches;
	return e;
}

static const char *environment(void *context, const char *name)
{
	return getenv(name);
}

static bool ask_link(const char *name)
{
	struct load_packet p;
	int fd;

	ask(LOAD_PACKET_LINK, name, LOAD_PACKET_LINKED, &p, &fd);
	if (fd >= 0)
		close(fd);
	return p.value == 1;
}

static size_t link_slot(const char *name)
{
	size_t hash = 5381;

	for (; *name; name++)
		hash = hash * 33 + (unsigned char)*name;
	return hash % LINK_SLOTS;
}

static bool link_exists(void *context, const char *name)
{
	struct reader *r = context;
	struct link_answer *answer = &r->links[link_slot(name)];
	size_t length = strlen(name);

	if (length == 0 || length >= sizeof(answer->name))
		return ask_link(name);
	if (strcmp(answer->name, name) != 0) {
		memcpy(answer->name, name, length + 1);
		answer->exists = ask_link(name);
	}
	return answer->exists;
}

static int find_addresses(void *context, const struct conf_host_address **ret_addresses,
			  size_t *ret_count)
{
	struct reader *r = context;

	*ret_addresses = r->addresses;
	*ret_count = r->address_count;
	return r->address_error;
}

static int look_at(void *context, const char *path, struct conf_path *ret_path)
{
	struct load_packet p;
	size_t length;
	int fd;

	ask(LOAD_PACKET_LOOK, path, LOAD_PACKET_LOOKED, &p, &fd);
	if (fd >= 0)
		close(fd);
	if (p.value)
		return -p.value;
	ret_path->mode = p.mode;
	ret_path->owner = p.owner;
	ret_path->group = p.group;
	length = strnlen(p.text, sizeof(ret_path->link) - 1);
	memcpy(ret_path->link, p.text, length);
	ret_path->link[length] = '\0';
	return 0;
}

/* The one question that the child asks the host itself: the answer may take long, and the parent
 * has more to do. What the user databases say, they say to everybody. */
static enum conf_account_result find_account(void *context, const char *user, const char *group,
					     struct conf_account *ret_account)
{
	return host_account_find(user, group, ret_account);
}

/* What is printed ends with a new line, also when it had to be cut; the log ends its own. */
static void send_finding(enum conf_severity severity, enum load_form form, const char *text)
{
	struct load_packet p = { .type = LOAD_PACKET_FINDING, .value = (int32_t)severity };
	size_t length = strnlen(text, sizeof(p.text) - 2);

	memcpy(p.text, text, length);
	if (form == LOAD_FORM_BLOCK && (length == 0 || text[length - 1] != '\n'))
		p.text[length] = '\n';
	if (load_packet_send(CHANNEL_FD, &p, -1, 0) < 0)
		give_up();
}

static void send_findings(const struct conf *conf, enum load_form form)
{
	char text[LOAD_TEXT_SIZE];
	size_t more = conf_finding_overflow(conf);

	for (size_t i = 0; i < conf_finding_count(conf); i++) {
		const struct conf_finding *f = conf_finding(conf, i);

		if (form == LOAD_FORM_BLOCK)
			conf_finding_print(f, text, sizeof(text));
		else
			conf_finding_print_line(f, text, sizeof(text));
		send_finding(f->severity, form, text);
	}
	if (more > 0) {
		snprintf(text, sizeof(text), "%zu more findings are not shown", more);
		send_finding(CONF_WARNING, form, text);
	}
}

/* The image in a memory that nobody can change any more, or -1. */
static int make_image(const struct conf *conf)
{
	size_t size = conf_image_size(conf);
	int fd = size ? memfd_create("vipd-image", MFD_CLOEXEC | MFD_ALLOW_SEALING) : -1;
	void *map;

	if (fd < 0)
		return -1;
	if (ftruncate(fd, (off_t)size) != 0)
		return -1;
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -1;
	conf_image_write(conf, map);
	munmap(map, size);
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0)
		return -1;
	return fd;
}

static void send_result(const struct conf *conf, const struct reader *r, enum load_form form)
{
	struct load_packet p = {
		.type = LOAD_PACKET_DONE,
		.value = conf_exit_code(conf),
		.file_error = r->main_error,
		.instance_count = conf_instance_count(conf),
		.healthy_count = conf_healthy_count(conf),
	};
	int image_fd = form == LOAD_FORM_PLACE ? -1 : make_image(conf), e;

	conf_run_dir_suffix(conf, p.text, RUN_DIR_SUFFIX_SIZE);

	/* Descriptors under way count for the user, whoever of its processes sent them, and are
	 * compared with the few that this one may have (unix(7), ETOOMANYREFS). They arrive in a
	 * moment; how long to wait is the parent's to decide. */
	while ((e = load_packet_send(CHANNEL_FD, &p, image_fd, 0)) == -ETOOMANYREFS)
		usleep(RETRY_US);
	if (e < 0)
		give_up();
}

/* What this process has mapped already: a sanitizer's build maps terabytes before main(). */
static rlim_t mapped_now(void)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (!file)
		return RLIM_INFINITY;
	if (fscanf(file, "%lu", &pages) != 1)
		pages = 0;
	fclose(file);
	return pages ? (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) : RLIM_INFINITY;
}

static void limit(__rlimit_resource_t resource, rlim_t most)
{
	struct rlimit l = { most, most };

	/* Lowering a limit never fails; one that is lower already stays. */
	setrlimit(resource, &l);
}

static void bound_resources(void)
{
	rlim_t mapped = mapped_now();

	if (mapped != RLIM_INFINITY)
		limit(RLIMIT_AS, mapped + CHILD_MEMORY);
	limit(RLIMIT_CPU, LOAD_TIME_US / 1000000);
	limit(RLIMIT_FSIZE, LIMIT_IMAGE_SIZE);
	limit(RLIMIT_NOFILE, CHILD_FILES);
	limit(RLIMIT_NPROC, 0);
	limit(RLIMIT_CORE, 0);
}

static void confine(int channel)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	child_null_stdio(true);
	if (channel != CHANNEL_FD && dup2(channel, CHANNEL_FD) < 0)
		give_up();
	child_close_from(CHANNEL_FD + 1);
	bound_resources();
	if (privilege_drop(NULL) < 0)
		give_up();
	/* Changing the user cleared it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void load_child_run(int channel, const char *path, const struct load *load, enum load_form form)
{
	static struct reader reader;
	char host[256] = "";
	struct conf_world world = {
		.context = &reader,
		.read_file = read_file,
		.glob = find_files,
		.environment = environment,
		.link_exists = link_exists,
		.addresses = find_addresses,
		.look_at = look_at,
		.find_account = find_account,
		.large_memory = host_memory_large,
		.host_name = host,
		/* Advice is for who asks, not for the log of every reload. */
		.lint = form == LOAD_FORM_BLOCK,
		.config_id = load->config_id,
		.checks_includes = load->checks_includes,
		.random_seed = (uint64_t)loop_realtime_us(),
		.now_realtime_us = loop_realtime_us(),
	};
	struct conf *conf;

	/* They are for the linter; the confined child opens no socket. */
	if (world.lint)
		reader.address_error =
			host_addresses_read(&reader.addresses, &reader.address_count);
	confine(channel);
	gethostname(host, sizeof(host) - 1);
	conf = conf_load(path, &world);
	if (!conf)
		give_up();
	if (form != LOAD_FORM_PLACE)
		send_findings(conf, form);
	send_result(conf, &reader, form);
	_exit(0);
}
