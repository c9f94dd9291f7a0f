package org.skep.notebook.display;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One value in several forms, of which a front end shows the richest that it understands.
 *
 * @param data by MIME type: text as {@code String}, binary forms (images other than SVG) as base 64
 *     text, JSON types as {@code Map}, {@code List}, {@code Number}, {@code Boolean}, {@code
 *     String}
 * @param metadata what front ends may want to know besides, by MIME type or by their own keys
 */
public record MimeBundle(Map<String, Object> data, Map<String, Object> metadata) {
  /** The form that every bundle made by {@link Displays} has. */
  public static final String TEXT = "text/plain";

  public static final String HTML = "text/html";
  public static final String SVG = "image/svg+xml";
  public static final String PNG = "image/png";

  public MimeBundle {
    data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /** A bundle of plain text alone. */
  public static MimeBundle text(String text) {
    return of(TEXT, text);
  }

  /** A bundle of HTML and the plain text that stands for it where HTML is not understood. */
  public static MimeBundle html(String html, String text) {
    return text(text).with(HTML, html);
  }

  /** A bundle of one form. */
  public static MimeBundle of(String mimeType, Object value) {
    return new MimeBundle(Map.of(mimeType, value), Map.of());
  }

  /** This bundle with one form added or replaced. */
  public MimeBundle with(String mimeType, Object value) {
    var more = new LinkedHashMap<>(data);
    more.put(mimeType, value);
    return new MimeBundle(more, metadata);
  }

  /** This bundle with one entry of metadata added or replaced. */
  public MimeBundle withMetadata(String key, Object value) {
    var more = new LinkedHashMap<>(metadata);
    more.put(key, value);
    return new MimeBundle(data, more);
  }

  /** This bundle with only these forms, where it has them, and its plain text. */
  public MimeBundle only(List<String> mimeTypes) {
    var fewer = new LinkedHashMap<>(data);
    fewer.keySet().removeIf(type -> !type.equals(TEXT) && !mimeTypes.contains(type));
    return new MimeBundle(fewer, metadata);
  }

  /** One form, where the bundle has it and it is text. */
  public Optional<String> string(String mimeType) {
    return data.get(mimeType) instanceof String text ? Optional.of(text) : Optional.empty();
  }
}
