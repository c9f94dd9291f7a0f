package org.skep.notebook.wire;

import com.google.gson.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's end of the protocol. {@link #bind} makes the sockets, so that requests can already
 * arrive; {@link #start} begins to answer them.
 *
 * <p>Threads: one for each of the five sockets, one for control requests, one for the messages of
 * comms, and the cell thread for everything else.
 */
public final class KernelServer implements AutoCloseable {
  private static final Duration CLOSE_PATIENCE = Duration.ofMillis(250);
  private static final Duration SHUTDOWN_PATIENCE = Duration.ofMillis(500);
  private static final Duration COMM_PATIENCE = Duration.ofSeconds(1);

  private final Log log;
  private final BoundSockets sockets;
  private final MessageFormat format;
  private final IoPub ioPub;
  private final InputRequests input;
  private final Comms comms;
  private final Answers answers;
  private final WorkThread controlThread;
  private final WorkThread commThread;
  private final SocketThread heartbeat;
  private @Nullable Served served;

  private KernelServer(ConnectionFile file, Log log, FrameMemory memory) {
    this.log = log;
    format = new MessageFormat(new Signer(file.signatureScheme(), file.key()));
    sockets = BoundSockets.bind(file, log, memory);
    ioPub = new IoPub(sockets.ioPub(), format, log);
    input = new InputRequests(format);
    comms = new Comms(ioPub);
    answers = new Answers(format, ioPub, log);
    controlThread = new WorkThread("skep-requests", log);
    commThread = new WorkThread("skep-comm", log);
    heartbeat = new SocketThread("skep-heartbeat", sockets.heartbeat(), new Heartbeat(), log);
  }

  /**
   * Binds the five sockets of a connection file.
   *
   * @throws IllegalArgumentException if the signature scheme is unknown
   * @throws IllegalStateException if an address cannot be bound
   */
  public static KernelServer bind(ConnectionFile file, Log log) {
    return bind(file, log, new FrameMemory(log));
  }

  static KernelServer bind(ConnectionFile file, Log log, FrameMemory memory) {
    return new KernelServer(file, log, memory);
  }

  /** Returns the conversations with the page. */
  public Comms comms() {
    return comms;
  }

  /**
   * Begins to answer; called once.
   *
   * @param ended called when a front end has asked to end, after the answer was handed to its
   *     socket; whoever ends the process should {@link #close} first, so that the answer leaves
   */
  public void start(KernelHandler handler, History history, Runnable ended) {
    served = new Served(handler, history, ended);
    served.start();
  }

  /** Asks the running cell to stop, as an interrupt request does; returns at once. */
  public void interrupt() {
    if (served != null) {
      served.cells.interrupt(served.handler::interrupt);
    }
  }

  /** Sends what is queued, and closes the sockets; returns within about half a second. */
  @Override
  public void close() {
    try {
      ioPub.close(CLOSE_PATIENCE);
      if (served != null) {
        served.close();
      }
      Thread termination =
          Thread.ofPlatform().daemon().name("skep-close").start(sockets.context()::close);
      termination.join(CLOSE_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What exists once there is a kernel to ask. */
  private final class Served implements CellRequests.Work {
    private final KernelHandler handler;
    private final Runnable ended;
    private final RouterChannel shell;
    private final RouterChannel control;
    private final RouterChannel stdin;
    private final CellRequests cells;
    private final Execution execution;
    private final ShellRequests questions;

    Served(KernelHandler handler, History history, Runnable ended) {
      this.handler = handler;
      this.ended = ended;
      shell = new RouterChannel("shell", sockets.shell(), format, log, this::receiveOnShell);
      control =
          new RouterChannel("control", sockets.control(), format, log, this::receiveOnControl);
      stdin = new RouterChannel("stdin", sockets.stdin(), format, log, input::receive);
      cells = new CellRequests(this, log);
      execution =
          new Execution(
              handler,
              ioPub,
              (request, prompt, password) -> input.ask(stdin, request, prompt, password),
              history,
              cells::abortWaiting);
      questions = new ShellRequests(handler, history, comms, log);
    }

    void start() {
      cells.start();
      commThread.start();
      controlThread.start();
      ioPub.start();
      ioPub.status(new JsonObject(), "starting");
      heartbeat.start();
      stdin.start();
      control.start();
      shell.start();
    }

    void close() throws InterruptedException {
      control.close(CLOSE_PATIENCE);
      shell.close(CLOSE_PATIENCE);
      stdin.close(CLOSE_PATIENCE);
      heartbeat.close(CLOSE_PATIENCE);
    }

    private void receiveOnShell(Message request) {
      switch (request.type()) {
        case "comm_open", "comm_msg", "comm_close" ->
            commThread.submit(() -> answers.answer(request, shell, this::handleComm));
        case "shutdown_request" -> controlThread.submit(() -> shutDown(request, shell));
        default -> cells.submit(request);
      }
    }

    private void receiveOnControl(Message request) {
      controlThread.submit(
          () -> {
            if (request.type().equals("shutdown_request")) {
              shutDown(request, control);
            } else {
              answers.answer(request, control, this::replyOnControl);
            }
          });
    }

    private @Nullable JsonObject replyOnControl(Message request) {
      return switch (request.type()) {
        case "kernel_info_request" -> ShellRequests.kernelInfo(handler);
        case "interrupt_request" -> {
          cells.interrupt(handler::interrupt);
          yield Json.object("status", "ok");
        }
        default -> {
          log.report("no answer to a message of type '" + request.type() + "'", null);
          yield null;
        }
      };
    }

    private void shutDown(Message request, RouterChannel channel) {
      boolean restart = Json.bool(request.content(), "restart", false);
      answers.answer(
          request,
          channel,
          _ -> {
            Thread hooks =
                Thread.ofPlatform()
                    .daemon()
                    .name("skep-shutdown")
                    .start(() -> handler.shutdown(restart));
            if (!hooks.join(SHUTDOWN_PATIENCE)) {
              log.report("shutdown continues although something does not stop", null);
            }
            return Json.object("status", "ok", "restart", restart);
          });
      ended.run();
    }

    private @Nullable JsonObject handleComm(Message message) {
      var output = new PublishingCell(message, 0, false, ioPub, null);
      handler.handleComm(output, () -> comms.receive(message));
      return null;
    }

    @Override
    public void perform(Message request, boolean late) {
      answers.answer(
          request,
          shell,
          request.type().equals("execute_request")
              ? this::execute
              : late ? questions::replyAtOnce : questions::reply);
    }

    private JsonObject execute(Message request) throws InterruptedException {
      commThread.awaitIdle(COMM_PATIENCE); // what was said before a cell is heard before it
      comms.cellStarts(request.header());
      return execution.execute(request);
    }

    @Override
    public boolean leaveBehind(Message request) {
      return request.type().equals("execute_request")
          && answers.answerInstead(request, shell, execution::leftBehind);
    }

    @Override
    public void abort(Message request) {
      answers.answer(request, shell, _ -> execution.aborted());
    }
  }
}
