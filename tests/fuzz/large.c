/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files as large as a configuration may be, each full of one kind of rubbish or excess: loading
 * them ends, within the memory and the time that the daemon's child has, and twice the file takes
 * about twice the time. Each load is a process of its own with that child's bounds. It may end
 * without a configuration when memory runs out, but by itself, never by a signal.
 * The growth is what is asked; times alone are the machine's. Where a file and its half do not seem
 * to fit, they are measured again in turns, and the quickest of each counts. */
#include "conf/conf.h"
#include "wire/image.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB ((size_t)1024 * 1024)
/* Of the daemon's child: LOAD_TIME_US and CHILD_MEMORY. What it reads a file into is part of it. */
#define SECONDS_MOST 10
#define MEMORY_MOST (512 * MIB)
#define READ_ROOM (2 * (size_t)LIMIT_CONF_FILE_SIZE)
/* Of twice the file: 2 is linear, 4 is quadratic. */
#define GROWTH_MOST 3.0
/* Less than this says nothing about growth. */
#define MS_LEAST 30.0
#define ROUNDS 5

/* How a load ends by itself. */
#define LOADED 0
#define NO_MEMORY 3

struct sort {
	const char *name;
	const char *head; /* once */
	const char *line; /* again and again, with a number and three octets of it; or */
	const char *piece; /* the same, as it is */
};

#define INSTANCE "vrrp_instance a {\ninterface eth0\nvirtual_router_id 1\n"
#define TEN(x) x x x x x x x x x x

static const struct sort sorts[] = {
	{ .name = "rubbish" },
	{ .name = "one word", .piece = "a" },
	{ .name = "a line of words", .piece = "a " },
	{ .name = "a line of blocks", .piece = "a{}" },
	{ .name = "a line of quotes", .piece = "\"" },
	{ .name = "a line of escapes", .piece = "\\#" },
	{ .name = "a line of variables", .piece = "$B " },
	{ .name = "a line of conditions", .piece = "@^z " },
	{ .name = "a line of braces and conditions", .piece = "{@^z " },
	{ .name = "opening braces", .piece = "{" },
	{ .name = "closing braces", .piece = "}\n" },
	{ .name = "blocks in blocks", .piece = "a {\n" },
	{ .name = "instances in instances", .piece = "vrrp_instance a {\n" },
	{ .name = "lists in lists", .head = INSTANCE, .piece = "virtual_ipaddress {\n" },
	{ .name = "quotes that stay open", .piece = "\"a\n" },
	{ .name = "empty lines", .piece = "\n" },
	{ .name = "carriage returns", .piece = "\r" },
	{ .name = "continued lines", .piece = "\\\n" },
	{ .name = "comments", .piece = "x#\n" },
	{ .name = "wrong words", .line = "prioritty%u\n" },
	{ .name = "settings", .head = INSTANCE, .piece = "priority 100\n" },
	{ .name = "wrong settings", .head = INSTANCE, .line = "priority %u\n" },
	{ .name = "commands", .head = INSTANCE, .piece = "notify \"/a 'b c' \\x41\\101\"\n" },
	{ .name = "one command", .head = INSTANCE "notify \"/a", .piece = " 'b'" },
	{ .name = "addresses", .head = INSTANCE "virtual_ipaddress {\n",
	  .line = "%.0u10.%u.%u.%u/32\n" },
	{ .name = "one address", .head = INSTANCE "virtual_ipaddress {\n", .piece = "10.0.0.1\n" },
	{ .name = "tiny instances", .line = "vrrp_instance a%u{}\n" },
	{ .name = "instances",
	  .line = "vrrp_instance a%1$u {\ninterface e%2$u.%3$u\nvirtual_router_id %4$u\n"
		  "virtual_ipaddress {\n10.%2$u.%3$u.%4$u/32\n}\n}\n" },
	{ .name = "definitions", .line = "$A%u=a\n" },
	{ .name = "one definition", .piece = "$A=a \\\n" },
	{ .name = "values", .head = "$A=a\n", .piece = "x $A\n" },
	{ .name = "no values", .line = "x $A%u\n" },
	{ .name = "loops", .piece = "~SEQ(i,1,2) x${i}\n" },
	{ .name = "includes", .line = "include %u.conf\n" },
	{ .name = "a bomb of values",
	  .head = "$A=aaaaaaaaaa\n$B=" TEN("$A ") "\n$C=" TEN("$B ") "\n$D=" TEN("$C ") "\n",
	  .piece = "$D\n" },
	{ .name = "a bomb of loops", .piece = "~SEQ(i,1,9999999) ~SEQ(j,1,9999999) a${i} {\n" },
	{ .name = "a bomb of wrong words", .piece = "~SEQ(i,1,9999999) prioritty\n" },
};

static void fill(char *out, size_t size, const struct sort *sort)
{
	size_t at = sort->head ? strlen(sort->head) : 0, length;
	uint32_t random = 0x9e3779b9;

	memset(out, '\n', size);
	memcpy(out, sort->head ? sort->head : "", at);
	for (unsigned i = 0; at < size; i++, at += length) {
		char line[256];

		if (sort->line) {
			snprintf(line, sizeof(line), sort->line, i, i >> 16 & 255, i >> 8 & 255,
				 i & 255);
		} else if (sort->piece) {
			strcpy(line, sort->piece);
		} else {
			random ^= random << 13;
			random ^= random >> 17;
			random ^= random << 5;
			line[0] = (char)(random >> 8 ? random >> 8 : 1);
			line[1] = '\0';
		}
		length = line[0] ? strlen(line) : 1;
		memcpy(out + at, line, length < size - at ? length : size - at);
	}
}

/* -- one load, as the daemon's child does it -- */

struct input {
	const char *data;
	size_t size;
	char *read;
};

static int read_input(void *context, const char *path, const char **ret_data, size_t *ret_size)
{
	struct input *input = context;

	if (input->read)
		return -ENOENT;
	input->read = malloc(READ_ROOM);
	if (!input->read)
		return -ENOMEM;
	*ret_data = memcpy(input->read, input->data, input->size);
	*ret_size = input->size;
	return 0;
}

static int find_nothing(void *context, const char *pattern, const struct conf_match **ret_matches,
			size_t *ret_count)
{
	*ret_count = 0;
	return 0;
}

static size_t mapped_now(void)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (!file || fscanf(file, "%lu", &pages) != 1)
		exit(1);
	fclose(file);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

__attribute__((noreturn)) static void load(const char *data, size_t size, bool bounded)
{
	struct input input = { .data = data, .size = size };
	struct conf_world world = { .context = &input, .read_file = read_input,
				    .glob = find_nothing, .host_name = "h" };
	struct rlimit memory = { mapped_now() + MEMORY_MOST, mapped_now() + MEMORY_MOST };
	struct rlimit seconds = { SECONDS_MOST, SECONDS_MOST };
	struct conf *conf;

	if (bounded && (setrlimit(RLIMIT_AS, &memory) != 0 || setrlimit(RLIMIT_CPU, &seconds) != 0))
		_exit(1);
	conf = conf_load("large.conf", &world);
	if (!conf)
		_exit(NO_MEMORY);
	if (conf_image_size(conf) > LIMIT_IMAGE_SIZE || conf_print(conf, NULL, 0) == 0 ||
	    conf_finding_count(conf) > LIMIT_CONF_FINDINGS)
		_exit(1);
	_exit(LOADED);
}

struct cost {
	double ms;
	long peak_kb;
	int end; /* -1: by a signal */
};

static struct cost cost_of(const char *data, size_t size, bool bounded)
{
	struct cost cost = { .end = -1 };
	struct rusage usage;
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		load(data, size, bounded);
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
		exit(1);
	cost.ms = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
		  (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
	cost.peak_kb = usage.ru_maxrss;
	if (WIFEXITED(status))
		cost.end = WEXITSTATUS(status);
	return cost;
}

/* -- growth -- */

static double growth(double half_ms, double whole_ms)
{
	return whole_ms / (half_ms > MS_LEAST ? half_ms : MS_LEAST);
}

static bool ended_well(const struct cost *cost)
{
	return cost->end == LOADED || cost->end == NO_MEMORY;
}

/* Both in turns, until the growth is what it has to be. The first load of the larger one is given.
 */
static bool grows_well(const char *data, size_t size, bool bounded, struct cost *best)
{
	best[0].ms = 1e9;
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < (round ? 2 : 1); i++) {
			struct cost cost = cost_of(data, i ? size : size / 2, bounded);

			if (!ended_well(&cost)) {
				best[i] = cost;
				return false;
			}
			if (cost.ms < best[i].ms)
				best[i] = cost;
		}
		if (growth(best[0].ms, best[1].ms) <= GROWTH_MOST)
			return true;
	}
	return false;
}

/* The whole file must end; its growth is taken where memory is enough. */
static bool try_sort(const struct sort *sort, char *data, size_t size, bool bounded)
{
	size_t fits = size;
	struct cost whole, best[2];
	bool good;

	fill(data, size, sort);
	whole = best[1] = cost_of(data, size, bounded);
	while (best[1].end == NO_MEMORY && fits > MIB)
		best[1] = cost_of(data, fits /= 2, bounded);
	good = ended_well(&whole) && ended_well(&best[1]) &&
	       grows_well(data, fits, bounded, best);
	printf("%-32s %6.0f ms, %4ld MiB%s; %2zu MiB of it: %6.0f ms, half of that: %6.0f ms%s\n",
	       sort->name, whole.ms, whole.peak_kb / 1024,
	       whole.end == NO_MEMORY ? " and no more" : "", fits / MIB, best[1].ms,
	       best[0].ms, good ? "" : "   BAD");
	return good;
}

/* large SIZE_MIB: with the daemon's bounds. large SIZE_MIB unbounded: a sanitizer needs more. */
int main(int argc, char **argv)
{
	size_t size = argc > 1 ? (size_t)atoi(argv[1]) * MIB : 0;
	bool bounded = argc < 3, good = true;
	char *data;

	if (size == 0 || size > LIMIT_CONF_FILE_SIZE)
		return 2;
	data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (data == MAP_FAILED)
		return 2;
	for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++)
		good &= try_sort(&sorts[i], data, size, bounded);
	return good ? 0 : 1;
}
