/**
 * What the running Linux is, and what it offers to attach to: version, file systems, tracepoints,
 * kernel symbols, system calls, CPUs, rights.
 *
 * <p>Entries: {@link org.skep.host.LinuxVersion}, {@link org.skep.host.hooks.Tracepoints}, {@link
 * org.skep.host.KernelSymbols}. All read files of {@code /proc} and {@code /sys}; only {@link
 * org.skep.host.Mounts} changes anything, and only mounts what is missing. Safe for several
 * threads.
 */
@NullMarked
package org.skep.host;

import org.jspecify.annotations.NullMarked;
