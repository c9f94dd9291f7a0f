struct value {
	struct bpf_spin_lock lock;
	int n;
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, u32);
	__type(value, struct value);
} locked SEC(".maps");
SEC("tc")
int overwrite(struct __sk_buff *skb)
{
	u32 key = 0;
	struct value *v = bpf_map_lookup_elem(&locked, &key);
	if (v)
		*(volatile u32 *)&v->lock = 1;
	return 0;
}
