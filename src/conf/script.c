/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands to run, with keepalived's two layers of quotes. The first layer cuts what stands behind
 * the keyword into the command line, a user and a group: single and double quotes hold a piece
 * together, pieces without a blank between them are one, and outside quotes a backslash takes the
 * next letter as it is. The second layer cuts the command line itself into words, with quotes again
 * and with escapes: \a \b \E \f \n \r \t \v, \nnn octal, \xXX, \cC a control letter, and any other
 * letter itself. No shell is involved: `|`, `$(…)` and the like are plain letters.
 * Unlike keepalived, \xXX takes two digits at most, and an escaped blank does not end a word. */
#include "conf/script.h"

#include <ctype.h>
#include <string.h>

#define PARTS_MAX 3
#define HINT_ALONE "write: KEYWORD \"/a/command ARGUMENT 'with blanks'\""

/* A piece of the line that is being read, and the word that it becomes. */
struct reader {
	const char *text;
	size_t length, at;
	char *word;
	size_t word_length;
};

static char reader_peek(const struct reader *r, size_t ahead)
{
	return r->at + ahead < r->length ? r->text[r->at + ahead] : '\0';
}

static void reader_put(struct reader *r, char c)
{
	r->word[r->word_length++] = c;
}

static bool reader_skip_blanks(struct reader *r)
{
	while (r->at < r->length && lex_is_blank(r->text[r->at]))
		r->at++;
	return r->at < r->length;
}

/* First layer: one word into r->word. False: a quote is not closed. */
static bool part_read(struct reader *r)
{
	char quote = '\0';

	for (; r->at < r->length; r->at++) {
		char c = r->text[r->at];

		if (quote && c == quote) {
			quote = '\0';
		} else if (!quote && (c == '"' || c == '\'')) {
			quote = c;
		} else if (!quote && lex_is_blank(c)) {
			break;
		} else if (c == '\\' && (!quote || reader_peek(r, 1) == quote) &&
			   r->at + 1 < r->length) {
			reader_put(r, r->text[++r->at]);
		} else {
			reader_put(r, c);
		}
	}
	return !quote;
}

static int octal_read(struct reader *r)
{
	int value = 0;

	for (int i = 0; i < 3 && reader_peek(r, 0) >= '0' && reader_peek(r, 0) <= '7'; i++)
		value = value * 8 + (r->text[r->at++] - '0');
	return value & 0xff;
}

static int hex_read(struct reader *r)
{
	int value = 0;

	for (int i = 0; i < 2 && isxdigit((unsigned char)reader_peek(r, 0)); i++) {
		int c = tolower((unsigned char)r->text[r->at++]);

		value = value * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return value;
}

/* What stands behind a backslash; `at` is moved behind it. */
static int escape_read(struct reader *r)
{
	static const char letters[] = "abEfnrtv", meanings[] = "\a\b\033\f\n\r\t\v";
	char c = r->text[r->at];
	const char *letter = strchr(letters, c);

	if (c >= '0' && c <= '7')
		return octal_read(r);
	r->at++;
	if (c == 'x' && isxdigit((unsigned char)reader_peek(r, 0)))
		return hex_read(r);
	if (c == 'c' && reader_peek(r, 0) != '\0')
		return r->text[r->at++] & 0x1f;
	return letter ? (unsigned char)meanings[letter - letters] : (unsigned char)c;
}

/* Second layer: one word. False: a quote is not closed, or an escape makes a NUL. */
static bool word_read(struct reader *r, const char **ret_wrong)
{
	char quote = '\0';

	while (r->at < r->length) {
		char c = r->text[r->at];

		if (!quote && lex_is_blank(c))
			break;
		r->at++;
		if (quote && c == quote) {
			quote = '\0';
		} else if (!quote && (c == '"' || c == '\'')) {
			quote = c;
		} else if (c == '\\' && r->at < r->length) {
			int octet = escape_read(r);

			if (octet == 0) {
				*ret_wrong = "an escape stands for a NUL octet";
				return false;
			}
			reader_put(r, (char)octet);
		} else {
			reader_put(r, c);
		}
	}
	if (quote)
		*ret_wrong = "a quote inside the command is not closed";
	return !quote;
}

/* Cuts the command line into words, each with a NUL behind it. */
static bool command_read(struct binder *b, const char *line, struct conf_script *script,
			 const char **ret_wrong)
{
	struct reader r = { .text = line, .length = strlen(line) };

	/* Every word is shorter than what it was read from, but for the NUL behind the last. */
	r.word = arena_alloc(&b->conf->arena, r.length + 2);
	while (reader_skip_blanks(&r)) {
		if (!word_read(&r, ret_wrong))
			return false;
		reader_put(&r, '\0');
		script->word_count++;
	}
	script->words = r.word;
	script->words_size = r.word_length;
	*ret_wrong = "no command is given";
	return script->word_count > 0 && r.word[0] != '\0';
}

/* The words once more, as a list. */
static const char *const *words_list(struct binder *b, const struct conf_script *script)
{
	const char **list = arena_alloc(&b->conf->arena, script->word_count * sizeof(*list));
	const char *word = script->words;

	for (uint32_t i = 0; i < script->word_count; i++, word += strlen(word) + 1)
		list[i] = word;
	return list;
}

/* First layer: command, user, group. */
static unsigned parts_read(struct binder *b, const struct node *node, const char **parts,
			   struct place *ret_extra, bool *ret_unclosed)
{
	struct reader r = { .text = node->line->text + node->rest,
			    .length = node->rest_end - node->rest };
	unsigned count = 0;

	*ret_unclosed = false;
	while (reader_skip_blanks(&r)) {
		size_t begin = r.at;

		r.word = arena_alloc(&b->conf->arena, r.length - r.at + 1);
		r.word_length = 0;
		if (!part_read(&r))
			*ret_unclosed = true;
		if (count == PARTS_MAX) {
			*ret_extra = lex_place(node->line, node->rest + (uint32_t)begin,
					       (uint32_t)(r.at - begin));
			return PARTS_MAX + 1;
		}
		parts[count++] = r.word;
	}
	return count;
}

static struct place rest_place(const struct node *node)
{
	uint32_t begin = node->rest, end = node->rest_end;

	while (begin < end && lex_is_blank(node->line->text[begin]))
		begin++;
	while (end > begin && lex_is_blank(node->line->text[end - 1]))
		end--;
	return lex_place(node->line, begin, end - begin);
}

/* A user or a group, by name or number. DOMAIN\NAME is one, too; nothing ends in a backslash. A
 * word that begins with `-` is an option of a command that was not quoted. */
bool script_is_account(const char *text)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-@\\+";
	size_t length = text ? strlen(text) : 0;

	return !text || (length && *text != '-' && !text[strspn(text, letters)] &&
			 text[length - 1] != '\\');
}

bool script_read(struct binder *b, const struct node *node, struct conf_script *ret_script)
{
	const char *parts[PARTS_MAX] = { NULL }, *wrong = NULL;
	struct conf_script script = { .word_count = 0 };
	bool alone = node->keyword->arguments->flags & ARGUMENT_ALONE;
	struct place place = rest_place(node), extra;
	bool unclosed;
	unsigned count = parts_read(b, node, parts, &extra, &unclosed);

	if (unclosed)
		wrong = "a quote is not closed";
	else if (count == 0 || !command_read(b, parts[0], &script, &wrong))
		wrong = count ? wrong : "no command is given";
	else if (!alone && (!script_is_account(parts[1]) || !script_is_account(parts[2])))
		wrong = "what follows the command is no user and group";
	else
		wrong = NULL;
	if (wrong && node->words[node->word_count - 1].unclosed) {
		if (node->keyword->flags & KEYWORD_REQUIRED)
			block_leave_out(b->model, wrong);
		return false;
	}
	if (wrong) {
		bind_bad_value(b, node->keyword, "bad-command", &place,
			       alone ? HINT_ALONE : HINT_ALONE " USER GROUP",
			       "%s", wrong);
		return false;
	}
	if (alone && count > 1)
		diag_error(b->conf, "bad-command", &place, HINT_ALONE,
			   "`%s` takes one command: what stands behind it is ignored",
			   node->keyword->name);
	else if (count > PARTS_MAX)
		diag_warning(b->conf, "extra-argument", &extra,
			     "put the command and its arguments in double quotes",
			     "`%s` takes a command, a user and a group: the rest is ignored",
			     node->keyword->name);
	script.argv = words_list(b, &script);
	script.user = alone ? NULL : parts[1];
	script.group = alone ? NULL : parts[2];
	*ret_script = script;
	return true;
}

void script_store(struct binder *b, const struct node *node, struct setting *setting)
{
	struct conf_script *script;
	struct value value = { .token = &node->words[0] };

	if (setting->set) {
		diag_warning(b->conf, "written-twice", &node->words[0].place,
			     "take away one of the two",
			     "`%s` is ignored: there is one already", node->keyword->name);
		return;
	}
	script = arena_alloc(&b->conf->arena, sizeof(*script));
	if (!script_read(b, node, script))
		return;
	bind_store(b, node->keyword, setting, &value);
	setting->script = script;
}

void escaped_store(struct binder *b, const struct node *node, struct setting *setting)
{
	struct reader r = { .text = node->line->text + node->rest,
			    .length = node->rest_end - node->rest };
	struct value value = { .token = &node->words[0] };
	struct place place = rest_place(node);
	const char *wrong = NULL;

	r.word = arena_alloc(&b->conf->arena, r.length + 1);
	reader_skip_blanks(&r);
	if (word_read(&r, &wrong) && reader_skip_blanks(&r))
		wrong = "there is more than one word";
	if (wrong) {
		bind_bad_value(b, node->keyword, "bad-word", &place,
			       "put the whole in double quotes, and write `\\\\` for a backslash",
			       "%s", wrong);
		return;
	}
	value.text = r.word;
	bind_store(b, node->keyword, setting, &value);
}
