SEC("cgroup_skb/egress")
int verdict(struct __sk_buff *skb)
{
	return 7;
}
