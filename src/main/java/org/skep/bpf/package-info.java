/**
 * BPF objects: open, load, attach, read, close.
 *
 * <pre>
 * OpenBpfObject.open(name, elf)   sizes, programs, pins and globals can still be set
 *       .load()                   maps are made, programs verified; what was refused says why
 * BpfObject                       .attachAll(), .program(..).attach(..), .map(..).get(..) and .table()
 *       .close()                  everything detached and freed
 * </pre>
 *
 * <p>A {@link org.skep.bpf.BpfObject} owns its programs, maps and links. Nothing is pinned unless
 * asked for, so a process that dies leaves nothing behind. Every method may be called from any
 * thread, also while another closes the object: it then finishes first, or is refused with an
 * {@link java.lang.IllegalStateException}. May import {@code btf}, {@code table}, {@code host} and
 * {@code internal}.
 */
@NullMarked
package org.skep.bpf;

import org.jspecify.annotations.NullMarked;
