package org.skep.notebook.shell;

import org.jspecify.annotations.Nullable;

/**
 * A variable that cells see.
 *
 * @param name its name
 * @param typeName its declared type
 * @param value its value now
 * @param cell the execution count of the cell that declared it, or 0 where no cell did
 */
public record VariableInfo(String name, String typeName, @Nullable Object value, int cell) {}
