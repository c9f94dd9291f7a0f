@NullMarked
package org.skep.bpf;

import org.jspecify.annotations.NullMarked;
