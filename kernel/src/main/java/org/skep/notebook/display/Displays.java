package org.skep.notebook.display;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Any object into something that can be shown.
 *
 * <p>Safe for use by many threads.
 */
public final class Displays {
  /** Characters of one form other than plain text; plotly.js has a million. */
  private static final int LARGEST_FORM = 16 << 20;

  private static final int LONGEST_TEXT = 500_000;

  private final List<Renderer> renderers = new CopyOnWriteArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private volatile Predicate<Throwable> letThrough = e -> false;
  private volatile UnaryOperator<String> spelling = UnaryOperator.identity();
  private final PlainText plainText =
      new PlainText(e -> letThrough.test(e), text -> spelling.apply(text));

  /** Displays with the renderers that come with the notebook kernel. */
  public static Displays withInstalledRenderers() {
    Displays displays = new Displays();
    displays.scan(Displays.class.getClassLoader());
    return displays;
  }

  /**
   * Names what must not be caught while a value is being shown: the sign that the cell is to stop.
   * Only this can make {@link #render} throw.
   */
  public void letThrough(Predicate<Throwable> stop) {
    letThrough = stop;
  }

  /** Says how the names of classes are spelled in what objects say of themselves. */
  public void spelling(UnaryOperator<String> names) {
    spelling = names;
  }

  /** Registers a renderer, to be asked before those registered earlier. */
  public void register(Renderer renderer) {
    renderers.addFirst(renderer);
  }

  /**
   * Registers the renderers that this class loader finds and earlier ones did not; to be called
   * when a jar has been added.
   *
   * @return what went wrong, a line for each broken renderer
   */
  public synchronized List<String> scan(ClassLoader loader) {
    List<String> problems = new ArrayList<>();
    var providers = ServiceLoader.load(Renderer.class, loader).stream().iterator();
    while (true) {
      try {
        if (!providers.hasNext()) {
          return problems;
        }
        var provider = providers.next();
        if (seen.add(provider.type().getName())) {
          register(provider.get());
        }
      } catch (ServiceConfigurationError | LinkageError e) {
        problems.add("find renderers: " + e.getMessage());
      }
    }
  }

  /**
   * The value in all forms that a renderer knows, always with plain text of bounded size.
   *
   * <p>Never throws: a value that cannot be shown is shown as the reason why.
   */
  public MimeBundle render(@Nullable Object value) {
    return switch (value) {
      case null -> MimeBundle.text("null");
      case MimeBundle bundle -> bounded(withText(bundle, value));
      default -> bounded(withText(rich(value).orElse(new MimeBundle(Map.of(), Map.of())), value));
    };
  }

  /**
   * The value in the forms asked for, where it can be shown so, and as plain text. A {@code
   * CharSequence} is taken to be written in each of the MIME types.
   */
  public MimeBundle render(@Nullable Object value, String... mimeTypes) {
    if (mimeTypes.length == 0) {
      return render(value);
    }
    if (value instanceof CharSequence text) {
      MimeBundle bundle = MimeBundle.text(plainText.of(text));
      for (String type : mimeTypes) {
        bundle = bundle.with(type, text.toString());
      }
      return bundle;
    }
    return render(value).only(List.of(mimeTypes));
  }

  /** The value as plain text of bounded size. Never throws. */
  public String text(@Nullable Object value) {
    return plainText.of(value);
  }

  /**
   * Says that a cell removes what it has shown, so that what later outputs of the page rely on is
   * shown again. For who clears a cell's output.
   */
  public void cleared(CellOutput output) {
    for (Renderer renderer : renderers) {
      if (renderer instanceof FigureRenderer figures) {
        figures.cleared(output);
      }
    }
  }

  private Optional<MimeBundle> rich(Object value) {
    for (Renderer renderer : renderers) {
      try {
        Optional<MimeBundle> bundle = renderer.render(value, this);
        if (bundle.isPresent()) {
          return bundle;
        }
      } catch (Throwable e) {
        if (letThrough.test(e)) {
          throw Displays.<RuntimeException>as(e);
        }
        return Optional.of(
            MimeBundle.text(
                plainText.of(value)
                    + "\n["
                    + renderer.getClass().getName()
                    + " threw "
                    + plainText.of(e)
                    + "]"));
      }
    }
    return Optional.empty();
  }

  /** Without forms that are so large that the notebook could not be opened again. */
  private static MimeBundle bounded(MimeBundle bundle) {
    var left = new ArrayList<String>();
    var forms = new LinkedHashMap<String, Object>();
    bundle
        .data()
        .forEach(
            (type, form) -> {
              if (!type.equals(MimeBundle.TEXT)
                  && form instanceof String text
                  && text.length() > LARGEST_FORM) {
                left.add(
                    String.format(
                        Locale.ROOT, "[%s of %,d characters left out]", type, text.length()));
              } else {
                forms.put(type, form);
              }
            });
    String text = bundle.string(MimeBundle.TEXT).orElse("");
    if (left.isEmpty() && text.length() <= LONGEST_TEXT) {
      return bundle;
    }
    left.addFirst(LongText.cut(text, LONGEST_TEXT));
    forms.put(MimeBundle.TEXT, String.join("\n", left));
    return new MimeBundle(forms, bundle.metadata());
  }

  private MimeBundle withText(MimeBundle bundle, Object value) {
    return bundle.data().containsKey(MimeBundle.TEXT)
        ? bundle
        : bundle.with(MimeBundle.TEXT, plainText.of(value));
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // erased: throws e as it is
  private static <E extends Throwable> E as(Throwable e) throws E {
    throw (E) e;
  }
}
