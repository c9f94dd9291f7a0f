/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Names of later libbpf headers that those of libbpf 1.1 lack. Macros are expanded where they are
 * used, so that this may stand before libbpf's own headers.
 */
#ifndef SKEP_NEWER_H
#define SKEP_NEWER_H

/* bpf_tracing.h, 1.2: arguments and result of a function in user space. */
#ifndef BPF_UPROBE
#define BPF_UPROBE(name, args...) BPF_KPROBE(name, ##args)
#endif
#ifndef BPF_URETPROBE
#define BPF_URETPROBE(name, args...) BPF_KRETPROBE(name, ##args)
#endif

/* bpf_helpers.h, 1.3: whether the running kernel has a weak __ksym. */
#ifndef bpf_ksym_exists
#define bpf_ksym_exists(symbol)                                                                    \
	({                                                                                         \
		_Static_assert(!__builtin_constant_p(!!symbol),                                    \
			       #symbol " is not declared __weak");                                 \
		!!symbol;                                                                          \
	})
#endif

/* bpf_core_read.h, 1.3: a bit field of the kernel's, which may be at other bits on another kernel. */
#ifndef BPF_CORE_WRITE_BITFIELD
#define BPF_CORE_WRITE_BITFIELD(object, field, value)                                              \
	({                                                                                         \
		void *skep_at = (void *)(object) + __CORE_RELO(object, field, BYTE_OFFSET);        \
		unsigned int skep_left = __CORE_RELO(object, field, LSHIFT_U64);                   \
		unsigned int skep_right = __CORE_RELO(object, field, RSHIFT_U64);                  \
		unsigned long long skep_mask = ~0ULL << skep_right >> skep_left;                   \
		unsigned long long skep_bits =                                                     \
			(unsigned long long)(value) << skep_right >> skep_left;                    \
		switch (__CORE_RELO(object, field, BYTE_SIZE)) {                                   \
		case 1:                                                                            \
			*(__UINT8_TYPE__ *)skep_at =                                               \
				(*(__UINT8_TYPE__ *)skep_at & ~skep_mask) | skep_bits;             \
			break;                                                                     \
		case 2:                                                                            \
			*(__UINT16_TYPE__ *)skep_at =                                              \
				(*(__UINT16_TYPE__ *)skep_at & ~skep_mask) | skep_bits;            \
			break;                                                                     \
		case 4:                                                                            \
			*(__UINT32_TYPE__ *)skep_at =                                              \
				(*(__UINT32_TYPE__ *)skep_at & ~skep_mask) | skep_bits;            \
			break;                                                                     \
		case 8:                                                                            \
			*(__UINT64_TYPE__ *)skep_at =                                              \
				(*(__UINT64_TYPE__ *)skep_at & ~skep_mask) | skep_bits;            \
			break;                                                                     \
		}                                                                                  \
	})
#endif

/* bpf_helpers.h, 1.6: marks functions that keep their caller's registers. */
#ifndef __bpf_fastcall
#define __bpf_fastcall
#endif

/* bpf_helpers.h, 1.7: text for whoever reads the program's stream, Linux 6.17. */
#ifndef bpf_stream_printk
#define bpf_stream_printk(stream, text, args...)                                                   \
	({                                                                                         \
		static const char skep_text[] = text;                                              \
		unsigned long long skep_args[___bpf_narg(args)];                                   \
		___bpf_fill(skep_args, args);                                                      \
		bpf_stream_vprintk_impl((stream), skep_text, skep_args, sizeof(skep_args),         \
					(void *)0);                                                \
	})
#endif

/* bpf_helpers.h, 1.4: a value of a map's definition that may have 64 bits. libbpf 1.1 reads 32. */
#ifndef __ulong
#define __ulong(name, value)                                                                       \
	_Static_assert((value) <= 0xffffffffUL, #name " of more than 32 bits needs libbpf 1.4");   \
	int(*name)[value]
#endif

/* bpf_tracing.h, 1.3: the sixth argument of a system call, which has a register of its own. */
#if !defined(PT_REGS_PARM6_SYSCALL) && defined(__TARGET_ARCH_x86)
#define PT_REGS_PARM6_SYSCALL(x) ((x)->r9)
#define PT_REGS_PARM6_CORE_SYSCALL(x) BPF_CORE_READ((x), r9)
#define PT_REGS_PARM6(x) ((x)->r9)
#define PT_REGS_PARM6_CORE(x) BPF_CORE_READ((x), r9)
#elif !defined(PT_REGS_PARM6_SYSCALL) && defined(__TARGET_ARCH_arm64)
#define PT_REGS_PARM6_SYSCALL(x) ((x)->regs[5])
#define PT_REGS_PARM6_CORE_SYSCALL(x) BPF_CORE_READ((x), regs[5])
#define PT_REGS_PARM6(x) ((x)->regs[5])
#define PT_REGS_PARM6_CORE(x) BPF_CORE_READ((x), regs[5])
#endif

/* bpf_tracing.h, 1.2: functions of six arguments. The names are those that BPF_KPROBE pastes. */
#if defined(PT_REGS_PARM6) && !defined(___bpf_kprobe_args6)
#define ___bpf_kprobe_args6(x, args...) ___bpf_kprobe_args5(args), (void *)PT_REGS_PARM6(ctx)
#endif

/* Marks of arguments of global functions, 1.4. */
#ifndef __arg_ctx
#define __arg_ctx __attribute__((btf_decl_tag("arg:ctx")))
#endif
#ifndef __arg_nonnull
#define __arg_nonnull __attribute__((btf_decl_tag("arg:nonnull")))
#endif
#ifndef __arg_nullable
#define __arg_nullable __attribute__((btf_decl_tag("arg:nullable")))
#endif
#ifndef __arg_trusted
#define __arg_trusted __attribute__((btf_decl_tag("arg:trusted")))
#endif
#ifndef __arg_untrusted
#define __arg_untrusted __attribute__((btf_decl_tag("arg:untrusted")))
#endif
#ifndef __arg_arena
#define __arg_arena __attribute__((btf_decl_tag("arg:arena")))
#endif
#ifndef __percpu_kptr
#define __percpu_kptr __attribute__((btf_type_tag("percpu_kptr")))
#endif
#ifndef __uptr
#define __uptr __attribute__((btf_type_tag("uptr")))
#endif
#ifndef __kptr_untrusted
#define __kptr_untrusted __attribute__((btf_type_tag("kptr_untrusted")))
#endif

/*
 * Loops that the verifier follows once, Linux 6.4: bpf_for (i, 0, n) { ... }. The end of an iterator is called once more where
 * that never runs: clang describes no function that cleanup() alone names and that a precompiled header declares.
 */
#define skep_kfunc extern __attribute__((weak, section(".ksyms")))

#define SKEP_BEGUN(type)                                                                           \
	({                                                                                         \
		int skep_never = 0;                                                                \
		if (skep_never)                                                                    \
			bpf_iter_##type##_destroy(&skep_it);                                       \
		(struct bpf_iter_##type *)0;                                                       \
	})

struct bpf_iter_num;
skep_kfunc int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end);
skep_kfunc int *bpf_iter_num_next(struct bpf_iter_num *it);
skep_kfunc void bpf_iter_num_destroy(struct bpf_iter_num *it);
skep_kfunc void *bpf_rdonly_cast(const void *object, __UINT32_TYPE__ type_id);

#ifndef bpf_for
#define bpf_for(i, start, end)                                                                     \
	for (struct bpf_iter_num skep_it                                                           \
	     __attribute__((aligned(8), cleanup(bpf_iter_num_destroy))),                           \
	     *skep_begun __attribute__((unused)) =                                                 \
		     (bpf_iter_num_new(&skep_it, (start), (end)), SKEP_BEGUN(num));                \
	     ({                                                                                    \
		     int *skep_next = bpf_iter_num_next(&skep_it);                                 \
		     /* The bounds are said again for the verifier, which forgets them. */         \
		     skep_next && ((i) = *skep_next, (i) >= (start) && (i) < (end));               \
	     });)
#endif
#ifndef bpf_repeat
#define bpf_repeat(times)                                                                          \
	for (struct bpf_iter_num skep_it                                                           \
	     __attribute__((aligned(8), cleanup(bpf_iter_num_destroy))),                           \
	     *skep_begun                                                                           \
	     __attribute__((unused)) = (bpf_iter_num_new(&skep_it, 0, (times)), SKEP_BEGUN(num));  \
	     bpf_iter_num_next(&skep_it);)
#endif
#ifndef bpf_for_each
#define bpf_for_each(type, element, args...)                                                       \
	for (struct bpf_iter_##type skep_it                                                        \
	     __attribute__((aligned(8), cleanup(bpf_iter_##type##_destroy))),                      \
	     *skep_begun __attribute__((unused)) =                                                 \
		     (bpf_iter_##type##_new(&skep_it, ##args), SKEP_BEGUN(type));                  \
	     ((element) = bpf_iter_##type##_next(&skep_it));)
#endif

/* bpf_core_read.h, 1.5: a pointer that may be read as a kernel object. */
#ifndef bpf_core_cast
#define bpf_core_cast(pointer, type)                                                               \
	((typeof(type) *)bpf_rdonly_cast((pointer), bpf_core_type_id_kernel(type)))
#endif

#endif
