/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A configuration printed, loaded, printed and loaded again. What is printed is the model, so it
 * must load without an error and give the same model: the same image, and the same text. Instances
 * that are left out are comments in the first text and nothing in the second; so the two are
 * compared without comments, and the images only when nothing is left out. From the second text on
 * everything is the same, octet for octet. */
#include "round_trip.h"

#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void round_trip_findings(const struct conf *conf)
{
	char text[512];

	for (size_t i = 0; i < conf_finding_count(conf); i++) {
		const struct conf_finding *f = conf_finding(conf, i);

		check(f->code && f->message && f->file && f->width > 0);
		check((f->line == 0) == (f->source == NULL));
		check(!f->source || f->column - 1 + f->width <= strlen(f->source) + 1);
		conf_finding_print(f, text, sizeof(text));
		conf_finding_print_line(f, text, sizeof(text));
	}
	check(conf_healthy_count(conf) <= conf_instance_count(conf));
	check(conf_exit_code(conf) >= 0 && conf_exit_code(conf) <= 6);
}

/* The image, without what a printed form does not keep. */
static struct image *image_of(const struct conf *conf)
{
	struct image *image = calloc(1, conf_image_size(conf));
	const char *reason;

	check(image);
	conf_image_write(conf, image);
	check(image_check(image, conf_image_size(conf), &reason));
	for (uint32_t i = 0; i < image->instance_count; i++)
		image_instances_mutable(image)[i].line = 0;
	return image;
}

/* Where an instance was written is in its image; what an include brought is printed into one file.
 * */
static bool is_of_one_file(const struct image *image)
{
	for (uint32_t i = 0; i < image->instance_count; i++)
		if (strcmp(image_text(image, image_instances(image)[i].file),
			   image_text(image, image->file)) != 0)
			return false;
	return true;
}

static void same_image(const struct conf *one, const struct conf *two)
{
	struct image *a = image_of(one), *b = image_of(two);

	check(!is_of_one_file(a) || (a->size == b->size && memcmp(a, b, a->size) == 0));
	free(a);
	free(b);
}

/* The text; what fits a smaller buffer is its beginning. */
static char *text_of(const struct conf *conf, size_t *ret_length)
{
	size_t length = conf_print(conf, NULL, 0), half = length / 2;
	char *text = malloc(length + 1), *part = malloc(half + 1);

	check(text && part && conf_print(conf, text, length + 1) == length);
	check(strlen(text) == length);
	check(conf_print(conf, part, half + 1) == length);
	check(strlen(part) == half && memcmp(part, text, half) == 0);
	free(part);
	*ret_length = length;
	return text;
}

/* The beginning of the next line that is neither empty nor a comment. */
static const char *line_with_words(const char *text)
{
	for (;;) {
		const char *word = text + strspn(text, "\t");

		if (*word == '#')
			text = word + strcspn(word, "\n");
		else if (*word == '\n')
			text = word + 1;
		else
			return text;
	}
}

static void same_words(const char *one, const char *two)
{
	size_t length;

	do {
		one = line_with_words(one);
		two = line_with_words(two);
		length = strcspn(one, "\n");
		if (length != strcspn(two, "\n") || memcmp(one, two, length) != 0)
			fprintf(stderr, "printed first:\n%.2000s\nprinted again:\n%.2000s\n", one,
				two);
		check(length == strcspn(two, "\n") && memcmp(one, two, length) == 0);
		one += length;
		two += length;
	} while (length);
}

/* Instances that are printed. */
static unsigned printed_count(const struct conf *conf)
{
	return conf_healthy_count(conf) + conf_waiting_count(conf);
}

static void is_sound(const struct conf *conf)
{
	round_trip_findings(conf);
	check(conf_instance_count(conf) == printed_count(conf));
	for (size_t i = 0; i < conf_finding_count(conf); i++) {
		const struct conf_finding *f = conf_finding(conf, i);
		/* Of the whole file: all its instances may wait for a later release. */
		bool is_good = f->severity != CONF_ERROR || !f->line;

		if (!is_good)
			fprintf(stderr, "%s: %s\n", f->message, f->source);
		check(is_good);
	}
}

void round_trip(const struct conf *conf, round_trip_load *load)
{
	size_t length, again_length, third_length;
	char *text = text_of(conf, &length), *again_text, *third_text;
	struct conf *again = load(text, length), *third;

	check(again);
	is_sound(again);
	check(conf_instance_count(again) == printed_count(conf));
	again_text = text_of(again, &again_length);
	same_words(text, again_text);
	if (conf_instance_count(conf) == printed_count(conf))
		same_image(conf, again);

	third = load(again_text, again_length);
	check(third);
	third_text = text_of(third, &third_length);
	check(again_length == third_length && memcmp(again_text, third_text, third_length) == 0);
	same_image(again, third);
	conf_free(third);
	conf_free(again);
	free(third_text);
	free(again_text);
	free(text);
}
