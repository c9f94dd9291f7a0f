package org.skep.notebook.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A cell to run.
 *
 * @param code its text
 * @param silent whether it is to leave no trace: no output, no result, no count, no history
 * @param storeHistory whether it counts as an input of the session; false if {@code silent}
 * @param userExpressions expressions to evaluate after the cell, if it ended well, by their keys
 * @param allowStdin whether {@link CellChannel#input} may ask the user
 * @param stopOnError whether the cells queued behind are aborted if this one fails
 * @param executionCount the number of the cell, the {@code 3} of {@code In [3]}
 */
public record ExecuteRequest(
    String code,
    boolean silent,
    boolean storeHistory,
    Map<String, String> userExpressions,
    boolean allowStdin,
    boolean stopOnError,
    int executionCount) {

  /** Copies the expressions, keeping their order. */
  public ExecuteRequest {
    userExpressions = Collections.unmodifiableMap(new LinkedHashMap<>(userExpressions));
  }
}
