/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The `status` document: who holds what, since when, heard from whom.
 *
 * Its shape is a promise to scripts and monitoring (docs/control.md): members are added, never
 * renamed or removed under version 1. Every instance of the configuration is in it, the broken ones
 * too, with the reason as a condition: what is left out of service must not be left out of sight.
 * Memory: the caller's JSON allocator ends the process when there is none, so that no document is
 * ever half there. */
#include "ctl/document.h"

#include <string.h>

static json_t *time_document(int64_t realtime_us)
{
	char buffer[CTL_TIME_SIZE];

	return json_string(ctl_time_print(realtime_us, buffer));
}

static json_t *addresses_document(const struct ctl_instance *i, bool excluded)
{
	const struct image_address *table = image_addresses(i->image);
	json_t *list = json_array();
	char buffer[ADDR_TEXT_SIZE];

	for (uint32_t n = 0; n < i->config->address_count; n++) {
		const struct image_address *a = &table[i->config->address_first + n];

		if (!!a->excluded == excluded)
			json_array_append_new(list, json_string(prefix_print(&a->prefix, buffer,
									     sizeof(buffer))));
	}
	return list;
}

static json_t *address_document(const struct addr *addr)
{
	char buffer[ADDR_TEXT_SIZE];

	return addr->family == ADDR_NONE ? json_null() :
					   json_string(addr_print(addr, buffer, sizeof(buffer)));
}

static json_t *peers_document(const struct ctl_instance *i)
{
	const struct image_peer *table = image_peers(i->image);
	json_t *list = json_array();

	for (uint32_t n = 0; n < i->config->peer_count; n++)
		json_array_append_new(list,
				      address_document(&table[i->config->peer_first + n].addr));
	return list;
}

static json_t *master_document(const struct ctl_instance *i)
{
	const struct status_row *row = &i->row;
	bool is_master = row->state == VRRP_STATE_MASTER;
	const struct addr *who = &row->master;
	char buffer[ADDR_TEXT_SIZE];

	/* In INIT and FAULT nothing is listened to: what was heard once says nothing. */
	if (!is_master && row->state != VRRP_STATE_BACKUP)
		return json_null();
	if (is_master && who->family == ADDR_NONE)
		who = &row->source;
	if (who->family == ADDR_NONE)
		return json_null();
	return json_pack("{s:s, s:i}", "address", addr_print(who, buffer, sizeof(buffer)),
			 "priority", is_master ? row->effective_priority : row->master_priority);
}

static void no_source_detail(const struct ctl_instance *i, const char *link, struct text *t)
{
	char buffer[ADDR_TEXT_SIZE];
	const char *kind = "IPv4";

	if (i->config->family == ADDR_IPV6)
		kind = image_peers_are_global(i->image, i->config) ? "global IPv6" :
								     "link-local IPv6";
	if (ctl_instance_is_routed(i))
		text_add(t, "no interface has %s as an address of the host's own, from which "
			    "adverts are to come",
			 addr_print(&i->config->source, buffer, sizeof(buffer)));
	else if (i->config->source.family != ADDR_NONE)
		text_add(t, "%s does not have %s, from which adverts are to come", link,
			 addr_print(&i->config->source, buffer, sizeof(buffer)));
	else
		text_add(t, "%s has no %s address of its own to send adverts from", link, kind);
}

void ctl_condition_detail(const struct ctl_instance *i, enum condition condition, struct text *t)
{
	const char *link = ctl_instance_link(i), *bad = ctl_instance_bad_link(i);
	bool is_vrf = ctl_instance_is_routed(i) && i->row.bad_link == i->config->link;

	switch (condition) {
	case CONDITION_CONFIGURATION:
		text_add(t, "%s", image_text(i->image, i->config->broken_reason));
		return;
	case CONDITION_LINK_MISSING:
		text_add(t, "there is no %s %s: it is waited for", is_vrf ? "VRF" : "interface",
			 bad);
		return;
	case CONDITION_LINK_DOWN:
		text_add(t, "%s is down or has no carrier", bad);
		return;
	case CONDITION_NO_SOURCE:
		no_source_detail(i, link, t);
		return;
	case CONDITION_NO_PEER:
		text_add(t, "unicast_fault_no_peer: unicast_peer names nobody but "
			    "this server");
		return;
	case CONDITION_SOCKET:
		text_add(t, "no socket for adverts could be opened on %s", link);
		return;
	case CONDITION_LEFTOVERS:
		text_add(t, "addresses of an earlier run are being removed from %s", link);
		return;
	case CONDITION_STARTUP_DELAY:
		text_add(t, "vrrp_startup_delay or vrrp_delay_after_boot is not over yet");
		return;
	case CONDITION_UNKNOWN:
		if (i->is_readable)
			text_add(t, "the kernel has not been asked about %s yet", bad);
		else
			text_add(t, "its status cannot be read: vipd-vrrp is not writing it");
		return;
	case CONDITION_N_:
		break;
	}
	text_add(t, "condition %d", (int)condition);
}

static json_t *conditions_document(const struct ctl_instance *i)
{
	json_t *list = json_array();

	for (int c = 0; c < CONDITION_N_; c++) {
		char buffer[LIMIT_NAME * 4];
		struct text detail;
		int64_t since_us = i->row.condition_since_realtime_us[c];

		if (!(i->row.conditions & 1u << c))
			continue;
		text_init(&detail, buffer, sizeof(buffer));
		ctl_condition_detail(i, (enum condition)c, &detail);
		json_array_append_new(
			list,
			json_pack(
				"{s:s, s:o, s:o}", "name", condition_name((enum condition)c),
				"detail", ctl_text_document(buffer), "since",
				time_document(since_us ? since_us : i->image->loaded_realtime_us)));
	}
	return list;
}

static json_t *counters_document(const struct status_row *row)
{
	json_t *object = json_object();

	for (int c = 0; c < COUNTER_N_; c++) {
		if (c == COUNTER_DROP + VRRP_DROP_NONE) /* not a cause */
			continue;
		json_object_set_new(object, counter_name((enum counter)c),
				    json_integer((json_int_t)row->counters[c]));
	}
	return object;
}

/* Adverts do not leave this host. `all`: none has for a whole Master_Down_Interval, or had when it
 * yielded because of that. */
static json_t *mute_document(const struct status_row *row)
{
	const char *error = strerrorname_np(row->send_error);

	if (!row->is_mute && !row->send_error)
		return json_null();
	return json_pack("{s:s?, s:o, s:b}", "error", row->send_error ? error : NULL, "since",
			 time_document(row->send_failing_realtime_us), "all", row->is_mute != 0);
}

const struct image_address *ctl_instance_dark(const struct ctl_instance *i, uint32_t *at)
{
	const struct image_address *table = image_addresses(i->image) + i->config->address_first;

	while (*at < i->config->address_count && !table[*at].excluded) {
		uint32_t k = (*at)++;

		if (i->row.dark[k / 8] & 1u << k % 8)
			return &table[k];
	}
	return NULL;
}

static json_t *drift_document(const struct ctl_instance *i)
{
	const struct image_address *a;
	json_t *dark = json_array();
	uint32_t at = 0;

	if (!i->row.list_differs) {
		json_decref(dark);
		return json_null();
	}
	while ((a = ctl_instance_dark(i, &at)))
		json_array_append_new(dark, address_document(&a->prefix.addr));
	return json_pack("{s:o}", "dark", dark);
}

/* No clock is read: the row is written with each advert that is sent or taken. */
const struct addr *ctl_instance_deaf(const struct ctl_instance *i, uint32_t *at)
{
	const struct status_row *row = &i->row;

	if (row->state != VRRP_STATE_MASTER && row->state != VRRP_STATE_BACKUP)
		return NULL;
	while (*at < STATUS_DEAF) {
		const struct status_deaf *d = &row->deaf[(*at)++];

		if (d->source.family != ADDR_NONE && d->until_us >= row->last_advert_us)
			return &d->source;
	}
	return NULL;
}

static json_t *deaf_document(const struct ctl_instance *i)
{
	const struct addr *deaf;
	json_t *list = json_array();
	uint32_t at = 0;

	while ((deaf = ctl_instance_deaf(i, &at)))
		json_array_append_new(list, address_document(deaf));
	return list;
}

const struct status_rival *ctl_instance_rival(const struct ctl_instance *i)
{
	const struct status_row *row = &i->row;

	if (row->state != VRRP_STATE_MASTER || row->rival.source.family == ADDR_NONE ||
	    row->rival.until_us < row->last_advert_us)
		return NULL;
	return &row->rival;
}

static json_t *rival_document(const struct ctl_instance *i)
{
	const struct status_rival *rival = ctl_instance_rival(i);

	if (!rival)
		return json_null();
	return json_pack("{s:o,s:i,s:o}", "address", address_document(&rival->source), "priority",
			 rival->priority, "since", time_document(rival->since_realtime_us));
}

static const char *readiness_name(const struct status_row *row)
{
	if (row->is_unproven)
		return "unproven";
	return row->is_unverified ? "unverified" : NULL;
}

void ctl_instance_put(const struct ctl_instance *i, json_t *object)
{
	const struct image_instance *config = i->config;
	const struct status_row *row = &i->row;
	int64_t since_us = row->since_realtime_us;

	json_object_set_new(object, "name", ctl_text_document(ctl_instance_name(i)));
	json_object_set_new(object, "state",
			    json_string(vrrp_state_name((enum vrrp_state)row->state)));
	ctl_instance_link_put(i, object);
	json_object_set_new(object, "vrid", json_integer(config->vrid));
	json_object_set_new(object, "family",
			    json_string(config->family == ADDR_IPV6 ? "ipv6" : "ipv4"));
	json_object_set_new(object, "protocol", json_integer(config->version));
	json_object_set_new(object, "priority", json_integer(config->priority));
	json_object_set_new(object, "effective_priority", json_integer(row->effective_priority));
	json_object_set_new(object, "addresses", addresses_document(i, false));
	json_object_set_new(object, "excluded_addresses", addresses_document(i, true));
	json_object_set_new(object, "source", address_document(&row->source));
	json_object_set_new(object, "peers", peers_document(i));
	json_object_set_new(object, "master", master_document(i));
	json_object_set_new(object, "since",
			    time_document(since_us ? since_us : i->image->loaded_realtime_us));
	json_object_set_new(object, "conditions", conditions_document(i));
	json_object_set_new(object, "readiness", json_pack("s?", readiness_name(row)));
	json_object_set_new(object, "mute", mute_document(row));
	json_object_set_new(object, "drift", drift_document(i));
	json_object_set_new(object, "deaf", deaf_document(i));
	json_object_set_new(object, "rival", rival_document(i));
	json_object_set_new(object, "counters", counters_document(row));
}

static json_t *config_document(const struct ctl_view *view)
{
	json_t *object;

	if (!view->image)
		return json_null();
	object = json_object();
	json_object_set_new(object, "file",
			    ctl_text_document(image_text(view->image, view->image->file)));
	json_object_set_new(object, "generation",
			    json_integer(view->table ? (json_int_t)view->table->generation : 0));
	json_object_set_new(object, "loaded", time_document(view->image->loaded_realtime_us));
	return object;
}

json_t *ctl_status_document(const struct ctl_view *view, const char *name)
{
	uint32_t first = 0, end = ctl_view_count(view);
	json_t *document, *list;

	if (name) {
		if (!ctl_view_find(view, name, &first))
			return NULL;
		end = first + 1;
	}
	document = ctl_document();
	json_object_set_new(document, "host", ctl_text_document(view->host));
	json_object_set_new(document, "run_dir", ctl_text_document(view->run_dir));
	json_object_set_new(document, "config", config_document(view));
	list = json_array();
	json_object_set_new(document, "instances", list);
	for (uint32_t n = first; n < end; n++) {
		struct ctl_instance i;
		json_t *object = json_object();

		ctl_view_instance(view, n, &i);
		ctl_instance_put(&i, object);
		json_array_append_new(list, object);
	}
	return document;
}
