@NullMarked
package org.skep.bpf.read;

import org.jspecify.annotations.NullMarked;
