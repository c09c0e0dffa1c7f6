/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program that the demo builds. Its table is too small on purpose. */
#include <stdio.h>
#include <stdlib.h>
#include "parts.h"

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 1;
	volatile int *table = n > 100 ? NULL : calloc(100, sizeof(int));

	for (int i = 0; i < n; i++)
		table[i] = part0(i) + part7(i);
	printf("%d\n", table[n - 1]);
	return 0;
}
