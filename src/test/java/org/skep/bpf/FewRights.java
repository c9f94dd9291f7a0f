package org.skep.bpf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.skep.bpf.attach.AttachPoint;
import org.skep.doctor.Check;
import org.skep.doctor.Doctor;

/** What a process with fewer rights hears: {@link FewRightsIT} starts it as another process. */
final class FewRights {
  private FewRights() {}

  /** Prints a line for each. */
  public static void main(String[] arguments) throws Exception {
    for (Check check : Doctor.examine()) {
      if (check.area().equals("attach")) {
        System.out.println(check.what() + ": " + check.verdict() + ": " + check.remedy());
      }
    }
    say(() -> BpfMap.ofId(1));
    try (BpfObject object =
        OpenBpfObject.open("few", Files.readAllBytes(Path.of(arguments[0]))).load()) {
      say(() -> object.program("on").attach(new AttachPoint.Uprobe("libc.so.6", "getpid")));
    }
  }

  private static void say(Callable<?> call) throws Exception {
    try {
      System.out.println("worked: " + call.call());
    } catch (RuntimeException e) {
      System.out.println(e.getMessage());
    }
  }
}
