/* SPDX-License-Identifier: GPL-2.0-or-later */
int part0(int n);
int part7(int n);
