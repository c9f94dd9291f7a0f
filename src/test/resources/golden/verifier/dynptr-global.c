struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");
struct bpf_dynptr room;
SEC("raw_tp/sys_enter")
int global(void *ctx)
{
	bpf_ringbuf_reserve_dynptr(&ring, 8, 0, &room);
	bpf_ringbuf_discard_dynptr(&room, 0);
	return 0;
}
