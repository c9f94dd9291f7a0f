struct locked { struct bpf_spin_lock lock; u64 value; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, struct locked); } lockeds SEC(".maps");
SEC("raw_tp/sys_enter")
int locked(void *ctx)
{
	u32 zero = 0;
	struct locked *v = bpf_map_lookup_elem(&lockeds, &zero);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	v->value++;
	bpf_spin_unlock(&v->lock);
	return 0;
}
