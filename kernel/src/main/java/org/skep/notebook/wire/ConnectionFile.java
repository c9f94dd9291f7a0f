package org.skep.notebook.wire;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a front end expects the kernel to listen.
 *
 * @param transport {@code tcp} or {@code ipc}
 * @param ip the address to bind; with {@code ipc} the beginning of the sockets' paths
 * @param signatureScheme such as {@code hmac-sha256}
 * @param key the key of the signatures; empty for none
 */
public record ConnectionFile(
    String transport,
    String ip,
    String signatureScheme,
    String key,
    int shellPort,
    int controlPort,
    int stdinPort,
    int ioPubPort,
    int heartbeatPort) {

  /**
   * Reads the file that a front end hands to a kernel.
   *
   * @throws IOException if it cannot be read, is no connection file, or lacks a member; the message
   *     names file and cause
   */
  public static ConnectionFile read(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    try {
      return parse(text);
    } catch (JsonParseException | IllegalArgumentException e) {
      throw new IOException("read connection file '" + file + "': " + e.getMessage(), e);
    }
  }

  /** The error of a file that cannot be read. */
  static IOException unreadable(Path file, IOException why) {
    String remedy =
        why instanceof AccessDeniedException
            ? " (its owner alone may read it: start the kernel as the user who started Jupyter)"
            : "";
    return new IOException(
        "read connection file '" + file + "': " + FileCause.of(why) + remedy, why);
  }

  private static ConnectionFile parse(String text) {
    JsonElement json = JsonParser.parseString(text);
    if (!(json instanceof JsonObject object)) {
      throw new IllegalArgumentException("expected a JSON object");
    }
    String transport = Json.string(object, "transport", "tcp");
    if (!transport.equals("tcp") && !transport.equals("ipc")) {
      throw new IllegalArgumentException(
          "expected tcp or ipc as \"transport\" but was '" + transport + "'");
    }
    return new ConnectionFile(
        transport,
        Json.string(object, "ip", "127.0.0.1"),
        Json.string(object, "signature_scheme", "hmac-sha256"),
        Json.string(object, "key", ""),
        port(object, "shell_port"),
        port(object, "control_port"),
        port(object, "stdin_port"),
        port(object, "iopub_port"),
        port(object, "hb_port"));
  }

  private static int port(JsonObject object, String name) {
    int port = Json.integer(object, name, -1);
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException(
          "expected a port from 1 to 65535 as \"" + name + "\" but was " + object.get(name));
    }
    return port;
  }

  /** Returns the ZeroMQ endpoint of a port. */
  String endpoint(int port) {
    return transport.equals("ipc")
        ? "ipc://" + ip + "-" + port
        : "tcp://" + bracketed() + ":" + port;
  }

  private String bracketed() {
    return ip.contains(":") && !ip.startsWith("[") ? "[" + ip + "]" : ip;
  }

  /** Leaves the key out. */
  @Override
  public String toString() {
    return "ConnectionFile[" + endpoint(shellPort) + " ...]";
  }
}
