struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 16); __type(key, u32); __type(value, u64); } counts SEC(".maps");
SEC("raw_tp/sys_enter")
int count(void *ctx)
{
	u32 pid = bpf_get_current_pid_tgid() >> 32;
	u64 *value = bpf_map_lookup_elem(&counts, &pid);

	*value += 1;
	return 0;
}
