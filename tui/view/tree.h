/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TREE_H
#define CONNTOP_TREE_H

/* Execs under what executed or forked them. Private to tui/view/. */
#include "ancestry.h"
#include "pane.h"

/* What is kept of a list while it is a tree. */
struct tree {
	struct ancestry
		ancestry;   /* its nodes: the execs in the order of the list, then ancestors */
	uint32_t *preorder; /* all nodes: parents first, siblings in the order of the list */
	uint32_t *shown;    /* the nodes on screen */
	size_t n_shown, cap;
	struct fold *folds; /* uthash head: what is folded away */
};

struct tree *tree_new(void);
void tree_free(struct tree *tree);

/* Takes a filled, sorted list's rows for a tree's, with the ancestors they need. 0 or -ENOMEM. */
int tree_arrange(struct tree *tree, struct list *list, const struct model *model,
		 const struct view_context *ctx);

/* The row at an index of those on screen. */
const struct exec_row *tree_row(const struct tree *tree, size_t index);

/* As list_find(), list_branch() and list_fold(). */
ptrdiff_t tree_find(const struct tree *tree, uint64_t id);
size_t tree_branch(const struct tree *tree, size_t index, enum charset charset, int width,
		   char *out);
ptrdiff_t tree_fold(struct tree *tree, ptrdiff_t index, bool fold);

#endif
