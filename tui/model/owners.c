/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Owners of connections, each kept once for all that are the same. */
#include <errno.h>
#include <string.h>
#include "tables.h"

int owner_hash(struct model *model, struct shared_owner *shared)
{
	HASH_ADD(hh, model->owners_by_value, owner, OWNER_LEN, shared);
	return shared->hh.tbl ? 0 : -ENOMEM;
}

void owner_unhash(struct model *model, struct shared_owner *shared)
{
	if (shared->hh.tbl)
		HASH_DEL(model->owners_by_value, shared);
	memset(&shared->hh, 0, sizeof(shared->hh));
}

static struct shared_owner *owner_make(struct model *model, const struct owner *owner)
{
	struct shared_owner *shared = table_add(&model->owners, ++model->owners_made);

	if (!shared)
		return NULL;
	shared->owner = *owner;
	shared->passes = owner_match(owner, &model->filter);
	if (!owner_hash(model, shared))
		return shared;
	table_remove(&model->owners, shared);
	return NULL;
}

/* Most often the last one is asked for again. */
static struct shared_owner *owner_find(const struct model *model, const struct owner *owner)
{
	struct shared_owner *shared = model->owner_last;

	if (shared && !memcmp(&shared->owner, owner, OWNER_LEN))
		return shared;
	HASH_FIND(hh, model->owners_by_value, owner, OWNER_LEN, shared);
	return shared;
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
	owner_unhash(model, shared);
	table_remove(&model->owners, shared);
}
