package org.skep.doctor;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.skep.doctor.Check.Verdict;

/** Notebooks by what they say that they need, in a line {@code %doctor --needs LIST}. */
final class NotebookChecks {
  private static final String AREA = "notebook";
  private static final long LARGEST = 128 << 20;
  private static final Pattern NEEDS =
      Pattern.compile("^\\s*%doctor\\s+--needs[ =](\\S+)", Pattern.MULTILINE);

  private NotebookChecks() {}

  /** A check for each notebook of the folder that says what it needs, by name. */
  static List<Check> of(Path folder, List<Check> all) throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files = entries.filter(f -> f.toString().endsWith(".ipynb")).sorted().toList();
    }
    var checks = new ArrayList<Check>();
    for (Path file : files) {
      needs(file).ifPresent(list -> checks.add(check(file, list, all)));
    }
    return checks;
  }

  private static Check check(Path file, String list, List<Check> all) {
    String name = String.valueOf(file.getFileName());
    List<Check> needed;
    try {
      needed = Needs.of(list, all);
    } catch (IllegalArgumentException e) {
      return Check.limited(AREA, name, String.valueOf(e.getMessage()), "correct that line of it");
    }
    List<Check> missing = needed.stream().filter(c -> c.verdict() == Verdict.NO).toList();
    return missing.isEmpty()
        ? Check.yes(AREA, name, "can run here: " + list)
        : Check.no(
            AREA,
            name,
            missing.stream()
                .map(c -> c.area() + " " + c.what() + ": " + c.detail())
                .collect(Collectors.joining("; ")),
            missing.getFirst().remedy());
  }

  private static Optional<String> needs(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
        return Optional.empty();
      }
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      JsonObject notebook = JsonParser.parseString(text).getAsJsonObject();
      for (JsonElement cell : notebook.getAsJsonArray("cells")) {
        var needs = NEEDS.matcher(source(cell.getAsJsonObject()));
        if (needs.find()) {
          return Optional.of(needs.group(1));
        }
      }
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // not a notebook that we may read, whatever its name
    }
    return Optional.empty();
  }

  private static String source(JsonObject cell) {
    if (!cell.get("cell_type").getAsString().equals("code")) {
      return "";
    }
    JsonElement source = cell.get("source");
    if (!(source instanceof JsonArray lines)) {
      return source.getAsString();
    }
    var text = new StringBuilder();
    lines.forEach(line -> text.append(line.getAsString()));
    return text.toString();
  }
}
