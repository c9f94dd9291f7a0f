@NullMarked
package org.skep.bpf.attach;

import org.jspecify.annotations.NullMarked;
