/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/addr.h"
#include "conf/model.h"

/* Load balancing. Settings that a block takes from the one around bear the same name in both. */

/* How packets get to a server: `lvs_method METHOD [type TYPE] [port PORT] [CHECKSUM]`. */
struct conf_forwarding {
	struct setting method; /* enum forwarding_method */
	struct setting tunnel; /* enum tunnel_type */
	struct setting port;
	struct setting no_checksum, checksum, remote_checksum;
};

/* In the order of the choices of the keywords. */
enum forwarding_method { FORWARDING_NAT, FORWARDING_DR, FORWARDING_TUN };
enum tunnel_type { TUNNEL_IPIP, TUNNEL_GUE, TUNNEL_GRE };
enum server_protocol { PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_SCTP };
enum server_family { FAMILY_INET, FAMILY_INET6 };

/* A line of a virtual_server_group: addresses with a port, or a mark. */
struct conf_server_line {
	struct conf_block block;
	struct setting addresses, port; /* port 0: all */
	struct setting mark, inet, inet6;
	/* Set by validate(); ADDR_NONE: it is a mark. */
	struct addr first, last;
};

struct conf_server_group {
	struct conf_block block;
	struct conf_list lines; /* struct conf_server_line */
	/* Set by validate(): */
	bool has_ipv4, has_ipv6, has_addresses, has_marks;
	bool has_all_ports; /* one of the lines has no port */
};

struct conf_virtual_server {
	struct conf_block block;
	struct setting address, port, mark, group; /* one of address, mark and group */
	struct setting family;
	struct setting scheduler;
	struct setting sh_port, sh_fallback, mh_port, mh_fallback;
	struct setting flag_1, flag_2, flag_3;
	struct setting one_packet, hashed;
	struct conf_forwarding forwarding;
	struct setting protocol;
	struct setting persistence_timeout, persistence_granularity, persistence_engine;
	struct setting delay_loop, delay_before_retry, retry, warmup, connect_timeout;
	struct setting alpha, omega, inhibit, weight;
	struct setting quorum, hysteresis, quorum_up, quorum_down;
	struct setting ha_suspend, virtualhost, smtp_alert, snmp_name;
	struct setting sorry_address, sorry_port, sorry_inhibit;
	struct conf_forwarding sorry_forwarding;
	struct conf_list servers; /* struct conf_real_server */
	uint8_t addr_family; /* enum addr_family, set by validate(); ADDR_NONE: both */
};

struct conf_real_server {
	struct conf_block block;
	struct setting address, port;
	struct setting weight, lower_threshold, upper_threshold;
	struct conf_forwarding forwarding;
	struct setting delay_loop, delay_before_retry, retry, warmup, connect_timeout;
	struct setting alpha, inhibit;
	struct setting notify_up, notify_down;
	struct setting virtualhost, smtp_alert, snmp_name;
	struct conf_list checkers; /* struct conf_checker */
};

/* A checker of any kind, or a `host` of SMTP_CHECK, which has the first two parts only. */
struct conf_checker {
	struct conf_block block;
	/* The connection. */
	struct setting connect_ip, connect_port, bind_ip, bind_port, bind_link;
	struct setting connect_timeout, mark;
	/* When, and how often. */
	struct setting delay_loop, delay_before_retry, retry, warmup;
	struct setting alpha, log_all_failures;
	/* HTTP_GET, SSL_GET */
	struct setting http_protocol, virtualhost, enable_sni, sni_name;
	struct setting fast_recovery, tls_compliant;
	struct conf_list urls; /* struct conf_url */
	/* SMTP_CHECK */
	struct setting helo_name;
	struct conf_list hosts; /* struct conf_checker */
	/* DNS_CHECK */
	struct setting dns_type, dns_name;
	/* MISC_CHECK */
	struct setting command, command_timeout, is_dynamic, user, group;
	/* BFD_CHECK */
	struct setting bfd;
	/* UDP_CHECK */
	struct setting payload, reply, min_reply_length, max_reply_length;
	/* FILE_CHECK */
	struct setting file, file_weight, file_reverse;
};

/* persistence_timeout without a number, and where a service needs one: the kernel's. */
#define PERSISTENCE_DEFAULT_S 360

/* HTTP status codes. */
#define STATUS_CODE_MIN 100
#define STATUS_CODE_MAX 599

struct conf_url {
	struct conf_block block;
	struct setting path, digest, virtualhost, tls_compliant;
	/* The words are ranges in ascending order; `codes` is the same, a bit for each code. */
	struct setting status_code;
	uint8_t codes[(STATUS_CODE_MAX - STATUS_CODE_MIN) / 8 + 1]; /* from STATUS_CODE_MIN on */
	struct setting regex, regex_no_match, regex_options;
	struct setting regex_min_offset, regex_max_offset;
	struct setting regex_stack_start, regex_stack_max;
};

/* What stands at the top level. */
struct conf_balance {
	struct conf_list groups; /* struct conf_server_group */
	struct conf_list servers; /* struct conf_virtual_server */
	struct setting ssl_password, ssl_ca, ssl_certificate, ssl_key;
};
