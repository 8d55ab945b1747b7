/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "image_memory.h"

#include "base/check.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int image_memory(const struct image *image, size_t size, bool is_sealed)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	check(fd >= 0 && write(fd, image, size) == (ssize_t)size);
	if (is_sealed)
		check(fcntl(fd, F_ADD_SEALS,
			    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0);
	return fd;
}
