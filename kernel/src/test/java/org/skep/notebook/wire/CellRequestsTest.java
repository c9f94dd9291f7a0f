package org.skep.notebook.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long requests hold each other up. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class CellRequestsTest {
  private static final String CELL = "execute_request";
  private static final String QUESTION = "complete_request";

  /** Performs the requests one after the other, each for so long; which of them were late. */
  private static List<Boolean> lateness(List<String> types, long millis) throws Exception {
    var late = new ArrayList<Boolean>();
    var done = new CountDownLatch(types.size());
    var requests =
        new CellRequests(
            new CellRequests.Work() {
              @Override
              public void perform(Message request, boolean isLate) {
                late.add(isLate);
                if (!isLate) {
                  sleep(millis);
                }
                done.countDown();
              }

              @Override
              public void abort(Message request) {}

              @Override
              public boolean leaveBehind(Message request) {
                return false;
              }
            },
            (what, why) -> {});
    types.forEach(type -> requests.submit(ofType(type)));
    requests.start();
    done.await();
    return late;
  }

  private static Message ofType(String type) {
    var none = new JsonObject();
    return new Message(List.of(), Json.object("msg_type", type), none, none, none, List.of());
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void questionsBehindASecondOfQuestionsAreLate() throws Exception {
    assertEquals(
        List.of(false, false, true, true, true),
        lateness(List.of(QUESTION, QUESTION, QUESTION, CELL, QUESTION), 600));
  }

  @Test
  void questionsBehindALongCellAreNot() throws Exception {
    assertEquals(List.of(false, false), lateness(List.of(CELL, QUESTION), 1_200));
  }
}
