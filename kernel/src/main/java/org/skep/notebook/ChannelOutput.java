package org.skep.notebook;

import org.jspecify.annotations.Nullable;
import org.skep.notebook.display.CellOutput;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.wire.CellChannel;

/** The output of a cell, as the display knows it, on the channel that the wire gave for it. */
record ChannelOutput(CellChannel channel) implements CellOutput {

  @Override
  public void stream(boolean error, String text) {
    channel.stream(error ? CellChannel.Stream.STDERR : CellChannel.Stream.STDOUT, text);
  }

  @Override
  public void display(MimeBundle bundle, @Nullable String displayId) {
    channel.display(MimeJson.of(bundle), displayId);
  }

  @Override
  public void updateDisplay(MimeBundle bundle, String displayId) {
    channel.updateDisplay(MimeJson.of(bundle), displayId);
  }

  @Override
  public void clear(boolean wait) {
    channel.clearOutput(wait);
  }

  @Override
  public String input(String prompt, boolean password) throws InterruptedException {
    return channel.input(prompt, password);
  }
}
