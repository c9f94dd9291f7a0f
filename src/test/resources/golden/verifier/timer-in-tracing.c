struct timed { struct bpf_timer timer; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, struct timed); } timers SEC(".maps");
SEC("raw_tp/sys_enter")
int start(void *ctx)
{
	u32 zero = 0;
	struct timed *v = bpf_map_lookup_elem(&timers, &zero);

	if (v)
		bpf_timer_init(&v->timer, &timers, 1);
	return 0;
}
