/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Small things about text for people: ages, widths, line breaks. Text from the daemon is cleaned of
 * control characters before it reaches a terminal, because names come from files that somebody else
 * may have written. */
#include "cli/cli.h"

#include "base/text.h"

#include <string.h>
#include <time.h>

int64_t cli_time_parse(const char *text)
{
	int year, month, day, hour, minute, second, ms, length = 0;
	struct tm tm = { 0 };

	if (!text ||
	    sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ%n", &year, &month, &day, &hour, &minute,
		   &second, &ms, &length) != 7 ||
	    length != 24 || text[length])
		return -1;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	tm.tm_mday = day;
	tm.tm_hour = hour;
	tm.tm_min = minute;
	tm.tm_sec = second;
	return (int64_t)timegm(&tm) * 1000000 + ms * 1000;
}

const char *cli_age_print(int64_t since_us, int64_t now_us, char buffer[CLI_AGE_SIZE])
{
	long long s = (now_us - since_us) / 1000000;

	if (since_us < 0) {
		snprintf(buffer, CLI_AGE_SIZE, "-");
		return buffer;
	}
	/* A clock that was set back. */
	if (s < 0)
		s = 0;
	if (s < 60)
		snprintf(buffer, CLI_AGE_SIZE, "%llds", s);
	else if (s < 3600)
		snprintf(buffer, CLI_AGE_SIZE, "%lldm%llds", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buffer, CLI_AGE_SIZE, "%lldh%lldm", s / 3600, s / 60 % 60);
	else
		snprintf(buffer, CLI_AGE_SIZE, "%lldd%lldh", s / 86400, s / 3600 % 24);
	return buffer;
}

int cli_text_width(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

const char *cli_text_clean(const char *text, char *buffer, size_t size)
{
	size_t n = 0;

	for (; text && *text && n < size - 1; n++) {
		size_t control = text_control_size(text);

		buffer[n] = control ? '?' : *text;
		text += control ? control : 1;
	}
	buffer[n] = '\0';
	return buffer;
}

void cli_text_wrap(FILE *out, int width, const char *first, const char *rest, const char *text)
{
	int column = (int)strlen(rest);
	bool is_start = true;

	fputs(first, out);
	while (*text) {
		int length = (int)strcspn(text, " ");

		if (!is_start && column + 1 + length > width) {
			fprintf(out, "\n%s", rest);
			column = (int)strlen(rest);
			is_start = true;
		}
		fprintf(out, "%s%.*s", is_start ? "" : " ", length, text);
		column += length + !is_start;
		is_start = false;
		text += length;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}
