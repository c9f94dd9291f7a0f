struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 16); __type(key, u32); __type(value, u64); } counts SEC(".maps");
SEC("raw_tp/sys_enter")
int store(void *ctx)
{
	u32 pid = 1;
	u64 *value = bpf_map_lookup_elem(&counts, &pid);

	if (!value)
		return 0;
	bpf_map_update_elem(&counts, &pid, ctx, BPF_ANY);
	return 0;
}
