/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of load balancing: SSL, virtual_server_group, virtual_server, real_server. Nothing of it
 * has an effect yet; it is read, typed and kept. What a real server or a checker does not say, the
 * block around it says: `outer` names that setting. A delay has no upper limit in keepalived; here
 * it has one so that it can be counted in microseconds. */
#include "conf/conf_private.h"

#define SECOND_US INT64_C(1000000)
#define DELAY_MAX_US (UINT32_MAX * SECOND_US)
#define TIMEOUT_MAX_US INT64_C(4294967295) /* microseconds in 32 bits, as in keepalived */
#define PERSISTENCE_MAX_S (31 * 86400) /* the kernel's */
#define WEIGHT_MAX INT32_MAX

#define SERVICE_AT(member) offsetof(struct conf_virtual_server, member)
#define SERVER_AT(member) offsetof(struct conf_real_server, member)
#define LINE_AT(member) offsetof(struct conf_server_line, member)

#define TOP(word, member, ...)                                            \
	{                                                                 \
		.block = BLOCK_TOP, .name = word, .fate = FATE_NOT_YET,   \
		.at = offsetof(struct conf_global, member), __VA_ARGS__   \
	}
#define CONTEXT(word, member, argument, ...)                              \
	{                                                                 \
		.block = BLOCK_SSL, .name = word, .fate = FATE_NOT_YET,   \
		.at = offsetof(struct conf_global, balance.ssl_##member),     \
		ARGUMENTS(ARGUMENT(ARGUMENT_WORD, argument)), __VA_ARGS__ \
	}
#define SERVICE(word, member, ...)                                                 \
	{                                                                          \
		.block = BLOCK_VIRTUAL_SERVER, .name = word, .fate = FATE_NOT_YET, \
		.at = SERVICE_AT(member), __VA_ARGS__                              \
	}
#define SERVER(word, member, ...)                                               \
	{                                                                       \
		.block = BLOCK_REAL_SERVER, .name = word, .fate = FATE_NOT_YET, \
		.at = SERVER_AT(member), __VA_ARGS__                            \
	}
/* The same setting of the virtual server is its default. */
#define FROM_SERVICE(member) .outer = SERVICE_AT(member)

#define FLAG .value = 1
#define YES_NO ARGUMENTS({ ARGUMENT_BOOLEAN, "yes|no", .flags = ARGUMENT_OPTIONAL }), .value = 1
#define NUMBER(word, least, most) ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, word, least, most))
#define SECONDS(least, most) \
	ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_SECONDS, "SECONDS", least, most)), .unit = "seconds"
#define WORD(word) ARGUMENTS(ARGUMENT(ARGUMENT_WORD, word))
#define COMMAND \
	ARGUMENTS(ARGUMENT(ARGUMENT_COMMAND, "COMMAND [USER [GROUP]]")), .default_text = "none"

#define FORWARDING(model, member)                                                        \
	ARGUMENTS({ ARGUMENT_CHOICE, "NAT|DR|TUN", .choices = "NAT|DR|TUN",              \
		    .at = offsetof(struct model, member.method) },                       \
		  { ARGUMENT_CHOICE, "ipip|gue|gre", "type", .choices = "ipip|gue|gre",  \
		    .at = offsetof(struct model, member.tunnel), .default_text = "ipip", \
		    .doc = "What a tunnel wraps packets in." },                          \
		  { ARGUMENT_INTEGER, "PORT", "port", 1, 65535,                          \
		    .at = offsetof(struct model, member.port),                           \
		    .doc = "The UDP port of gue, which needs one." },                    \
		  { ARGUMENT_MARK, "nocsum", "nocsum",                                   \
		    .at = offsetof(struct model, member.no_checksum),                    \
		    .doc = "No checksum in the tunnel's header; so by default." },       \
		  { ARGUMENT_MARK, "csum", "csum",                                       \
		    .at = offsetof(struct model, member.checksum),                       \
		    .doc = "A checksum in the header of gue and gre." },                 \
		  { ARGUMENT_MARK, "remcsum", "remcsum",                                 \
		    .at = offsetof(struct model, member.remote_checksum),                \
		    .doc = "gue's remote checksum offload." })

#define CHECKER(word, body, sentence, ...)                                           \
	{                                                                            \
		.block = BLOCK_REAL_SERVER, .name = word, .fate = FATE_NOT_YET,      \
		.at = SERVER_AT(checkers), .opens = body, .doc = sentence, __VA_ARGS__ \
	}

const struct argument group_server_line[] = {
	{ ARGUMENT_WORD, "ADDRESS[-LAST|/LENGTH]", .flags = ARGUMENT_OR_OPTION,
	  .at = LINE_AT(addresses),
	  .doc = "An address, a range (192.0.2.1-9, 192.0.2.1-192.0.3.9), or a network." },
	{ ARGUMENT_INTEGER, "PORT", .max = 65535, .flags = ARGUMENT_OPTIONAL, .at = LINE_AT(port),
	  .default_text = "all ports, for a persistent service", .doc = "The port." },
	{ ARGUMENT_INTEGER, "MARK", "fwmark", 1, UINT32_MAX, .at = LINE_AT(mark),
	  .doc = "In place of addresses: what the firewall marked so." },
	{ ARGUMENT_MARK, "inet", "inet", .at = LINE_AT(inet), .doc = "Marked packets of IPv4." },
	{ ARGUMENT_MARK, "inet6", "inet6", .at = LINE_AT(inet6), .doc = "Marked packets of IPv6." },
	{ .type = ARGUMENT_NONE },
};

static const struct keyword rows[] = {
	{
		.block = BLOCK_TOP,
		.name = "SSL",
		.opens = BLOCK_SSL,
		.fate = FATE_NOT_YET,
		.doc = "What SSL_GET shows of itself, and whom it trusts.",
	},
	CONTEXT("password", password, "PASSWORD", .flags = KEYWORD_SECRET,
		.doc = "What the private key is protected with."),
	CONTEXT("ca", ca, "FILE", .doc = "Certificates of the authorities that are trusted."),
	CONTEXT("certificate", certificate, "FILE", .doc = "The certificate to be shown."),
	CONTEXT("key", key, "FILE", .doc = "The private key of the certificate."),
	TOP("virtual_server_group", balance.groups, .opens = BLOCK_VIRTUAL_SERVER_GROUP,
	    WORD("NAME"),
	    .doc = "Addresses and marks that are balanced as one service, one on a line."),
	TOP("virtual_server", balance.servers, .opens = BLOCK_VIRTUAL_SERVER,
	    .flags = KEYWORD_REQUIRED | KEYWORD_LEFT,
	    ARGUMENTS({ ARGUMENT_ADDRESS, "ADDRESS", .flags = ARGUMENT_OR_OPTION,
			.at = SERVICE_AT(address), .doc = "Where clients connect to." },
		      { ARGUMENT_INTEGER, "PORT", .max = 65535, .flags = ARGUMENT_OPTIONAL,
			.at = SERVICE_AT(port),
			.default_text = "all ports, for a persistent service", .doc = "The port." },
		      { ARGUMENT_INTEGER, "MARK", "fwmark", 1, UINT32_MAX, .at = SERVICE_AT(mark),
			.doc = "In place of an address: what the firewall marked so." },
		      { ARGUMENT_NAME, "NAME", "group", .refers = BLOCK_VIRTUAL_SERVER_GROUP,
			.at = SERVICE_AT(group),
			.doc = "In place of an address: a group of them." }),
	    .doc = "A service that is balanced over real servers."),

	/* virtual_server */
	SERVICE("ip_family", family, ARGUMENTS(ARGUMENT_WORDS("inet|inet6")),
		.default_text = "that of the addresses",
		.doc = "The family of packets that only a mark selects."),
	SERVICE("delay_loop", delay_loop, SECONDS(1, DELAY_MAX_US), .preset = "60",
		.doc = "From one check of a server to the next."),
	SERVICE("retry", retry, NUMBER("COUNT", 1, UINT32_MAX),
		.default_text = "each checker's own",
		.doc = "How often a failed check is repeated before the server counts as down."),
	SERVICE("delay_before_retry", delay_before_retry, SECONDS(0, DELAY_MAX_US),
		.default_text = "each checker's own",
		.doc = "From a failed check to its repetition."),
	SERVICE("warmup", warmup, SECONDS(0, DELAY_MAX_US), .default_text = "delay_loop",
		.doc = "The first check comes at a random time up to this."),
	SERVICE("connect_timeout", connect_timeout, SECONDS(1, TIMEOUT_MAX_US), .preset = "5",
		.doc = "How long a check waits for an answer."),
	SERVICE("inhibit_on_failure", inhibit, FLAG,
		.doc = "A server that is down gets weight 0 and is not removed."),
	SERVICE("lvs_sched", scheduler, .old_names = "lb_algo",
		ARGUMENTS(ARGUMENT_WORDS("rr|wrr|lc|wlc|lblc|sh|mh|dh|fo|ovf|lblcr|sed|nq|twos")),
		.preset = "wlc", .doc = "How the kernel chooses a server."),
	{
		.block = BLOCK_VIRTUAL_SERVER,
		.name = "hashed",
		.fate = FATE_NO_EFFECT,
		.at = SERVICE_AT(hashed),
		FLAG,
		.doc = "That the service is in the kernel's hash table.",
		.hint = "the kernel keeps all services so: take it away",
	},
	SERVICE("ops", one_packet, FLAG,
		.doc = "One packet scheduling: each packet of UDP is balanced on its own."),
	SERVICE("flag-1", flag_1, FLAG, .doc = "The first flag of the scheduler."),
	SERVICE("flag-2", flag_2, FLAG, .doc = "The second flag of the scheduler."),
	SERVICE("flag-3", flag_3, FLAG, .doc = "The third flag of the scheduler."),
	SERVICE("sh-port", sh_port, FLAG, .bind = bind_scheduler_flag,
		.doc = "Scheduler sh hashes the client's port, too; stands behind lvs_sched."),
	SERVICE("sh-fallback", sh_fallback, FLAG, .bind = bind_scheduler_flag,
		.doc = "Scheduler sh takes another server when the one is down; behind lvs_sched."),
	SERVICE("mh-port", mh_port, FLAG, .bind = bind_scheduler_flag,
		.doc = "Scheduler mh hashes the client's port, too; stands behind lvs_sched."),
	SERVICE("mh-fallback", mh_fallback, FLAG, .bind = bind_scheduler_flag,
		.doc = "Scheduler mh takes another server when the one is down; behind lvs_sched."),
	SERVICE("lvs_method", forwarding.method, .old_names = "lb_kind",
		FORWARDING(conf_virtual_server, forwarding), .preset = "NAT",
		.doc = "How packets get to a server: rewritten, as they are, or in a tunnel."),
	SERVICE("protocol", protocol,
		ARGUMENTS({ ARGUMENT_CHOICE, "TCP|UDP|SCTP", .choices = "TCP|UDP|SCTP",
			    .flags = ARGUMENT_ANY_CASE }),
		.default_text = "UDP; none with marks", .doc = "What is balanced."),
	SERVICE("persistence_timeout", persistence_timeout,
		ARGUMENTS({ ARGUMENT_INTEGER, "SECONDS", .min = 1, .max = PERSISTENCE_MAX_S,
			    .flags = ARGUMENT_OPTIONAL }),
		.value = PERSISTENCE_DEFAULT_S, .default_text = "none; 360 when it has no number",
		.unit = "seconds", .doc = "How long a client stays with its server."),
	SERVICE("persistence_granularity", persistence_granularity, WORD("NETMASK|LENGTH"),
		.default_text = "one address: 255.255.255.255, or 128",
		.doc = "Clients of one network stay together; implies persistence_timeout."),
	SERVICE("persistence_engine", persistence_engine,
		ARGUMENTS({ ARGUMENT_WORD, "NAME", .max = 15 }), .default_text = "the address",
		.doc = "What the kernel knows a client by, as the caller with `sip`."),
	SERVICE("ha_suspend", ha_suspend, FLAG,
		.doc = "Check only while this host has the address; not for marks."),
	SERVICE("smtp_alert", smtp_alert, YES_NO,
		.default_text = "smtp_alert_checker of global_defs, else smtp_alert, else no",
		.doc = "Mail when the quorum is won or lost."),
	SERVICE("virtualhost", virtualhost, WORD("NAME"), .default_text = "the server's address",
		.doc = "What HTTP checks ask for in their Host header."),
	SERVICE("snmp_name", snmp_name, WORD("NAME"), .doc = "What SNMP calls the service."),
	SERVICE("alpha", alpha, FLAG, .doc = "A server is down until its first check succeeds."),
	SERVICE("omega", omega, FLAG,
		.doc = "Run the scripts of going down when the daemon stops."),
	SERVICE("quorum", quorum, NUMBER("WEIGHT", 1, UINT32_MAX), .flags = KEYWORD_BAD_VALUE,
		.bad_value = 1, .preset = "1",
		.doc = "What the servers that are up have to weigh together."),
	SERVICE("hysteresis", hysteresis, NUMBER("WEIGHT", 0, UINT32_MAX), .preset = "0",
		.doc = "More than the quorum is needed to win it, less to lose it, by this."),
	SERVICE("quorum_up", quorum_up, COMMAND, .doc = "Run when the quorum is won."),
	SERVICE("quorum_down", quorum_down, COMMAND, .doc = "Run when the quorum is lost."),
	SERVICE("weight", weight, NUMBER("WEIGHT", 1, WEIGHT_MAX), .preset = "1",
		.doc = "The weight of real servers that do not say theirs."),
	SERVICE("sorry_server", sorry_address,
		ARGUMENTS({ ARGUMENT_ADDRESS, "ADDRESS", .at = SERVICE_AT(sorry_address) },
			  { ARGUMENT_INTEGER, "PORT", .max = 65535, .flags = ARGUMENT_OPTIONAL,
			    .at = SERVICE_AT(sorry_port),
			    .default_text = "the port of the virtual server" }),
		.doc = "Who serves while there is no quorum."),
	SERVICE("sorry_server_inhibit", sorry_inhibit, FLAG,
		.doc = "The sorry server gets weight 0 and is not removed."),
	SERVICE("sorry_server_lvs_method", sorry_forwarding.method,
		FORWARDING(conf_virtual_server, sorry_forwarding), .default_text = "lvs_method",
		.doc = "How packets get to the sorry server."),
	{
		.block = BLOCK_VIRTUAL_SERVER,
		.name = "real_server",
		.opens = BLOCK_REAL_SERVER,
		.fate = FATE_NOT_YET,
		.flags = KEYWORD_REQUIRED,
		ARGUMENTS({ ARGUMENT_ADDRESS, "ADDRESS", .at = SERVER_AT(address),
			    .doc = "The server." },
			  { ARGUMENT_INTEGER, "PORT", .max = 65535, .flags = ARGUMENT_OPTIONAL,
			    .at = SERVER_AT(port), .default_text = "that of the virtual server",
			    .doc = "Its port; only NAT can have another than the service." }),
		.at = SERVICE_AT(servers),
		.doc = "One of the servers of a service.",
	},

	/* real_server */
	SERVER("weight", weight, NUMBER("WEIGHT", 0, WEIGHT_MAX), FROM_SERVICE(weight),
	       .doc = "Its share of the load; 0: it gets no new clients."),
	SERVER("lvs_method", forwarding.method, FORWARDING(conf_real_server, forwarding),
	       FROM_SERVICE(forwarding.method), .doc = "How packets get to this server."),
	SERVER("uthreshold", upper_threshold, NUMBER("CONNECTIONS", 0, UINT32_MAX), .preset = "0",
	       .doc = "From so many connections on it gets no new ones; 0: no limit."),
	SERVER("lthreshold", lower_threshold, NUMBER("CONNECTIONS", 0, UINT32_MAX), .preset = "0",
	       .doc = "Below so many connections it gets new ones again."),
	SERVER("inhibit_on_failure", inhibit, YES_NO, FROM_SERVICE(inhibit), .preset = "no",
	       .doc = "Down, it gets weight 0 and is not removed."),
	SERVER("notify_up", notify_up, COMMAND, .doc = "Run when the server comes up."),
	SERVER("notify_down", notify_down, COMMAND, .doc = "Run when the server goes down."),
	SERVER("alpha", alpha, YES_NO, FROM_SERVICE(alpha), .preset = "no",
	       .doc = "It is down until its first check succeeds."),
	SERVER("retry", retry, NUMBER("COUNT", 1, UINT32_MAX), FROM_SERVICE(retry),
	       .default_text = "each checker's own",
	       .doc = "How often a failed check is repeated before the server counts as down."),
	SERVER("delay_before_retry", delay_before_retry, SECONDS(0, DELAY_MAX_US),
	       FROM_SERVICE(delay_before_retry), .default_text = "each checker's own",
	       .doc = "From a failed check to its repetition."),
	SERVER("warmup", warmup, SECONDS(0, DELAY_MAX_US), FROM_SERVICE(warmup),
	       .default_text = "delay_loop",
	       .doc = "The first check comes at a random time up to this."),
	SERVER("connect_timeout", connect_timeout, SECONDS(1, TIMEOUT_MAX_US),
	       FROM_SERVICE(connect_timeout), .doc = "How long a check waits for an answer."),
	SERVER("delay_loop", delay_loop, SECONDS(1, DELAY_MAX_US), FROM_SERVICE(delay_loop),
	       .doc = "From one check of this server to the next."),
	SERVER("smtp_alert", smtp_alert, YES_NO,
	       .default_text = "smtp_alert_checker of global_defs, else smtp_alert, else yes",
	       .doc = "Mail when the server comes up or goes down."),
	SERVER("virtualhost", virtualhost, WORD("NAME"), FROM_SERVICE(virtualhost),
	       .doc = "What HTTP checks of this server ask for in their Host header."),
	SERVER("snmp_name", snmp_name, WORD("NAME"), .doc = "What SNMP calls the server."),
	{
		.block = BLOCK_VIRTUAL_SERVER,
		.name = "nat_mask",
		.fate = FATE_REFUSED,
		WORD("MASK"),
		.hint = "take it away: it was for Linux 2.2 and never did anything since",
		.doc = "The network of NAT in Linux 2.2.",
	},
	{
		.block = BLOCK_VIRTUAL_SERVER,
		.name = "lvs_sched_flags",
		.fate = FATE_REFUSED,
		WORD("FLAG"),
		.hint = "write `sh-port`, `mh-port` and their kin",
		.doc = "Flags of the scheduler, by number.",
	},
	CHECKER("TCP_CHECK", BLOCK_TCP_CHECK, "Checks that it can be connected to."),
	CHECKER("HTTP_GET", BLOCK_HTTP_GET, "Checks what it answers to HTTP.",
		.taken_for = "HTTP_CHECK"),
	CHECKER("SSL_GET", BLOCK_HTTP_GET, "Checks what it answers to HTTPS."),
	CHECKER("SMTP_CHECK", BLOCK_SMTP_CHECK, "Checks that it greets as a mail server does."),
	CHECKER("DNS_CHECK", BLOCK_DNS_CHECK, "Checks that it answers a question about a name."),
	CHECKER("MISC_CHECK", BLOCK_MISC_CHECK, "Checks it with a command."),
	CHECKER("BFD_CHECK", BLOCK_BFD_CHECK, "It is up while a bfd_instance is."),
	CHECKER("UDP_CHECK", BLOCK_UDP_CHECK, "Checks that a packet of UDP is not refused."),
	CHECKER("PING_CHECK", BLOCK_PING_CHECK, "Checks that it answers to ping."),
	CHECKER("FILE_CHECK", BLOCK_FILE_CHECK, "Its weight follows the number in a file."),
};

const struct keyword_table keyword_table_lvs = { rows, sizeof(rows) / sizeof(rows[0]) };
