/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The files of vipctl simulate become hosts. A host is called as its file, or, where several files
 * are called alike, as the directory that its file lies in: nodes' files are often all called
 * keepalived.conf. NAME=FILE says it outright, and then the name is also that of lines after @NAME,
 * so that one file may serve for several nodes. */
#include "cli/simulate.h"

#include "conf/conf.h"

#include <stdlib.h>
#include <string.h>

/* Letters that a name given by NAME=FILE may have: a path seldom begins so. */
#define NAME_LETTERS                                                                               \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

struct node {
	const char *path;
	struct conf *conf;
	char name[LIMIT_NAME];
	bool is_named; /* by NAME=FILE */
};

static int wrong(const char *path, const char *reason)
{
	fprintf(stderr, "vipctl: file `%s`: %s\n", path, reason);
	return CLI_USAGE;
}

/* -- names -- */

/* Faults are words: a name has no blanks. */
static void name_set(struct node *n, const char *text, size_t length)
{
	char clean[LIMIT_NAME];

	snprintf(n->name, sizeof(n->name), "%.*s", (int)length, text);
	cli_text_clean(n->name, clean, sizeof(clean));
	for (char *c = clean; *c; c++)
		if (*c == ' ')
			*c = '_';
	memcpy(n->name, clean, sizeof(n->name));
}

/* The last part of the path without what follows the first dot; with all of it when it begins with
 * the dot. */
static void name_by_file(struct node *n)
{
	const char *slash = strrchr(n->path, '/');
	const char *base = slash ? slash + 1 : n->path;
	size_t length = strcspn(base, ".");

	name_set(n, base, length ? length : strlen(base));
}

static void name_by_directory(struct node *n)
{
	const char *end = strrchr(n->path, '/'), *begin;

	while (end && end > n->path && end[-1] == '/')
		end--;
	for (begin = end; begin && begin > n->path && begin[-1] != '/';)
		begin--;
	if (begin && begin < end)
		name_set(n, begin, (size_t)(end - begin));
}

static bool is_unique(const struct node *nodes, int count, int i)
{
	for (int o = 0; o < count; o++)
		if (o != i && strcmp(nodes[o].name, nodes[i].name) == 0)
			return false;
	return true;
}

/* `NAME=FILE`, or a path. */
static void argument_read(struct node *n, const char *argument)
{
	size_t length = strspn(argument, NAME_LETTERS);

	n->is_named = length && argument[length] == '=' && argument[length + 1];
	n->path = n->is_named ? argument + length + 1 : argument;
	if (n->is_named)
		name_set(n, argument, length);
	else
		name_by_file(n);
}

static int names_find(struct node *nodes, int count, const struct cli_request *r)
{
	bool alike[SIM_HOSTS];

	for (int i = 0; i < count; i++)
		argument_read(&nodes[i], r->arguments[i]);
	for (int i = 0; i < count; i++)
		alike[i] = !is_unique(nodes, count, i) && !nodes[i].is_named;
	for (int i = 0; i < count; i++)
		if (alike[i])
			name_by_directory(&nodes[i]);
	for (int i = 0; i < count; i++)
		if (!is_unique(nodes, count, i))
			return wrong(nodes[i].path,
				     "another one gives its host the same name; write NAME=FILE");
	return CLI_YES;
}

/* -- configurations -- */

static int load(struct node *n, const struct cli_request *request)
{
	struct cli_request own = *request;

	if (n->is_named && !own.config_id)
		own.config_id = n->name;
	n->conf = cli_conf_load(n->path, &own);
	if (!n->conf)
		return CLI_NO;
	if (conf_is_read(n->conf))
		cli_findings_hint(n->path, n->conf);
	return CLI_YES;
}

/* What does not fit between them explains most of what looks odd in a run. */
static void cluster_hint(const struct node *nodes, int count)
{
	const struct conf *files[SIM_HOSTS];
	struct cli_findings counts = { 0 };
	struct conf_cluster *cluster;
	char text[128];

	for (int i = 0; i < count; i++)
		files[i] = nodes[i].conf;
	cluster = count > 1 ? conf_cluster_check(files, (size_t)count) : NULL;
	if (!cluster)
		return;
	for (size_t i = 0; i < conf_cluster_finding_count(cluster); i++)
		cli_findings_add(&counts, conf_cluster_finding(cluster, i));
	conf_cluster_free(cluster);
	counts.hints = 0;
	if (!counts.errors && !counts.warnings)
		return;
	fprintf(stderr, "vipctl: between the files: %s: vipctl check",
		cli_findings_text(&counts, text, sizeof(text)));
	for (int i = 0; i < count; i++)
		fprintf(stderr, " %s", nodes[i].path);
	fputc('\n', stderr);
}

static void broken_say(const struct node *n, const struct image *image)
{
	char name[LIMIT_NAME], reason[LIMIT_NAME];

	for (uint32_t i = 0; i < image->instance_count; i++) {
		const struct image_instance *instance = &image_instances(image)[i];

		if (!(instance->flags & IMAGE_BROKEN))
			continue;
		fprintf(stderr, "vipctl: %s: %s is left out: %s\n", n->path,
			cli_text_clean(image_text(image, instance->name), name, sizeof(name)),
			cli_text_clean(image_text(image, instance->broken_reason), reason,
				       sizeof(reason)));
	}
}

/* Why nothing of it runs. */
static const char *idle_reason(const struct conf *conf)
{
	if (!conf_is_read(conf) && conf_finding_count(conf))
		return conf_finding(conf, 0)->message;
	return conf_instance_count(conf) ? "none of its instances can run" :
					   "it has no vrrp_instance";
}

/* NULL: why not has been said. */
static struct image *image_make(const struct node *n)
{
	size_t size = conf_image_size(n->conf);
	struct image *image = size ? calloc(1, size) : NULL;

	if (!image) {
		(void)wrong(n->path, "it is too large");
		return NULL;
	}
	conf_image_write(n->conf, image);
	broken_say(n, image);
	if (conf_healthy_count(n->conf))
		return image;
	fprintf(stderr, "vipctl: %s: %s\n", n->path, idle_reason(n->conf));
	free(image);
	return NULL;
}

struct image *cli_image_read(const char *path, const struct cli_request *request)
{
	struct node n = { .path = path };
	struct image *image = load(&n, request) == CLI_YES ? image_make(&n) : NULL;

	conf_free(n.conf);
	return image;
}

static int image_add(struct sim *s, const struct node *n)
{
	struct image *image = image_make(n);
	int number = image ? sim_host_add(s, n->name, image) : -1;
	int result = number >= 0 ? CLI_YES : CLI_NO;

	if (image && number < 0)
		result = wrong(n->path, "too many networks");
	free(image);
	return result;
}

int cli_hosts_add(struct sim *s, const struct cli_request *request)
{
	struct node nodes[SIM_HOSTS] = { { .path = NULL } };
	int count = request->argument_count, result;

	if (count > SIM_HOSTS)
		return wrong(request->arguments[SIM_HOSTS], "there are too many");
	result = names_find(nodes, count, request);
	for (int i = 0; i < count && result == CLI_YES; i++)
		result = load(&nodes[i], request);
	for (int i = 0; i < count && result == CLI_YES; i++)
		result = image_add(s, &nodes[i]);
	if (result == CLI_YES)
		cluster_hint(nodes, count);
	if (result == CLI_YES && count == 1)
		fprintf(stderr, "vipctl: one file is one host, and nobody takes over from it: "
				"give those of all nodes\n");
	for (int i = 0; i < count; i++)
		conf_free(nodes[i].conf);
	return result;
}
