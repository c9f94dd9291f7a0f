/**
 * The instructions of a loaded program: BPF instructions and JITed code, with the lines of the
 * source.
 */
@NullMarked
package org.skep.bpf.code;

import org.jspecify.annotations.NullMarked;
