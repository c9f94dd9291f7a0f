/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef SKEP_H
#define SKEP_H

/* Markers on members of structs: what a value means, so that a table can show it. */
#define skep_ns __attribute__((btf_decl_tag("skep:ns")))

#endif
