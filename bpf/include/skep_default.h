/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What a text gets that includes nothing. Precompiled once for a kernel and a clang. */
#ifndef SKEP_DEFAULT_H
#define SKEP_DEFAULT_H

#include "skep_context.h"
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <skep.h>

#endif
