package org.skep.notebook.magic.builtin;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skep.notebook.magic.Completers;
import org.skep.notebook.magic.MagicContext;
import org.skep.notebook.magic.MagicException;
import org.skep.notebook.magic.MagicSpec;
import org.skep.notebook.magic.Magics;
import org.skep.notebook.magic.UserFile;

/** {@code %load}. */
final class LoadMagic {
  private static final List<String> ENDINGS =
      List.of("", ".jsh", ".jshell", ".java", ".ijava", ".ipynb");

  /** In bytes: of a notebook with its outputs, say. */
  private static final int LARGEST = 128 << 20;

  void register(Magics magics) {
    magics.register(
        MagicSpec.named("load", "Runs a file of Java, or all cells of another notebook")
            .details(
                "The ending may be left out: "
                    + String.join(" ", ENDINGS.subList(1, ENDINGS.size())))
            .required("FILE", "a .jsh, .java or .ipynb file", Completers.PATHS)
            .example("%load ../common/helpers.jsh")
            .build(),
        (arguments, context) -> load(arguments.get("FILE"), context));
  }

  private static @Nullable Object load(String name, MagicContext context) throws Exception {
    Path file = find(name);
    String text = UserFile.readText(file.toString(), LARGEST);
    if (!file.toString().endsWith(".ipynb")) {
      // A file of Java may say which package it is of; in a notebook there is none.
      return context.evaluate(text.replaceFirst("(?m)^\\s*package\\s+[\\w.]+\\s*;", ""));
    }
    for (String cell : cells(file, text)) {
      context.evaluate(cell);
    }
    return null;
  }

  private static Path find(String name) {
    for (String ending : ENDINGS) {
      Path file = Path.of(name + ending);
      if (Files.exists(file) && !Files.isDirectory(file)) {
        return file;
      }
    }
    throw new MagicException(
        "load '"
            + name
            + "': no such file in '"
            + Path.of("").toAbsolutePath()
            + "' (also tried with "
            + String.join(" ", ENDINGS.subList(1, ENDINGS.size()))
            + ")");
  }

  private static List<String> cells(Path file, String json) throws IOException {
    List<String> cells = new ArrayList<>();
    try {
      for (JsonElement element :
          JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("cells")) {
        JsonObject cell = element.getAsJsonObject();
        if (cell.get("cell_type").getAsString().equals("code")) {
          cells.add(source(cell.get("source")));
        }
      }
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      throw new MagicException("load '" + file + "': not a notebook of format 4", e);
    }
    return cells;
  }

  /** A notebook holds a text as one string or as a list of lines. */
  private static String source(JsonElement source) {
    if (!source.isJsonArray()) {
      return source.getAsString();
    }
    StringBuilder text = new StringBuilder();
    source.getAsJsonArray().forEach(line -> text.append(line.getAsString()));
    return text.toString();
  }
}
