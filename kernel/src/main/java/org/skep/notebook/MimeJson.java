package org.skep.notebook;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.Map;
import org.skep.notebook.display.MimeBundle;
import org.skep.notebook.wire.MimeData;

/** What the display makes, as what the wire sends. */
final class MimeJson {
  private static final Gson GSON =
      new GsonBuilder()
          .serializeNulls()
          .registerTypeHierarchyAdapter(Number.class, new Numbers())
          .create();

  private MimeJson() {}

  static MimeData of(MimeBundle bundle) {
    return new MimeData(object(bundle.data()), object(bundle.metadata()));
  }

  private static JsonObject object(Map<String, Object> map) {
    var object = new JsonObject();
    map.forEach((name, value) -> object.add(name, GSON.toJsonTree(value)));
    return object;
  }

  /**
   * JSON has no word for what is not a finite number, and a page would refuse the whole message.
   */
  private static final class Numbers extends TypeAdapter<Number> {
    @Override
    public void write(JsonWriter out, Number value) throws IOException {
      boolean finite =
          !(value instanceof Double || value instanceof Float)
              || Double.isFinite(value.doubleValue());
      if (value != null && finite) {
        out.value(value);
      } else {
        out.nullValue();
      }
    }

    @Override
    public Number read(JsonReader in) throws IOException {
      return in.nextDouble();
    }
  }
}
