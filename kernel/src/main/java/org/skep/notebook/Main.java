package org.skep.notebook;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.skep.notebook.display.StandardStreams;
import org.skep.notebook.wire.Comms;
import org.skep.notebook.wire.ConnectionFile;
import org.skep.notebook.wire.History;
import org.skep.notebook.wire.KernelServer;
import org.skep.notebook.wire.Log;

/** Starts the notebook kernel; a Jupyter front end calls it through the kernelspec. */
public final class Main {
  private static final String USAGE =
      """
      usage: java ... org.skep.notebook.Main CONNECTION_FILE
             java ... org.skep.notebook.Main --version

      A Jupyter front end writes the connection file and starts the kernel; to start it by hand:
      jupyter console --kernel skep
      """;

  private Main() {}

  /** Runs the kernel of the connection file named. */
  public static void main(String[] arguments) {
    String argument = arguments.length == 1 ? arguments[0] : "--help";
    switch (argument) {
      case "--version" -> System.out.println("Skep " + KernelInfo.version());
      case "--help", "-h" -> {
        System.err.print(USAGE);
        System.exit(arguments.length == 1 ? 0 : 2);
      }
      default -> System.exit(serve(argument));
    }
  }

  /** Serves until the process is ended; returns only if it could not begin. */
  private static int serve(String file) {
    var output = new OutputCapture(System.err);
    Log log = output;
    PrintStream terminal = System.err;
    var limit = ProcessLimits.tooLow();
    if (limit.isPresent()) {
      terminal.println("skep: " + limit.get());
      return 1;
    }
    switch (Parent.ofThisProcess()) {
      case Parent.None _ -> {}
      case Parent.Running parent -> ProcessEnd.with(parent, log);
      case Parent.Gone parent -> {
        terminal.println(
            "skep: process "
                + parent.processId()
                + ", which started the kernel, has ended ("
                + Parent.SWITCH_OFF
                + "=1 starts it anyway)");
        return 1;
      }
    }
    StandardStreams.install(); // before javac is asked, which keeps System.err as it finds it
    var firstCell = new FirstCell();
    var comms = new CompletableFuture<Comms>();
    CompletableFuture<Session> session = WarmUp.begin(output, firstCell, comms, log);
    KernelServer server;
    try {
      server = KernelServer.bind(ConnectionFile.read(Path.of(file)), log);
    } catch (IOException | IllegalArgumentException e) {
      terminal.println("skep: " + e.getMessage());
      return 2;
    } catch (IllegalStateException e) {
      terminal.println("skep: " + e.getMessage());
      return 1;
    }
    comms.complete(server.comms());
    var kernel = new NotebookKernel(session, firstCell, output::drain);
    var end = new ProcessEnd(kernel, server, output::flushReports);
    var history =
        new History(
            History.defaultFile(System.getenv(), Path.of(System.getProperty("user.home"))), log);
    server.start(kernel, history, end::afterReply);
    InterruptSignal.handle(server::interrupt, log);
    output.begin(); // here, as this thread has nothing else to do while the session is made
    try {
      Thread.currentThread()
          .join(); // the other threads are daemons, so that nothing outlives an end
      return 0;
    } catch (InterruptedException e) {
      return 1;
    }
  }
}
