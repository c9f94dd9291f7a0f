package org.skep.notebook.display;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Remembers what a cell shows. */
public final class RecordingOutput implements CellOutput {
  private final StringBuilder out = new StringBuilder();
  private final StringBuilder err = new StringBuilder();
  private final StringBuilder both = new StringBuilder();

  public final List<MimeBundle> displays = new ArrayList<>();
  public final List<MimeBundle> updates = new ArrayList<>();
  public int clears;

  /** What a person types next. */
  public String typed = "";

  public synchronized String out() {
    return out.toString();
  }

  public synchronized String err() {
    return err.toString();
  }

  /** Both streams in the order of writing. */
  public synchronized String both() {
    return both.toString();
  }

  @Override
  public synchronized void stream(boolean error, String text) {
    (error ? err : out).append(text);
    both.append(text);
  }

  @Override
  public synchronized void display(MimeBundle bundle, @Nullable String displayId) {
    displays.add(bundle);
  }

  @Override
  public synchronized void updateDisplay(MimeBundle bundle, String displayId) {
    updates.add(bundle);
  }

  @Override
  public synchronized void clear(boolean wait) {
    clears++;
  }

  @Override
  public String input(String prompt, boolean password) {
    return typed;
  }
}
