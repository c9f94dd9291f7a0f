/**
 * Java in cells: run, stop, complete and inspect it, with JShell as the compiler.
 *
 * <p>{@link org.skep.notebook.shell.JavaShell} is where to start. It runs every cell in this JVM,
 * on the thread that calls {@code evaluate}; interrupting, completing and inspecting is done from
 * other threads. The package knows nothing of Jupyter, magics or eBPF, and imports the JDK alone.
 */
@NullMarked
package org.skep.notebook.shell;

import org.jspecify.annotations.NullMarked;
