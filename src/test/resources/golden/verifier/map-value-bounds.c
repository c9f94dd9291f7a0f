struct buffer { char bytes[64]; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, struct buffer); } buffers SEC(".maps");
SEC("raw_tp/sys_enter")
int index(struct bpf_raw_tracepoint_args *ctx)
{
	u32 zero = 0;
	struct buffer *b = bpf_map_lookup_elem(&buffers, &zero);
	u32 i = ctx->args[1];

	if (!b || i > sizeof(b->bytes))
		return 0;
	b->bytes[i] = 1;
	return 0;
}
