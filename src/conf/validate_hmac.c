/* SPDX-License-Identifier: GPL-2.0-or-later */
/* auth_hmac: keys that are long enough to be none, and one that adverts are signed with. Files with
 * keys are not read here. A block with a mistake takes its instance with it: without the signature
 * it would be heard by nobody, or believe everybody. */
#include "conf/conf_private.h"

#include <inttypes.h>
#include <string.h>

#define KEY_MIN 32
#define KEY_MAX 64
#define KEY_NUMBERS 256

static bool key_is_good(const char *secret)
{
	size_t length = strlen(secret);

	if (strncmp(secret, "hex:", 4) == 0)
		return length >= 4 + 2 * KEY_MIN && length <= 4 + 2 * KEY_MAX && length % 2 == 0 &&
		       strspn(secret + 4, "0123456789abcdefABCDEF") == length - 4;
	if (strncmp(secret, "ascii:", 6) == 0)
		return length >= 6 + KEY_MIN && length <= 6 + KEY_MAX;
	return strncmp(secret, "file:", 5) == 0 && length > 5;
}

/* `known`: the good keys so far. */
static void key_check(struct conf *conf, struct conf_auth_key *known[KEY_NUMBERS],
		      struct conf_auth_key *key)
{
	struct conf_auth_key **slot = &known[key->id.number];

	if (*slot) {
		diag_error(conf, "duplicate-name", key->id.place, "give one of them another number",
			   "key %" PRId64 " is in %s already: this one is left out", key->id.number,
			   diag_line(conf, &(*slot)->block.place, &key->block.place));
		key->block.broken = "its number is taken";
		return;
	}
	if (key_is_good(key->secret.text)) {
		*slot = key;
		return;
	}
	diag_error(conf, "bad-key", &key->block.place,
		   "write hex: with 64 to 128 digits, ascii: with 32 to 64 letters, or file:PATH",
		   "key %" PRId64 " is no key of 32 to 64 octets: it is left out", key->id.number);
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
