// A program that prints into its streams, and one whose loop the kernel cuts off.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int bpf_stream_vprintk(int stream, const char *text, const void *args, __u32 size) __ksym __weak;

// As Linux 7 has it: 6.18 has a last argument, and the ending _impl.
#define print(stream, text, args)                                                                  \
	({                                                                                         \
		if (bpf_stream_vprintk)                                                            \
			bpf_stream_vprintk(stream, text, args, sizeof(args));                      \
	})

static const char numbered[] = "number %d\n";
static const char unfinished[] = "two\nlines, the last unfinished %d";

SEC("raw_tp/sys_enter")
int talk(void *ctx)
{
	__u64 number[] = {7};

	print(1, numbered, number);
	print(2, unfinished, number);
	return 0;
}

SEC("raw_tp/sys_enter")
int talk_much(void *ctx)
{
	for (int i = 0; i < 1000; i++) {
		__u64 number[] = {i};

		print(1, numbered, number);
	}
	return 0;
}

SEC("raw_tp/sys_enter")
int never_ends(void *ctx)
{
	volatile __u64 count = 0;

loop:
	count++;
	// may_goto, which the compilers of today have no word for: on, or out after a quarter of a second
	asm volatile goto("1: .byte 0xe5; .byte 0; .long ((%l[out] - 1b - 8) / 8) & 0xffff; .short 0" ::: : out);
	goto loop;
out:
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
