/* SPDX-License-Identifier: GPL-2.0-or-later */

/* A simulation as text: what happened, a line for each host and address in the width of the screen,
 * and the times without service or with two holders. What happened to many instances or addresses
 * at one time is one line: nobody reads 200 that say the same. */
#include "cli/simulate.h"

#include "base/check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What differs by less is said once. */
#define ALIKE_US 1000
#define NAMES_MAX 4 /* instances that such a line names */
#define LINES_MAX 500 /* JSON has the others */
#define DRAWN_MAX 16
#define VIP_WIDTH 16
#define HOST_WIDTH 17
#define LABEL_WIDTH (VIP_WIDTH + 1 + HOST_WIDTH)
#define BAR_MIN 20
#define BAR_MAX 120

static double seconds(int64_t us)
{
	return (double)us / 1e6;
}

static void print_more(FILE *out, size_t count)
{
	if (count)
		fprintf(out, "  … and %zu more lines; --json has them all\n", count);
}

/* -- what happened -- */

static bool is_event(const struct sim_record *r)
{
	return r->kind == SIM_RECORD_FAULT || r->kind == SIM_RECORD_TRANSITION ||
	       r->kind == SIM_RECORD_DROP;
}

static bool are_one_event(const struct sim_record *a, const struct sim_record *b)
{
	return a->kind == b->kind && a->kind != SIM_RECORD_FAULT && a->host == b->host &&
	       a->from == b->from && a->to == b->to && a->reason == b->reason &&
	       a->drop == b->drop && b->at_us - a->at_us < ALIKE_US;
}

/* The events from `first` on that are one. Their instances are named; returns what comes behind. */
static size_t group_read(const struct sim *s, size_t first, char *names, size_t size)
{
	size_t i, used = 0, count = 0;
	char name[LIMIT_NAME];

	names[0] = '\0';
	for (i = first; i < sim_record_count(s); i++) {
		const struct sim_record *r = sim_record(s, i);

		if (!is_event(r))
			continue;
		if (i > first && !are_one_event(sim_record(s, first), r))
			break;
		if (r->kind != SIM_RECORD_FAULT && count++ < NAMES_MAX && used < size)
			used += (size_t)snprintf(names + used, size - used, "%s%s",
						 used ? ", " : "",
						 cli_text_clean(cli_instance_name(r), name,
								sizeof(name)));
	}
	if (count > NAMES_MAX && used < size)
		snprintf(names + used, size - used, " and %zu more", count - NAMES_MAX);
	return i;
}

static void print_event(const struct cli_screen *screen, const struct sim *s,
			const struct sim_record *r, const char *names)
{
	char text[CLI_WORDS_SIZE];
	FILE *out = screen->out;

	fprintf(out, "%10.3f  ", seconds(r->at_us));
	if (r->kind == SIM_RECORD_FAULT)
		fprintf(out, "%s%s%s\n", screen->has_colour ? "\033[1m" : "",
			cli_fault_text(s, r, text), screen->has_colour ? "\033[0m" : "");
	else if (r->kind == SIM_RECORD_TRANSITION)
		fprintf(out, "  %s: (%s) %s -> %s: %s\n", sim_host_name(s, r->host), names,
			vrrp_state_name(r->from), vrrp_state_name(r->to),
			vrrp_reason_name(r->reason));
	else
		fprintf(out, "  %s: (%s) a packet is dropped: %s\n", sim_host_name(s, r->host),
			names, vrrp_drop_name(r->drop));
}

static void print_events(const struct cli_screen *screen, const struct sim *s)
{
	char names[NAMES_MAX * LIMIT_NAME];
	size_t lines = 0;

	for (size_t i = 0; i < sim_record_count(s);) {
		const struct sim_record *r = sim_record(s, i);

		if (!is_event(r)) {
			i++;
			continue;
		}
		i = group_read(s, i, names, sizeof(names));
		if (lines++ < LINES_MAX)
			print_event(screen, s, r, names);
	}
	print_more(screen->out, lines > LINES_MAX ? lines - LINES_MAX : 0);
}

/* -- who held what -- */

struct bars {
	const struct cli_simulation *m;
	int width;
	char *text; /* of each address and host `width` letters */
};

static char *bar_of(const struct bars *b, uint32_t vip, uint32_t host)
{
	return b->text + ((size_t)vip * sim_host_count(b->m->sim) + host) * (size_t)b->width;
}

static int column_of(const struct bars *b, int64_t at_us)
{
	return (int)(at_us * b->width / b->m->until_us);
}

/* `#`: held, `=`: held and it is where clients go. */
static void bars_fill(const struct bars *b)
{
	size_t count;
	struct cli_stay *stays = cli_stays(b->m, &count);

	for (size_t i = 0; i < count; i++) {
		char *bar = bar_of(b, stays[i].vip, stays[i].host);
		int to = column_of(b, stays[i].to_us);

		for (int c = column_of(b, stays[i].from_us); c <= to && c < b->width; c++)
			bar[c] = stays[i].is_served ? '=' : '#';
	}
	free(stays);
}

static bool are_bars_equal(const struct bars *b, uint32_t one, uint32_t other)
{
	size_t size = (size_t)sim_host_count(b->m->sim) * (size_t)b->width;

	return memcmp(bar_of(b, one, 0), bar_of(b, other, 0), size) == 0;
}

static void print_bars_of(FILE *out, const struct bars *b, uint32_t vip, uint32_t alike)
{
	const struct sim *s = b->m->sim;
	char text[ADDR_TEXT_SIZE], label[32] = "";

	for (uint32_t h = 0; h < sim_host_count(s); h++) {
		if (h == 0)
			snprintf(label, sizeof(label), "%.*s", (int)sizeof(label) - 1,
				 cli_vip_text(s, vip, text));
		else if (h == 1 && alike > 1)
			snprintf(label, sizeof(label), " and %u more", alike - 1);
		else
			label[0] = '\0';
		fprintf(out, "%-*.*s %-*.*s|%.*s|\n", VIP_WIDTH, VIP_WIDTH, label, HOST_WIDTH,
			HOST_WIDTH, sim_host_name(s, h), b->width, bar_of(b, vip, h));
	}
	if (sim_host_count(s) == 1 && alike > 1)
		fprintf(out, " and %u more\n", alike - 1);
}

static void print_fault_marks(FILE *out, const struct bars *b)
{
	char *marks = malloc((size_t)b->width + 1);
	bool has_some = false;

	check(marks);
	memset(marks, ' ', (size_t)b->width);
	for (size_t i = 0; i < sim_record_count(b->m->sim); i++) {
		const struct sim_record *r = sim_record(b->m->sim, i);
		int c = column_of(b, r->at_us);

		if (r->kind != SIM_RECORD_FAULT || c >= b->width)
			continue;
		marks[c] = '!';
		has_some = true;
	}
	if (has_some)
		fprintf(out, "%-*s|%.*s|\n", LABEL_WIDTH, "faults", b->width, marks);
	free(marks);
}

/* Addresses that look alike are drawn once, where the first of them stands. */
static void print_bars_all(FILE *out, const struct bars *b)
{
	uint32_t vips = sim_vip_count(b->m->sim), drawn = 0, missing = 0;
	bool *is_done = calloc(vips + 1, sizeof(bool));

	check(is_done);
	for (uint32_t v = 0; v < vips; v++) {
		uint32_t alike = 0;

		if (is_done[v])
			continue;
		for (uint32_t o = v; o < vips && drawn < DRAWN_MAX; o++)
			if (!is_done[o] && are_bars_equal(b, v, o)) {
				is_done[o] = true;
				alike++;
			}
		if (!alike)
			missing++;
		else if (drawn++ < DRAWN_MAX)
			print_bars_of(out, b, v, alike);
	}
	if (missing)
		fprintf(out, "%u more addresses are not drawn; --svg draws all\n", missing);
	free(is_done);
}

static void print_bars(const struct cli_screen *screen, const struct cli_simulation *m)
{
	int width = screen->width - LABEL_WIDTH - 3;
	struct bars b = { .m = m };
	size_t size;

	b.width = width < BAR_MIN ? BAR_MIN : width > BAR_MAX ? BAR_MAX : width;
	size = (size_t)sim_vip_count(m->sim) * sim_host_count(m->sim) * (size_t)b.width;
	b.text = malloc(size + 1);
	check(b.text);
	memset(b.text, ' ', size);
	bars_fill(&b);
	fprintf(screen->out, "\n%-*s 0%*.0f s\n", LABEL_WIDTH, "= serves, # holds besides",
		b.width - 1, seconds(m->until_us));
	print_fault_marks(screen->out, &b);
	print_bars_all(screen->out, &b);
	free(b.text);
}

/* -- spans -- */

static bool are_one_span(const struct sim_span *a, const struct sim_span *b)
{
	return a->cause == b->cause && a->holders == b->holders && a->is_open == b->is_open &&
	       llabs(a->from_us - b->from_us) < ALIKE_US &&
	       llabs(a->length_us - b->length_us) < ALIKE_US;
}

static void print_span(FILE *out, const struct sim *s, const struct sim_span *span, size_t alike)
{
	char text[CLI_WORDS_SIZE], vip[ADDR_TEXT_SIZE], holders[SIM_HOSTS * LIMIT_NAME];

	fprintf(out, "  %-*s %9.2f ms%s from %.3f%s", VIP_WIDTH, cli_vip_text(s, span->vip, vip),
		seconds(span->length_us) * 1000, span->is_open ? " (lasts)" : "",
		seconds(span->from_us), cli_cause_text(s, span, text));
	if (span->holders)
		fprintf(out, ": %s",
			cli_holders_text(s, span->holders, holders, sizeof(holders)));
	if (alike > 1)
		fprintf(out, " (and %zu more)", alike - 1);
	fputc('\n', out);
}

static void print_spans(FILE *out, const struct sim *s, const char *title, const char *nothing,
			const struct sim_span *spans, size_t count)
{
	size_t lines = 0, next;

	fprintf(out, "\n%s\n", count ? title : nothing);
	for (size_t i = 0; i < count; i = next) {
		size_t longest = i;

		for (next = i + 1; next < count && are_one_span(&spans[i], &spans[next]); next++)
			if (spans[next].length_us > spans[longest].length_us)
				longest = next;
		if (lines++ < LINES_MAX)
			print_span(out, s, &spans[longest], next - i);
	}
	print_more(out, lines > LINES_MAX ? lines - LINES_MAX : 0);
}

static void print_probes(FILE *out, const struct sim *s)
{
	uint64_t sent, lost;

	cli_probes_sum(s, &sent, &lost);
	fprintf(out, "\nClients asked %" PRIu64 " times (each address every 10 ms), %" PRIu64
		" got no answer.\n", sent, lost);
}

/* -- the worst -- */

static void print_case(FILE *out, const struct sim *s, const char *what,
		       const struct cli_worst_case *c)
{
	char text[ADDR_TEXT_SIZE], holders[SIM_HOSTS * LIMIT_NAME];

	if (!c->fault_count)
		return;
	fprintf(out, "%s: %.2f ms%s, %s", what, seconds(c->length_us) * 1000,
		c->is_open ? " (lasts)" : "", cli_vip_text(s, c->vip, text));
	if (c->holders)
		fprintf(out, ", %s", cli_holders_text(s, c->holders, holders, sizeof(holders)));
	fputc('\n', out);
	for (uint32_t i = 0; i < c->fault_count; i++)
		fprintf(out, "    --fault '%s'\n", c->faults[i]);
}

static void print_endless(const struct cli_screen *screen, const struct cli_worst *w,
			  const char *what, bool is_double)
{
	char *text = NULL;
	size_t size = 0, count = 0;
	FILE *words = open_memstream(&text, &size);

	check(words);
	for (size_t i = 0; i < w->endless_count; i++)
		if (is_double ? w->endless[i].is_double : w->endless[i].is_outage)
			fprintf(words, "%s%s", count++ ? ", " : what, w->endless[i].fault);
	check(!fclose(words));
	if (count)
		cli_text_wrap(screen->out, screen->width, "", "    ", text);
	free(text);
}

static void print_worst(const struct cli_screen *screen, const struct sim *s,
			const struct cli_worst *w)
{
	FILE *out = screen->out;

	print_case(out, s, "Worst outage by one fault", &w->outage);
	if (!w->outage.fault_count)
		fprintf(out, "No single fault makes an outage, but for those of all hosts.\n");
	print_case(out, s, "Worst outage by two faults", &w->outage_of_two);
	if (!w->outage_of_two.fault_count)
		fprintf(out, "Two faults were not found to do worse.\n");
	print_case(out, s, "Longest time with two holders", &w->doubled);
	if (!w->doubled.fault_count)
		fprintf(out, "Two hosts without a fault never held an address.\n");
	print_endless(screen, w, "As long as it lasts nobody serves: ", false);
	print_endless(screen, w, "As long as it lasts two hold: ", true);
	fprintf(out, "(%" PRIu64 " simulations.)\n\n", w->tried);
}

void cli_simulation_print(const struct cli_screen *screen, const struct cli_simulation *m)
{
	size_t outage_count, double_count;
	struct sim_span *outages = sim_outages(m->sim, &outage_count);
	struct sim_span *doubles = sim_doubles(m->sim, &double_count);

	if (m->worst)
		print_worst(screen, m->sim, m->worst);
	print_events(screen, m->sim);
	print_bars(screen, m);
	print_spans(screen->out, m->sim, "Nobody served:", "No outage.", outages, outage_count);
	print_spans(screen->out, m->sim, "Two hosts held:",
		    "Never did two hosts hold an address.", doubles, double_count);
	print_probes(screen->out, m->sim);
	if (m->is_of_loss)
		fprintf(screen->out, "Takeovers without a fault: %.3g a day for each address.\n",
			cli_false_takeovers_a_day(m, doubles, double_count));
	free(outages);
	free(doubles);
}
