package org.skep.notebook.wire;

import com.google.gson.JsonObject;
import java.util.List;

/** How a cell ended. */
public sealed interface ExecuteReply {

  /**
   * The cell ended well.
   *
   * @param userExpressions for each key of the request an object with {@code status} and either
   *     {@code data} and {@code metadata} or the fields of an error
   */
  record Ok(JsonObject userExpressions) implements ExecuteReply {
    /** A cell without user expressions. */
    public Ok() {
      this(new JsonObject());
    }
  }

  /**
   * The cell failed; the wire shows the error and, if the request says so, aborts the queue.
   *
   * @param ename the kind of the error, for an exception its class name
   * @param evalue its message, empty if it has none
   * @param traceback lines for a person, with ANSI colours
   */
  record Failed(String ename, String evalue, List<String> traceback) implements ExecuteReply {
    /** Copies the lines. */
    public Failed {
      traceback = List.copyOf(traceback);
    }
  }
}
