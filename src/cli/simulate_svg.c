/* SPDX-License-Identifier: GPL-2.0-or-later */

/* A simulation as a picture: a lane for each address with a bar for who serves it, a thin one for
 * each host that holds it, what went wrong in red and hatched; faults go through all of them. What
 * a mark means in full is its title, which viewers show under the pointer. SVG 1.1 with a style
 * sheet and nothing from outside, so that it can be mailed, put into a page, and read in ten years;
 * colours follow the viewer's, light or dark. */
#include "cli/simulate.h"

#include "base/check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 1200.0
#define LEFT 190.0
#define RIGHT 30.0
#define PLOT (WIDTH - LEFT - RIGHT)
#define LINE 20.0
#define ROW 14.0 /* of the faults' words */
#define ROWS_MAX 8 /* where there are more at one time, some have only titles */
#define LETTER 6.9 /* as wide as one is, about */
#define CLIP 28 /* letters of a name in a label */
#define MARK 9.0 /* the strip of a lane for transitions */
#define BAR 16.0
#define HOLD 4.0
#define LANE_GAP 9.0
#define SPAN_MIN 2.0 /* what is shorter is drawn so wide, to be seen */
#define TICKS_MAX 12
/* Over this many marks it is a picture of nothing, and a file that no viewer opens. */
#define MARKS_MAX 30000

/* Apart from each other and from the red of an outage, on white and on black. */
static const char *const host_colours[SIM_HOSTS] = {
	"#3b7dd8", "#e0962b", "#2a9d8f", "#8e63ce", "#6a9f35", "#c7759b", "#7d8ca3", "#a2762e",
	"#4db3d6", "#5a5fcf", "#b5a82f", "#2f7f5f", "#b07cd6", "#94705f", "#5f9ea0", "#8a8f3c",
};

static const char style[] =
	"text{font:12px system-ui,sans-serif;fill:#1c1f24}\n"
	".head{font-size:16px;font-weight:600}\n"
	".small{font-size:11px;fill:#5c6470}\n"
	".paper{fill:#fff}\n"
	".lane{fill:#f3f5f7}\n"
	".grid{stroke:#d3d8de;stroke-width:1}\n"
	".outage,.outage-key{fill:#d92d20}\n"
	".length{font-size:11px;font-weight:600;fill:#fff;text-anchor:middle}\n"
	".length-out{font-size:11px;font-weight:600;fill:#b42318}\n"
	".double,.double-key{fill:url(#hatch);stroke:#c11574;stroke-width:1}\n"
	".held{opacity:.6}\n"
	".transition{stroke:#1c1f24;stroke-width:.5}\n"
	".fault line,.fault-key{stroke:#1c1f24;stroke-width:1;stroke-dasharray:4 3}\n"
	".fault text{font-size:11px;font-weight:600}\n"
	"@media(prefers-color-scheme:dark){\n"
	"text{fill:#e6e9ee}.small{fill:#9aa4b2}.paper{fill:#14171c}.lane{fill:#1d2127}\n"
	".grid{stroke:#363c45}.length-out{fill:#f97066}.transition{stroke:#e6e9ee}\n"
	".fault line,.fault-key{stroke:#e6e9ee}\n"
	"}\n";

struct drawing {
	FILE *out;
	const struct cli_simulation *m;
	double top, lane; /* where the first lane begins, how high each is */
	double y; /* where the head has come to */
	int rows; /* of the faults' words */
	size_t marks, missing;
};

/* -- text -- */

/* Octets of a letter that XML may have; 0: there is none. */
static size_t letter_size(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;
	size_t size = c[0] < 0x80 ? 1 : c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;
	uint32_t code = c[0] < 0x80 ? c[0] : c[0] & (0x7fu >> size);

	if (c[0] < 0x20 || (c[0] >= 0x7f && c[0] < 0xc2) || c[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < size; i++) {
		if ((c[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (c[i] & 0x3f);
	}
	if (size == 3 && (code < 0x800 || (code >= 0xd800 && code < 0xe000) || code >= 0xfffe))
		return 0;
	return size == 4 && (code < 0x10000 || code > 0x10ffff) ? 0 : size;
}

/* Up to `letters` of a text that anybody may have written. */
static void put_text(FILE *out, const char *text, int letters)
{
	while (*text && letters-- > 0) {
		size_t size = letter_size(text);

		if (letters == 0 && text[size ? size : 1])
			fputs("…", out);
		else if (*text == '&')
			fputs("&amp;", out);
		else if (*text == '<')
			fputs("&lt;", out);
		else if (*text == '>')
			fputs("&gt;", out);
		else if (size)
			fwrite(text, 1, size, out);
		else
			fputc('?', out);
		text += size ? size : 1;
	}
}

#define SENTENCE_SIZE 1024

/* Ends the tag of an element that is being written and says what it means. */
__attribute__((format(printf, 2, 3))) static void put_title(FILE *out, const char *format, ...)
{
	char text[SENTENCE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fputs("><title>", out);
	put_text(out, text, SENTENCE_SIZE);
	fputs("</title>", out);
}

static void put_label(FILE *out, const char *class, double x, double y, const char *text)
{
	fprintf(out, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">", class, x, y);
	put_text(out, text, SENTENCE_SIZE);
	fputs("</text>\n", out);
}

static double milliseconds(int64_t us)
{
	return (double)us / 1000;
}

static double seconds(int64_t us)
{
	return (double)us / 1e6;
}

/* -- places -- */

static double x_of(const struct drawing *d, int64_t at_us)
{
	return LEFT + PLOT * (double)at_us / (double)d->m->until_us;
}

static double bar_of(const struct drawing *d, uint32_t vip)
{
	return d->top + d->lane * vip + MARK;
}

static double bottom_of(const struct drawing *d)
{
	return d->top + d->lane * sim_vip_count(d->m->sim);
}

/* May one more mark be drawn? */
static bool mark(struct drawing *d)
{
	if (d->marks++ < MARKS_MAX)
		return true;
	d->missing++;
	return false;
}

static void put_rect(const struct drawing *d, const char *class, double y, double height,
		     int64_t from_us, int64_t to_us)
{
	double x = x_of(d, from_us), width = x_of(d, to_us) - x;

	fprintf(d->out, "<rect class=\"%s\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\"",
		class, x, y, width < SPAN_MIN ? SPAN_MIN : width, height);
}

/* -- lanes -- */

static void draw_stays(struct drawing *d)
{
	const struct sim *s = d->m->sim;
	size_t count;
	struct cli_stay *stays = cli_stays(d->m, &count);
	char vip[ADDR_TEXT_SIZE];

	for (size_t i = 0; i < count; i++) {
		const struct cli_stay *stay = &stays[i];
		double y = bar_of(d, stay->vip);

		if (!mark(d))
			continue;
		if (stay->is_served)
			put_rect(d, "served", y, BAR, stay->from_us, stay->to_us);
		else
			put_rect(d, "held", y + BAR + 1 + HOLD * stay->host, HOLD - 1,
				 stay->from_us, stay->to_us);
		fprintf(d->out, " fill=\"%s\"", host_colours[stay->host]);
		put_title(d->out, "%s %s %s, %.3f s to %.3f s", sim_host_name(s, stay->host),
			  stay->is_served ? "serves" : "holds", cli_vip_text(s, stay->vip, vip),
			  seconds(stay->from_us), seconds(stay->to_us));
		fputs("</rect>\n", d->out);
	}
	free(stays);
}

/* In the bar where it fits, else behind it. */
static void draw_length(const struct drawing *d, const struct sim_span *span, double y)
{
	double x = x_of(d, span->from_us), end = x_of(d, span->from_us + span->length_us);
	char text[64];
	int letters = snprintf(text, sizeof(text), "%.*f ms%s", span->length_us < 100000 ? 2 : 0,
			       milliseconds(span->length_us), span->is_open ? " …" : "");
	bool fits = end - x > LETTER * letters + 4;

	if (fits)
		fprintf(d->out, "<text class=\"length\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
			(x + end) / 2, y + 12, text);
	else
		fprintf(d->out, "<text class=\"length-out\" x=\"%.1f\" y=\"%.1f\"%s>%s</text>\n",
			end > WIDTH - 90 ? x - 7 : end + 7, y - 1,
			end > WIDTH - 90 ? " text-anchor=\"end\"" : "", text);
}

static void draw_outages(struct drawing *d)
{
	const struct sim *s = d->m->sim;
	size_t count;
	struct sim_span *spans = sim_outages(s, &count);
	char vip[ADDR_TEXT_SIZE], cause[CLI_WORDS_SIZE];

	for (size_t i = 0; i < count; i++) {
		const struct sim_span *span = &spans[i];
		double y = bar_of(d, span->vip);

		if (!mark(d))
			continue;
		put_rect(d, "outage", y, BAR, span->from_us, span->from_us + span->length_us);
		put_title(d->out, "nobody serves %s for %.2f ms%s, from %.3f s%s",
			  cli_vip_text(s, span->vip, vip), milliseconds(span->length_us),
			  span->is_open ? " (lasts)" : "", seconds(span->from_us),
			  cli_cause_text(s, span, cause));
		fputs("</rect>\n", d->out);
		draw_length(d, span, y);
	}
	free(spans);
}

static void draw_doubles(struct drawing *d)
{
	const struct sim *s = d->m->sim;
	size_t count;
	struct sim_span *spans = sim_doubles(s, &count);
	char vip[ADDR_TEXT_SIZE], cause[CLI_WORDS_SIZE], holders[SIM_HOSTS * LIMIT_NAME];

	for (size_t i = 0; i < count; i++) {
		const struct sim_span *span = &spans[i];

		if (!mark(d))
			continue;
		put_rect(d, "double", bar_of(d, span->vip) + BAR + 1,
			 HOLD * sim_host_count(s) - 1, span->from_us,
			 span->from_us + span->length_us);
		put_title(d->out, "several hold %s for %.2f ms%s, from %.3f s%s: %.512s",
			  cli_vip_text(s, span->vip, vip), milliseconds(span->length_us),
			  span->is_open ? " (lasts)" : "", seconds(span->from_us),
			  cli_cause_text(s, span, cause),
			  cli_holders_text(s, span->holders, holders, sizeof(holders)));
		fputs("</rect>\n", d->out);
	}
	free(spans);
}

static uint32_t vip_find(const struct sim *s, const struct addr *addr)
{
	for (uint32_t v = 0; v < sim_vip_count(s); v++)
		if (addr_equal(&sim_vip(s, v)->addr, addr))
			return v;
	return 0;
}

/* An instance is drawn in the lane of its first address: up to MASTER, down from it. */
static void draw_transition(struct drawing *d, const struct sim_record *r)
{
	const struct image_instance *instance = &image_instances(r->image)[r->instance];
	const struct image_address *address =
		&image_addresses(r->image)[instance->address_first];
	uint32_t vip = vip_find(d->m->sim, &address->prefix.addr);
	double x = x_of(d, r->at_us), y = bar_of(d, vip) - 1;
	bool is_up = r->to == VRRP_STATE_MASTER;

	fprintf(d->out, "<path class=\"transition\" d=\"M%.2f %.1fl-4 %dh8z\" fill=\"%s\"", x,
		is_up ? y - 7 : y, is_up ? 7 : -7, host_colours[r->host]);
	put_title(d->out, "%s: (%s) %s to %s at %.3f s: %s", sim_host_name(d->m->sim, r->host),
		  cli_instance_name(r), vrrp_state_name(r->from),
		  vrrp_state_name(r->to), seconds(r->at_us), vrrp_reason_name(r->reason));
	fputs("</path>\n", d->out);
}

static void draw_transitions(struct drawing *d)
{
	for (size_t i = 0; i < sim_record_count(d->m->sim); i++) {
		const struct sim_record *r = sim_record(d->m->sim, i);

		if (r->kind == SIM_RECORD_TRANSITION && mark(d))
			draw_transition(d, r);
	}
}

/* The name of the instance that some host has the address in. */
static const char *instance_name(const struct sim *s, uint32_t vip)
{
	for (uint32_t h = 0; h < sim_host_count(s); h++) {
		const struct image *image = sim_host_image(s, h);
		const struct image_instance *instance =
			cli_instance_of(image, &sim_vip(s, vip)->addr);

		if (instance)
			return image_text(image, instance->name);
	}
	return "";
}

static void draw_lanes(const struct drawing *d)
{
	const struct sim *s = d->m->sim;
	double height = BAR + HOLD * sim_host_count(s) + 1;
	char vip[ADDR_TEXT_SIZE];

	for (uint32_t v = 0; v < sim_vip_count(s); v++) {
		double y = bar_of(d, v);

		fprintf(d->out,
			"<rect class=\"lane\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
			"height=\"%.1f\"/>\n",
			LEFT, y, PLOT, height);
		put_label(d->out, "address", 12, y + 12, cli_vip_text(s, v, vip));
		fprintf(d->out, "<text class=\"small\" x=\"12\" y=\"%.1f\">", y + 25);
		put_text(d->out, instance_name(s, v), CLIP);
		fputs("</text>\n", d->out);
	}
}

/* -- time -- */

static int64_t tick_find(int64_t until_us)
{
	static const int64_t ticks_ms[] = { 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000,
					    10000, 15000, 30000, 60000, 120000, 300000, 600000,
					    900000, 1800000, 3600000 };
	size_t count = sizeof(ticks_ms) / sizeof(ticks_ms[0]);

	for (size_t i = 0; i < count; i++)
		if (until_us / (ticks_ms[i] * 1000) <= TICKS_MAX)
			return ticks_ms[i] * 1000;
	return 2 * ticks_ms[count - 1] * 1000;
}

static void draw_tick(const struct drawing *d, int64_t at_us, int64_t tick_us)
{
	double x = x_of(d, at_us);
	char text[32];

	if (tick_us >= INT64_C(3600000000))
		snprintf(text, sizeof(text), "%.0f h", seconds(at_us) / 3600);
	else if (tick_us >= 60000000)
		snprintf(text, sizeof(text), "%.0f min", seconds(at_us) / 60);
	else
		snprintf(text, sizeof(text), "%g s", seconds(at_us));
	fprintf(d->out,
		"<line class=\"grid\" x1=\"%.2f\" y1=\"%.1f\" x2=\"%.2f\" y2=\"%.1f\"/>\n", x,
		d->top - 4, x, bottom_of(d) + 4);
	for (int below = 0; below < 2; below++)
		fprintf(d->out,
			"<text class=\"small\" x=\"%.2f\" y=\"%.1f\" "
			"text-anchor=\"middle\">%s</text>\n",
			x, below ? bottom_of(d) + 18 : d->top - 8, text);
}

static void draw_axis(const struct drawing *d)
{
	int64_t tick_us = tick_find(d->m->until_us);

	for (int64_t at_us = 0; at_us <= d->m->until_us; at_us += tick_us)
		draw_tick(d, at_us, tick_us);
}

/* -- faults -- */

/* Words of one fault must not hide those of another: each goes into the first row that is free. */
struct rows {
	double end[ROWS_MAX];
	int count;
};

struct place {
	double x; /* of the words */
	bool is_left; /* of their line */
	int row; /* -1: none is free */
};

static struct place place_find(const struct drawing *d, struct rows *rows,
			       const struct sim_record *r)
{
	char text[CLI_WORDS_SIZE];
	double line = x_of(d, r->at_us);
	int letters = cli_text_width(cli_fault_text(d->m->sim, r, text));
	double width = LETTER * (letters > 2 * CLIP ? 2 * CLIP : letters);
	struct place p = { .x = line + 3, .is_left = line + 3 + width > WIDTH, .row = -1 };

	if (p.is_left)
		p.x = line - 3 - width;
	for (int row = 0; row < ROWS_MAX && p.row < 0; row++)
		if (row == rows->count || rows->end[row] < p.x)
			p.row = row;
	if (p.row < 0)
		return p;
	rows->end[p.row] = p.x + width + LETTER;
	rows->count = p.row == rows->count ? rows->count + 1 : rows->count;
	return p;
}

static void draw_fault(const struct drawing *d, const struct sim_record *r, const struct place *p)
{
	double x = x_of(d, r->at_us), y = d->top - 26 - ROW * (d->rows - 1 - p->row);
	char text[CLI_WORDS_SIZE];

	cli_fault_text(d->m->sim, r, text);
	fputs("<g class=\"fault\"", d->out);
	put_title(d->out, "%s at %.6f s", text, seconds(r->at_us));
	fprintf(d->out, "<line x1=\"%.2f\" y1=\"%.1f\" x2=\"%.2f\" y2=\"%.1f\"/>", x,
		p->row < 0 ? d->top - 4 : y - 9, x, bottom_of(d));
	if (p->row >= 0) {
		fprintf(d->out, "<text x=\"%.1f\" y=\"%.1f\"%s>", p->is_left ? x - 3 : p->x, y,
			p->is_left ? " text-anchor=\"end\"" : "");
		put_text(d->out, text, 2 * CLIP);
		fputs("</text>", d->out);
	}
	fputs("</g>\n", d->out);
}

/* Returns the rows that the words take. */
static int draw_faults(struct drawing *d, bool only_counts)
{
	struct rows rows = { .count = 0 };

	for (size_t i = 0; i < sim_record_count(d->m->sim); i++) {
		const struct sim_record *r = sim_record(d->m->sim, i);
		struct place p;

		if (r->kind != SIM_RECORD_FAULT)
			continue;
		p = place_find(d, &rows, r);
		if (!only_counts && mark(d))
			draw_fault(d, r, &p);
	}
	return rows.count;
}

/* -- head -- */

static void draw_head(struct drawing *d)
{
	const struct sim *s = d->m->sim;
	char text[SIM_HOSTS * LIMIT_NAME];
	uint64_t sent, lost;

	cli_holders_text(s, UINT32_MAX, text, sizeof(text));
	fputs("<text class=\"head\" x=\"12\" y=\"26\">", d->out);
	put_text(d->out, text, 4 * CLIP);
	fputs("</text>\n", d->out);
	cli_probes_sum(s, &sent, &lost);
	snprintf(text, sizeof(text),
		 "%g s, seed %" PRIu64 ": clients asked %" PRIu64
		 " times (each address every 10 ms), %" PRIu64 " got no answer",
		 seconds(d->m->until_us), d->m->seed, sent, lost);
	put_label(d->out, "small", 12, 44, text);
	d->y = 44;
}

static void draw_case(struct drawing *d, const char *what, const struct cli_worst_case *c)
{
	char text[SENTENCE_SIZE];

	if (!c->fault_count)
		return;
	snprintf(text, sizeof(text), "%s: %.2f ms%s: --fault '%s'%s%s%s", what,
		 milliseconds(c->length_us), c->is_open ? " (lasts)" : "", c->faults[0],
		 c->fault_count > 1 ? " --fault '" : "", c->fault_count > 1 ? c->faults[1] : "",
		 c->fault_count > 1 ? "'" : "");
	d->y += LINE;
	put_label(d->out, "worst", 12, d->y, text);
}

/* A key, and where the next one goes. */
static double draw_key(struct drawing *d, double x, const char *mark, const char *text)
{
	double width = 22 + LETTER * (cli_text_width(text) > CLIP ? CLIP : cli_text_width(text));

	if (x + width > WIDTH - RIGHT) {
		x = 12;
		d->y += LINE;
	}
	fprintf(d->out, "<g transform=\"translate(%.1f %.1f)\">%s<text x=\"16\" y=\"10\">", x, d->y,
		mark);
	put_text(d->out, text, CLIP);
	fputs("</text></g>\n", d->out);
	return x + width + 14;
}

static void draw_legend(struct drawing *d)
{
	static const struct {
		const char *mark, *text;
	} keys[] = {
		{ "<rect class=\"outage-key\" width=\"12\" height=\"12\"/>", "nobody serves" },
		{ "<rect class=\"double-key\" width=\"12\" height=\"12\"/>", "several hold" },
		{ "<path class=\"transition\" d=\"M6 2l-4 7h8z\"/>", "becomes MASTER" },
		{ "<path class=\"transition\" d=\"M6 9l-4 -7h8z\"/>", "another state" },
		{ "<line class=\"fault-key\" x1=\"6\" y1=\"0\" x2=\"6\" y2=\"12\"/>", "fault" },
	};
	char mark[128];
	double x = 12;

	d->y += 12;
	for (uint32_t h = 0; h < sim_host_count(d->m->sim); h++) {
		snprintf(mark, sizeof(mark),
			 "<rect width=\"12\" height=\"9\" fill=\"%s\"/><rect class=\"held\" "
			 "width=\"12\" height=\"3\" y=\"10\" fill=\"%s\"/>",
			 host_colours[h], host_colours[h]);
		x = draw_key(d, x, mark, sim_host_name(d->m->sim, h));
	}
	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
		x = draw_key(d, x, keys[k].mark, keys[k].text);
	d->y += LINE;
}

static void draw_missing(const struct drawing *d)
{
	char text[64];

	snprintf(text, sizeof(text), "%zu more marks are not drawn", d->missing);
	if (d->missing)
		put_label(d->out, "small", 12, bottom_of(d) + 18, text);
}

/* -- the picture -- */

static void draw_all(struct drawing *d)
{
	const struct cli_worst *worst = d->m->worst;

	draw_head(d);
	if (worst) {
		draw_case(d, "Worst outage by one fault", &worst->outage);
		draw_case(d, "Worst outage by two faults", &worst->outage_of_two);
		draw_case(d, "Longest time with two holders", &worst->doubled);
	}
	draw_legend(d);
	d->rows = draw_faults(d, true);
	d->top = d->y + 26 + ROW * d->rows;
	d->lane = MARK + BAR + HOLD * sim_host_count(d->m->sim) + LANE_GAP;
	draw_lanes(d);
	draw_axis(d);
	draw_stays(d);
	draw_outages(d);
	draw_doubles(d);
	draw_faults(d, false);
	draw_transitions(d);
	draw_missing(d);
}

/* The head says how high the picture is, and that is known when all has been drawn. */
void cli_simulation_draw(FILE *out, const struct cli_simulation *m)
{
	struct drawing d = { .m = m };
	char *body = NULL;
	size_t size = 0;
	double height;

	d.out = open_memstream(&body, &size);
	check(d.out);
	draw_all(&d);
	check(!fclose(d.out) && body);
	height = bottom_of(&d) + 30;
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
		"viewBox=\"0 0 %.0f %.0f\" role=\"img\">\n"
		"<title>vipctl simulate</title>\n<style>\n%s</style>\n"
		"<defs><pattern id=\"hatch\" width=\"5\" height=\"5\" "
		"patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
		"<rect width=\"2.5\" height=\"5\" fill=\"#c11574\"/></pattern></defs>\n"
		"<rect class=\"paper\" width=\"100%%\" height=\"100%%\"/>\n",
		WIDTH, height, WIDTH, height, style);
	fwrite(body, 1, size, out);
	fputs("</svg>\n", out);
	free(body);
}
