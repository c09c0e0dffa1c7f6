/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Execs as a tree: in which order, what is folded away, the lines before them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include "listing.h"
#include "tree.h"

#define LEVELS_MAX 40	/* lines are drawn up to this depth */
#define FOLDS_MAX  1024 /* above it the oldest fold opens */

struct fold {
	uint64_t id;
	UT_hash_handle hh;
};

struct tree *tree_new(void)
{
	return calloc(1, sizeof(struct tree));
}

static void unfold(struct tree *tree, struct fold *fold)
{
	HASH_DEL(tree->folds, fold);
	free(fold);
}

void tree_free(struct tree *tree)
{
	struct fold *fold, *next;

	if (!tree)
		return;
	HASH_ITER(hh, tree->folds, fold, next)
		unfold(tree, fold);
	ancestry_clear(&tree->ancestry);
	free(tree->preorder);
	free(tree->shown);
	free(tree);
}

/* --- the order -------------------------------------------------------------------------------- */

/* Where a walk through the tree is, or would begin. */
struct roots {
	uint32_t first, last;
};

static void link_last(struct node *nodes, struct roots *roots, uint32_t at)
{
	uint32_t parent = nodes[at].parent;
	uint32_t *first = parent == NODE_NONE ? &roots->first : &nodes[parent].first;
	uint32_t *last = parent == NODE_NONE ? &roots->last : &nodes[parent].last;

	if (*first == NODE_NONE)
		*first = at;
	else
		nodes[*last].next = at;
	*last = at;
	nodes[at].linked = true;
}

/*
 * Siblings come in the order of the list. An ancestor has nothing to be sorted by: it stands where
 * the first of those under it does.
 */
static struct roots link_nodes(struct ancestry *ancestry)
{
	struct roots roots = { NODE_NONE, NODE_NONE };
	struct node *nodes = ancestry->nodes;

	for (size_t i = 0; i < ancestry->n_execs; i++) {
		uint32_t at = i;

		do {
			link_last(nodes, &roots, at);
			at = nodes[at].parent;
		} while (at != NODE_NONE && at >= ancestry->n_execs && !nodes[at].linked);
	}
	return roots;
}

/* The node after this one, in preorder. */
static uint32_t node_after(const struct node *nodes, uint32_t at)
{
	if (nodes[at].first != NODE_NONE)
		return nodes[at].first;
	while (at != NODE_NONE && nodes[at].next == NODE_NONE)
		at = nodes[at].parent;
	return at == NODE_NONE ? NODE_NONE : nodes[at].next;
}

static bool is_folded(const struct tree *tree, uint64_t id)
{
	struct fold *fold;

	HASH_FIND(hh, tree->folds, &id, sizeof(id), fold);
	return fold;
}

/* What a node takes over from the one above it. */
static void show_node(struct tree *tree, uint32_t at)
{
	struct node *nodes = tree->ancestry.nodes, *node = &nodes[at];
	const struct node *parent = node->parent == NODE_NONE ? NULL : &nodes[node->parent];

	node->below = 0;
	node->depth = parent ? parent->depth + 1 : 0;
	node->bars = parent ? parent->bars : 0;
	if (node->depth < LEVELS_MAX && node->next != NODE_NONE)
		node->bars |= 1ULL << node->depth;
	node->is_hidden = parent && (parent->is_hidden || parent->folded);
	node->folded = node->first != NODE_NONE && is_folded(tree, node->row->id);
	if (node->is_hidden) {
		node->shown = parent->shown;
		return;
	}
	node->shown = tree->n_shown;
	tree->shown[tree->n_shown++] = at;
}

/* All nodes in order. */
static void walk(struct tree *tree, uint32_t first)
{
	struct node *nodes = tree->ancestry.nodes;
	size_t n = 0;

	tree->n_shown = 0;
	for (uint32_t at = first; at != NODE_NONE; at = node_after(nodes, at)) {
		tree->preorder[n++] = at;
		show_node(tree, at);
	}
	while (n-- > 0) {
		const struct node *node = &nodes[tree->preorder[n]];

		if (node->parent != NODE_NONE)
			nodes[node->parent].below += node->below + 1;
	}
}

static int reserve(struct tree *tree, size_t n)
{
	if (n <= tree->cap)
		return 0;
	free(tree->preorder);
	free(tree->shown);
	tree->preorder = calloc(n, sizeof(*tree->preorder));
	tree->shown = calloc(n, sizeof(*tree->shown));
	tree->cap = tree->preorder && tree->shown ? n : 0;
	return tree->cap ? 0 : -ENOMEM;
}

int tree_arrange(struct tree *tree, struct list *list, const struct model *model,
		 const struct view_context *ctx)
{
	struct ancestry *ancestry = &tree->ancestry;
	int err = 0;

	tree->n_shown = 0;
	ancestry_clear(ancestry);
	for (size_t i = 0; i < list->n && !err; i++)
		err = ancestry_add(ancestry, list_sorted_row(list, i));
	if (!err)
		err = ancestry_find(ancestry, model, ctx);
	if (!err)
		err = reserve(tree, ancestry->n);
	if (err)
		return err;
	walk(tree, link_nodes(ancestry).first);
	list->n = tree->n_shown;
	return 0;
}

/* --- what is shown ---------------------------------------------------------------------------- */

const struct exec_row *tree_row(const struct tree *tree, size_t index)
{
	return tree->ancestry.nodes[tree->shown[index]].row;
}

ptrdiff_t tree_find(const struct tree *tree, uint64_t id)
{
	const struct ancestry *ancestry = &tree->ancestry;

	for (size_t i = 0; i < ancestry->n && tree->n_shown; i++)
		if (ancestry->nodes[i].row->id == id)
			return ancestry->nodes[i].shown;
	return -1;
}

/* The lines of one look: above, nothing above, of a row with siblings below, of the last. */
struct lines {
	const char *bar, *blank, *branch, *last;
	const char *deep_branch, *deep_last; /* of a row that stands further left than its depth */
};

/*
 * The lines of all rows stand one below the other: where there is no room for a row's depth, those
 * nearest to it are left out.
 */
size_t tree_branch(const struct tree *tree, size_t index, enum charset charset, int width,
		   char *out)
{
	static const struct lines looks[] = {
		[CHARSET_ASCII] = { "| ", "  ", "|- ", "`- ", "|~ ", "`~ " },
		[CHARSET_UTF8] = { "\u2502 ", "  ", "\u251c\u2500 ", "\u2514\u2500 ",
				   "\u251c\u2026 ", "\u2514\u2026 " },
	};
	const struct node *node = &tree->ancestry.nodes[tree->shown[index]];
	const struct lines *look = &looks[charset];
	uint32_t most = width > 3 ? (width - 1) / 2 : 1, level = 1;
	bool deep = node->depth > most || node->depth > LEVELS_MAX;
	bool more = node->next != NODE_NONE;
	size_t len = 0;

	out[0] = '\0';
	for (; level < node->depth && level < most && level < LEVELS_MAX; level++)
		len += sprintf(out + len, "%s", node->bars >> level & 1 ? look->bar : look->blank);
	if (node->depth && deep)
		len += sprintf(out + len, "%s", more ? look->deep_branch : look->deep_last);
	else if (node->depth)
		len += sprintf(out + len, "%s", more ? look->branch : look->last);
	if (node->folded)
		len += sprintf(out + len, "[+%u] ", node->below);
	return len;
}

/* --- folds ------------------------------------------------------------------------------------ */

static bool add_fold(struct tree *tree, uint64_t id)
{
	struct fold *fold = calloc(1, sizeof(*fold));

	if (!fold)
		return false;
	if (HASH_COUNT(tree->folds) >= FOLDS_MAX)
		unfold(tree, tree->folds);
	fold->id = id;
	HASH_ADD(hh, tree->folds, id, sizeof(fold->id), fold);
	if (fold->hh.tbl)
		return true;
	free(fold);
	return false;
}

ptrdiff_t tree_fold(struct tree *tree, ptrdiff_t index, bool fold)
{
	const struct node *nodes = tree->ancestry.nodes, *node;
	struct fold *found;

	if (index < 0 || (size_t)index >= tree->n_shown)
		return -1;
	node = &nodes[tree->shown[index]];
	/* What cannot be folded, or is, folds with the branch that it is on. */
	if (fold && (node->first == NODE_NONE || node->folded)) {
		if (node->parent == NODE_NONE)
			return -1;
		node = &nodes[node->parent];
	}
	if (fold)
		return add_fold(tree, node->row->id) ? (ptrdiff_t)node->shown : -1;
	HASH_FIND(hh, tree->folds, &node->row->id, sizeof(node->row->id), found);
	if (!found)
		return -1;
	unfold(tree, found);
	return index;
}
