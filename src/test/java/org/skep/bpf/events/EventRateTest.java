package org.skep.bpf.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.bpf.decode.EventStatus;

class EventRateTest {
  /** What came is no rate of 0. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "1 ~ 2000 ~ 1 event in 2.0 s (0.5/s)",
        "1 ~ 60000 ~ 1 event in 60.0 s (0.017/s)",
        "3 ~ 2000 ~ 3 events in 2.0 s (1.5/s)",
        "4 ~ 2000 ~ 4 events in 2.0 s (2/s)",
        "25 ~ 2000 ~ 25 events in 2.0 s (13/s)",
        "20000 ~ 2000 ~ 20,000 events in 2.0 s (10,000/s)",
        "0 ~ 2000 ~ 0 events in 2.0 s"
      })
  void fewEventsHaveARateToo(int events, int millis, String line) {
    var status =
        new EventStatus(
            "ring",
            false,
            events,
            0,
            0,
            OptionalLong.of(0),
            false,
            0,
            4096,
            4096,
            0,
            Duration.ofMillis(millis));
    assertEquals(line + ", 0 dropped, peak ring usage 0 % of 4 KiB", status.toString());
  }
}
