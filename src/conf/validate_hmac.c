/* SPDX-License-Identifier: GPL-2.0-or-later */
/* auth_hmac: keys that are long enough, and one that adverts are signed with. A file with a key
 * holds what may also stand in its place; its path is absolute, because nobody can tell where the
 * daemon was started. A block without a good key takes its instance with it: without the signature
 * it would be heard by nobody, or believe everybody. */
#include "conf/conf_private.h"

#include <inttypes.h>
#include <string.h>

#define KEY_NUMBERS 256
#define KEY_FORMS "write hex: with 64 to 128 digits, file:PATH, or 32 to 64 letters"

static bool is_size_good(size_t size)
{
	return size >= IMAGE_KEY_MIN && size <= IMAGE_KEY_MAX;
}

static uint8_t digit(char c)
{
	return (uint8_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

static bool key_hex(const char *text, size_t length, struct image_key *ret_key)
{
	if (length % 2 != 0 || !is_size_good(length / 2))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!memchr("0123456789abcdefABCDEF", text[i], 22))
			return false;
	for (size_t i = 0; i < length / 2; i++)
		ret_key->octets[i] = (uint8_t)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
	ret_key->size = (uint8_t)(length / 2);
	return true;
}

/* `hex:`, else the text is the key, as in keepalived; need not end with a NUL. */
static bool key_text(const char *text, size_t length, struct image_key *ret_key)
{
	if (length >= 4 && memcmp(text, "hex:", 4) == 0)
		return key_hex(text + 4, length - 4, ret_key);
	if (!is_size_good(length))
		return false;
	memcpy(ret_key->octets, text, length);
	ret_key->size = (uint8_t)length;
	return true;
}

/* Beside `hex:` it looks like a form of its own, and whoever leaves it out on one server only has
 * two keys. */
static void prefix_look(struct conf *conf, const struct conf_auth_key *key,
			const struct image_key *octets)
{
	if (octets->size >= 6 && memcmp(octets->octets, "ascii:", 6) == 0)
		diag_hint(conf, "key-with-prefix", &key->block.place,
			  "a text stands there without a prefix",
			  "key %" PRId64 " begins with `ascii:`: that is a part of the key",
			  key->id.number);
}

static bool key_file(struct conf *conf, struct conf_auth_key *key, const char *path,
		     struct image_key *ret_key)
{
	const char *data = NULL, *code;
	size_t size = 0;
	int error;

	if (path[0] != '/') {
		diag_error(conf, "bad-key", &key->block.place, "write `file:/PATH`",
			   "key %" PRId64 ": the path of its file is not absolute: it is left out",
			   key->id.number);
		return false;
	}
	error = conf->world->read_file(conf->world->context, path, &data, &size);
	if (error) {
		diag_error(conf, "bad-key", &key->block.place, NULL,
			   "key %" PRId64 " is left out: cannot read %.200s: %s", key->id.number,
			   path, load_reason(error, &code));
		return false;
	}
	/* One line end, as in keepalived: the rest is the key's. */
	size -= size > 0 && data[size - 1] == '\n';
	if (size > 0 && key_text(data, size, ret_key))
		return true;
	diag_error(conf, "bad-key", &key->block.place,
		   "the file holds one line, hex: with 64 to 128 digits or 32 to 64 letters",
		   "key %" PRId64 " is left out: there is none of 32 to 64 octets in %.200s",
		   key->id.number, path);
	return false;
}

/* False: why not has been said. */
static bool key_read(struct conf *conf, struct conf_auth_key *key, struct image_key *ret_key)
{
	const char *secret = key->secret.text;

	if (strncmp(secret, "file:", 5) == 0)
		return key_file(conf, key, secret + 5, ret_key);
	if (key_text(secret, strlen(secret), ret_key))
		return true;
	diag_error(conf, "bad-key", &key->block.place, KEY_FORMS,
		   "key %" PRId64 " is no key of 32 to 64 octets: it is left out", key->id.number);
	return false;
}

/* `known`: the good keys so far. */
static void key_check(struct conf *conf, struct conf_auth_key *known[KEY_NUMBERS],
		      struct conf_auth_key *key)
{
	struct conf_auth_key **slot = &known[key->id.number];
	struct image_key octets = { 0 };

	if (*slot) {
		diag_error(conf, "duplicate-name", key->id.place, "give one of them another number",
			   "key %" PRId64 " is in %s already: this one is left out", key->id.number,
			   diag_line(conf, &(*slot)->block.place, &key->block.place));
		key->block.broken = "its number is taken";
		return;
	}
	if (conf->key_count >= LIMIT_KEYS) {
		diag_error(conf, "too-many", &key->block.place, NULL,
			   "more than %d keys: this one is left out", LIMIT_KEYS);
	} else if (key_read(conf, key, &octets)) {
		key->key = arena_alloc(&conf->arena, sizeof(*key->key));
		*key->key = octets;
		key->key->id = (uint8_t)key->id.number;
		conf->key_count++;
		*slot = key;
		prefix_look(conf, key, &octets);
		return;
	}
	key->block.broken = "it is no key";
}

/* The one that adverts are signed with, or NULL. */
static const struct conf_auth_key *key_find(struct conf_auth_hmac *hmac)
{
	for (size_t i = 0; i < hmac->keys.count; i++) {
		const struct conf_auth_key *key = (struct conf_auth_key *)hmac->keys.items[i];

		if (!key->block.broken &&
		    (!hmac->active_key.set || key->id.number == hmac->active_key.number))
			return key;
	}
	return NULL;
}

static void defaults(struct conf *conf, const struct conf_instance *i, struct conf_auth_hmac *hmac)
{
	int64_t window = (3 * i->advert_interval.number + 999999) / 1000000;

	setting_default(&hmac->time_window, window < 5 ? 5 : window);
	if (!i->strict.number || !hmac->mode.number)
		return;
	diag_warning(conf, "strict-cleared", hmac->mode.place, "write `mode enforce`",
		     "mode %s does not go with strict mode: enforce is used", hmac->mode.text);
	setting_adjust(&hmac->mode, 0);
}

void validate_hmac(struct conf *conf, struct conf_instance *i)
{
	struct conf_auth_key *known[KEY_NUMBERS] = { NULL };
	const struct conf_auth_key *key;
	struct conf_auth_hmac *hmac;

	if (!i->auth_hmac.count)
		return;
	hmac = (struct conf_auth_hmac *)i->auth_hmac.items[0];
	for (size_t at = 1; at < i->auth_hmac.count; at++)
		block_break(conf, i->auth_hmac.items[at], "written-twice",
			    &i->auth_hmac.items[at]->place, "write all keys into one `auth_hmac`",
			    "the instance has one already");
	for (size_t at = 0; at < hmac->keys.count; at++)
		key_check(conf, known, (struct conf_auth_key *)hmac->keys.items[at]);
	defaults(conf, i, hmac);
	key = key_find(hmac);
	if (key)
		setting_default(&hmac->active_key, key->id.number);
	else if (hmac->active_key.set)
		block_break(conf, &i->block, "missing-key", hmac->active_key.place,
			    "write `key NUMBER hex:OCTETS` with this number",
			    "there is no good key %" PRId64, hmac->active_key.number);
	else
		block_break(conf, &i->block, "missing-key", &hmac->block.place,
			    "write `key NUMBER hex:OCTETS`", "auth_hmac has no good key");
}
