/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who descends from whom: execs, the processes that forked them, and those above. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include "ancestry.h"
#include "pane.h"

#define PID_BITS    22		 /* PID_MAX_LIMIT of the kernel is 2^22 */
#define ANCESTOR_ID (1ULL << 63) /* execs are counted: their ids never get there */
#define TICK_NS	    10000000ULL	 /* procfs tells the start of a process no better */

/* A process that executed nothing that is listed, and has execs under it. */
struct ancestor {
	uint64_t id;
	uint32_t node;
	UT_hash_handle hh;
	struct exec_row row; /* with nothing of an exec: no file name */
};

bool exec_row_is_ancestor(const struct exec_row *row)
{
	return !row->filename_len;
}

/* --- when: by ticks, as that is all that is known of some ------------------------------------- */

static uint64_t ticks_of(const struct owner *owner)
{
	return owner->start_ns / TICK_NS;
}

/* Whether the one may have forked the other. In one tick the PID decides: parents come first. */
static bool is_older(const struct owner *parent, const struct owner *child)
{
	if (ticks_of(parent) != ticks_of(child))
		return ticks_of(parent) < ticks_of(child);
	return parent->pid < child->pid;
}

static int compare_owners(const struct owner *a, const struct owner *b)
{
	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	return (ticks_of(a) > ticks_of(b)) - (ticks_of(a) < ticks_of(b));
}

/* --- nodes ------------------------------------------------------------------------------------ */

void ancestry_clear(struct ancestry *ancestry)
{
	struct ancestor *ancestor, *next;

	HASH_ITER(hh, ancestry->ancestors, ancestor, next) {
		HASH_DEL(ancestry->ancestors, ancestor);
		free(ancestor);
	}
	free(ancestry->nodes);
	free(ancestry->images);
	free(ancestry->known);
	memset(ancestry, 0, sizeof(*ancestry));
}

static int add_node(struct ancestry *ancestry, const struct exec_row *row)
{
	if (ancestry->n == ancestry->cap) {
		size_t cap = ancestry->cap ? 2 * ancestry->cap : 256;
		struct node *nodes = reallocarray(ancestry->nodes, cap, sizeof(*nodes));

		if (!nodes)
			return -ENOMEM;
		ancestry->nodes = nodes;
		ancestry->cap = cap;
	}
	ancestry->nodes[ancestry->n++] = (struct node){
		.row = row,
		.parent = NODE_NONE,
		.first = NODE_NONE,
		.last = NODE_NONE,
		.next = NODE_NONE,
	};
	return 0;
}

int ancestry_add(struct ancestry *ancestry, const struct exec_row *row)
{
	int err = add_node(ancestry, row);

	if (!err)
		ancestry->n_execs++;
	return err;
}

/* --- what is known: images and processes ------------------------------------------------------ */

static int compare_images(const void *a, const void *b, void *ctx)
{
	const struct node *nodes = ctx;
	const struct exec_row *left = nodes[((const struct image *)a)->node].row;
	const struct exec_row *right = nodes[((const struct image *)b)->node].row;
	int order = compare_owners(&left->owner, &right->owner);

	if (!order)
		order = (left->ts_ns > right->ts_ns) - (left->ts_ns < right->ts_ns);
	return order ? order : (left->id > right->id) - (left->id < right->id);
}

static const struct exec_row *image_row(const struct ancestry *ancestry, size_t at)
{
	return ancestry->nodes[ancestry->images[at].node].row;
}

/* Whether the image and the one before it are of one process. */
static bool continues(const struct ancestry *ancestry, size_t at)
{
	return at > 0 && at < ancestry->n_execs &&
	       !compare_owners(&image_row(ancestry, at)->owner,
			       &image_row(ancestry, at - 1)->owner);
}

/* What its process ran at each image, and first. */
static void find_good(struct ancestry *ancestry)
{
	struct image *images = ancestry->images;

	for (size_t i = 0; i < ancestry->n_execs; i++) {
		if (!image_row(ancestry, i)->ret)
			images[i].good = images[i].node;
		else
			images[i].good = continues(ancestry, i) ? images[i - 1].good : NODE_NONE;
	}
	for (size_t i = ancestry->n_execs; i-- > 0;) {
		images[i].first = continues(ancestry, i + 1) ? images[i + 1].first : NODE_NONE;
		if (!image_row(ancestry, i)->ret)
			images[i].first = images[i].node;
	}
}

static int list_images(struct ancestry *ancestry)
{
	ancestry->images = calloc(ancestry->n_execs + 1, sizeof(*ancestry->images));
	if (!ancestry->images)
		return -ENOMEM;
	for (size_t i = 0; i < ancestry->n_execs; i++)
		ancestry->images[i].node = i;
	qsort_r(ancestry->images, ancestry->n_execs, sizeof(*ancestry->images), compare_images,
		ancestry->nodes);
	for (size_t i = 0; i < ancestry->n_execs; i++)
		ancestry->nodes[ancestry->images[i].node].image = i;
	find_good(ancestry);
	return 0;
}

static int compare_known(const void *a, const void *b)
{
	const struct process_row *const *left = a, *const *right = b;

	return compare_owners(&(*left)->owner, &(*right)->owner);
}

static int list_known(struct ancestry *ancestry, const struct model *model)
{
	size_t n = model->processes.n;
	const struct process_row *row;

	ancestry->known = calloc(n + 1, sizeof(*ancestry->known));
	if (!ancestry->known)
		return -ENOMEM;
	TABLE_FOREACH(&model->processes, row)
		ancestry->known[ancestry->n_known++] = row;
	qsort(ancestry->known, n, sizeof(*ancestry->known), compare_known);
	return 0;
}

/* --- parents ---------------------------------------------------------------------------------- */

/* Whether it may be the child's parent, or comes before those in the order of both lists. */
static bool is_up_to_parent(const struct owner *owner, const struct owner *child)
{
	return owner->pid < child->ppid || (owner->pid == child->ppid && is_older(owner, child));
}

static bool had_ended(const struct ending *ending, const struct owner *child)
{
	return ending->ended_ns && ending->ended_ns < child->start_ns;
}

/* The youngest process of the model with that PID that may be the child's parent, or NULL. */
static const struct process_row *known_parent(const struct ancestry *ancestry,
					      const struct owner *child)
{
	size_t low = 0, high = ancestry->n_known;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (is_up_to_parent(&ancestry->known[middle]->owner, child))
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || ancestry->known[low - 1]->owner.pid != child->ppid)
		return NULL;
	return ancestry->known[low - 1];
}

/* The youngest process with that PID of those whose execs are listed, or NULL. */
static const struct exec_row *image_parent(const struct ancestry *ancestry,
					   const struct owner *child)
{
	size_t low = 0, high = ancestry->n_execs;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (is_up_to_parent(&image_row(ancestry, middle)->owner, child))
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || image_row(ancestry, low - 1)->owner.pid != child->ppid)
		return NULL;
	return image_row(ancestry, low - 1);
}

/* How many images stand before the first that the process executes after that time. */
static size_t images_until(const struct ancestry *ancestry, const struct owner *owner,
			   uint64_t ts_ns)
{
	size_t low = 0, high = ancestry->n_execs;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct exec_row *row = image_row(ancestry, middle);
		int order = compare_owners(&row->owner, owner);

		if (order < 0 || (!order && row->ts_ns <= ts_ns))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * What a process that has images ran at that time, or, when that was not seen, ran first. NODE_NONE
 * when all its execs failed.
 */
static uint32_t running(const struct ancestry *ancestry, const struct owner *owner, uint64_t ts_ns)
{
	size_t at = images_until(ancestry, owner, ts_ns);
	const struct image *next = &ancestry->images[at];

	if (!at || compare_owners(&image_row(ancestry, at - 1)->owner, owner))
		return next->first;
	return next[-1].good != NODE_NONE ? next[-1].good : next[-1].first;
}

/* The node of a process without images; made when there is none. NODE_NONE without memory. */
static uint32_t ancestor_node(struct ancestry *ancestry, const struct owner *owner,
			      const struct ending *ending)
{
	uint64_t id = ANCESTOR_ID | ticks_of(owner) << PID_BITS | owner->pid;
	struct ancestor *ancestor;

	HASH_FIND(hh, ancestry->ancestors, &id, sizeof(id), ancestor);
	if (ancestor)
		return ancestor->node;
	ancestor = calloc(1, sizeof(*ancestor));
	if (!ancestor)
		return NODE_NONE;
	ancestor->id = id;
	ancestor->node = ancestry->n;
	ancestor->row.id = id;
	ancestor->row.owner = *owner;
	ancestor->row.ending = *ending;
	ancestor->row.flags = EXEC_ARGS_UNREAD;
	HASH_ADD(hh, ancestry->ancestors, id, sizeof(id), ancestor);
	if (!ancestor->hh.tbl) {
		free(ancestor);
		return NODE_NONE;
	}
	return add_node(ancestry, &ancestor->row) ? NODE_NONE : ancestor->node;
}

/* As procfs knows the parent. 0, -ENOENT or -ENOMEM. */
static int ask_procfs(struct ancestry *ancestry, const struct owner *child, uint32_t *parent)
{
	const struct view_context *ctx = ancestry->ctx;
	struct owner owner = { .pid = child->ppid,
			       .uid = EVENT_NO_UID,
			       .gid = EVENT_NO_UID,
			       .loginuid = EVENT_NO_UID };
	struct names_process process;

	if (!ctx->names || !names_process(ctx->names, owner.pid, ctx->now_ns, &process))
		return -ENOENT;
	owner.start_ns = process.start_ns;
	owner.ppid = process.ppid;
	memcpy(owner.comm, process.comm, sizeof(owner.comm));
	if (!is_older(&owner, child))
		return -ENOENT;
	*parent = ancestor_node(ancestry, &owner, &(struct ending){ 0 });
	return *parent == NODE_NONE ? -ENOMEM : 0;
}

/* The node that forked a child; NODE_NONE in *parent: nobody knows. 0 or -ENOMEM. */
static int find_forker(struct ancestry *ancestry, const struct owner *child, uint32_t *parent)
{
	const struct process_row *known = known_parent(ancestry, child);
	const struct exec_row *last = image_parent(ancestry, child);
	int err;

	*parent = NODE_NONE;
	/* What had ended by then has left its number to another. */
	if (known && had_ended(&known->ending, child))
		known = NULL;
	if (last && had_ended(&last->ending, child))
		last = NULL;
	if (last && (!known || compare_owners(&last->owner, &known->owner) >= 0))
		*parent = running(ancestry, &last->owner, child->start_ns);
	if (*parent != NODE_NONE)
		return 0;
	if (known) {
		*parent = ancestor_node(ancestry, &known->owner, &known->ending);
		return *parent == NODE_NONE ? -ENOMEM : 0;
	}
	err = child->ppid ? ask_procfs(ancestry, child, parent) : 0;
	return err == -ENOMEM ? err : 0;
}

static int find_parent(struct ancestry *ancestry, size_t at)
{
	const struct exec_row *row = ancestry->nodes[at].row;
	uint32_t parent = NODE_NONE;
	int err = 0;

	if (at < ancestry->n_execs && continues(ancestry, ancestry->nodes[at].image))
		parent = ancestry->images[ancestry->nodes[at].image - 1].good;
	if (parent == NODE_NONE)
		err = find_forker(ancestry, &row->owner, &parent);
	ancestry->nodes[at].parent = parent;
	return err;
}

/* The name of whoever is above, which an exec's event tells. */
static void name_parents(struct ancestry *ancestry)
{
	struct ancestor *ancestor, *next;

	HASH_ITER(hh, ancestry->ancestors, ancestor, next) {
		uint32_t parent = ancestry->nodes[ancestor->node].parent;

		if (parent != NODE_NONE)
			memcpy(ancestor->row.pcomm, ancestry->nodes[parent].row->owner.comm,
			       sizeof(ancestor->row.pcomm));
	}
}

int ancestry_find(struct ancestry *ancestry, const struct model *model,
		  const struct view_context *ctx)
{
	int err = list_images(ancestry);

	if (!err)
		err = list_known(ancestry, model);
	ancestry->ctx = ctx;
	/* The ancestors that are added on the way have parents, too. */
	for (size_t i = 0; i < ancestry->n && !err; i++)
		err = find_parent(ancestry, i);
	if (!err)
		name_parents(ancestry);
	return err;
}
