@NullMarked
package org.skep.bpf.load;

import org.jspecify.annotations.NullMarked;
