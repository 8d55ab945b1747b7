/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The status table's layout and its two ends. A row is written whole under its own sequence lock,
 * so that the writer, which may never wait, disturbs only readers of that row. Readers copy a row
 * out and work on the copy. Everything readers index with is bounded once by status_check(). */
#include "wire/status.h"

size_t status_size(uint32_t instances)
{
	return sizeof(struct status_table) + (size_t)instances * sizeof(struct status_slot);
}

void status_init(struct status_table *table, uint32_t instances, uint64_t generation)
{
	size_t size = status_size(instances);

	check(size <= UINT32_MAX);
	table->magic = STATUS_MAGIC;
	table->layout = STATUS_LAYOUT;
	table->size = (uint32_t)size;
	table->instance_count = instances;
	table->generation = generation;
}

bool status_check(const void *block, size_t size)
{
	const struct status_table *table = block;

	return size >= sizeof(*table) && table->magic == STATUS_MAGIC &&
	       table->layout == STATUS_LAYOUT && table->size <= size &&
	       table->size == status_size(table->instance_count);
}

void status_write_row(struct status_table *table, uint32_t instance, const struct status_row *row)
{
	struct status_slot *slot = &table->slots[instance];

	check(instance < table->instance_count);
	seqlock_write_begin(&slot->lock);
	slot->row = *row;
	seqlock_write_end(&slot->lock);
}

void status_write_general(struct status_table *table, const struct status_general *general)
{
	seqlock_write_begin(&table->lock);
	table->general = *general;
	seqlock_write_end(&table->lock);
}

bool status_read_row(const struct status_table *table, uint32_t instance,
		     struct status_row *ret_row)
{
	const struct status_slot *slot = &table->slots[instance];
	struct status_row row;

	check(instance < table->instance_count);
	if (!seqlock_read(&slot->lock, &row, &slot->row, sizeof(row)))
		return false;
	*ret_row = row;
	return true;
}

bool status_read_general(const struct status_table *table, struct status_general *ret_general)
{
	struct status_general general;

	if (!seqlock_read(&table->lock, &general, &table->general, sizeof(general)))
		return false;
	*ret_general = general;
	return true;
}
