/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of the checkers of real servers. Most have the same words for the connection and for
 * when to check; each has rows of its own for them all the same, made by a macro, so that a word in
 * the wrong checker is found and its defaults may differ. Nothing has an effect yet. */
#include "conf/conf_private.h"

#define SECOND_US INT64_C(1000000)
#define DELAY_MAX_US (UINT32_MAX * SECOND_US)
#define TIMEOUT_MAX_US INT64_C(4294967295) /* microseconds in 32 bits, as in keepalived */

#define CHECKER_AT(member) offsetof(struct conf_checker, member)
#define SERVER_AT(member) offsetof(struct conf_real_server, member)
#define URL_AT(member) offsetof(struct conf_url, member)
#define NOTHING_AT(member) 0

#define CHECKER(where, word, member, ...)                            \
	{                                                            \
		.block = where, .name = word, .fate = FATE_NOT_YET,  \
		.at = CHECKER_AT(member), __VA_ARGS__                \
	}
#define URL(word, member, ...)                                          \
	{                                                               \
		.block = BLOCK_URL, .name = word, .fate = FATE_NOT_YET, \
		.at = URL_AT(member), __VA_ARGS__                       \
	}

#define FLAG .value = 1
#define YES_NO ARGUMENTS({ ARGUMENT_BOOLEAN, "yes|no", .flags = ARGUMENT_OPTIONAL }), .value = 1
#define NUMBER(word, least, most) ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_INTEGER, word, least, most))
#define SECONDS(least, most) \
	ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_SECONDS, "SECONDS", least, most)), .unit = "seconds"
#define WORD(word) ARGUMENTS(ARGUMENT(ARGUMENT_WORD, word))
#define ADDRESS ARGUMENTS(ARGUMENT(ARGUMENT_ADDRESS, "ADDRESS"))

/* Where it connects to. `own`, `around`: where a setting is in the model of the block around, when
 * that says the same, and when it says it for all checkers. */
#define CONNECTION(where, own, around)                                                            \
	CHECKER(where, "connect_ip", connect_ip, ADDRESS, .outer = own(connect_ip),               \
		.default_text = "the real server's", .doc = "The address that is checked."),      \
	CHECKER(where, "connect_port", connect_port, NUMBER("PORT", 1, 65535),                    \
		.outer = own(connect_port), .default_text = "the real server's",                  \
		.doc = "The port that is checked."),                                              \
	CHECKER(where, "bindto", bind_ip, ADDRESS, .outer = own(bind_ip),                         \
		.default_text = "the kernel's choice", .doc = "The address to check from."),      \
	CHECKER(where, "bind_port", bind_port, NUMBER("PORT", 1, 65535), .outer = own(bind_port), \
		.default_text = "the kernel's choice", .doc = "The port to check from."),         \
	CHECKER(where, "bind_if", bind_link, ARGUMENTS(ARGUMENT(ARGUMENT_LINK, "INTERFACE")),     \
		.outer = own(bind_link), .default_text = "the kernel's choice",                   \
		.doc = "The interface to check through; link-local addresses need it."),          \
	CHECKER(where, "connect_timeout", connect_timeout, SECONDS(1, TIMEOUT_MAX_US),            \
		.outer = around(connect_timeout), .doc = "How long it waits for an answer."),     \
	CHECKER(where, "fwmark", mark, NUMBER("MARK", 0, UINT32_MAX), .outer = own(mark),         \
		.default_text = "none", .doc = "The mark of its packets for the firewall.")

/* When it checks. */
#define TIMES(where, own, around)                                                             \
	CHECKER(where, "warmup", warmup, SECONDS(0, DELAY_MAX_US), .outer = around(warmup),   \
		.default_text = "delay_loop",                                                 \
		.doc = "The first check comes at a random time up to this."),                 \
	CHECKER(where, "delay_loop", delay_loop, SECONDS(1, DELAY_MAX_US),                    \
		.outer = around(delay_loop), .doc = "From one check to the next."),           \
	CHECKER(where, "alpha", alpha, YES_NO, .outer = around(alpha), .preset = "no",        \
		.doc = "The server is down until this check succeeds."),                      \
	CHECKER(where, "log_all_failures", log_all_failures, YES_NO,                          \
		.outer = own(log_all_failures),                                               \
		.default_text = "checker_log_all_failures of global_defs",                    \
		.doc = "Log each failed check, not only the one that takes the server down.")

#define RETRIES(where, around, retry_default, delay_default, old)                             \
	CHECKER(where, "retry", retry, .old_names = old, NUMBER("COUNT", 0, UINT32_MAX),      \
		.outer = around(retry), .preset = retry_default,                              \
		.doc = "How often a failed check is repeated before the server is down."),    \
	CHECKER(where, "delay_before_retry", delay_before_retry, SECONDS(0, DELAY_MAX_US),    \
		.outer = around(delay_before_retry), delay_default,                           \
		.doc = "From a failed check to its repetition.")

#define USUAL(where)                                               \
	CONNECTION(where, NOTHING_AT, SERVER_AT),                  \
	TIMES(where, NOTHING_AT, SERVER_AT),                       \
	RETRIES(where, SERVER_AT, "1", .preset = "1", NULL)

#define REPLY_LENGTH(word, member, default_, sentence)                                  \
	CHECKER(BLOCK_UDP_CHECK, word, member, NUMBER("OCTETS", 0, UINT16_MAX),         \
		.preset = default_, .doc = sentence)

static const struct keyword rows[] = {
	USUAL(BLOCK_TCP_CHECK),

	/* HTTP_GET, SSL_GET */
	CONNECTION(BLOCK_HTTP_GET, NOTHING_AT, SERVER_AT),
	TIMES(BLOCK_HTTP_GET, NOTHING_AT, SERVER_AT),
	RETRIES(BLOCK_HTTP_GET, SERVER_AT, "1", .preset = "3", "nb_get_retry"),
	CHECKER(BLOCK_HTTP_GET, "virtualhost", virtualhost, WORD("NAME"),
		.outer = SERVER_AT(virtualhost), .default_text = "the server's address",
		.doc = "What it asks for in the Host header."),
	CHECKER(BLOCK_HTTP_GET, "http_protocol", http_protocol,
		ARGUMENTS({ ARGUMENT_CHOICE, "1.0|1.0C|1.1", .choices = "1.0|1.0C|1.1",
			    .flags = ARGUMENT_ANY_CASE }),
		.preset = "1.0", .doc = "The version; 1.0C is 1.0 with `Connection: close`."),
	CHECKER(BLOCK_HTTP_GET, "enable_sni", enable_sni, YES_NO, .preset = "no",
		.doc = "SSL_GET names the host when it begins TLS."),
	CHECKER(BLOCK_HTTP_GET, "sni_name", sni_name, WORD("NAME"), .default_text = "virtualhost",
		.doc = "The host that enable_sni names."),
	CHECKER(BLOCK_HTTP_GET, "fast_recovery", fast_recovery, YES_NO, .preset = "no",
		.doc = "A server that was down has its URLs checked at once, without delays."),
	CHECKER(BLOCK_HTTP_GET, "tls_compliant", tls_compliant, YES_NO, .preset = "no",
		.doc = "A connection that TLS did not close fails the check."),
	CHECKER(BLOCK_HTTP_GET, "url", urls, .opens = BLOCK_URL, .doc = "One thing to get."),
	URL("path", path, WORD("PATH"), .flags = KEYWORD_REQUIRED,
	    .doc = "What is asked for, as `/`."),
	URL("digest", digest, ARGUMENTS(ARGUMENT_NUMBER(ARGUMENT_HEX, "MD5", 16, 16)),
	    .flags = KEYWORD_FIRST, .default_text = "any answer",
	    .doc = "The MD5 sum that the answer must have; the first one counts."),
	URL("status_code", status_code,
	    ARGUMENTS({ ARGUMENT_WORD, "CODE|FIRST-LAST…", .flags = ARGUMENT_REPEATED }),
	    .bind = bind_status_code, .default_text = "200-299",
	    .doc = "The status codes that are good; several lines add up."),
	URL("virtualhost", virtualhost, WORD("NAME"), .outer = CHECKER_AT(virtualhost),
	    .doc = "What this URL is asked for with in the Host header."),
	URL("regex", regex, ARGUMENTS(ARGUMENT(ARGUMENT_ESCAPED, "PATTERN")),
	    .default_text = "any answer", .doc = "What the answer must match, a Perl pattern."),
	URL("regex_no_match", regex_no_match, FLAG, .doc = "The answer must not match."),
	URL("regex_options", regex_options,
	    ARGUMENTS({ ARGUMENT_CHOICE, "OPTION…",
			.choices = "allow_empty_class|alt_bsux|auto_callout|caseless|"
				   "dollar_endonly|dotall|dupnames|extended|firstline|"
				   "match_unset_backref|multiline|never_ucp|never_utf|"
				   "no_auto_capture|no_auto_possess|no_dotstar_anchor|"
				   "no_start_optimize|ucp|ungreedy|utf|never_backslash_c|"
				   "alt_circumflex|alt_verbnames|use_offset_limit",
			.flags = ARGUMENT_REPEATED }),
	    .default_text = "none", .doc = "How the pattern is read, in PCRE's words."),
	URL("regex_stack", regex_stack_start,
	    ARGUMENTS({ ARGUMENT_INTEGER, "START", .max = UINT32_MAX,
			.at = URL_AT(regex_stack_start) },
		      { ARGUMENT_INTEGER, "MOST", .max = UINT32_MAX,
			.at = URL_AT(regex_stack_max) }),
	    .default_text = "PCRE's own", .unit = "octets",
	    .doc = "The stack for matching, at first and at most."),
	URL("regex_min_offset", regex_min_offset, NUMBER("OCTETS", 0, UINT32_MAX), .preset = "0",
	    .doc = "Where in the answer a match may begin."),
	URL("regex_max_offset", regex_max_offset, NUMBER("OCTETS", 0, UINT32_MAX),
	    .default_text = "none", .doc = "Up to where in the answer a match may begin."),
	URL("tls_compliant", tls_compliant, YES_NO, .outer = CHECKER_AT(tls_compliant),
	    .preset = "no", .doc = "The same for this URL."),

	USUAL(BLOCK_SMTP_CHECK),
	CHECKER(BLOCK_SMTP_CHECK, "helo_name", helo_name, WORD("NAME"),
		.preset = "smtpchecker.keepalived.org", .doc = "What it says that it is."),
	CHECKER(BLOCK_SMTP_CHECK, "host", hosts, .opens = BLOCK_HOST,
		.doc = "One more host to check; write one more SMTP_CHECK."),
	CONNECTION(BLOCK_HOST, CHECKER_AT, CHECKER_AT),
	TIMES(BLOCK_HOST, CHECKER_AT, CHECKER_AT),
	RETRIES(BLOCK_HOST, CHECKER_AT, NULL, .default_text = NULL, NULL),

	CONNECTION(BLOCK_DNS_CHECK, NOTHING_AT, SERVER_AT),
	TIMES(BLOCK_DNS_CHECK, NOTHING_AT, SERVER_AT),
	RETRIES(BLOCK_DNS_CHECK, SERVER_AT, "3", .default_text = "delay_loop", NULL),
	CHECKER(BLOCK_DNS_CHECK, "type", dns_type,
		ARGUMENTS({ ARGUMENT_CHOICE, "TYPE",
			    .choices = "A|NS|CNAME|SOA|MX|TXT|AAAA|RRSIG|DNSKEY",
			    .flags = ARGUMENT_ANY_CASE }),
		.preset = "SOA", .doc = "The type of record that is asked for."),
	CHECKER(BLOCK_DNS_CHECK, "name", dns_name, WORD("NAME"), .flags = KEYWORD_FIRST,
		.default_text = "the root",
		.doc = "The name that is asked for; the first one counts."),

	TIMES(BLOCK_MISC_CHECK, NOTHING_AT, SERVER_AT),
	RETRIES(BLOCK_MISC_CHECK, SERVER_AT, "0", .preset = "1", NULL),
	CHECKER(BLOCK_MISC_CHECK, "misc_path", command,
		ARGUMENTS(ARGUMENT(ARGUMENT_COMMAND, "COMMAND")), .bind = bind_misc_path,
		.flags = KEYWORD_REQUIRED,
		.doc = "The command: 0 is up, 1 is down."),
	CHECKER(BLOCK_MISC_CHECK, "misc_timeout", command_timeout, NUMBER("SECONDS", 0, 4294),
		.unit = "seconds", .default_text = "delay_loop of the virtual_server",
		.doc = "How long the command may take."),
	CHECKER(BLOCK_MISC_CHECK, "misc_dynamic", is_dynamic, FLAG,
		.doc = "A result from 2 to 255 is up, with two less as the weight."),
	CHECKER(BLOCK_MISC_CHECK, "user", user,
		ARGUMENTS({ ARGUMENT_WORD, "USER", .at = CHECKER_AT(user) },
			  { ARGUMENT_WORD, "GROUP", .flags = ARGUMENT_OPTIONAL,
			    .at = CHECKER_AT(group) }),
		.default_text = "script_user of global_defs", .doc = "Who runs the command."),

	CHECKER(BLOCK_BFD_CHECK, "name", bfd,
		ARGUMENTS({ ARGUMENT_NAME, "NAME", .refers = BLOCK_BFD_INSTANCE,
			    .at = CHECKER_AT(bfd) }),
		.flags = KEYWORD_REQUIRED, .doc = "The bfd_instance."),
	CHECKER(BLOCK_BFD_CHECK, "alpha", alpha, YES_NO, .outer = SERVER_AT(alpha), .preset = "no",
		.doc = "The server is down until BFD is up."),

	USUAL(BLOCK_UDP_CHECK),
	CHECKER(BLOCK_UDP_CHECK, "payload", payload,
		ARGUMENTS({ ARGUMENT_HEX, "OCTETS…", .flags = ARGUMENT_REPEATED }),
		.default_text = "nothing", .doc = "What is sent."),
	CHECKER(BLOCK_UDP_CHECK, "require_reply", reply,
		ARGUMENTS({ ARGUMENT_HEX, "OCTETS…",
			    .flags = ARGUMENT_REPEATED | ARGUMENT_OPTIONAL | ARGUMENT_WILDCARD }),
		.default_text = "none",
		.doc = "An answer has to come, and to begin so; x is any digit."),
	REPLY_LENGTH("min_reply_length", min_reply_length, "0", "What an answer has at least."),
	REPLY_LENGTH("max_reply_length", max_reply_length, "255", "What an answer has at most."),

	USUAL(BLOCK_PING_CHECK),

	CHECKER(BLOCK_FILE_CHECK, "track_file", file,
		ARGUMENTS({ ARGUMENT_NAME, "NAME", .refers = BLOCK_TRACK_FILE,
			    .at = CHECKER_AT(file) }),
		.flags = KEYWORD_REQUIRED, .doc = "The track_file."),
	CHECKER(BLOCK_FILE_CHECK, "weight", file_weight,
		ARGUMENTS({ ARGUMENT_INTEGER, "WEIGHT", .min = -INT32_MAX, .max = INT32_MAX,
			    .at = CHECKER_AT(file_weight) },
			  { ARGUMENT_CHOICE, "noreverse|reverse", .choices = "noreverse|reverse",
			    .flags = ARGUMENT_OPTIONAL, .at = CHECKER_AT(file_reverse) }),
		.default_text = "that of the track_file",
		.doc = "What the number in the file is multiplied with."),
};

const struct keyword_table keyword_table_checker = { rows, sizeof(rows) / sizeof(rows[0]) };
