@NullMarked
package org.skep.bpf.base;

import org.jspecify.annotations.NullMarked;
