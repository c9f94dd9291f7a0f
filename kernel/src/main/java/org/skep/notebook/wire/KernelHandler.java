package org.skep.notebook.wire;

import com.google.gson.JsonObject;
import java.util.Optional;

/**
 * What the protocol asks of a kernel. Cursors are UTF-16 offsets into {@code code}, as {@link
 * String} counts; the wire converts from and to the protocol's code points.
 *
 * <p>All methods but {@link #kernelInfo}, {@link #interrupt} and {@link #shutdown} are called on
 * the cell thread, one at a time; those three may come at any time from others. Whatever a method
 * throws is logged and answered with an error reply.
 */
public interface KernelHandler {

  /**
   * Returns {@code implementation}, {@code implementation_version}, {@code language_info}, {@code
   * banner} and {@code help_links}; the wire adds what concerns the protocol. Must not wait for the
   * interpreter: it is the first question that a front end asks.
   */
  JsonObject kernelInfo();

  /** Runs a cell and returns when it has ended; output goes to {@code cell} meanwhile. */
  ExecuteReply execute(ExecuteRequest request, CellChannel cell);

  /** Returns what could stand at the cursor. */
  CompletionReply complete(String code, int cursor);

  /**
   * Returns a description of what stands at the cursor, or empty where nothing is known.
   *
   * @param detailLevel 0 for a signature and documentation, 1 for all there is
   */
  Optional<MimeData> inspect(String code, int cursor, int detailLevel);

  /** Tells whether a console should run {@code code} or ask for another line. */
  CompletenessReply isComplete(String code);

  /**
   * Asks the running cell to stop; returns at once. Requests that were queued behind the cell have
   * been aborted when this is called. Does nothing when no cell runs.
   */
  void interrupt();

  /**
   * Runs the code that a message from the page is for. Called on the comm thread, also while a cell
   * runs.
   *
   * @param output where what the code prints belongs
   */
  default void handleComm(CellChannel output, Runnable code) {
    code.run();
  }

  /** Releases what the session holds outside the process; the process ends soon afterwards. */
  void shutdown(boolean restart);
}
