/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Opens, loads and attaches an object as a plain program of libbpf does, and ends: attach FILE.o */
#include <bpf/libbpf.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	struct bpf_object *object;
	struct bpf_program *program;

	if (argc != 2) {
		fprintf(stderr, "name an object\n");
		return 2;
	}
	object = bpf_object__open_file(argv[1], NULL);
	if (!object || bpf_object__load(object))
		return 1;
	bpf_object__for_each_program(program, object) {
		if (!bpf_program__attach(program))
			return 1;
	}
	return 0; /* which closes everything */
}
