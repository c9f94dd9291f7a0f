package org.skep.notebook.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OutputQueueTest {
  private static final JsonObject FIRST = Json.object("msg_id", "first");
  private static final JsonObject SECOND = Json.object("msg_id", "second");
  private static final long LATER = OutputQueue.BATCH_NANOS;

  private final MessageFormat format = new MessageFormat(new Signer("", ""));
  private final AtomicInteger wakes = new AtomicInteger();
  private final OutputQueue queue = new OutputQueue(format, wakes::incrementAndGet);

  private List<String> texts(long now) {
    var texts = new ArrayList<String>();
    for (Message m = queue.poll(now); m != null; m = queue.poll(now)) {
      texts.add(
          m.type().equals("stream")
              ? Json.string(m.content(), "name", "") + ":" + Json.string(m.content(), "text", "")
              : m.type());
    }
    return texts;
  }

  private void status() {
    queue.add(format.publication("status", FIRST, new JsonObject()));
  }

  @Test
  void textWaitsForMoreAndTravelsTogether() {
    queue.append(FIRST, "stdout", "a", 0);
    queue.append(FIRST, "stdout", "b", LATER / 2);
    assertNull(queue.poll(LATER - 1));
    assertEquals(1, queue.nanosUntilDue(LATER - 1));
    assertEquals(List.of("stdout:ab"), texts(LATER));
  }

  @Test
  void theWriterIsWokenForTheFirstTextAndNotForEachLine() {
    for (int i = 0; i < 1000; i++) {
      queue.append(FIRST, "stdout", "line\n", i);
    }
    assertEquals(1, wakes.get());
  }

  @Test
  void longTextDoesNotWait() {
    queue.append(FIRST, "stdout", "x".repeat(OutputQueue.BATCH_CHARS), 0);
    assertNotNull(queue.poll(1));
  }

  @Test
  void outAndErrKeepTheirOrder() {
    queue.append(FIRST, "stdout", "1", 0);
    queue.append(FIRST, "stderr", "2", 0);
    queue.append(FIRST, "stdout", "3", 0);
    assertEquals(List.of("stdout:1", "stderr:2", "stdout:3"), texts(LATER));
  }

  @Test
  void whatFollowsTextMakesItDue() {
    queue.append(FIRST, "stdout", "text", 0);
    status();
    assertEquals(List.of("stdout:text", "status"), texts(0));
  }

  @Test
  void textsOfTwoCellsAreNotMixed() {
    queue.append(FIRST, "stdout", "1", 0);
    queue.append(SECOND, "stdout", "2", 0);
    Message message = queue.poll(0);
    assertNotNull(message);
    assertEquals(FIRST, message.parentHeader());
    assertEquals(List.of("stdout:2"), texts(LATER));
  }

  @Test
  @Timeout(20)
  void whoPrintsTooMuchWaitsUntilThereIsRoom() throws Exception {
    String block = "x".repeat(1 << 20);
    Thread printer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < 20; i++) {
                    queue.append(FIRST, "stdout", block, 0);
                  }
                });
    assertFalse(printer.join(Duration.ofMillis(200)), "20 MiB were taken without a reader");
    int received = 0;
    while (received < 20) {
      received += texts(LATER).size();
    }
    printer.join();
    assertEquals(20, received);
  }

  @Test
  @Timeout(20)
  void aStatusNeverWaits() {
    queue.append(FIRST, "stdout", "x".repeat(2 * (int) OutputQueue.ROOM), 0);
    status();
    assertEquals(2, texts(0).size());
  }

  @Test
  @Timeout(20)
  void anInterruptEndsTheWaitAndLosesNothing() throws Exception {
    queue.append(FIRST, "stdout", "x".repeat((int) OutputQueue.ROOM + 1), 0);
    var interrupted = new AtomicInteger();
    Thread printer =
        Thread.ofPlatform()
            .start(
                () -> {
                  queue.append(FIRST, "stderr", "last words", 0);
                  interrupted.set(Thread.currentThread().isInterrupted() ? 1 : 0);
                });
    printer.interrupt();
    printer.join();
    assertEquals(1, interrupted.get());
    assertTrue(texts(LATER).contains("stderr:last words"));
  }
}
