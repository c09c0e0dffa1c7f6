/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the manual page: its text from standard input, its tables from the program's own. */
#include <stdio.h>
#include "help.h"

int main(void)
{
	return help_fill_manual(stdin, stdout) ? 1 : 0;
}
