/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a good file means: defaults, every setting, the image, and the way there and back. */
#include "world.h"

#include <errno.h>

#include "wire/advert.h"

#include <time.h>

#define SECOND_US 1000000

static const struct image_instance *only(const struct image *image)
{
	assert_int_equal(image->instance_count, 1);
	return image_instances(image);
}

/* An instance with `what` in it. */
#define INSTANCE(what)                                                                     \
	"vrrp_instance a {\n interface eth0\n virtual_router_id 7\n " what "\n"            \
	" virtual_ipaddress {\n  192.0.2.1\n }\n}\n"

static struct image *image_of(const char *text)
{
	struct conf *conf = load_text(text);
	struct image *image = image_made(conf);

	conf_free(conf);
	return image;
}

static void test_defaults(void **state)
{
	struct conf *conf = load_text(INSTANCE(""));
	struct image *image = image_made(conf);
	const struct image_instance *i = only(image);
	const struct image_address *a = image_addresses(image);

	assert_no_findings(conf);
	assert_string_equal(image_text(image, image->router_id), "host-1");
	assert_string_equal(image_text(image, image->file), "t.conf");
	assert_int_equal(image->loaded_realtime_us, 1700000000000000);
	assert_string_equal(image_text(image, i->name), "a");
	assert_string_equal(image_text(image, i->file), "t.conf");
	assert_int_equal(i->line, 1);
	assert_string_equal(image_links(image)[i->link].name, "eth0");
	assert_int_equal(i->flags, IMAGE_PREEMPT);
	assert_int_equal(i->family, ADDR_IPV4);
	assert_int_equal(i->version, 2);
	assert_int_equal(i->vrid, 7);
	assert_int_equal(i->priority, 100);
	assert_int_equal(i->auth_type, ADVERT_AUTH_NONE);
	assert_int_equal(i->down_adverts, 3);
	assert_int_equal(i->garp_repeat, 5);
	assert_int_equal(i->garp_repeat_later, 5);
	assert_int_equal(i->garp_delay_us, 5 * SECOND_US);
	assert_int_equal(i->advert_interval_us, SECOND_US);
	assert_int_equal(i->preempt_delay_us, 0);
	assert_int_equal(i->address_count, 1);
	assert_int_equal(a->prefix.length, 32);
	assert_int_equal(a->scope, 0);
	assert_int_equal(a->broadcast.family, ADDR_NONE);
	assert_int_equal(a->link, i->link);
	for (size_t n = 0; n < NOTIFY_N_; n++)
		assert_int_equal(i->notify[n].word_count, 0);
	free(image);
	conf_free(conf);
}

static void priority_is(const char *text, unsigned priority, unsigned flags)
{
	struct image *image = image_of(text);

	assert_int_equal(only(image)->priority, priority);
	assert_int_equal(only(image)->flags, flags);
	free(image);
}

static void test_priority_and_preemption(void **state)
{
	const unsigned master = IMAGE_STATE_MASTER | IMAGE_PREEMPT;

	priority_is(INSTANCE("state MASTER"), 255, master);
	priority_is(INSTANCE("state BACKUP"), 100, IMAGE_PREEMPT);
	priority_is(INSTANCE("state MASTER\npriority 50"), 50, master);
	/* A bad priority is 100, never the owner's 255. */
	priority_is(INSTANCE("state MASTER\npriority 300"), 100, master);
	priority_is(INSTANCE("state MASTER\nstate BACKUP"), 255, master);
	priority_is(INSTANCE("priority 1\npriority 2"), 2, IMAGE_PREEMPT);
	priority_is(INSTANCE("nopreempt"), 100, 0);
	priority_is(INSTANCE("nopreempt\npreempt"), 100, IMAGE_PREEMPT);
	priority_is(INSTANCE("nopreempt\nstate MASTER\npriority 9"), 9, master);
	/* Without `state`, 255 is MASTER. */
	priority_is(INSTANCE("nopreempt\npriority 255"), 255, master);
}

static void times_are(const char *text, int64_t interval_us, int64_t delay_us)
{
	struct image *image = image_of(text);

	assert_int_equal(only(image)->advert_interval_us, interval_us);
	assert_int_equal(only(image)->preempt_delay_us, delay_us);
	free(image);
}

static void test_times(void **state)
{
	times_are(INSTANCE("advert_int 3\npreempt_delay 2.5"), 3 * SECOND_US, 2500000);
	times_are(INSTANCE("advert_int 1.4"), SECOND_US, 0);
	times_are(INSTANCE("advert_int 1.5"), 2 * SECOND_US, 0);
	times_are(INSTANCE("advert_int 0.01"), SECOND_US, 0); /* never 0 */
	times_are(INSTANCE("advert_int 254.9"), 255 * SECOND_US, 0);
	times_are(INSTANCE("advert_int 1000"), SECOND_US, 0);
	times_are(INSTANCE("state MASTER\npreempt_delay 5"), SECOND_US, 0);
	times_are(INSTANCE("nopreempt\npreempt_delay 5"), SECOND_US, 0);
}

static void password_is(const char *text, unsigned type, const char *octets)
{
	struct image *image = image_of(text);

	assert_int_equal(only(image)->auth_type, type);
	assert_memory_equal(only(image)->auth_data, octets, 8);
	free(image);
}

static void test_authentication(void **state)
{
	struct conf *conf;

	password_is(INSTANCE("authentication {\nauth_type PASS\nauth_pass 42\n}"), 1,
		    "42\0\0\0\0\0");
	password_is(INSTANCE("authentication {\nauth_pass 12345678\nauth_type PASS\n}"), 1,
		    "12345678");
	password_is(INSTANCE("authentication {\nauth_type AH\nauth_pass 42\n}"), 2,
		    "42\0\0\0\0\0");
	password_is(INSTANCE("authentication {\nauth_type PASS\n}"), 0, "\0\0\0\0\0\0\0");
	password_is(INSTANCE("authentication {\nauth_pass x\n}"), 0, "\0\0\0\0\0\0\0");
	password_is(INSTANCE("authentication {\nauth_type X\nauth_pass x\n}"), 0, "\0\0\0\0\0\0\0");
	conf = load_text(INSTANCE("authentication {\nauth_type PASS\n"
				  "  auth_pass SECUREUNIQUEPASSWORD\n}"));
	assert_int_equal(conf_finding_count(conf), 1);
	assert_finding(conf, "password-cut", 6, 13);
	assert_int_equal(conf_exit_code(conf), 5);
	conf_free(conf);
}

#define HEX32 "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"
#define ASCII32 "abcdefghijklmnopqrstuvwxyz012345"
#define SIGNED(lines) INSTANCE("version 3\nadvert_int 2\nauth_hmac {\n" lines "\n}")

static void key_is(const struct image *image, uint32_t k, uint8_t id, const char *octets,
		   size_t size)
{
	const struct image_key *key = &image_keys(image)[k];

	assert_int_equal(key->id, id);
	assert_int_equal(key->size, size);
	assert_memory_equal(key->octets, octets, size);
}

static void test_signatures(void **state)
{
	struct image *image = image_of(SIGNED("key 255 " ASCII32 "\nkey 1 hex:" HEX32));

	assert_int_equal(only(image)->hmac, IMAGE_HMAC_ENFORCE);
	assert_int_equal(only(image)->hmac_key, 255); /* the first one */
	assert_int_equal(only(image)->hmac_monotonic, false);
	assert_int_equal(only(image)->hmac_window_s, 6); /* three times advert_int */
	assert_int_equal(only(image)->key_count, 2);
	key_is(image, 0, 255, ASCII32, 32);
	key_is(image, 1, 1,
	       "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff"
	       "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 32);
	free(image);
	image = image_of(SIGNED("key 1 " ASCII32 ASCII32 "\nkey 2 hex:" HEX32 "\n"
				"active_key 2\nanti_replay monotonic\ntime_window 300\n"
				"mode receive-only"));
	assert_int_equal(only(image)->hmac, IMAGE_HMAC_RECEIVE_ONLY);
	assert_int_equal(only(image)->hmac_key, 2);
	assert_int_equal(only(image)->hmac_monotonic, true);
	assert_int_equal(only(image)->hmac_window_s, 300);
	key_is(image, 0, 1, ASCII32 ASCII32, 64);
	free(image);
	/* A bad key goes alone while there is a good one to sign with. */
	image = image_of(SIGNED("key 1 hex:00\nkey 2 hex:" HEX32 "\nmode permissive"));
	assert_int_equal(only(image)->hmac, IMAGE_HMAC_PERMISSIVE);
	assert_int_equal(only(image)->hmac_key, 2);
	assert_int_equal(only(image)->key_count, 1);
	free(image);
}

/* A host with one more file than the configuration. */
struct key_file {
	const char *text, *key;
	int error;
};

static int read_either(void *context, const char *path, const char **ret_data, size_t *ret_size)
{
	const struct key_file *f = context;
	bool is_key = strcmp(path, "/etc/vipd/key") == 0;

	*ret_data = is_key ? f->key : f->text;
	*ret_size = strlen(*ret_data);
	return is_key ? f->error : 0;
}

static void key_file_is(const char *key, int error, const char *octets, size_t size)
{
	struct key_file file = { SIGNED("key 1 file:/etc/vipd/key"), key, error };
	struct conf_world world = { .context = &file, .read_file = read_either,
				    .link_exists = world_link_exists, .host_name = "host-1" };
	struct conf *conf = conf_load("t.conf", &world);
	struct image *image = image_made(conf);

	assert_int_equal(conf_healthy_count(conf), size > 0);
	if (size > 0)
		key_is(image, 0, 1, octets, size);
	else
		assert_non_null(finding_of(conf, "bad-key"));
	/* What the file holds is told nobody. */
	for (size_t i = 0; i < conf_finding_count(conf); i++)
		assert_null(strstr(conf_finding(conf, i)->message, "abcdef"));
	free(image);
	conf_free(conf);
}

static void test_keys_in_files(void **state)
{
	struct conf *conf;

	key_file_is(ASCII32, 0, ASCII32, 32);
	key_file_is(ASCII32 "\n", 0, ASCII32, 32);
	key_file_is(ASCII32 "\n\n", 0, ASCII32 "\n", 33);
	key_file_is("ascii:" ASCII32 "\n", 0, "ascii:" ASCII32, 38);
	key_file_is("hex:3031323334353637383961626364656630313233343536373839616263646566\n", 0,
		    "0123456789abcdef0123456789abcdef", 32);
	key_file_is("", 0, NULL, 0);
	key_file_is("\n", 0, NULL, 0);
	key_file_is("hex:" HEX32 "0", 0, NULL, 0);
	key_file_is("hex:" HEX32 "\n\n", 0, NULL, 0);
	key_file_is("abcdef", 0, NULL, 0);
	key_file_is(ASCII32 ASCII32 "a", 0, NULL, 0);
	key_file_is("file:/etc/vipd/key", 0, NULL, 0);
	key_file_is(ASCII32, -EACCES, NULL, 0);
	conf = load_text(SIGNED("key 1 file:key"));
	assert_non_null(strstr(finding_of(conf, "bad-key")->message, "absolute"));
	conf_free(conf);
}

static void test_signatures_of_version_2(void **state)
{
	struct image *image =
		image_of(INSTANCE("auth_hmac {\nkey 1 hex:" HEX32 "\n}\n"
				  "authentication {\nauth_type PASS\nauth_pass x\n}"));
	struct conf *conf;

	assert_int_equal(only(image)->version, 2);
	assert_int_equal(only(image)->hmac, IMAGE_HMAC_ENFORCE);
	assert_int_equal(only(image)->auth_type, ADVERT_AUTH_NONE);
	free(image);
	conf = load_text(SIGNED("mode enforce"));
	assert_non_null(finding_of(conf, "missing-key"));
	assert_int_equal(conf_healthy_count(conf), 0);
	conf_free(conf);
}

static void test_garp(void **state)
{
	struct image *image = image_of("global_defs {\nvrrp_garp_master_delay 9\n"
				       "vrrp_garp_master_repeat 2\n}\n" INSTANCE(""));

	assert_int_equal(only(image)->garp_delay_us, 9 * SECOND_US);
	assert_int_equal(only(image)->garp_repeat, 2);
	free(image);
	image = image_of("global_defs {\nvrrp_garp_master_delay 9\n}\n"
			 INSTANCE("garp_master_delay 0\ngarp_master_repeat 3"));
	assert_int_equal(only(image)->garp_delay_us, 0);
	assert_int_equal(only(image)->garp_repeat, 3);
	free(image);
}

static void test_address_options(void **state)
{
	struct image *image = image_of(
		"vrrp_instance a {\n interface eth0\n virtual_router_id 1\n"
		" virtual_ipaddress_excluded {\n  198.51.100.7/25 dev eth1 scope 5\n }\n"
		" virtual_ipaddress {\n"
		"  192.0.2.130/25 label eth0:x brd + scope link\n"
		"  192.0.2.9/28 broadcast -\n"
		"  192.0.2.5/24 brd 192.0.2.99 peer 192.0.2.6/30\n }\n}\n");
	const struct image_instance *i = only(image);
	const struct image_address *a = image_addresses(image) + i->address_first;
	char text[ADDR_TEXT_SIZE];

	assert_int_equal(i->address_count, 4);
	assert_string_equal(prefix_print(&a[0].prefix, text, sizeof(text)), "192.0.2.130/25");
	assert_string_equal(a[0].label, "eth0:x");
	assert_int_equal(a[0].scope, 253);
	assert_string_equal(addr_print(&a[0].broadcast, text, sizeof(text)), "192.0.2.255");
	assert_string_equal(addr_print(&a[1].broadcast, text, sizeof(text)), "192.0.2.0");
	assert_string_equal(addr_print(&a[2].broadcast, text, sizeof(text)), "192.0.2.99");
	assert_string_equal(prefix_print(&a[2].peer, text, sizeof(text)), "192.0.2.6/30");
	/* Excluded ones come last, wherever they were written. */
	assert_int_equal(a[3].excluded, 1);
	assert_int_equal(a[3].scope, 5);
	assert_string_equal(image_links(image)[a[3].link].name, "eth1");
	assert_int_equal(image->link_count, 2);
	free(image);
}

static void command_is(const char *line, const char *words, const char *user, const char *group)
{
	char text[1024], all[512] = "";
	struct image *image;
	const struct image_script *script;
	const char *word;

	snprintf(text, sizeof(text), INSTANCE("notify_fault %s"), line);
	image = image_of(text);
	script = &only(image)->notify[NOTIFY_FAULT];
	word = image_text(image, script->words);
	for (uint32_t i = 0; i < script->word_count; i++) {
		strcat(all, "<");
		strcat(all, word);
		strcat(all, ">");
		word += strlen(word) + 1;
	}
	assert_string_equal(all, words);
	assert_string_equal(image_text(image, script->user), user);
	assert_string_equal(image_text(image, script->group), group);
	free(image);
}

/* Each of these was tried with keepalived 2.2.7. */
static void test_commands(void **state)
{
	command_is("/bin/x", "</bin/x>", "", "");
	command_is("/bin/x a b", "</bin/x>", "a", "b");
	command_is("\"/bin/x 'a b' c\" nobody nogroup", "</bin/x><a b><c>", "nobody", "nogroup");
	command_is("'/bin/x \"a b\" c'", "</bin/x><a b><c>", "", "");
	command_is("\"/bin/x a\"b' c'", "</bin/x><ab><c>", "", "");
	command_is("/bin/x\\ y", "</bin/x><y>", "", "");
	command_is("\"/bin/x 'a\\tb' \\101\\1012 \\x41 \\cA \\z \\E\"",
		   "</bin/x><a\tb><AA2><A><\x01><z><\x1b>", "", "");
	command_is("\"/bin/x '' y\"", "</bin/x><><y>", "", "");
	command_is("\"/bin/x '#a' !b {c}\" # comment", "</bin/x><#a><!b><{c}>", "", "");
	command_is("\"/bin/x a\\#b\"", "</bin/x><a#b>", "", "");
}

static void test_words_of_all_scripts(void **state)
{
	struct image *image = image_of(INSTANCE("notify_master /m\nnotify_backup /b\n"
						"notify_fault /f\nnotify_stop /s\nnotify /n"));
	const struct image_script *n = only(image)->notify;

	assert_string_equal(image_text(image, n[NOTIFY_MASTER].words), "/m");
	assert_string_equal(image_text(image, n[NOTIFY_BACKUP].words), "/b");
	assert_string_equal(image_text(image, n[NOTIFY_FAULT].words), "/f");
	assert_string_equal(image_text(image, n[NOTIFY_STOP].words), "/s");
	assert_string_equal(image_text(image, n[NOTIFY_ANY].words), "/n");
	free(image);
}

/* Whoever is named on the line, else script_user. */
static void test_users_of_scripts(void **state)
{
	struct image *image = image_of("global_defs {\n script_user u :g\n}\n"
				       INSTANCE("notify_master /m\nnotify_backup /b v\n"
						"notify_fault /f v h"));
	const struct image_script *n = only(image)->notify;

	assert_string_equal(image_text(image, n[NOTIFY_MASTER].user), "u");
	assert_string_equal(image_text(image, n[NOTIFY_MASTER].group), "g");
	assert_string_equal(image_text(image, n[NOTIFY_BACKUP].user), "v");
	assert_string_equal(image_text(image, n[NOTIFY_BACKUP].group), "");
	assert_string_equal(image_text(image, n[NOTIFY_FAULT].group), "h");
	free(image);
}

/* More addresses than an advert can name: the rest moves with them, unnamed. */
static void test_surplus_addresses(void **state)
{
	char *text = calloc(1, 20000), *end = text;
	struct image *image;
	unsigned excluded = 0;

	end += sprintf(end, "vrrp_instance a {\ninterface eth0\nvirtual_router_id 1\n"
			    "virtual_ipaddress {\n");
	for (int i = 0; i < 300; i++)
		end += sprintf(end, "10.0.%d.%d\n", i / 200, i % 200 + 1);
	sprintf(end, "}\n}\n");
	image = image_of(text);
	assert_int_equal(only(image)->address_count, 300);
	for (uint32_t i = 0; i < 300; i++)
		excluded += image_addresses(image)[i].excluded;
	assert_int_equal(excluded, 300 - LIMIT_ADVERT_ADDRESSES);
	free(image);
	/* IPv6: what fits into a packet, as keepalived. */
	end = text + sprintf(text, "vrrp_instance a {\ninterface eth0\nvirtual_router_id 1\n"
				   "virtual_ipaddress {\nfe80::1\n");
	for (int i = 1; i < 90; i++)
		end += sprintf(end, "2001:db8::%x\n", i);
	sprintf(end, "}\n}\n");
	image = image_of(text);
	assert_int_equal(only(image)->address_count, 90);
	assert_false(image_addresses(image)[LIMIT_ADVERT_ADDRESSES6 - 1].excluded);
	assert_true(image_addresses(image)[LIMIT_ADVERT_ADDRESSES6].excluded);
	free(image);
	free(text);
}

static void test_transport(void **state)
{
	struct image *image = image_of(INSTANCE(
		"unicast_src_ip 192.0.2.7\nmcast_src_ip 192.0.2.6\ntrack_src_ip\nunicast_ttl 9\n"
		"unicast_fault_no_peer\nmcast_dst_ip 224.0.0.77\nunicast_peer {\n"
		"192.0.2.8 min_ttl 64\n192.0.2.8\n192.0.2.9 max_ttl 128\n}"));
	const struct image_instance *i = only(image);
	const struct image_peer *peers = image_peers(image);
	char text[ADDR_TEXT_SIZE];

	assert_int_equal(i->flags, IMAGE_PREEMPT | IMAGE_UNICAST | IMAGE_CHECK_SOURCE |
					   IMAGE_TRACK_SOURCE | IMAGE_FAULT_NO_PEER);
	assert_string_equal(addr_print(&i->source, text, sizeof(text)), "192.0.2.7");
	assert_string_equal(addr_print(&i->group, text, sizeof(text)), "224.0.0.18");
	assert_int_equal(i->ttl, 9);
	assert_int_equal(i->peer_first, 0);
	assert_int_equal(i->peer_count, 2); /* one stood there twice */
	assert_string_equal(addr_print(&peers[1].addr, text, sizeof(text)), "192.0.2.9");
	assert_int_equal(peers[0].min_ttl, 64);
	assert_int_equal(peers[0].max_ttl, 255);
	assert_int_equal(peers[1].min_ttl, 0);
	assert_int_equal(peers[1].max_ttl, 128);
	free(image);

	image = image_of(INSTANCE("mcast_src_ip 192.0.2.6\nmcast_dst_ip 224.0.0.77\ntrack_src_ip"));
	i = only(image);
	assert_int_equal(i->flags, IMAGE_PREEMPT | IMAGE_TRACK_SOURCE);
	assert_string_equal(addr_print(&i->source, text, sizeof(text)), "192.0.2.6");
	assert_string_equal(addr_print(&i->group, text, sizeof(text)), "224.0.0.77");
	assert_int_equal(i->ttl, 255);
	assert_int_equal(i->peer_count, 0);
	free(image);
}

static void flags_are(const char *text, unsigned flags)
{
	struct image *image = image_of(text);

	assert_int_equal(only(image)->flags, IMAGE_PREEMPT | flags);
	free(image);
}

#define UNICAST "unicast_peer {\n192.0.2.8\n}\n"
#define ALL(what) "global_defs {\n" what "\n}\n"

/* Who may be heard: peers only, unless somebody says no; nearer words count more. */
static void test_source_check(void **state)
{
	const unsigned off = IMAGE_UNICAST, on = off | IMAGE_CHECK_SOURCE;

	flags_are(INSTANCE(UNICAST), on);
	flags_are(INSTANCE(UNICAST "vipd_check_unicast_src no"), off);
	flags_are(ALL("vipd_check_unicast_src no") INSTANCE(UNICAST), off);
	flags_are(ALL("vipd_check_unicast_src no") INSTANCE(UNICAST "check_unicast_src"), on);
	flags_are(ALL("vipd_check_unicast_src no") INSTANCE(UNICAST "vipd_check_unicast_src"), on);
	flags_are(ALL("vrrp_check_unicast_src") INSTANCE(UNICAST "vipd_check_unicast_src no"), off);
	flags_are(ALL("vrrp_check_unicast_src no") INSTANCE(UNICAST), off);
	flags_are(ALL("vrrp_check_unicast_src no") INSTANCE(UNICAST "check_unicast_src"), on);
	flags_are(ALL("vrrp_check_unicast_src no\nvipd_check_unicast_src") INSTANCE(UNICAST), on);
	/* A TTL is compared with that of the peer. */
	flags_are(ALL("vipd_check_unicast_src no")
		  INSTANCE("unicast_peer {\n192.0.2.8 max_ttl 3\n}"), on);
	flags_are(INSTANCE("vipd_check_unicast_src"), 0);
	/* Never by multicast: that is what the word is for. */
	flags_are(INSTANCE("unicast_fault_no_peer"), IMAGE_UNICAST | IMAGE_FAULT_NO_PEER);
}

static void test_manners(void **state)
{
	struct image *image = image_of(INSTANCE("down_timer_adverts 7"));

	assert_int_equal(only(image)->down_adverts, 7);
	assert_int_equal(only(image)->expired_priority, 0);
	free(image);
	image = image_of(INSTANCE("nopreempt\ntimer_expired_backup"));
	assert_int_equal(only(image)->expired_priority, 254);
	free(image);
	image = image_of(INSTANCE("nopreempt\nthread_timer_expired 7"));
	assert_int_equal(only(image)->expired_priority, 7);
	free(image);
	image = image_of(INSTANCE("timer_expired_backup 7")); /* it preempts */
	assert_int_equal(only(image)->expired_priority, 0);
	free(image);
	flags_are(INSTANCE("lower_prio_no_advert"), IMAGE_LOWER_NO_ADVERT);
	flags_are(INSTANCE("owner_ignore_adverts"), IMAGE_OWNER_IGNORES);
	flags_are(INSTANCE("strict_mode"), IMAGE_CHECK_LIST | IMAGE_LOWER_NO_ADVERT);
	flags_are(INSTANCE("vipd_yield_to_strangers"), IMAGE_YIELD_TO_STRANGERS);
	flags_are(ALL("vipd_yield_to_strangers") INSTANCE(""), IMAGE_YIELD_TO_STRANGERS);
	flags_are(ALL("vipd_yield_to_strangers") INSTANCE("vipd_yield_to_strangers no"), 0);
	flags_are(INSTANCE("v3_checksum_as_v2"), 0);
	flags_are(INSTANCE("version 3\nv3_checksum_as_v2"), IMAGE_CHECKSUM_AS_V2);
	flags_are(ALL("v3_checksum_as_v2") INSTANCE("version 3\nv3_checksum_as_v2 no"), 0);
	flags_are(INSTANCE("skip_check_adv_addr"), 0);
}

static void link_is(const struct image *image, uint32_t link, const char *name, unsigned family)
{
	assert_string_equal(image_links(image)[link].name, name);
	assert_int_equal(image_links(image)[link].family, family);
}

/* An interface is a link for each family, and an address lies on that of its own. */
static void test_two_families(void **state)
{
	struct image *image = image_of(
		"vrrp_instance four {\n interface eth0\n virtual_router_id 7\n version 3\n"
		" advert_int 0.03\n virtual_ipaddress {\n  192.0.2.1 noprefixroute home\n }\n"
		" virtual_ipaddress_excluded {\n  2001:db8::1/64 home -nodad autojoin\n"
		"  2001:db8::2 dev eth1\n  2001:db8::3 mngtmpaddr preferred_lft 60\n }\n}\n"
		"vrrp_instance six {\n interface eth0\n virtual_router_id 7\n native_ipv6\n"
		" virtual_ipaddress {\n  fe80::1/64\n }\n"
		" virtual_ipaddress_excluded {\n  192.0.2.2\n }\n}\n");
	const struct image_instance *four = image_instances(image), *six = four + 1;
	const struct image_address *a = image_addresses(image);
	char text[ADDR_TEXT_SIZE];

	assert_int_equal(image->instance_count, 2);
	assert_int_equal(four->flags, IMAGE_PREEMPT);
	assert_int_equal(four->family, ADDR_IPV4);
	assert_int_equal(four->version, 3);
	assert_int_equal(four->advert_interval_us, 30000);
	link_is(image, four->link, "eth0", ADDR_IPV4);
	assert_int_equal(four->address_count, 4);
	link_is(image, a[0].link, "eth0", ADDR_IPV4);
	assert_int_equal(a[0].flags, IMAGE_ADDRESS_NOPREFIXROUTE);
	assert_true(a[0].preferred_lifetime_s == UINT32_MAX);
	link_is(image, a[1].link, "eth0", ADDR_IPV6);
	assert_int_equal(a[1].flags,
			 IMAGE_ADDRESS_HOME | IMAGE_ADDRESS_DAD | IMAGE_ADDRESS_AUTOJOIN);
	assert_true(a[1].preferred_lifetime_s == UINT32_MAX);
	link_is(image, a[2].link, "eth1", ADDR_IPV6);
	assert_int_equal(a[2].preferred_lifetime_s, 0); /* one host's: nobody's source */
	assert_int_equal(a[3].flags, IMAGE_ADDRESS_MNGTMPADDR);
	assert_int_equal(a[3].preferred_lifetime_s, 60);

	assert_int_equal(six->flags, IMAGE_PREEMPT);
	assert_int_equal(six->family, ADDR_IPV6);
	assert_int_equal(six->version, 3);
	assert_string_equal(addr_print(&six->group, text, sizeof(text)), "ff02::12");
	link_is(image, six->link, "eth0", ADDR_IPV6);
	link_is(image, a[4].link, "eth0", ADDR_IPV6);
	link_is(image, a[5].link, "eth0", ADDR_IPV4);
	assert_int_equal(image->link_count, 3);
	free(image);
}

/* A broken instance that names no interface has a link without a name; so have its addresses, of
 * either family. */
static void test_broken_in_the_image(void **state)
{
	struct image *image = image_of(
		"vrrp_instance x {\n virtual_ipaddress {\n  fe80::1\n }\n"
		" virtual_ipaddress_excluded {\n  192.0.2.9\n }\n}\n" INSTANCE(""));
	const struct image_instance *i = image_instances(image);

	assert_int_equal(image->instance_count, 2);
	assert_true(i[0].flags & IMAGE_BROKEN);
	assert_string_equal(image_text(image, i[0].name), "x");
	link_is(image, i[0].link, "", ADDR_IPV6);
	link_is(image, image_addresses(image)[1].link, "", ADDR_IPV4);
	assert_false(i[1].flags & IMAGE_BROKEN);
	assert_int_equal(i[1].broken_reason, 0);
	free(image);
}

static char *printed(const struct conf *conf)
{
	size_t length = conf_print(conf, NULL, 0);
	char *text = malloc(length + 1);
	char cut[10];

	assert_int_equal(conf_print(conf, text, length + 1), length);
	assert_int_equal(strlen(text), length);
	assert_int_equal(conf_print(conf, cut, sizeof(cut)), length);
	assert_int_equal(strlen(cut), sizeof(cut) - 1);
	return text;
}

static void test_print_and_back(void **state)
{
	struct conf *first = load_text(
		"global_defs {\n router_id \"a b#\"\n enable_script_security\n}\n"
		"vrrp_instance \"one two\" {\n interface eth0\n virtual_router_id 1\n"
		" state MASTER\n priority 7\n advert_int 3\n garp_master_delay 0\n"
		" authentication {\n  auth_type PASS\n  auth_pass \"p w!\"\n }\n"
		" notify \"/bin/x 'a b' '' \\042\\047\\134 \\x24HOME \\n\" nobody\n"
		" virtual_ipaddress {\n  192.0.2.1/24 dev eth1 brd - label l scope 77\n"
		"  192.0.2.2 peer 192.0.2.3/31 brd 192.0.2.255\n }\n}\n"
		"vrrp_instance u {\n interface eth1\n virtual_router_id 2\n version 3\n"
		" advert_int 0.05\n unicast_src_ip fe80::7\n track_src_ip\n unicast_ttl 64\n"
		" vipd_check_unicast_src no\n vipd_yield_to_strangers\n v3_checksum_as_v2\n"
		" unicast_peer {\n  fe80::8\n }\n"
		" virtual_ipaddress {\n  2001:db8::1/64 -nodad\n }\n}\n"
		"vrrp_instance g {\n interface eth2\n virtual_router_id 2\n version 3\n"
		" mcast_src_ip fe80::7\n mcast_dst_ip ff02::13\n higher_prio_send_advert\n"
		" owner_ignore_adverts\n down_timer_adverts 4\n"
		" virtual_ipaddress {\n  fe80::2\n }\n}\n"
		"vrrp_instance b {\n interface eth1\n virtual_router_id 1\n nopreempt\n"
		" virtual_ipaddress_excluded {\n  192.0.2.9\n }\n virtual_ipaddress {\n"
		"  192.0.2.8\n }\n}\n");
	char *text = printed(first), *again;
	struct conf *second = load_text(text);
	struct image *a = image_made(first), *b = image_made(second);

	assert_no_findings(first);
	assert_no_findings(second);
	for (uint32_t i = 0; i < a->instance_count; i++)
		image_instances_mutable(a)[i].line = image_instances_mutable(b)[i].line;
	assert_int_equal(a->size, b->size);
	assert_memory_equal(a, b, a->size);
	again = printed(second);
	assert_string_equal(text, again);
	free(again);
	free(text);
	free(a);
	free(b);
	conf_free(first);
	conf_free(second);
}

/* Seconds of processor that loading `count` instances takes. */
static double load_seconds(unsigned count)
{
	char *text = calloc(count, 220), *end = text;
	struct conf *conf;
	clock_t start;

	assert_non_null(text);
	for (unsigned i = 0; i < count; i++)
		end += sprintf(end,
			       "vrrp_instance v%u {\ninterface eth%u\nvirtual_router_id %u\n"
			       "priority 100\nadvert_int 1\nauthentication {\nauth_type PASS\n"
			       "auth_pass abc\n}\nvirtual_ipaddress {\n10.%u.%u.%u/8\n}\n}\n",
			       i, i / 255, i % 255 + 1, i >> 16, (i >> 8) & 255, i & 255);
	start = clock();
	conf = load_text(text);
	assert_int_equal(conf_healthy_count(conf), count);
	conf_free(conf);
	free(text);
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void test_linear_time(void **state)
{
	double small = load_seconds(1000), large = load_seconds(10000);

	printf("1,000 instances in %.0f ms, 10,000 in %.0f ms\n", small * 1e3, large * 1e3);
	/* Measured: 60 ms; a sanitizer takes five times as long. Quadratic would be seconds. */
	assert_true(large < 1.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_priority_and_preemption),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_authentication),
		cmocka_unit_test(test_signatures),
		cmocka_unit_test(test_keys_in_files),
		cmocka_unit_test(test_signatures_of_version_2),
		cmocka_unit_test(test_garp),
		cmocka_unit_test(test_address_options),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_words_of_all_scripts),
		cmocka_unit_test(test_users_of_scripts),
		cmocka_unit_test(test_surplus_addresses),
		cmocka_unit_test(test_transport),
		cmocka_unit_test(test_source_check),
		cmocka_unit_test(test_manners),
		cmocka_unit_test(test_two_families),
		cmocka_unit_test(test_broken_in_the_image),
		cmocka_unit_test(test_print_and_back),
		cmocka_unit_test(test_linear_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
