/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kern/kern.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The other end of the link under test. Everything asserts what can fail. */

/* A packet socket on `link`: sends and receives frames of every kind, but not what it sent. */
int wire_open(const char *link);

/* Sends a packet in a frame of that Ethernet type to `mac`, padded as on a real wire. */
void wire_put(int fd, const uint8_t mac[6], uint16_t type, const void *packet, size_t size);

/* The next frame of this Ethernet type; of IP only those with VRRP. -1: none came. */
ssize_t wire_take(int fd, uint16_t type, uint8_t *frame, size_t size);

/* Reads an advert socket empty, having waited a little. Returns how many packets there were. */
int packets_taken(struct kern_receiver *receiver, int fd);
