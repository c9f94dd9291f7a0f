/**
 * What everything below a BPF object needs: its memory and lifetime, its names, its types as the
 * source declares them, the logs of the verifier and of libbpf.
 */
@NullMarked
package org.skep.bpf.base;

import org.jspecify.annotations.NullMarked;
