// SPDX-License-Identifier: GPL-2.0-or-later
/* What execs executes. */

int main(void)
{
	return 0;
}
