/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Every bound in the program, with its reason. */

/* One VRID is one octet; an instance lives on one link. 64 links full of instances. */
#define LIMIT_INSTANCES 16384
/* Distinct links that one configuration may name. */
#define LIMIT_LINKS 4096
/* Addresses of all instances together: the kernel itself is quadratic beyond this. */
#define LIMIT_ADDRESSES 65536
/* Unicast peers of all instances together: each is one more packet in every interval. */
#define LIMIT_PEERS 65536

/* Keys of auth_hmac of all instances together: each instance has one, or two while they change. */
#define LIMIT_KEYS 65536
/* Of one instance: they are sent to in one go, and looked through for each packet. */
#define LIMIT_INSTANCE_PEERS 255
/* Multicast groups of the instances of one link (Linux lets a socket join 20 as a rule). */
#define LIMIT_GROUPS 16
/* The count field of an advert is one octet (RFC 3768 5.3.5). */
#define LIMIT_ADVERT_ADDRESSES 255
/* IPv6: as many as keepalived names where the MTU is 1500; with a trailer they fill it. */
#define LIMIT_ADVERT_ADDRESSES6 89
/* The longest advert we build or take: IPv4 header with options 60, VRRP 8, 255 IPv6 addresses,
 * a trailer. Longer packets are cut by the receive buffer and dropped as too long. */
#define LIMIT_ADVERT_PACKET 4352
/* IFNAMSIZ of Linux, with the NUL. */
#define LIMIT_LINK_NAME 16
/* A configuration image: 16384 instances with their strings stay far below. */
#define LIMIT_IMAGE_SIZE (64u * 1024 * 1024)
/* Own addresses remembered for each link as candidates for the source of adverts. Links with
 * more are re-read from the kernel when a candidate goes. */
#define LIMIT_SOURCES 16
/* One name of an instance, with the NUL. keepalived has no limit; no real file comes near. */
#define LIMIT_NAME 256
/* The name of a daemon (`instance`), with the NUL: the path of a Unix socket has 108 octets. */
#define LIMIT_DAEMON_NAME 64
/* The name of a network namespace, with the NUL: that of a file. */
#define LIMIT_NETWORK_NAME 256
/* Next hops of one route: far more than any network has, few enough to be shown in one line. */
#define LIMIT_ROUTE_HOPS 32
/* Packets taken from one socket in one turn: 64 take about 150 us, far below the smallest
 * interval (10 ms), so a flood on one link cannot starve another. */
#define LIMIT_PACKETS_TURN 64
/* One slice of long work (addresses, announcements, comparing configurations), microseconds. */
#define LIMIT_SLICE_US 2000
/* Addresses changed in one netlink batch: 32 take well under LIMIT_SLICE_US on a short list. */
#define LIMIT_ADDRESS_BATCH 32
/* ARP frames handed to the kernel in one go: 64 take about 500 us through a bridge. */
#define LIMIT_FRAME_BATCH 64
/* Configuration files: one file, and all files of a configuration together. */
#define LIMIT_CONF_FILE_SIZE (16u * 1024 * 1024)
/* Memory of one configuration: the model of the largest file takes a fraction; a file of rubbish
 * must not take the host's. */
#define LIMIT_CONF_MEMORY (1024u * 1024 * 1024)
/* Names that stand for nothing, for which a similar one is looked for. */
#define LIMIT_CONF_GUESSES 64
/* Nested includes (a cycle is an error of its own). */
#define LIMIT_CONF_INCLUDES 32
/* Files of one configuration: one for each instance. */
#define LIMIT_CONF_FILES 16384
/* The file or pattern behind an `include`: PATH_MAX of Linux. */
#define LIMIT_CONF_PATH 4096
/* Alternatives of the braces in one `include`: `{a,b}{c,d}` has four. */
#define LIMIT_CONF_ALTERNATIVES 1024
/* Directory entries looked at for one `include`, over all directories that it matches. */
#define LIMIT_CONF_GLOB_ENTRIES 65536
/* Variables inside variables: an indirection or two in real files, no end for one that names
 * itself. Also the definitions and loops that are being read at one time. */
#define LIMIT_CONF_NESTED 64
/* One line after its variables were put in; keepalived's ends at 1024. */
#define LIMIT_CONF_LINE (256u * 1024)
/* Octets that variables and `~SEQ` and `~LST` may make of one configuration: as much as may be
 * written out. Two lines of text could ask for more than any memory holds. */
#define LIMIT_CONF_EXPANDED (16u * 1024 * 1024)
/* Groups of one user of commands: the kernel allows 65536, a person has a handful. */
#define LIMIT_CONF_GROUPS 256
/* Findings kept for one configuration; what follows is only counted. */
#define LIMIT_CONF_FINDINGS 1000
/* A request to the control socket, and its answer (16384 instances need about 12 MiB). */
#define LIMIT_CTL_REQUEST 65536
#define LIMIT_CTL_ANSWER (64u * 1024 * 1024)
/* Clients of the control socket at one time; the next one is refused. */
#define LIMIT_CTL_CLIENTS 64
/* Notify scripts running at one time over all instances. */
#define LIMIT_SCRIPTS 64
/* Socket descriptors handed over in one message (the kernel allows 253). */
#define LIMIT_MESSAGE_FDS 250
/* How long vipd-vrrp serves without a parent, and a peer's patience with a stopped one. */
#define LIMIT_ORPHAN_US (10 * 1000000)
/* The same cause of dropped packets of one instance is logged once in this time. */
#define LIMIT_DROP_LOG_US (60 * 1000000)

/* A port of a switch may be closed for a while after its link came up (spanning tree), and who
 * hears nobody behind it is not alone. So one that begins to listen, and is not the owner, first
 * waits for a frame to be seen on its link, and then listens for a whole Master_Down_Interval.
 * There may be nobody to be seen: so it becomes MASTER all the same, unverified, one
 * Master_Down_Interval after it began or after its link was up for so long, whichever is later. */
#define LIMIT_PROOF_US 3000000
