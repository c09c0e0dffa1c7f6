/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_ANCESTRY_H
#define CONNTOP_ANCESTRY_H

/* Who descends from whom. Private to tui/view/. */
#include <stdbool.h>
#include <stdint.h>
#include "column.h"
#include "model.h"

#define NODE_NONE UINT32_MAX

/* An exec, or a process that stands above one. Others are named by their index. */
struct node {
	const struct exec_row *row;
	uint32_t parent;
	uint32_t first, last, next; /* of its children; its next sibling */
	uint32_t image;		    /* of an exec: its index in the list of images */
	uint32_t below;		    /* nodes under it, at any depth */
	uint32_t depth;		    /* 0: a root */
	uint32_t shown; /* index on screen; of one that is not there, of the fold that holds it */
	uint64_t bars;	/* bit n: a sibling follows it, or the one above it, at depth n */
	bool linked;	/* is among its parent's children, or the roots */
	bool folded;	/* its children are hidden */
	bool is_hidden; /* it is one of those */
};

/* An exec as one of its process. */
struct image {
	uint32_t node;
	uint32_t good;	/* the last node up to this that succeeded: what the process then ran */
	uint32_t first; /* the first of all that succeeded */
};

struct ancestor;

struct ancestry {
	struct node *nodes;
	size_t n, cap;
	size_t n_execs;			  /* of those: the first ones; the others are ancestors */
	struct image *images;		  /* the execs, by process, and of one in order of time */
	struct ancestor *ancestors;	  /* uthash head */
	const struct process_row **known; /* of the model, by PID and start */
	size_t n_known;
	const struct view_context *ctx;
};

/* `ancestry` is zeroed before its first use, and emptied for each. */
void ancestry_clear(struct ancestry *ancestry);

/* Adds an exec. 0 or -ENOMEM. */
int ancestry_add(struct ancestry *ancestry, const struct exec_row *row);

/*
 * Finds every node's parent: the image of the same process that executed it, else the image of the
 * process that forked it; where that executed nothing listed, a node is added for the process, as
 * the model, or else procfs knows it, and so on up to init. There are no circles: who is above
 * started earlier, or is an earlier image. 0 or -ENOMEM.
 */
int ancestry_find(struct ancestry *ancestry, const struct model *model,
		  const struct view_context *ctx);

#endif
