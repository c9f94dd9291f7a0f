/**
 * The eBPF magics ({@code %%bpf}, {@code %bpf}, {@code %map}) and how what they give is shown: the
 * only package of the notebook kernel that imports the library.
 *
 * <p>Every magic is sugar over public methods of the library. They run on the thread of the cells;
 * what they keep is in {@link org.skep.notebook.ebpf.state.Experiments}, one per notebook.
 */
@NullMarked
package org.skep.notebook.ebpf;

import org.jspecify.annotations.NullMarked;
