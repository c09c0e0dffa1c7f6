/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Owners of connections, each kept once for all that are the same. */
#include <errno.h>
#include <string.h>
#include "tables.h"

static uint32_t hash_of(const struct owner *owner)
{
	return index_hash_bytes(owner, OWNER_LEN);
}

static struct shared_owner *owner_make(struct model *model, const struct owner *owner)
{
	struct shared_owner *shared;

	if (index_reserve(&model->owners_index, model->owners.n))
		return NULL;
	shared = table_add(&model->owners, ++model->owners_made);
	if (!shared)
		return NULL;
	shared->owner = *owner;
	shared->passes = owner_match(owner, &model->filter);
	index_add(&model->owners_index, hash_of(owner), shared->head.slot);
	return shared;
}

static bool same_owner(const struct owner *a, const struct owner *b)
{
	return !memcmp(a, b, OWNER_LEN);
}

/* Most often the last one is asked for again. */
static struct shared_owner *owner_find(const struct model *model, const struct owner *owner)
{
	struct shared_owner *shared = model->owner_last;
	uint32_t hash, n = 0, slot;

	if (shared && same_owner(&shared->owner, owner))
		return shared;
	hash = hash_of(owner);
	while ((slot = index_next(&model->owners_index, hash, &n))) {
		shared = table_slot(&model->owners, slot);
		if (same_owner(&shared->owner, owner))
			return shared;
	}
	return NULL;
}

/* There is room: as one is taken out, another is added. */
void owner_set_followed(struct model *model, struct shared_owner *shared, bool followed)
{
	index_remove(&model->owners_index, hash_of(&shared->owner), shared->head.slot);
	shared->owner.followed = followed;
	index_add(&model->owners_index, hash_of(&shared->owner), shared->head.slot);
}

const struct owner *owner_share(struct model *model, const struct owner *owner)
{
	struct shared_owner *shared = owner_find(model, owner);

	if (!shared)
		shared = owner_make(model, owner);
	if (!shared)
		return NULL;
	shared->refs++;
	model->owner_last = shared;
	return &shared->owner;
}

void owner_release(struct model *model, const struct owner *owner)
{
	struct shared_owner *shared = owner ? shared_owner(owner) : NULL;

	if (!shared || --shared->refs)
		return;
	if (model->owner_last == shared)
		model->owner_last = NULL;
	index_remove(&model->owners_index, hash_of(owner), shared->head.slot);
	table_remove(&model->owners, shared);
}
