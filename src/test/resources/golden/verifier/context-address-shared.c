#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
char LICENSE[] SEC("license") = "GPL";
SEC("tc")
int mark(struct __sk_buff *skb)
{
	if (bpf_get_prandom_u32() & 1)
		skb->mark = 7;
	else
		skb->priority = 7;
	return 0;
}
