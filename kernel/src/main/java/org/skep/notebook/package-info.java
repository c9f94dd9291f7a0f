/** The notebook kernel: {@code Main} wires the parts of the packages below by constructor. */
@NullMarked
package org.skep.notebook;

import org.jspecify.annotations.NullMarked;
