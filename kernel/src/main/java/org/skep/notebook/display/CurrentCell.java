package org.skep.notebook.display;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The cell that the running code belongs to.
 *
 * <p>A thread that code of a cell starts belongs to that cell for good, so what it shows appears
 * below the cell that started it, even while a later cell runs. Threads that no cell started (those
 * of the common pool) belong to the latest cell.
 *
 * <p>This is static because what it serves is: a JVM has one {@code System.out}, and cells call
 * static functions.
 */
public final class CurrentCell {
  private static final InheritableThreadLocal<@Nullable Cell> CELL = new InheritableThreadLocal<>();

  private static volatile @Nullable Cell latest;

  private CurrentCell() {}

  /** An interrupt hook, registered until it is closed. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Runs a task as a cell on the calling thread, and waits for it.
   *
   * @param output where the cell's output goes, also that which comes after the task has ended
   * @param notebook what {@link #notebook} gives to the code of the cell
   */
  public static <T extends @Nullable Object> T with(
      CellOutput output, Object notebook, Callable<T> task) throws Exception {
    Cell before = CELL.get();
    Cell cell = new Cell(output, notebook);
    CELL.set(cell);
    latest = cell;
    try {
      return task.call();
    } finally {
      cell.end();
      CELL.set(before);
    }
  }

  /**
   * Runs a task beside the cells, such as what a message from the page asks for: what it shows goes
   * to {@code output}, and the latest cell stays the latest.
   */
  public static void aside(CellOutput output, Object notebook, Runnable task) {
    Cell before = CELL.get();
    Cell cell = new Cell(output, notebook);
    CELL.set(cell);
    try {
      task.run();
    } finally {
      cell.end();
      CELL.set(before);
    }
  }

  /** As {@link #with(CellOutput, Object, Callable)} for code that needs no notebook. */
  public static <T extends @Nullable Object> T with(CellOutput output, Callable<T> task)
      throws Exception {
    return with(output, output, task);
  }

  /** The output of the calling thread's cell; empty before the first cell. */
  public static Optional<CellOutput> output() {
    return Optional.ofNullable(cell()).map(Cell::output);
  }

  /** The notebook that the calling thread's cell belongs to, where it is of this type. */
  public static <T> Optional<T> notebook(Class<T> type) {
    return Optional.ofNullable(cell()).map(Cell::notebook).filter(type::isInstance).map(type::cast);
  }

  /** Lets the calling thread belong to the latest cell from now on, instead of the one it had. */
  public static void followLatest() {
    CELL.remove();
  }

  /**
   * Registers what is to be done when the cell is interrupted, such as waking up a wait in native
   * code. Runs on another thread, at once and again until the cell has ended; it must not wait.
   *
   * <pre>{@code
   * try (var _ = CurrentCell.onInterrupt(poll::wakeUp)) {
   *   poll.await();
   * }
   * }</pre>
   *
   * @return ends the registration when closed; without a cell it does nothing
   */
  public static Registration onInterrupt(Runnable hook) {
    Cell cell = cell();
    return cell == null ? () -> {} : cell.onInterrupt(hook);
  }

  /** Runs the interrupt hooks of the latest cell. For the notebook kernel. */
  public static void interrupt() {
    Cell cell = latest;
    if (cell != null) {
      cell.interrupt();
    }
  }

  static @Nullable Cell cell() {
    Cell cell = CELL.get();
    return cell == null ? latest : cell;
  }
}
