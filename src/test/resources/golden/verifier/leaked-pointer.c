SEC("cgroup_skb/egress")
__attribute__((naked)) int leak(struct __sk_buff *skb)
{
	asm volatile("r0 = r1\nexit");
}
