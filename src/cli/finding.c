/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Findings as vipctl shows them: in the words of `vipd -t`, as JSON, and counted. */
#include "cli/cli.h"

#include "conf/conf.h"

#include <stdlib.h>

void cli_findings_add(struct cli_findings *counts, const struct conf_finding *finding)
{
	switch (finding->severity) {
	case CONF_ERROR:
		counts->errors++;
		break;
	case CONF_WARNING:
		counts->warnings++;
		break;
	case CONF_HINT:
		counts->hints++;
		break;
	}
}

void cli_findings_count(struct cli_findings *counts, const struct conf *conf)
{
	for (size_t i = 0; i < conf_finding_count(conf); i++)
		cli_findings_add(counts, conf_finding(conf, i));
	counts->unknown += conf_finding_overflow(conf);
}

const char *cli_findings_text(const struct cli_findings *counts, char *buffer, size_t size)
{
	const struct {
		size_t count;
		const char *one, *many;
	} parts[] = {
		{ counts->errors, "error", "errors" },
		{ counts->warnings, "warning", "warnings" },
		{ counts->hints, "hint", "hints" },
		{ counts->unknown, "more", "more" },
	};
	size_t used = 0;

	snprintf(buffer, size, "nothing wrong");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && used < size; i++) {
		if (!parts[i].count)
			continue;
		used += (size_t)snprintf(buffer + used, size - used, "%s%zu %s", used ? ", " : "",
					 parts[i].count,
					 parts[i].count == 1 ? parts[i].one : parts[i].many);
	}
	return buffer;
}

void cli_finding_print(FILE *out, const struct conf_finding *finding)
{
	size_t length = conf_finding_print(finding, NULL, 0);
	char *text = malloc(length + 1);

	if (!text)
		return;
	conf_finding_print(finding, text, length + 1);
	fputs(text, out);
	free(text);
}

json_t *cli_finding_json(const struct conf_finding *f)
{
	return json_pack("{s:s, s:s, s:o, s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:o}",
			 "code", f->code, "severity", conf_severity_name(f->severity),
			 "file", cli_json_text(f->file), "line", (int)f->line,
			 "column", (int)f->column, "width", (int)f->width,
			 "message", cli_json_text(f->message), "hint", cli_json_text(f->hint),
			 "section", cli_json_text(f->section),
			 "source", cli_json_text(f->source),
			 "chain", cli_json_words(f->chain, f->chain_count));
}

void cli_findings_hint(const char *path, const struct conf *conf)
{
	struct cli_findings counts = { 0 };
	char text[128];

	cli_findings_count(&counts, conf);
	counts.hints = 0;
	if (counts.errors || counts.warnings || counts.unknown)
		fprintf(stderr, "vipctl: %s: %s: vipctl check %s\n", path,
			cli_findings_text(&counts, text, sizeof(text)), path);
}
