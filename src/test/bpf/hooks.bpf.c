// Programs for hooks that a locked-down or small kernel refuses. Each runs when a process sleeps or opens a file.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("kprobe/do_nanosleep")
int on_kprobe(void *ctx)
{
	return 0;
}

SEC("kretprobe/do_nanosleep")
int on_kretprobe(void *ctx)
{
	return 0;
}

SEC("kprobe.multi/do_nanosleep*")
int on_kprobe_multi(void *ctx)
{
	return 0;
}

SEC("kretprobe.multi/do_nanosleep*")
int on_kretprobe_multi(void *ctx)
{
	return 0;
}

SEC("ksyscall/clock_nanosleep")
int on_ksyscall(void *ctx)
{
	return 0;
}

SEC("fentry/do_nanosleep")
int on_fentry(void *ctx)
{
	return 0;
}

SEC("fexit/do_nanosleep")
int on_fexit(void *ctx)
{
	return 0;
}

SEC("lsm/file_open")
int on_file_open(void *ctx)
{
	return 0;
}

SEC("lsm.s/file_open")
int on_file_open_sleepable(void *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
