/**
 * The Jupyter protocol: messages, signatures, the five sockets, and the order in which requests are
 * answered. It knows nothing of Java cells: what a request means is asked of a {@link
 * org.skep.notebook.wire.KernelHandler}.
 *
 * <p>{@link org.skep.notebook.wire.KernelServer} is the way in. Each socket belongs to one thread;
 * other threads hand it messages through a queue and wake it. Code runs on one thread, named
 * "skep-cell"; output may come from any thread. The package imports no other of the notebook
 * kernel.
 */
@NullMarked
package org.skep.notebook.wire;

import org.jspecify.annotations.NullMarked;
