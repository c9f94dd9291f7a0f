// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Copies a hash into two arrays, one of keys and one of values. Linux 5.14 or later.
//
// By this program the library reads hashes (org.skep.bpf.read.ForEachProgram). It counts all entries, copies as many as there is
// room for, and stops where it was led astray.
//
// bpf_for_each_map_elem() takes no lock. It is led astray where an element is taken out of its chain and used again for another
// key while the walk stands before it or on it; and it passes by a key whose value is replaced while it is in that key's bucket,
// since the new element goes to the front of the chain. So the program looks, for each entry that it has copied, at what the kernel
// had to change for that:
//
// - the element is the one that the element before it pointed to, and still points back to that one, or to its bucket where it is the
//   first: it has been in the chain all the time that its key was copied;
// - at the end of a chain, its bucket still has the same first element: nothing was replaced or added while the walk was in it;
// - no later key of a chain is that of its first element: while a value is replaced, the new element is in front already and the old one
//   still there;
// - buckets come in their order.
//
// What it has to know of the kernel, beyond where the members below are, which CO-RE says: a map has an array of buckets, a power of two
// of them, each the head of a chain of elements that ends with an odd number; an element is in the bucket that the low bits of its hash
// name, and a new one goes to the front. kernel/bpf/hashtab.c has had it so since Linux 4.12; where a member is missing, the program
// does not load, and maps are read in batches.
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define MAX_BYTES 512 // of a key or a value
#define CACHE_LINE 64
#define MAX_LINES 4 // of an element that are fetched ahead
#define GROUP                                                                                      \
	32 // buckets that are fetched ahead at once: their elements should fit into the first cache

#define CORE __attribute__((preserve_access_index))

struct hlist_nulls_node {
	struct hlist_nulls_node *next, **pprev;
} CORE;

struct hlist_nulls_head {
	struct hlist_nulls_node *first;
} CORE;

struct bucket {
	struct hlist_nulls_head head;
} CORE;

struct htab_elem {
	struct hlist_nulls_node hash_node;
	__u32 hash;
	char key[];
} CORE;

struct bpf_htab {
	struct bucket *buckets;
} CORE;

// The verifier knows these and removes what they make unreachable, so each map gets a program of its own.
const volatile struct {
	__u64 values; // where values begin in struct columns, behind the keys
	__u32 key_bytes;
	__u32 value_bytes;
	__u32 room; // for how many entries
	__u32 buckets;
	__u32 cast;  // whether there is bpf_rdonly_cast(): Linux 6.2 or later
	__u32 fetch; // whether to fetch elements ahead, which needs it and GROUP buckets
} shape = {sizeof(__u64), 4, 8, 1, 1, 1, 1};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} entries SEC(".maps");

// What user space maps. The state of the walk is in it as well: the verifier should not follow its values.
struct columns {
	__u64 count;
	__u64 astray;
	__u64 buckets; // address of the first
	__s64 bucket;  // that the walk is in, -1 before the first
	__s64 fetched; // the last bucket that was
	__u64 first;   // element of the bucket
	__u64 first_hash;
	__u64 first_place;
	__u64 last; // element so far
	__u64 next; // that it points to
	__u64 element;
	__u64 reserved;
	char data[64]; // as long as there is room for
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct columns);
} columns SEC(".maps");

extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym __weak;

#define CAST(address, type)                                                                        \
	((const struct type *)bpf_rdonly_cast((const void *)(address),                             \
					      bpf_core_type_id_kernel(struct type)))

static __always_inline void copy(char *to, const char *from, __u32 bytes)
{
#pragma clang loop unroll(full)
	for (__u32 i = 0; i < MAX_BYTES; i += 8) {
		if (bytes < i + 8)
			break;
		*(__u64 *)(to + i) = *(const __u64 *)(from + i);
	}
	to += bytes & ~7;
	from += bytes & ~7;
	if (bytes & 4) {
		*(__u32 *)to = *(const __u32 *)from;
		to += 4;
		from += 4;
	}
	if (bytes & 2) {
		*(__u16 *)to = *(const __u16 *)from;
		to += 2;
		from += 2;
	}
	if (bytes & 1)
		*to = *from;
}

static __always_inline int same(const char *a, const char *b, __u32 bytes)
{
#pragma clang loop unroll(full)
	for (__u32 i = 0; i < MAX_BYTES; i += 8) {
		if (bytes < i + 8)
			break;
		if (*(const __u64 *)(a + i) != *(const __u64 *)(b + i))
			return 0;
	}
	a += bytes & ~7;
	b += bytes & ~7;
	if (bytes & 4) {
		if (*(const __u32 *)a != *(const __u32 *)b)
			return 0;
		a += 4;
		b += 4;
	}
	if (bytes & 2) {
		if (*(const __u16 *)a != *(const __u16 *)b)
			return 0;
		a += 2;
		b += 2;
	}
	return !(bytes & 1) || *a == *b;
}

static __always_inline __u64 bucket_at(const struct columns *to, __s64 bucket)
{
	return to->buckets + bucket * bpf_core_type_size(struct bucket);
}

// Where a bucket has the address of its first element: that element points back to there.
static __always_inline __u64 front_of(const struct columns *to, __s64 bucket)
{
	return bucket_at(to, bucket) + bpf_core_field_offset(struct bucket, head.first);
}

static __always_inline int bucket_changed(const struct columns *to)
{
	__u64 first = 0;

	if (to->bucket < 0)
		return 0;
	if (shape.cast)
		first = (__u64)CAST(bucket_at(to, to->bucket), bucket)->head.first;
	else
		bpf_probe_read_kernel(&first, sizeof(first), (void *)front_of(to, to->bucket));
	return first != to->first;
}

// The end of a chain. In C the number would be masked before it is tested, which the verifier rejects for a pointer.
static __always_inline int is_end(const void *node)
{
	asm goto("if %0 & 1 goto %l1" : : "r"(node) : : end);
	return 0;
end:
	return 1;
}

// BPF has no instruction that prefetches, but loads whose results nobody needs do not wait for one another.
static __always_inline void fetch(const void *node, __u32 bytes)
{
	const volatile char *element = (const volatile char *)CAST(node, htab_elem);

	(void)*(const volatile __u64 *)element; // an address, which is read whole
#pragma clang loop unroll(full)
	for (__u32 at = CACHE_LINE; at < MAX_LINES * CACHE_LINE; at += CACHE_LINE)
		if (bytes > at)
			(void)element[at];
}

// The elements of a hash lie anywhere, and a walk that meets each only when it is done with the one before waits for memory once for
// each, which in large maps is most of its time. So the first elements of GROUP buckets are fetched together, then the second ones, whose
// addresses are in the first.
static __always_inline void fetch_ahead(struct columns *to, __s64 bucket, __u32 bytes)
{
	const void *node;

	if (bucket <= to->fetched)
		return;
	bucket &= -GROUP;
	to->fetched = bucket + GROUP - 1;
#pragma clang loop unroll(disable)
	for (int i = 0; i < GROUP; i++) {
		node = CAST(bucket_at(to, bucket + i), bucket)->head.first;
		if (!is_end(node))
			fetch(node, bytes);
	}
#pragma clang loop unroll(disable)
	for (int i = 0; i < GROUP; i++) {
		node = CAST(bucket_at(to, bucket + i), bucket)->head.first;
		if (is_end(node))
			continue;
		node = CAST(node, htab_elem)->hash_node.next;
		if (!is_end(node))
			fetch(node, bytes);
	}
}

static long each(void *map, const char *key, const char *value, void *unused)
{
	const __u32 key_bytes = shape.key_bytes, value_bytes = shape.value_bytes;
	const __u32 key_offset = bpf_core_field_offset(struct htab_elem, key);
	__u64 place, element, next, pprev, first_place;
	char head[64] __attribute__((aligned(8))); // what an element has before its key
	struct columns *to;
	__s64 bucket;
	__u32 hash, zero = 0;

	to = bpf_map_lookup_elem(&columns, &zero);
	if (!to)
		return 1;
	place = to->count++;
	if (place >= shape.room)
		return 0; // counts on
	copy(to->data + place * key_bytes, key, key_bytes);
	copy((char *)to + shape.values + place * value_bytes, value, value_bytes);

	// The address of the key as a number: through memory, where the verifier forgets that it is one.
	to->element = (__u64)key;
	element = *(volatile __u64 *)&to->element - key_offset;
	if (shape.cast) {
		const struct htab_elem *known = CAST(element, htab_elem);

		hash = known->hash;
		next = (__u64)known->hash_node.next;
		pprev = (__u64)known->hash_node.pprev;
	} else {
		if (key_offset > sizeof(head))
			goto astray;
		bpf_probe_read_kernel(head, key_offset, (void *)element);
		hash = *(__u32 *)(head + bpf_core_field_offset(struct htab_elem, hash));
		next = *(__u64 *)(head + bpf_core_field_offset(struct htab_elem, hash_node.next));
		pprev = *(__u64 *)(head + bpf_core_field_offset(struct htab_elem, hash_node.pprev));
	}
	bucket = hash & (shape.buckets - 1);

	if (!(to->next & 1)) { // one that follows in its chain
		if (element != to->next || bucket != to->bucket || pprev != to->last)
			goto astray;
		first_place = to->first_place;
		if (hash == to->first_hash && first_place < shape.room &&
		    same(to->data + first_place * key_bytes, to->data + place * key_bytes,
			 key_bytes))
			goto astray;
	} else { // the first of a chain
		if (bucket <= to->bucket)
			goto astray;
		if (shape.fetch)
			fetch_ahead(to, bucket, key_offset + ((key_bytes + 7) & ~7) + value_bytes);
		if (bucket_changed(to) || pprev != front_of(to, bucket))
			goto astray;
		to->bucket = bucket;
		to->first = element;
		to->first_hash = hash;
		to->first_place = place;
	}
	to->last = element;
	to->next = next;
	return 0;

astray:
	to->astray = 1;
	return 1;
}

SEC("syscall")
int walk(void *unused)
{
	struct columns *to;
	__u32 zero = 0;

	to = bpf_map_lookup_elem(&columns, &zero);
	if (!to)
		return 1;
	to->count = 0;
	to->astray = 0;
	to->bucket = -1;
	to->fetched = -1;
	to->next = 1;
	to->buckets = (__u64)((struct bpf_htab *)&entries)->buckets;
	bpf_for_each_map_elem(&entries, each, NULL, 0);
	if (!to->astray && to->count <= shape.room && (!(to->next & 1) || bucket_changed(to)))
		to->astray = 1;
	return 0;
}
