/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of blocks: what stands in them, how large their model is, how their lines read. The
 * grammars of lines lie beside the keywords of their part of the language. */
#include "conf/conf_private.h"

#include <string.h>

static const struct block_row rows[BLOCK_N_] = {
	[BLOCK_NONE] = { "no block", CONTENT_SKIPPED },
	[BLOCK_TOP] = { "the top level", CONTENT_KEYWORDS, sizeof(struct conf_global) },
	[BLOCK_GLOBAL_DEFS] = { "global_defs", CONTENT_KEYWORDS },
	[BLOCK_VRRP_INSTANCE] = { "vrrp_instance", CONTENT_KEYWORDS, sizeof(struct conf_instance),
				  .is_named = true },
	[BLOCK_AUTHENTICATION] = { "authentication", CONTENT_KEYWORDS },
	[BLOCK_AUTH_HMAC] = { "auth_hmac", CONTENT_KEYWORDS, sizeof(struct conf_auth_hmac) },
	[BLOCK_VRRP_SYNC_GROUP] = { "vrrp_sync_group", CONTENT_KEYWORDS,
				    sizeof(struct conf_sync_group), .is_named = true,
				    .stray = "group" },
	[BLOCK_VRRP_SCRIPT] = { "vrrp_script", CONTENT_KEYWORDS, sizeof(struct conf_vrrp_script),
				.is_named = true },
	[BLOCK_TRACK_FILE] = { "track_file", CONTENT_KEYWORDS, sizeof(struct conf_track_file),
			       .is_named = true },
	[BLOCK_VRRP_TRACK_PROCESS] = { "vrrp_track_process", CONTENT_KEYWORDS,
				       sizeof(struct conf_track_process), .is_named = true },
	[BLOCK_GARP_GROUP] = { "garp_group", CONTENT_KEYWORDS, sizeof(struct conf_garp_group) },
	[BLOCK_TRACK_GROUP] = { "track_group", CONTENT_KEYWORDS, sizeof(struct conf_track_group),
				.is_named = true },
	[BLOCK_BFD_INSTANCE] = { "bfd_instance", CONTENT_KEYWORDS, sizeof(struct conf_bfd),
				 .is_named = true },
	[BLOCK_SSL] = { "SSL", CONTENT_KEYWORDS },
	[BLOCK_VIRTUAL_SERVER_GROUP] = { "virtual_server_group", CONTENT_LINES,
					 sizeof(struct conf_server_group), .is_named = true,
					 .lines = BLOCK_GROUP_SERVERS,
					 .lines_at = offsetof(struct conf_server_group, lines) },
	[BLOCK_GROUP_SERVERS] = { "virtual_server_group", CONTENT_LINES,
				  sizeof(struct conf_server_line), .line = group_server_line,
				  .is_whole = true },
	[BLOCK_VIRTUAL_SERVER] = { "virtual_server", CONTENT_KEYWORDS,
				   sizeof(struct conf_virtual_server) },
	[BLOCK_REAL_SERVER] = { "real_server", CONTENT_KEYWORDS, sizeof(struct conf_real_server) },
	[BLOCK_TCP_CHECK] = { "TCP_CHECK", CONTENT_KEYWORDS, sizeof(struct conf_checker) },
	[BLOCK_HTTP_GET] = { "HTTP_GET", CONTENT_KEYWORDS, sizeof(struct conf_checker) },
	[BLOCK_SMTP_CHECK] = { "SMTP_CHECK", CONTENT_KEYWORDS, sizeof(struct conf_checker) },
	[BLOCK_DNS_CHECK] = { "DNS_CHECK", CONTENT_KEYWORDS, sizeof(struct conf_checker) },
	[BLOCK_MISC_CHECK] = { "MISC_CHECK", CONTENT_KEYWORDS, sizeof(struct conf_checker) },
	[BLOCK_BFD_CHECK] = { "BFD_CHECK", CONTENT_KEYWORDS, sizeof(struct conf_checker) },
	[BLOCK_UDP_CHECK] = { "UDP_CHECK", CONTENT_KEYWORDS, sizeof(struct conf_checker) },
	[BLOCK_PING_CHECK] = { "PING_CHECK", CONTENT_KEYWORDS, sizeof(struct conf_checker) },
	[BLOCK_FILE_CHECK] = { "FILE_CHECK", CONTENT_KEYWORDS, sizeof(struct conf_checker) },
	[BLOCK_URL] = { "url", CONTENT_KEYWORDS, sizeof(struct conf_url) },
	[BLOCK_HOST] = { "host", CONTENT_KEYWORDS, sizeof(struct conf_checker) },
	[BLOCK_ROUTES] = { "a list of routes", CONTENT_LINES, sizeof(struct conf_route),
			   .line = route_line, .is_whole = true },
	[BLOCK_RULES] = { "a list of rules", CONTENT_LINES, sizeof(struct conf_rule),
			  .line = rule_line, .is_whole = true },
	[BLOCK_TRACKED_INTERFACES] = { "track_interface", CONTENT_LINES,
				       sizeof(struct conf_tracked), .line = tracked_link_line },
	[BLOCK_TRACKED_SCRIPTS] = { "track_script", CONTENT_LINES, sizeof(struct conf_tracked),
				    .line = tracked_script_line },
	[BLOCK_TRACKED_FILES] = { "track_file", CONTENT_LINES, sizeof(struct conf_tracked),
				  .line = tracked_file_line },
	[BLOCK_TRACKED_PROCESSES] = { "track_process", CONTENT_LINES, sizeof(struct conf_tracked),
				      .line = tracked_process_line },
	[BLOCK_TRACKED_BFD] = { "track_bfd", CONTENT_LINES, sizeof(struct conf_tracked),
				.line = tracked_bfd_line },
	[BLOCK_UNICAST_PEERS] = { "unicast_peer", CONTENT_LINES, sizeof(struct conf_peer),
				  .line = peer_line },
	[BLOCK_LINK_DELAYS] = { "interface_up_down_delays", CONTENT_LINES,
				sizeof(struct conf_link_delay), link_delay_line },
	[BLOCK_LINKBEAT_INTERFACES] = { "linkbeat_interfaces", CONTENT_LINES,
					sizeof(struct conf_linkbeat), linkbeat_line },
	[BLOCK_INSTANCE_NAMES] = { "group", CONTENT_WORDS, sizeof(struct conf_word),
				   .line = instance_word },
	[BLOCK_LINK_NAMES] = { "interfaces", CONTENT_WORDS, sizeof(struct conf_word),
			       .line = link_word },
	[BLOCK_MAIL_ADDRESSES] = { "notification_email", CONTENT_WORDS, sizeof(struct conf_word),
				   mail_word },
	[BLOCK_ADDRESSES] = { "a list of addresses", CONTENT_LINES, .line = address_line },
	[BLOCK_UNKNOWN] = { "an unknown block", CONTENT_SKIPPED },
};

const struct block_row *block_row(enum block block)
{
	return &rows[block];
}

const char *block_name(enum block block)
{
	return rows[block].name;
}

bool block_has_keywords(enum block block)
{
	return rows[block].content == CONTENT_KEYWORDS;
}

bool block_has_model(enum block block)
{
	return rows[block].model_size && (block_has_keywords(block) || rows[block].lines);
}
