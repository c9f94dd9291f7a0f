package org.skep.notebook.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What anybody on the machine can send to the ports of a kernel: it goes on answering its user. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokenPeersTest {
  private static final String KEY = "the key of these tests";

  /** As many as {@code -Dskep.test.peers=100000} says. */
  private static final int PEERS = Integer.getInteger("skep.test.peers", 2_000);

  private static final int STILL_CONNECTED = 40;

  /** For what peers send. */
  private static final long ROOM = 16 << 20;

  private final Queue<String> reports = new ConcurrentLinkedQueue<>();
  private final MessageFormat format = new MessageFormat(new Signer("hmac-sha256", KEY));
  private ConnectionFile file;
  private KernelServer server;

  @BeforeAll
  void serve(@TempDir Path folder) throws Exception {
    // As in the installed kernel: there JeroMQ has no assertions, which would end its thread.
    BrokenPeersTest.class.getClassLoader().setPackageAssertionStatus("zmq", false);
    List<Integer> ports = freePorts();
    file =
        new ConnectionFile(
            "tcp",
            "127.0.0.1",
            "hmac-sha256",
            KEY,
            ports.get(0),
            ports.get(1),
            ports.get(2),
            ports.get(3),
            ports.get(4));
    Log log = (what, why) -> reports.add(what + (why == null ? "" : ": " + why));
    server = KernelServer.bind(file, log, new FrameMemory(log, ROOM));
    server.start(new Idle(), new History(folder.resolve("history"), log), () -> {});
  }

  @AfterAll
  void close() {
    server.close();
    assertTrue(reports.stream().noneMatch(r -> r.contains("ended")), reports::toString);
  }

  private static List<Integer> freePorts() throws IOException {
    var open = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < 5; i++) {
        open.add(new ServerSocket(0));
      }
      return open.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : open) {
        socket.close();
      }
    }
  }

  private List<Integer> ports() {
    return List.of(
        file.shellPort(),
        file.controlPort(),
        file.stdinPort(),
        file.ioPubPort(),
        file.heartbeatPort());
  }

  private void assertAnswers(String after) throws IOException {
    try (var heart = new Peer(file.heartbeatPort()).shakeHands("REQ")) {
      var beat = heart.sendMessage(List.of(new byte[0], "ping".getBytes(UTF_8))).receiveMessage();
      assertEquals("ping", new String(beat.getLast(), UTF_8), after);
    }
    for (int port : List.of(file.shellPort(), file.controlPort())) {
      try (var client = new Peer(port).shakeHands("DEALER")) {
        JsonObject header = format.header("kernel_info_request");
        var none = new JsonObject();
        client.sendMessage(
            format.encode(new Message(List.of(), header, none, none, none, List.of())));
        JsonObject parent = json(client.receiveMessage().get(3));
        assertEquals(header.get("msg_id"), parent.get("msg_id"), after);
      }
    }
    try (var subscriber = new Peer(file.ioPubPort()).shakeHands("SUB")) {
      subscriber.send(Peer.frame(0, new byte[] {1}));
      JsonObject header;
      do { // also what the requests above said of themselves
        header = json(subscriber.receiveMessage().get(3));
      } while (!header.get("msg_type").getAsString().equals("iopub_welcome"));
    }
  }

  private static JsonObject json(byte[] part) {
    return JsonParser.parseString(new String(part, UTF_8)).getAsJsonObject();
  }

  static Stream<Long> sizesThatAreNone() {
    return Stream.of(
        -1L,
        Long.MIN_VALUE,
        0x8000_0000_7fff_fff0L, // negative, and 2 GiB where it is cut to 32 bits
        1L << 62,
        (long) Integer.MAX_VALUE,
        (long) Integer.MAX_VALUE - 8);
  }

  @ParameterizedTest
  @MethodSource("sizesThatAreNone")
  void aFrameOfAnImpossibleSizeStopsNothing(long size) throws Exception {
    var connected = new ArrayList<Peer>();
    for (int port : ports()) {
      for (int flags : List.of(2, 3, 6)) {
        byte[] frame = Peer.head(flags, size);
        new Peer(port).send(Peer.greeting(3, "NULL")).send(frame).close();
        connected.add(new Peer(port).send(Peer.greeting(3, "NULL")).send(frame));
        String type = port == file.ioPubPort() ? "SUB" : "DEALER";
        connected.add(new Peer(port).shakeHands(type).send(frame).send(new byte[100]));
      }
    }
    assertAnswers("while peers announce " + size + " bytes");
    for (Peer peer : connected) {
      peer.close();
    }
    assertAnswers("when they have gone");
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aMessageWithoutEndDoesNotFillTheHeap() throws Exception {
    var connected = new ArrayList<Peer>();
    long before = usedHeap();
    for (int port : ports()) {
      var peer = new Peer(port).shakeHands(port == file.ioPubPort() ? "SUB" : "DEALER");
      connected.add(peer);
      byte[] frame = Peer.frame(Peer.MORE, new byte[takesLarge(port) ? 100_000 : 100]);
      var many = new ByteArrayOutputStream();
      for (int i = 0; i < (takesLarge(port) ? 10 : 5_000); i++) {
        many.writeBytes(frame);
      }
      byte[] block = many.toByteArray();
      try {
        for (int i = 0; i < 40; i++) {
          peer.send(block);
        }
      } catch (IOException e) {
        // the kernel has hung up
      }
    }
    long more = usedHeap() - before;
    assertTrue(more < 2 * ROOM, () -> more + " bytes of the heap are taken");
    for (Peer peer : connected) {
      peer.close();
    }
    assertAnswers("when they have gone");
  }

  private boolean takesLarge(int port) {
    return port != file.ioPubPort() && port != file.heartbeatPort();
  }

  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void beatsThatNobodyReadsAreDropped() throws Exception {
    try (var peer = new Peer(file.heartbeatPort()).shakeHands("DEALER")) {
      byte[] beat = Peer.frame(0, new byte[1_000]);
      var many = new ByteArrayOutputStream();
      for (int i = 0; i < 1_000; i++) {
        many.writeBytes(beat);
      }
      long before = usedHeap();
      for (int i = 0; i < 64; i++) {
        peer.send(many.toByteArray());
      }
      assertAnswers("while one does not read");
      long more = usedHeap() - before;
      assertTrue(more < ROOM, () -> more + " bytes of the heap are taken");
    }
  }

  @Test
  void seededNonsenseStopsNothing() throws Exception {
    var random = new Random(20_261_130);
    Deque<Peer> connected = new ArrayDeque<>();
    for (int i = 0; i < PEERS; i++) {
      var port = ports().get(random.nextInt(5));
      byte[] nonsense = nonsense(random);
      var peer = new Peer(port);
      try {
        peer.send(nonsense);
      } catch (IOException e) {
        // the kernel has hung up already
      }
      connected.add(peer);
      while (connected.size() > (random.nextBoolean() ? STILL_CONNECTED : 0)) {
        connected.removeFirst().close();
      }
      if (i % (PEERS / 20) == 0) {
        assertAnswers("after peer " + i);
      }
    }
    assertAnswers("at the end");
    for (Peer peer : connected) {
      peer.close();
    }
    assertAnswers("when all have gone");
  }

  private byte[] nonsense(Random random) {
    var bytes = new ByteArrayOutputStream();
    switch (random.nextInt(6)) {
      case 0 -> bytes.writeBytes(bytes(random, random.nextInt(200)));
      case 1 -> { // an old protocol
        byte[] greeting = Peer.greeting(random.nextInt(4) - 1, "NULL");
        bytes.writeBytes(Arrays.copyOf(greeting, random.nextInt(2) == 0 ? 12 : 10));
        bytes.write(random.nextInt(12));
        frames(random, bytes);
      }
      case 2 -> { // a damaged greeting
        byte[] greeting = Peer.greeting(3, random.nextBoolean() ? "NULL" : "CURVE");
        greeting[random.nextInt(greeting.length)] ^= (byte) (1 << random.nextInt(8));
        bytes.writeBytes(Arrays.copyOf(greeting, 1 + random.nextInt(greeting.length)));
        frames(random, bytes);
      }
      case 3 -> {
        bytes.writeBytes(Peer.greeting(3, "NULL"));
        frames(random, bytes);
      }
      case 4 -> { // a damaged handshake
        bytes.writeBytes(Peer.greeting(3, "NULL"));
        byte[] ready = Peer.ready(type(random));
        ready[random.nextInt(ready.length)] = (byte) random.nextInt();
        bytes.writeBytes(ready);
        frames(random, bytes);
      }
      default -> { // a whole one, and then
        bytes.writeBytes(Peer.greeting(3, "NULL"));
        bytes.writeBytes(Peer.ready(type(random)));
        frames(random, bytes);
      }
    }
    return bytes.toByteArray();
  }

  private static String type(Random random) {
    return List.of("DEALER", "REQ", "SUB", "ROUTER", "XSUB", "PAIR", "").get(random.nextInt(7));
  }

  private void frames(Random random, ByteArrayOutputStream bytes) {
    for (int n = random.nextInt(5); n > 0; n--) {
      int flags = random.nextInt(random.nextInt(4) == 0 ? 256 : 8);
      byte[] body = body(random);
      boolean honest = random.nextInt(3) > 0;
      long size = honest ? body.length : anySize(random);
      bytes.writeBytes(
          (honest && size > 255) || (flags & Peer.LARGE) != 0
              ? Peer.head(flags | Peer.LARGE, size, body)
              : Peer.head(flags, size, body));
    }
  }

  private static long anySize(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextLong();
      case 1 -> (1L << random.nextInt(64)) + random.nextInt(3) - 1;
      case 2 -> random.nextInt();
      default -> random.nextInt(300);
    };
  }

  private byte[] body(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> new byte[0];
      case 1 -> command("PING", bytes(random, random.nextInt(30)));
      case 2 ->
          command(
              List.of("PONG", "ERROR", "READY", "SUBSCRIBE", "CANCEL", "JOIN")
                  .get(random.nextInt(6)),
              bytes(random, random.nextInt(30)));
      case 3 -> "<IDS|MSG>".getBytes(UTF_8);
      case 4 -> bytes(random, random.nextInt(9_000));
      default -> bytes(random, random.nextInt(20));
    };
  }

  private static byte[] command(String name, byte[] rest) {
    var bytes = new ByteArrayOutputStream();
    bytes.write(name.length());
    bytes.writeBytes(name.getBytes(UTF_8));
    bytes.writeBytes(rest);
    return bytes.toByteArray();
  }

  private static byte[] bytes(Random random, int count) {
    var bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A kernel that nobody asks for more than its name. */
  private record Idle() implements KernelHandler {
    @Override
    public JsonObject kernelInfo() {
      return new JsonObject();
    }

    @Override
    public ExecuteReply execute(ExecuteRequest request, CellChannel cell) {
      return new ExecuteReply.Ok();
    }

    @Override
    public CompletionReply complete(String code, int cursor) {
      return CompletionReply.none(cursor);
    }

    @Override
    public Optional<MimeData> inspect(String code, int cursor, int detailLevel) {
      return Optional.empty();
    }

    @Override
    public CompletenessReply isComplete(String code) {
      return new CompletenessReply.Unknown();
    }

    @Override
    public void interrupt() {}

    @Override
    public void shutdown(boolean restart) {}
  }
}
