/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every cause of refusal, which of two comes first, and that nothing is touched by any. */
#include "sample.h"

#include "wire/checksum.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* A good advert of 192.0.2.250, which a test then spoils. */
struct packet {
	uint8_t data[LIMIT_ADVERT_PACKET];
	size_t size;
};

enum { VRRP = IP4_HEADER_SIZE }; /* where the advert begins */

static struct packet good_packet(const struct vrrp_router *r)
{
	struct vrrp_router other = *r;
	struct packet p;

	other.source = sample_address("192.0.2.250");
	p.size = sample_packet(&other, 200, p.data);
	return p;
}

/* The advert's checksum made right again. */
static void seal(struct packet *p)
{
	uint16_t sum;

	p->data[VRRP + 6] = p->data[VRRP + 7] = 0;
	sum = checksum(p->data + VRRP, p->size - VRRP);
	p->data[VRRP + 6] = (uint8_t)(sum >> 8);
	p->data[VRRP + 7] = (uint8_t)sum;
}

static enum vrrp_drop judge(const struct vrrp_router *r, const struct packet *p)
{
	struct vrrp_router before = *r;
	struct advert advert = { .vrid = 77 };
	uint32_t remarks = 0;
	enum vrrp_drop drop;
	struct ip ip;

	assert_true(ip_parse(p->data, p->size, &ip));
	drop = vrrp_accept(r, &ip, &(struct vrrp_clock){ 0 }, &advert, &remarks);
	assert_memory_equal(&before, r, sizeof(before));
	if (drop != VRRP_DROP_NONE)
		assert_int_equal(advert.vrid, 77); /* untouched */
	return drop;
}

static void takes_a_good_one(void **state)
{
	struct vrrp_config config = sample_config();
	struct vrrp_router r = sample_backup(&config);
	struct packet p = good_packet(&r);
	struct advert advert;
	uint32_t remarks = 99;
	struct ip ip;

	assert_true(ip_parse(p.data, p.size, &ip));
	assert_int_equal(vrrp_accept(&r, &ip, &(struct vrrp_clock){ 0 }, &advert, &remarks),
			 VRRP_DROP_NONE);
	assert_int_equal(remarks, 0);
	assert_int_equal(advert.priority, 200);
	assert_int_equal(advert.vrid, 101);
	sample_step(&r, VRRP_EVENT_TIMER, 3609375);
	assert_int_equal(r.state, VRRP_STATE_MASTER);
	assert_int_equal(judge(&r, &p), VRRP_DROP_NONE);
}

/* One octet of a good packet changed, the checksum right again. */
static enum vrrp_drop judge_changed(size_t at, uint8_t value)
{
	struct vrrp_config config = sample_config();
	struct vrrp_router r = sample_backup(&config);
	struct packet p = good_packet(&r);

	p.data[at] = value;
	if (at >= VRRP)
		seal(&p);
	return judge(&r, &p);
}

static void names_every_cause(void **state)
{
	assert_int_equal(judge_changed(8, 254), VRRP_DROP_TTL);
	assert_int_equal(judge_changed(VRRP, 0x31), VRRP_DROP_VERSION);
	assert_int_equal(judge_changed(VRRP, 0x22), VRRP_DROP_TYPE);
	assert_int_equal(judge_changed(VRRP + 1, 102), VRRP_DROP_VRID);
	assert_int_equal(judge_changed(VRRP + 3, 0), VRRP_DROP_LENGTH);
	assert_int_equal(judge_changed(VRRP + 3, 2), VRRP_DROP_LENGTH);
	assert_int_equal(judge_changed(VRRP + 4, 0), VRRP_DROP_AUTH_TYPE);
	assert_int_equal(judge_changed(VRRP + 4, 2), VRRP_DROP_AUTH_TYPE);
	assert_int_equal(judge_changed(VRRP + 5, 3), VRRP_DROP_INTERVAL);
	assert_int_equal(judge_changed(VRRP + 5, 0), VRRP_DROP_INTERVAL);
	assert_int_equal(judge_changed(15, 251), VRRP_DROP_OWN_ADDRESS);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(judge_changed(VRRP + 12 + i, 'x'), VRRP_DROP_AUTH_FAILED);
}

static void wrong_checksum(void **state)
{
	struct vrrp_config config = sample_config();
	struct vrrp_router r = sample_backup(&config);
	struct packet p = good_packet(&r);

	p.data[VRRP + 7] ^= 1;
	assert_int_equal(judge(&r, &p), VRRP_DROP_CHECKSUM);
}

/* In the order of the checks, each packet has all faults from one on: the first counts. */
static void first_fault_counts(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum vrrp_drop drop;
	} faults[] = {
		{ 15, 251, VRRP_DROP_OWN_ADDRESS },
		{ VRRP + 5, 9, VRRP_DROP_INTERVAL },
		{ VRRP + 12, 'x', VRRP_DROP_AUTH_FAILED },
		{ VRRP + 4, 7, VRRP_DROP_AUTH_TYPE },
		{ VRRP + 1, 9, VRRP_DROP_VRID },
		{ VRRP + 7, 1, VRRP_DROP_CHECKSUM },
		{ VRRP, 0x23, VRRP_DROP_TYPE },
		{ VRRP, 0x33, VRRP_DROP_VERSION },
		{ 8, 1, VRRP_DROP_TTL },
	};
	struct vrrp_config config = sample_config();
	struct vrrp_router r = sample_backup(&config);
	struct packet p = good_packet(&r);

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		p.data[faults[i].at] = faults[i].value;
		if (faults[i].drop > VRRP_DROP_CHECKSUM)
			seal(&p);
		assert_int_equal(judge(&r, &p), faults[i].drop);
	}
	p.data[VRRP] = 0x21;
	p.data[VRRP + 3] = 9;
	assert_int_equal(judge(&r, &p), VRRP_DROP_LENGTH);
}

/* INIT and FAULT refuse what is good, and call what is bad by its own name. */
static void not_running_comes_last(void **state)
{
	struct vrrp_config config = sample_config();
	struct vrrp_router r = sample_router(&config);
	struct packet p = good_packet(&r), bad = p;

	bad.data[8] = 1;
	assert_int_equal(judge(&r, &p), VRRP_DROP_NOT_RUNNING);
	assert_int_equal(judge(&r, &bad), VRRP_DROP_TTL);
	sample_step(&r, VRRP_EVENT_FAULT, 0);
	assert_int_equal(judge(&r, &p), VRRP_DROP_NOT_RUNNING);
	assert_int_equal(judge(&r, &bad), VRRP_DROP_TTL);
}

static void differing_lists_are_told(void **state)
{
	struct vrrp_config config = sample_config();
	struct vrrp_router r = sample_backup(&config), other = r;
	struct addr turned[2] = { sample_vips[1], sample_vips[0] };
	static const struct addr *lists[4];
	struct packet p;

	r.config.address_count = 2;
	lists[0] = sample_vips;
	lists[1] = turned;
	other.source = sample_address("192.0.2.250");
	for (int i = 0; i < 2; i++) {
		for (uint8_t count = 0; count <= 2; count++) {
			struct advert advert;
			uint32_t remarks;
			struct ip ip;

			other.config.addresses = lists[i];
			other.config.address_count = count;
			p.size = sample_packet(&other, 200, p.data);
			assert_true(ip_parse(p.data, p.size, &ip));
			assert_int_equal(vrrp_accept(&r, &ip, &(struct vrrp_clock){ 0 }, &advert,
						     &remarks),
					 VRRP_DROP_NONE);
			assert_int_equal(remarks, i != 0 || count != 2);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_a_good_one),
		cmocka_unit_test(names_every_cause),
		cmocka_unit_test(wrong_checksum),
		cmocka_unit_test(first_fault_counts),
		cmocka_unit_test(not_running_comes_last),
		cmocka_unit_test(differing_lists_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
