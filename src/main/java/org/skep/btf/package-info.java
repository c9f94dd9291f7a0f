/**
 * The types of C as the compiler and the running Linux describe them (BTF), and bytes read and
 * written by them.
 *
 * <p>Begin with {@link org.skep.btf.Btf}: it parses the description and answers what a type is, how
 * large it is and how C spells it. {@link org.skep.btf.ValueReader} and {@link
 * org.skep.btf.ValueWriter} turn bytes into Java values and back; {@link org.skep.btf.Fields} lists
 * the scalar leaves of a type, which become the columns of a table.
 *
 * <p>There is no native code here and every class may be used from several threads. Bytes that are
 * no BTF give a {@link org.skep.BtfFormatException} and nothing else.
 */
@NullMarked
package org.skep.btf;

import org.jspecify.annotations.NullMarked;
