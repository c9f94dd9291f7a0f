/** Tests of the protocol, without and with sockets. */
@NullMarked
package org.skep.notebook.wire;

import org.jspecify.annotations.NullMarked;
