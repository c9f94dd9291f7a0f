package org.skep.notebook;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Optional;

/** What the kernel says of itself. */
final class KernelInfo {
  private KernelInfo() {}

  /** Returns the version of the jar, or "development" outside of one. */
  static String version() {
    return Optional.ofNullable(KernelInfo.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  static String banner() {
    return "Skep "
        + version()
        + ": eBPF experiments in a notebook. Java "
        + Runtime.version().feature()
        + " in cells; C in cells that begin with %%bpf; %lsmagic lists the rest.";
  }

  static JsonObject content() {
    var content = new JsonObject();
    content.addProperty("implementation", "skep");
    content.addProperty("implementation_version", version());
    content.add("language_info", language());
    content.addProperty("banner", banner());
    content.add("help_links", links());
    return content;
  }

  private static JsonObject language() {
    var language = new JsonObject();
    language.addProperty("name", "java");
    language.addProperty("version", System.getProperty("java.version"));
    language.addProperty("mimetype", "text/x-java");
    language.addProperty("file_extension", ".java");
    language.addProperty("codemirror_mode", "text/x-java");
    language.addProperty("pygments_lexer", "java");
    language.addProperty("nbconvert_exporter", "script");
    return language;
  }

  private static JsonArray links() {
    var links = new JsonArray();
    links.add(link("eBPF reference", "https://docs.ebpf.io/"));
    links.add(
        link(
            "Java " + Runtime.version().feature() + " API",
            "https://docs.oracle.com/en/java/javase/"
                + Runtime.version().feature()
                + "/docs/api/index.html"));
    links.add(link("Tablesaw", "https://jtablesaw.github.io/tablesaw/"));
    return links;
  }

  private static JsonObject link(String text, String url) {
    var link = new JsonObject();
    link.addProperty("text", text);
    link.addProperty("url", url);
    return link;
  }
}
