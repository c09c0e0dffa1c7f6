/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_VERSION_H
#define CONNTOP_VERSION_H

#define CONNTOP_VERSION "0.1.0"

#endif
