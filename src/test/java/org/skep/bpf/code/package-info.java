@NullMarked
package org.skep.bpf.code;

import org.jspecify.annotations.NullMarked;
