/**
 * A value into a MIME bundle, and a cell's output out of the process's standard streams.
 *
 * <p>{@link org.skep.notebook.display.Displays} turns any object into something that can be shown,
 * with the help of {@link org.skep.notebook.display.Renderer}s found by {@link
 * java.util.ServiceLoader}. {@link org.skep.notebook.display.CurrentCell} knows which cell the
 * running code belongs to. Imports nothing else of the notebook kernel.
 */
@NullMarked
package org.skep.notebook.display;

import org.jspecify.annotations.NullMarked;
