/**
 * Tests of the whole: the notebooks as they are committed, and the installed kernel as Jupyter, a
 * page and a crash meet it. They know the kernel by its kernelspec alone, and import nothing of it.
 */
@NullMarked
package org.skep.notebook.acceptance;

import org.jspecify.annotations.NullMarked;
