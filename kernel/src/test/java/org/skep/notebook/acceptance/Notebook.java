package org.skep.notebook.acceptance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A notebook file.
 *
 * @param path where it was read from
 * @param json the whole of it
 */
record Notebook(Path path, JsonObject json) {

  /**
   * A cell.
   *
   * @param type {@code markdown} or {@code code}
   * @param source its text
   * @param json the whole of it
   */
  record Cell(String type, String source, JsonObject json) {

    boolean isCode() {
      return type.equals("code");
    }

    List<JsonObject> outputs() {
      return isCode() ? objects(json.getAsJsonArray("outputs")) : List.of();
    }

    /** The first output of that MIME type, as text. */
    Optional<String> output(String mimeType) {
      return outputs().stream()
          .filter(output -> output.has("data"))
          .map(output -> output.getAsJsonObject("data").get(mimeType))
          .filter(data -> data != null)
          .map(Notebook::text)
          .findFirst();
    }

    /** What the cell printed, standard output and standard error in order. */
    String printed() {
      return outputs().stream()
          .filter(output -> output.get("output_type").getAsString().equals("stream"))
          .map(output -> text(output.get("text")))
          .reduce("", String::concat);
    }
  }

  static Notebook read(Path path) throws IOException {
    return new Notebook(path, JsonParser.parseString(Files.readString(path)).getAsJsonObject());
  }

  /** All notebooks of the clone, by name. */
  static List<Path> all() throws IOException {
    try (Stream<Path> files = Files.walk(Installation.root().resolve("notebooks"))) {
      return files
          .filter(file -> file.toString().endsWith(".ipynb"))
          .filter(file -> !file.toString().contains(".ipynb_checkpoints"))
          .sorted()
          .toList();
    }
  }

  List<Cell> cells() {
    return objects(json.getAsJsonArray("cells")).stream()
        .map(cell -> new Cell(cell.get("cell_type").getAsString(), text(cell.get("source")), cell))
        .toList();
  }

  List<Cell> codeCells() {
    return cells().stream().filter(Cell::isCode).toList();
  }

  /** Text in a notebook is a string, or lines to be joined. */
  private static String text(JsonElement element) {
    return element.isJsonArray()
        ? StreamSupport.stream(element.getAsJsonArray().spliterator(), false)
            .map(JsonElement::getAsString)
            .reduce("", String::concat)
        : element.getAsString();
  }

  private static List<JsonObject> objects(JsonArray array) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  @Override
  public String toString() {
    return Installation.root().relativize(path).toString();
  }
}
