/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state memory's layout and its two ends. Its reader is a new vipd-vrrp after the death of the
 * old one, which may have died while writing: such a row has an odd sequence, reads as "not there",
 * and the new process starts that instance from nothing. A row that was never written has the
 * sequence 0. Whether a row is still young enough to go on from is vrrp's question. */
#include "wire/keep.h"

size_t keep_size(uint32_t instances)
{
	return sizeof(struct keep_table) + (size_t)instances * sizeof(struct keep_slot);
}

void keep_init(struct keep_table *table, uint32_t instances, uint64_t generation)
{
	size_t size = keep_size(instances);

	check(size <= UINT32_MAX);
	table->magic = KEEP_MAGIC;
	table->layout = KEEP_LAYOUT;
	table->size = (uint32_t)size;
	table->instance_count = instances;
	table->generation = generation;
}

bool keep_check(const void *block, size_t size)
{
	const struct keep_table *table = block;

	return size >= sizeof(*table) && table->magic == KEEP_MAGIC &&
	       table->layout == KEEP_LAYOUT && table->size <= size &&
	       table->size == keep_size(table->instance_count);
}

void keep_write(struct keep_table *table, uint32_t instance, const struct keep_row *row)
{
	struct keep_slot *slot = &table->slots[instance];

	check(instance < table->instance_count);
	seqlock_write_begin(&slot->lock);
	slot->row = *row;
	seqlock_write_end(&slot->lock);
}

bool keep_read(const struct keep_table *table, uint32_t instance, struct keep_row *ret_row)
{
	const struct keep_slot *slot = &table->slots[instance];
	struct keep_row row;

	check(instance < table->instance_count);
	if (__atomic_load_n(&slot->lock.sequence, __ATOMIC_ACQUIRE) == 0)
		return false;
	if (!seqlock_read(&slot->lock, &row, &slot->row, sizeof(row)))
		return false;
	if (row.state >= VRRP_STATE_N_ || row.reason >= VRRP_REASON_N_ ||
	    !addr_is_possible(&row.master))
		return false;
	for (int k = 0; k < KEEP_KNOWN; k++)
		if (!addr_is_possible(&row.known[k]))
			return false;
	for (int k = 0; k < KEEP_SENDERS; k++)
		if (!addr_is_possible(&row.hmac.senders[k].source))
			return false;
	*ret_row = row;
	return true;
}
