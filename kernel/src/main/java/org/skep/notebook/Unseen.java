package org.skep.notebook;

import org.jspecify.annotations.Nullable;
import org.skep.notebook.display.CellOutput;
import org.skep.notebook.display.MimeBundle;

/** The output of what is done for no cell: without it, it would appear below the latest one. */
record Unseen() implements CellOutput {

  @Override
  public void stream(boolean error, String text) {}

  @Override
  public void display(MimeBundle bundle, @Nullable String displayId) {}

  @Override
  public void updateDisplay(MimeBundle bundle, String displayId) {}

  @Override
  public void clear(boolean wait) {}

  @Override
  public String input(String prompt, boolean password) {
    throw new IllegalStateException("ask for input: nobody sees this output");
  }
}
