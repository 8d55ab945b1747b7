/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "conf/model.h"

/* What instances watch, and the small blocks of the top level. */

struct conf_vrrp_script {
	struct conf_block block;
	struct setting script, user, group;
	struct setting interval, timeout, weight, reverse, rise, fall, init_fail;
};

struct conf_track_file {
	struct conf_block block;
	struct setting file, weight, reverse;
	struct setting init_value, init_overwrite;
};

struct conf_track_process {
	struct conf_block block;
	struct setting process; /* its words, the first is the program */
	struct setting param_match; /* enum conf_param_match */
	struct setting weight, reverse, quorum, quorum_max;
	struct setting fork_delay, terminate_delay, full_command;
};

/* The order of the words in the row; the last one has none. */
enum conf_param_match {
	PARAM_MATCH_INITIAL,
	PARAM_MATCH_PARTIAL,
	PARAM_MATCH_EXACT,
};

struct conf_bfd {
	struct conf_block block;
	struct setting neighbor, source, min_rx, min_tx, idle_tx, multiplier;
	struct setting passive, ttl, max_hops, multihop, weight, reverse;
	struct setting for_vrrp, for_checker;
};

struct conf_garp_group {
	struct conf_block block;
	struct setting garp_interval, gna_interval;
	struct conf_list single; /* struct conf_word: links that keep the pace each for itself */
	struct conf_list links; /* struct conf_word: links that share it */
};

struct conf_track_group {
	struct conf_block block;
	struct conf_list members; /* struct conf_word */
};

struct conf_link_delay {
	struct conf_block block;
	struct setting link, down, up;
};

struct conf_linkbeat {
	struct conf_block block;
	struct setting link, type;
};
