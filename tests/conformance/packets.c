/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The obligations of RFC 3768 5 and 7 and of RFC 2338 5.3.6 about what is on the wire, by the ids
 * of docs/conformance.md: what we send, against frames computed by another program; what we take,
 * and what we refuse, each with the packet next to it that differs in just that. */
#include "tester.h"

#include "wire/ah.h"
#include "wire/arp.h"

/* A good advert with one octet of its packet changed (in the advert: and sealed again). */
static struct frame changed(const struct vrrp_config *config, size_t at, uint8_t value)
{
	struct frame f = tester_peer(config, "192.168.100.2", 150);

	f.data[at] = value;
	if (at >= VRRP_AT)
		tester_seal(&f);
	return f;
}

static void sends_ttl_255(void **state)
{
	struct vrrp_config config = tester_config();
	struct frame f = tester_peer(&config, "192.168.100.2", 100);

	assert_int_equal(f.data[8], 255);
}

static void takes_only_ttl_255(void **state)
{
	struct vrrp_config config = tester_config();
	struct frame f = tester_vector("v2-ttl254");

	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_TTL);
	for (unsigned ttl = 0; ttl < 256; ttl++) {
		f = changed(&config, 8, (uint8_t)ttl);
		assert_int_equal(tester_judge(&config, &f),
				 ttl == 255 ? VRRP_DROP_NONE : VRRP_DROP_TTL);
	}
}

static void takes_only_type_1(void **state)
{
	struct vrrp_config config = tester_config();
	struct frame f = tester_vector("v2-type2");

	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_TYPE);
	for (uint8_t type = 0; type < 16; type++) {
		f = changed(&config, VRRP_AT, (uint8_t)(0x20 | type));
		assert_int_equal(tester_judge(&config, &f),
				 type == 1 ? VRRP_DROP_NONE : VRRP_DROP_TYPE);
	}
}

static void takes_only_version_2(void **state)
{
	struct vrrp_config config = tester_config();
	struct frame f = tester_vector("v3-ip4-pseudo");

	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_VERSION);
	f = tester_vector("v3-ip4-ver4");
	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_VERSION);
	for (uint8_t version = 0; version < 16; version++) {
		f = changed(&config, VRRP_AT, (uint8_t)(version << 4 | 1));
		assert_int_equal(tester_judge(&config, &f),
				 version == 2 ? VRRP_DROP_NONE : VRRP_DROP_VERSION);
	}
}

/* The owner says 255, whatever trackers find; nobody else does, and 0 is only a farewell. */
static void priority_255_is_the_owners(void **state)
{
	struct vrrp_event lowered = { .kind = VRRP_EVENT_PRIORITY, .priority = 50 };
	struct vrrp_config config = tester_config();
	struct vrrp_actions actions;
	struct vrrp_router r;

	config.priority = 255;
	r = tester_router(&config);
	vrrp_router_step(&r, &lowered, (struct mono){ 0 }, &actions);
	actions = tester_step(&r, VRRP_EVENT_STARTUP, 0);
	assert_int_equal(actions.to, VRRP_STATE_MASTER);
	assert_int_equal(actions.advert_priority, 255);
	config.priority = 254;
	r = tester_router(&config);
	assert_int_equal(tester_step(&r, VRRP_EVENT_STARTUP, 0).to, VRRP_STATE_BACKUP);
	vrrp_router_step(&r, &lowered, (struct mono){ 0 }, &actions);
	actions = tester_step(&r, VRRP_EVENT_TIMER, 4 * SECOND_US);
	assert_int_equal(actions.advert_priority, 50);
}

static void takes_only_our_authentication(void **state)
{
	struct vrrp_config none = tester_config(), pass = tester_config_pass();
	struct frame f = tester_vector("v2-none-when-pass");

	assert_int_equal(tester_judge(&pass, &f), VRRP_DROP_AUTH_TYPE);
	assert_int_equal(tester_judge(&none, &f), VRRP_DROP_NONE);
	f = tester_vector("v2-pass");
	assert_int_equal(tester_judge(&pass, &f), VRRP_DROP_NONE);
	assert_int_equal(tester_judge(&none, &f), VRRP_DROP_AUTH_TYPE);
	for (unsigned type = 1; type < 256; type++) {
		f = changed(&none, VRRP_AT + 4, (uint8_t)type);
		assert_int_equal(tester_judge(&none, &f), VRRP_DROP_AUTH_TYPE);
	}
}

/* AH is refused as a kind of authentication that we do not have. */
/* The octets themselves are keepalived's: unit/vrrp/ah.c. */
static void authentication_header(void **state)
{
	struct vrrp_config pass = tester_config_pass(), ah = pass;
	struct frame f = changed(&pass, VRRP_AT + 4, ADVERT_AUTH_AH);
	size_t icv = VRRP_AT + AH_SIGNED_SIZE;

	assert_int_equal(tester_judge(&pass, &f), VRRP_DROP_AUTH_TYPE);
	ah.auth_type = ADVERT_AUTH_AH;
	f = tester_peer(&ah, "192.168.100.2", 150);
	assert_memory_equal(f.data + f.size - 8, "\0\0\0\0\0\0\0\0", 8);
	assert_int_equal(tester_judge(&ah, &f), VRRP_DROP_NONE);
	assert_int_equal(tester_judge(&pass, &f), VRRP_DROP_AUTH_TYPE);
	for (size_t at = icv; at < icv + AH_ICV_SIZE; at++) {
		f.data[at] ^= 1;
		assert_int_equal(tester_judge(&ah, &f), VRRP_DROP_AUTH_FAILED);
		f.data[at] ^= 1;
	}
	f = tester_peer(&pass, "192.168.100.2", 150);
	assert_int_equal(tester_judge(&ah, &f), VRRP_DROP_AUTH_TYPE);
}

static void interval_is_in_seconds(void **state)
{
	struct vrrp_config config = tester_config();
	struct frame f;

	for (unsigned seconds = 1; seconds < 256; seconds++) {
		config.advert_interval_us = seconds * SECOND_US;
		f = tester_peer(&config, "192.168.100.2", 150);
		assert_int_equal(f.data[VRRP_AT + 5], seconds);
		assert_int_equal(tester_judge(&config, &f), VRRP_DROP_NONE);
	}
}

static void takes_only_our_interval(void **state)
{
	struct vrrp_config config = tester_config();
	struct frame f = tester_vector("v2-adv3");

	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_INTERVAL);
	config.advert_interval_us = 3 * SECOND_US;
	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_NONE);
	f = changed(&config, VRRP_AT + 5, 0);
	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_INTERVAL);
}

/* From the version field on, over the whole message with its authentication data, and nothing
 * else: the vectors have it from another program. */
static void checksum_covers_the_message(void **state)
{
	struct vrrp_config none = tester_config(), pass = tester_config_pass();
	struct frame f = tester_vector("v2-none");

	assert_int_equal(f.data[VRRP_AT + 6] << 8 | f.data[VRRP_AT + 7], 0x3162);
	assert_int_equal(tester_judge(&none, &f), VRRP_DROP_NONE);
	f.data[11] ^= 1; /* the IPv4 header has no part in it */
	f.data[14] ^= 1;
	assert_int_equal(tester_judge(&none, &f), VRRP_DROP_NONE);
	f = tester_vector("v2-badsum");
	assert_int_equal(tester_judge(&none, &f), VRRP_DROP_CHECKSUM);
	f = tester_vector("v2-pass");
	for (size_t at = VRRP_AT; at < f.size; at++) {
		f.data[at] ^= 0x80;
		assert_int_not_equal(tester_judge(&pass, &f), VRRP_DROP_NONE);
		f.data[at] ^= 0x80;
	}
	assert_int_equal(tester_judge(&pass, &f), VRRP_DROP_NONE);
}

static void no_authentication_is_zeros_and_ignored(void **state)
{
	static const uint8_t zeros[8];
	struct vrrp_config config = tester_config();
	struct frame f;

	memcpy(config.auth_data, "leftover", 8);
	f = tester_peer(&config, "192.168.100.2", 150);
	assert_memory_equal(f.data + f.size - 8, zeros, 8);
	memcpy(f.data + f.size - 8, "\1garbage", 8);
	tester_seal(&f);
	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_NONE);
}

static void every_octet_must_be_there(void **state)
{
	struct vrrp_config config = tester_config_pass();
	struct frame whole = tester_vector("v2-pass"), f;

	for (size_t cut = 1; cut < whole.size; cut++) {
		f = whole;
		f.size -= cut; /* the octets did not arrive */
		assert_int_equal(tester_judge(&config, &f), VRRP_DROP_LENGTH);
		if (f.size < IP4_HEADER_SIZE)
			continue;
		f.data[3] = (uint8_t)f.size; /* nor does the header promise them */
		assert_int_equal(tester_judge(&config, &f), VRRP_DROP_LENGTH);
	}
	f = whole;
	f.data[3]++;
	f.size++;
	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_LENGTH);
}

/* Ethernet fills a short frame up: that is not part of the packet. */
static void padding_is_no_octet_too_many(void **state)
{
	struct vrrp_config config = tester_config_pass();
	struct frame f = tester_vector("v2-pass-physmac-padded");

	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_NONE);
	f.size += 40;
	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_NONE);
}

static void takes_only_our_vrid(void **state)
{
	struct vrrp_config config = tester_config();
	struct frame f;

	for (unsigned vrid = 0; vrid < 256; vrid++) {
		f = changed(&config, VRRP_AT + 1, (uint8_t)vrid);
		assert_int_equal(tester_judge(&config, &f),
				 vrid == 51 ? VRRP_DROP_NONE : VRRP_DROP_VRID);
	}
}

/* A deviation: 7.1 has the owner discard every advert. Two owners would both serve for ever. */
static void two_owners_end_with_one(void **state)
{
	struct vrrp_config config = tester_config();
	struct vrrp_actions actions;
	struct vrrp_router r;
	struct frame f;

	config.priority = 255;
	r = tester_router(&config);
	tester_step(&r, VRRP_EVENT_STARTUP, 0);
	f = tester_peer(&config, "192.168.100.2", 255); /* a lower address */
	tester_take(&r, &f, 1000);
	assert_int_equal(r.state, VRRP_STATE_MASTER);
	f = tester_peer(&config, "192.168.100.4", 255);
	actions = tester_take(&r, &f, 2000);
	assert_int_equal(r.state, VRRP_STATE_BACKUP);
	assert_int_equal(actions.reason, VRRP_REASON_HIGHER_ADDRESS);
}

static void refused_packets_touch_nothing(void **state)
{
	static const char *const bad[] = { "v2-pass-wrongpw", "v2-none-when-pass", "v2-adv3",
		"v2-badsum", "v2-ttl254", "v2-type2", "v3-ip4-pseudo", "v3-ip4-ver4" };
	struct vrrp_config config = tester_config_pass();
	struct vrrp_router backup = tester_backup(&config), master = tester_master(&config);
	struct vrrp_actions actions;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct frame f = tester_vector(bad[i]);

		assert_int_not_equal(tester_receive(&backup, &f, SECOND_US, &actions),
				     VRRP_DROP_NONE);
		assert_int_equal(actions.flags, 0);
		assert_int_not_equal(tester_receive(&master, &f, DOWN_US + 1, &actions),
				     VRRP_DROP_NONE);
		assert_int_equal(actions.flags, 0);
	}
	assert_int_equal(vrrp_router_deadline(&backup).us, DOWN_US);
	assert_int_equal(vrrp_router_deadline(&master).us, DOWN_US + SECOND_US);
}

/* A deviation, as keepalived has it: the optional check is made, told and counted, and the advert
 * taken. */
static void other_lists_are_taken_and_told(void **state)
{
	struct vrrp_config config = tester_config_pass();
	struct vrrp_router r = tester_backup(&config);
	struct frame f = tester_vector("v2-pass-physmac-padded"); /* one address of our two */
	struct advert advert;
	uint32_t differs = 0;
	struct ip ip;

	assert_true(ip_parse(f.data, f.size, &ip));
	assert_int_equal(vrrp_accept(&r, &ip, &(struct vrrp_clock){ 0 }, &advert, &differs),
			 VRRP_DROP_NONE);
	assert_int_equal(differs, VRRP_REMARK_LIST_DIFFERS);
	f = tester_vector("v2-pass");
	assert_true(ip_parse(f.data, f.size, &ip));
	assert_int_equal(vrrp_accept(&r, &ip, &(struct vrrp_clock){ 0 }, &advert, &differs),
			 VRRP_DROP_NONE);
	assert_int_equal(differs, 0);
}

/* Octet for octet from the IPv4 header on: fields, list, checksum, primary address as the source,
 * protocol and group. */
static void sends_what_another_program_computed(void **state)
{
	struct vrrp_config none = tester_config(), pass = tester_config_pass();
	struct frame wanted = tester_vector("v2-none");
	struct frame f = tester_peer(&none, "192.168.100.2", 100);

	assert_int_equal(f.size, wanted.size);
	assert_memory_equal(f.data, wanted.data, f.size);
	wanted = tester_vector("v2-pass");
	f = tester_peer(&pass, "192.168.100.2", 150);
	assert_int_equal(f.size, wanted.size);
	assert_memory_equal(f.data, wanted.data, f.size);
	wanted = tester_vector("v2-pass-prio0");
	f = tester_peer(&pass, "192.168.100.2", 0);
	assert_memory_equal(f.data, wanted.data, f.size);
}

static void announces_as_keepalived_does(void **state)
{
	static const uint8_t mac[MAC_SIZE] = { 0, 0, 0x5e, 0, 1, 51 };
	struct addr vip = tester_address("192.168.100.10");
	uint8_t frame[ARP_FRAME_SIZE];
	const struct vector *wanted = NULL;

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		if (strcmp(vectors[i].name, "garp-req-keepalived") == 0)
			wanted = &vectors[i];
	assert_non_null(wanted);
	arp_gratuitous_put(&vip, mac, frame);
	assert_int_equal(wanted->size, ARP_FRAME_SIZE);
	assert_memory_equal(frame, wanted->frame, ARP_FRAME_SIZE);
}

static void password_is_compared_whole(void **state)
{
	struct vrrp_config config = tester_config_pass();
	struct frame f = tester_vector("v2-pass-wrongpw");

	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_AUTH_FAILED);
	memcpy(config.auth_data, "1234\0\0\0\0", 8);
	f = tester_peer(&config, "192.168.100.2", 150);
	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_NONE);
	/* behind the NUL, where comparing strings would not look */
	f = changed(&config, f.size - 3, 'x');
	assert_int_equal(tester_judge(&config, &f), VRRP_DROP_AUTH_FAILED);
	for (size_t at = f.size - 8; at < f.size; at++) {
		f = changed(&config, at, 0x7f);
		assert_int_equal(tester_judge(&config, &f), VRRP_DROP_AUTH_FAILED);
	}
}

static void short_password_is_zero_filled(void **state)
{
	struct vrrp_config config = tester_config_pass();
	struct frame f = tester_peer(&config, "192.168.100.2", 150);

	assert_memory_equal(f.data + f.size - 8, "s3cret\0\0", 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW("R3768-5.2.3-01", sends_ttl_255),
		ROW("R3768-5.2.3-02 R3768-7.1-01", takes_only_ttl_255),
		ROW("R3768-5.3.2-01", takes_only_type_1),
		ROW("R3768-7.1-01 version", takes_only_version_2),
		ROW("R3768-5.3.4-01 R3768-5.3.4-02", priority_255_is_the_owners),
		ROW("R3768-5.3.6-01 R3768-7.1-05", takes_only_our_authentication),
		ROW("R2338-5.3.6.3-01", authentication_header),
		ROW("R3768-5.3.7-01", interval_is_in_seconds),
		ROW("R3768-7.1-08", takes_only_our_interval),
		ROW("R3768-5.3.8-01 R3768-7.1-03", checksum_covers_the_message),
		ROW("R3768-5.3.10-01 R2338-5.3.6.1-01", no_authentication_is_zeros_and_ignored),
		ROW("R3768-7.1-02", every_octet_must_be_there),
		ROW("R3768-7.1-02 padding", padding_is_no_octet_too_many),
		ROW("R3768-7.1-04", takes_only_our_vrid),
		ROW("R3768-7.1-04 owner", two_owners_end_with_one),
		ROW("R3768-7.1-06", refused_packets_touch_nothing),
		ROW("R3768-7.1-07", other_lists_are_taken_and_told),
		ROW("R3768-7.2-01 R3768-7.2-02 R3768-7.2-03 R3768-7.2-04",
		    sends_what_another_program_computed),
		ROW("R3768-6.4.2-05 announcement", announces_as_keepalived_does),
		ROW("R2338-5.3.6.2-01 R2338-sec", password_is_compared_whole),
		ROW("R2338-5.3.10-01", short_password_is_zero_filled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
