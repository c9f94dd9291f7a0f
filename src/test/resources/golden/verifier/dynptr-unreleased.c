struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");
int size;
SEC("raw_tp/sys_enter")
int leave(void *ctx)
{
	struct bpf_dynptr room;
	bpf_ringbuf_reserve_dynptr(&ring, size, 0, &room);
	return 0;
}
