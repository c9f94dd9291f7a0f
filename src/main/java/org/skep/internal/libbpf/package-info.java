/**
 * libbpf, and the few calls of the C library that Skep needs beside it, under their C names: one
 * class for each header area, one method for each function, no policy.
 *
 * <p>libbpf 1.1 or later is needed; what later versions added says so and is looked up when called.
 * A function that returns {@code int} returns a negative error number, as libbpf 1.x does; one that
 * returns a pointer gives a {@link org.skep.internal.ffi.Native.Pointer} with its errno. Functions
 * that may print are called inside {@link org.skep.internal.libbpf.Libbpf#listen}, which gives back
 * what libbpf had to say.
 */
@NullMarked
package org.skep.internal.libbpf;

import org.jspecify.annotations.NullMarked;
