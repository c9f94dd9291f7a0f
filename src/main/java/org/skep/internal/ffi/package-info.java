/**
 * The seam to native code: find a library, call its functions, read what they leave behind.
 *
 * <p>{@link org.skep.internal.ffi.NativeLibrary} finds a library, {@link
 * org.skep.internal.ffi.NativeFunction} is one function of it, linked when it is first called, and
 * {@link org.skep.internal.ffi.Native} is the only place that catches what a method handle may
 * throw. Everything here is safe for many threads. Imports the errors of {@code org.skep} alone.
 */
@NullMarked
package org.skep.internal.ffi;

import org.jspecify.annotations.NullMarked;
