struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 16); __type(key, u32); __type(value, u64); } counts SEC(".maps");
SEC("raw_tp/sys_enter")
int wrong(struct bpf_raw_tracepoint_args *ctx)
{
	return bpf_map_lookup_elem(&counts, (void *)ctx->args[0]) != 0;
}
