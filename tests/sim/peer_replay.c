/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The model of a foreign router (sim/peer.c) through a story that a real one lived through
 * (tests/sim/peer; written by tests/netns/peer_model.py): the same inputs at the same times, and
 * what it does is laid beside what the real one did. Of each kind (packets, addresses, states) the
 * same things in the same order, each within some milliseconds: the real one works and waits.
 *     peer_replay [--room SECONDS] [--show] STORY...
 * With --show both are printed, and how far they lie apart. */

#include "base/check.h"
#include "conf/conf.h"
#include "sim/peer.h"
#include "sim/peer_wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 1000
#define TEXT_SIZE 256
#define CONFIG_SIZE 4096
#define WAITING_MAX 64
#define ROOM_S 0.06

enum stream {
	STREAM_PACKETS,
	STREAM_ADDRESSES,
	STREAM_STATES,
	STREAM_N_,
};

static const char *const stream_names[STREAM_N_] = { "packets", "addresses", "states" };

struct line {
	double at_s;
	char text[TEXT_SIZE];
};

struct lines {
	struct line line[LINES_MAX];
	size_t count;
};

struct waiting {
	uint8_t packet[PEER_FRAME];
	size_t size;
};

struct story {
	const char *path;
	enum peer_kind kind;
	char config[CONFIG_SIZE];
	double until_s;
	struct lines in, out[STREAM_N_], did[STREAM_N_];
	/* its life */
	struct conf *conf;
	struct image *image;
	struct peer_world world;
	struct peer *peer;
	double now_s;
	bool has_carrier, has_own, is_frozen;
	bool held[16];
	struct waiting waiting[WAITING_MAX];
	size_t waiting_count;
};

static void die(const struct story *s, const char *what, const char *which)
{
	fprintf(stderr, "%s: %s: %s\n", s->path, what, which);
	exit(EXIT_FAILURE);
}

/* -- reading -- */

static void line_add(struct story *s, struct lines *lines, double at_s, const char *text)
{
	if (lines->count == LINES_MAX)
		die(s, "too long", text);
	lines->line[lines->count].at_s = at_s;
	snprintf(lines->line[lines->count++].text, TEXT_SIZE, "%s", text);
}

static enum stream stream_of(const char *text)
{
	if (strncmp(text, "state ", 6) == 0)
		return STREAM_STATES;
	if (strncmp(text, "add ", 4) == 0 || strncmp(text, "remove ", 7) == 0)
		return STREAM_ADDRESSES;
	return STREAM_PACKETS;
}

static void config_read(struct story *s, FILE *file)
{
	char line[TEXT_SIZE];

	while (fgets(line, sizeof(line), file) && strcmp(line, "end\n") != 0) {
		if (strlen(s->config) + strlen(line) >= CONFIG_SIZE)
			die(s, "too long", line);
		strcat(s->config, line);
	}
}

static void line_read(struct story *s, const char *line)
{
	char word[16], text[TEXT_SIZE];
	double at_s;

	if (line[0] == '#' || !line[0])
		return;
	if (sscanf(line, "daemon %15s", word) == 1)
		s->kind = strcmp(word, "keepalived") == 0 ? PEER_KEEPALIVED : PEER_STANDARD;
	else if (sscanf(line, "in %lf %255[^\n]", &at_s, text) == 2)
		line_add(s, &s->in, at_s, text);
	else if (sscanf(line, "out %lf %255[^\n]", &at_s, text) == 2)
		line_add(s, &s->out[stream_of(text)], at_s, text);
	else if (sscanf(line, "until %lf", &s->until_s) != 1)
		die(s, "unknown line", line);
}

static void story_read(struct story *s)
{
	FILE *file = fopen(s->path, "r");
	char line[TEXT_SIZE];

	if (!file)
		die(s, "cannot be read", "");
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, "config") == 0)
			config_read(s, file);
		else
			line_read(s, line);
	}
	fclose(file);
}

/* -- what the model does -- */

static void did(struct story *s, const char *what, const char *which)
{
	char text[TEXT_SIZE];

	snprintf(text, sizeof(text), "%s %s", what, which);
	line_add(s, &s->did[stream_of(text)], s->now_s, text);
}

static void on_frame(void *context, uint32_t link, const uint8_t *frame, size_t size)
{
	struct story *s = context;
	char text[ADDR_TEXT_SIZE];
	struct addr address;

	(void)link;
	if (!s->has_carrier)
		return;
	if (frame[13] == 0x06) {
		address = addr_from_bytes(ADDR_IPV4, frame + ETHERNET_HEADER + 14);
		did(s, "arp", addr_print(&address, text, sizeof(text)));
	} else {
		check(size > ETHERNET_HEADER + 22);
		snprintf(text, sizeof(text), "%u", frame[ETHERNET_HEADER + 22]);
		did(s, "advert", text);
	}
}

static void on_address(void *context, uint32_t address, bool add)
{
	struct story *s = context;
	char text[ADDR_TEXT_SIZE];

	if (s->held[address] == add)
		return;
	s->held[address] = add;
	did(s, add ? "add" : "remove",
	    prefix_print(&image_addresses(s->image)[address].prefix, text, sizeof(text)));
}

static void on_change(void *context, uint32_t instance, enum vrrp_state from, enum vrrp_state to,
		      enum vrrp_reason reason)
{
	(void)instance;
	(void)from;
	(void)reason;
	if (to != VRRP_STATE_INIT)
		did(context, "state", vrrp_state_name(to));
}

static struct mono mono_of(double at_s)
{
	return (struct mono){ (int64_t)(at_s * 1e6 + 0.5) };
}

/* -- what happens to it -- */

static void link_tell(struct story *s)
{
	static const struct addr source = { ADDR_IPV4, { 192, 0, 2, 11 } };
	static const uint8_t mac[MAC_SIZE] = { 2, 0, 0, 0, 0, 1 };

	bool runs = s->has_carrier && s->has_own;

	if (s->peer)
		peer_link(s->peer, 0, &source, mac, runs, mono_of(s->now_s));
}

static void thaw(struct story *s)
{
	s->is_frozen = false;
	for (size_t i = 0; i < s->waiting_count; i++) {
		if (i == PEER_PACKETS_FIRST)
			peer_turn(s->peer, mono_of(s->now_s));
		peer_packet(s->peer, 0, s->waiting[i].packet, s->waiting[i].size,
			    mono_of(s->now_s));
	}
	s->waiting_count = 0;
}

static size_t advert_addresses(struct image_address *addresses, const char *list)
{
	size_t count = 0;
	char text[64];

	for (; *list; list += strspn(list, ",")) {
		int length = (int)strcspn(list, ",");

		snprintf(text, sizeof(text), "%.*s", length, list);
		addresses[count] = (struct image_address){ .link = 0 };
		check(prefix_parse(text, &addresses[count++].prefix));
		list += length;
	}
	return count;
}

/* `advert PRIORITY from ADDRESS` and pairs of words. */
static struct waiting advert_make(struct story *s, char *text)
{
	struct image_instance instance = { .vrid = 51, .advert_interval_us = 1000000 };
	struct image_address addresses[16];
	static const uint8_t mac[MAC_SIZE] = { 2, 0, 0, 0, 0, 100 };
	uint8_t frame[PEER_FRAME];
	unsigned priority = (unsigned)atoi(strtok(text, " ")), ttl = 255, spoil = 0;
	struct waiting w;
	struct addr source;
	const char *name, *value;

	instance.address_count = (uint32_t)advert_addresses(addresses, "192.0.2.1");
	while ((name = strtok(NULL, " ")) && (value = strtok(NULL, " "))) {
		if (strcmp(name, "from") == 0)
			check(addr_parse(value, &source));
		else if (strcmp(name, "ttl") == 0)
			ttl = (unsigned)atoi(value);
		else if (strcmp(name, "vrid") == 0)
			instance.vrid = (uint8_t)atoi(value);
		else if (strcmp(name, "interval") == 0)
			instance.advert_interval_us = 1000000 * atoi(value);
		else if (strcmp(name, "checksum") == 0)
			spoil = 1;
		else if (strcmp(name, "addresses") == 0)
			instance.address_count = (uint32_t)advert_addresses(addresses, value);
		else if (strcmp(name, "password") == 0)
			memcpy(instance.auth_data, value, strlen(value));
		else
			die(s, "unknown word", name);
	}
	instance.auth_type = instance.auth_data[0] != 0;
	w.size = peer_advert_write(&instance, addresses, (uint8_t)priority, 1, &source, mac,
				   frame) - ETHERNET_HEADER;
	memcpy(w.packet, frame + ETHERNET_HEADER, w.size);
	w.packet[8] = (uint8_t)ttl;
	w.packet[27] = (uint8_t)(w.packet[27] + spoil);
	return w;
}

static void advert_arrives(struct story *s, char *text)
{
	struct waiting w = advert_make(s, text);

	if (!s->has_carrier || !s->peer)
		return;
	if (!s->is_frozen) {
		peer_packet(s->peer, 0, w.packet, w.size, mono_of(s->now_s));
		return;
	}
	check(s->waiting_count < WAITING_MAX);
	s->waiting[s->waiting_count++] = w;
}

static void steal(struct story *s, const char *text)
{
	char held[ADDR_TEXT_SIZE];

	for (uint32_t a = 0; a < s->image->address_count; a++) {
		prefix_print(&image_addresses(s->image)[a].prefix, held, sizeof(held));
		if (strcmp(text, held) != 0)
			continue;
		on_address(s, a, false);
		peer_address_gone(s->peer, a, mono_of(s->now_s));
	}
}

/* With the first address of a network the kernel removes the others of it. */
static void own_address(struct story *s, bool is_there)
{
	char held[ADDR_TEXT_SIZE];

	s->has_own = is_there;
	for (uint32_t a = 0; a < s->image->address_count && !is_there; a++) {
		prefix_print(&image_addresses(s->image)[a].prefix, held, sizeof(held));
		if (s->held[a])
			steal(s, held);
	}
	link_tell(s);
}

static void start(struct story *s)
{
	peer_free(s->peer);
	s->peer = peer_new(s->image, s->kind, &s->world);
	link_tell(s);
	peer_start(s->peer, mono_of(s->now_s));
}

static void act(struct story *s, const struct line *line)
{
	char text[TEXT_SIZE];

	memcpy(text, line->text, TEXT_SIZE);
	if (strcmp(text, "start") == 0 || strcmp(text, "restart") == 0) {
		start(s);
	} else if (strcmp(text, "stop") == 0) {
		peer_stop(s->peer, mono_of(s->now_s));
	} else if (strncmp(text, "kill", 4) == 0) {
		s->peer = peer_free(s->peer);
	} else if (strcmp(text, "freeze") == 0) {
		s->is_frozen = true;
	} else if (strcmp(text, "thaw") == 0) {
		thaw(s);
	} else if (strncmp(text, "cable-", 6) == 0) {
		s->has_carrier = strcmp(text, "cable-up") == 0;
		link_tell(s);
	} else if (strncmp(text, "address-", 8) == 0) {
		own_address(s, strcmp(text, "address-on") == 0);
	} else if (strncmp(text, "steal ", 6) == 0) {
		steal(s, text + 6);
	} else if (strncmp(text, "advert ", 7) == 0) {
		advert_arrives(s, text + 7);
	} else {
		die(s, "unknown input", text);
	}
}

static void timers_run(struct story *s, double until_s)
{
	while (s->peer && !s->is_frozen) {
		struct mono at = peer_deadline(s->peer);

		if (mono_is_never(at) || (double)at.us / 1e6 > until_s)
			return;
		s->now_s = (double)at.us / 1e6 > s->now_s ? (double)at.us / 1e6 : s->now_s;
		peer_turn(s->peer, mono_of(s->now_s));
	}
}

static int read_config(void *context, const char *path, const char **ret_data, size_t *ret_size)
{
	(void)path;
	*ret_data = context;
	*ret_size = strlen(context);
	return 0;
}

static void live(struct story *s)
{
	struct conf_world world = { .context = s->config, .read_file = read_config,
				    .host_name = "h" };

	s->conf = conf_load(s->path, &world);
	if (!s->conf || conf_healthy_count(s->conf) != 1)
		die(s, "no configuration with one instance", s->config);
	s->image = calloc(1, conf_image_size(s->conf));
	check(s->image);
	conf_image_write(s->conf, s->image);
	check(s->image->address_count <= sizeof(s->held));
	s->world = (struct peer_world){ s, on_frame, on_address, on_change };
	s->has_carrier = s->has_own = true;
	for (size_t i = 0; i < s->in.count; i++) {
		timers_run(s, s->in.line[i].at_s);
		s->now_s = s->in.line[i].at_s;
		act(s, &s->in.line[i]);
	}
	timers_run(s, s->until_s);
}

/* -- side by side -- */

static double distance_s(double a, double b)
{
	return a < b ? b - a : a - b;
}

static bool stream_compare(const struct story *s, enum stream which, double room_s, bool show,
			   double *apart_s)
{
	const struct lines *real = &s->out[which], *model = &s->did[which];
	size_t count = real->count > model->count ? real->count : model->count;
	bool is_same = true;

	for (size_t i = 0; i < count; i++) {
		const struct line *r = i < real->count ? &real->line[i] : NULL;
		const struct line *m = i < model->count ? &model->line[i] : NULL;
		double by_s = r && m ? distance_s(r->at_s, m->at_s) : 0;
		bool is_good = r && m && strcmp(r->text, m->text) == 0 && by_s <= room_s;

		if (by_s > *apart_s)
			*apart_s = by_s;
		if (show || (is_same && !is_good))
			printf("%s %-10s real %10.6f %-24s model %10.6f %-24s\n",
			       is_good ? "   " : "***", stream_names[which], r ? r->at_s : 0,
			       r ? r->text : "-", m ? m->at_s : 0, m ? m->text : "-");
		is_same &= is_good;
	}
	return is_same;
}

static bool story_run(const char *path, double room_s, bool show)
{
	struct story *s = calloc(1, sizeof(*s));
	double apart_s = 0;
	bool is_same = true;
	size_t things = 0;

	check(s);
	s->path = path;
	story_read(s);
	live(s);
	/* Of a router by the RFC only packets were recorded. */
	for (int k = 0; k < (s->kind == PEER_KEEPALIVED ? STREAM_N_ : STREAM_ADDRESSES); k++) {
		is_same &= stream_compare(s, (enum stream)k, room_s, show, &apart_s);
		things += s->out[k].count;
	}
	printf("%s %s: %zu things, up to %.1f ms apart\n", is_same ? "same  " : "FAILED", path,
	       things, apart_s * 1e3);
	peer_free(s->peer);
	free(s->image);
	conf_free(s->conf);
	free(s);
	return is_same;
}

int main(int argc, char **argv)
{
	double room_s = ROOM_S;
	bool show = false;
	int failed = 0, at = 1;

	for (; at < argc && argv[at][0] == '-'; at++) {
		if (strcmp(argv[at], "--room") == 0 && at + 1 < argc)
			room_s = atof(argv[++at]);
		else if (strcmp(argv[at], "--show") == 0)
			show = true;
	}
	for (; at < argc; at++)
		failed += !story_run(argv[at], room_s, show);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
