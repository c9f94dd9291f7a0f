/**
 * Magics: commands in a cell that are no Java.
 *
 * <p>{@code %name arguments} on a line of its own or after {@code =} is a <em>line magic</em>; a
 * cell whose first line is {@code %%name arguments} is a <em>cell magic</em>, and the rest of the
 * cell is its body. {@link org.skep.notebook.magic.Magics} holds them, {@link
 * org.skep.notebook.magic.CellParser} finds them in a cell, {@link
 * org.skep.notebook.magic.MagicSpec} declares what one accepts, and {@link
 * org.skep.notebook.magic.MagicProvider}s bring them in, also from jars added later. Knows no eBPF;
 * imports {@code display} and nothing else of the notebook kernel.
 */
@NullMarked
package org.skep.notebook.magic;

import org.jspecify.annotations.NullMarked;
