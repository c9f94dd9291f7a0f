// Programs for places that are not there, and one that is attached to such places by the test.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("kprobe")
int probe(void *ctx)
{
	return 0;
}

SEC("kprobe.multi/no_function_is_called_so*")
int multi(void *ctx)
{
	return 0;
}

SEC("fentry/do_nanosleeep")
int entry(void *ctx)
{
	return 0;
}

SEC("fmod_ret/do_nanosleep")
int modify(void *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
