@NullMarked
package org.skep.internal.libbpf;

import org.jspecify.annotations.NullMarked;
