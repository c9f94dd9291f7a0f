/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The licence of a text that names none. */
char skep_default_license[] __attribute__((section("license"), used)) = "GPL";
