package org.skep.compile;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.skep.CompileException;
import org.skep.CompileException.Diagnostic;
import org.skep.CompileException.Severity;
import org.skep.compile.Fallback.Given;

/**
 * Makes BPF objects of C texts.
 *
 * <p>A text without any {@code #include} gets the default headers: the types of the running Linux
 * ({@code vmlinux.h}), libbpf's {@code bpf_helpers.h}, {@code bpf_tracing.h}, {@code
 * bpf_core_read.h}, {@code bpf_endian.h}, and {@code skep.h}. A text with includes is compiled as
 * it stands; only where that fails are fallbacks tried, and {@link CompiledObject#notes()} names
 * each.
 *
 * <p>The first compilation on a kernel takes about a second, in which the headers are prepared;
 * later ones take about 60 ms, and a text that was compiled before a few. An interrupt of the
 * thread kills clang. May be used by several threads.
 */
public final class BpfCompiler {

  private static final int MOST_FALLBACKS = 12;

  private final Clang clang;
  private final CacheDirectory cache;
  private final Headers headers;
  private final ObjectCache objects;
  private final List<Fallback> fallbacks;

  /**
   * @param cacheDirectory where prepared headers and objects are kept; a temporary folder takes its
   *     place where it cannot be written
   */
  public BpfCompiler(Clang clang, Path cacheDirectory) {
    this(
        clang,
        cacheDirectory,
        new VmlinuxHeader(VmlinuxHeader.RUNNING, System.getenv()),
        InstructionSet.ofRunningLinux());
  }

  BpfCompiler(Clang clang, Path cacheDirectory, VmlinuxHeader types, InstructionSet instructions) {
    this.clang = clang;
    this.cache = CacheDirectory.at(cacheDirectory);
    this.headers = new Headers(clang, cache, types, instructions);
    this.objects = new ObjectCache(cache);
    this.fallbacks = Fallbacks.all();
  }

  /**
   * The compiler of this machine: its newest clang, and the user's cache ({@code
   * $XDG_CACHE_HOME/skep}).
   *
   * @throws org.skep.NativeLibraryException if there is no clang
   */
  public static BpfCompiler ofThisMachine() throws InterruptedException {
    return new BpfCompiler(Clang.find(), CacheDirectory.ofUser(System.getenv()));
  }

  /** The clang that it runs. */
  public Clang clang() {
    return clang;
  }

  /**
   * Prepares the headers of the running Linux ahead of the first text; takes about a second once.
   */
  public void prepare() throws InterruptedException {
    var _ = headers.precompiled(headers.instructions(), Set.of());
    var _ = headers.constants();
  }

  /**
   * Compiles a text into a BPF object.
   *
   * @throws CompileException if clang refuses the text, with everything that clang remarked
   * @throws org.skep.UnsupportedFeatureException if the text includes nothing and there are no
   *     types of the running Linux
   * @throws InterruptedException if the thread was interrupted; clang is gone then
   */
  public CompiledObject compile(BpfSource source) throws InterruptedException {
    long start = System.nanoTime();
    var key = key(source);
    var cached = objects.find(key, instructionsOf(source));
    if (cached.isPresent()) {
      return cached.get().timed(true, since(start));
    }
    var attempt = Attempt.plain(source);
    if (attempt.defaultHeaders()) {
      attempt = attempt.withConstants(headers.constants().usedIn(attempt.source()));
    }
    var result = run(attempt);
    var told = result;
    for (int i = 0; i < MOST_FALLBACKS && result.object().isEmpty(); i++) {
      if (!attempt.shim().linuxTypes()) {
        // Of a text in which all headers are replaced, the errors would lead astray.
        told = result;
      }
      var next = fallback(attempt, result.diagnostics());
      if (next.isEmpty()) {
        throw failure(source, told);
      }
      attempt = next.get();
      result = run(attempt);
    }
    if (result.object().isPresent()
        && !attempt.defaultLicence()
        && !Elf.hasSection(result.object().get(), "license")) {
      attempt = attempt.withLicence();
      result = run(attempt);
    }
    if (result.object().isEmpty()) {
      throw failure(source, told);
    }
    var left = OldMaps.leftIn(result.object().get());
    if (left.isPresent()) {
      attempt = attempt.noting(left.get());
    }
    var object =
        new CompiledObject(
            result.object().get(),
            result.diagnostics(),
            attempt.notes(),
            instructionsOf(source),
            false,
            since(start));
    objects.store(key, object, result.included().stream().filter(f -> !cache.holds(f)).toList());
    return object;
  }

  /**
   * What may stand at a place of a text, as clang knows it.
   *
   * @param line from 1
   * @param column from 1, in characters: the place before which the cursor stands
   */
  public List<CCompletion> complete(BpfSource source, int line, int column)
      throws InterruptedException {
    var lines = source.text().lines().toList();
    var before =
        line >= 1 && line <= lines.size()
            ? lines
                .get(line - 1)
                .substring(0, Math.clamp(column - 1, 0, lines.get(line - 1).length()))
            : "";
    int byteColumn = before.getBytes(StandardCharsets.UTF_8).length + 1;
    var attempt = Attempt.plain(source);
    if (attempt.defaultHeaders()) {
      var constants = headers.constants();
      var names = new HashSet<>(constants.usedIn(attempt.source()));
      names.addAll(constants.startingWith(before.replaceFirst(".*\\W", "")));
      attempt = attempt.withConstants(names);
    }
    try (var job = new ClangJob(clang, attempt)) {
      return CCompletion.parse(job.completions(headers, precompiledFor(attempt), line, byteColumn));
    }
  }

  private ClangJob.Result run(Attempt attempt) throws InterruptedException {
    var precompiled = precompiledFor(attempt);
    var result = run(attempt, precompiled);
    if (result.precompiledRefused() && precompiled != null) {
      headers.forget(precompiled);
      result = run(attempt, precompiledFor(attempt));
    }
    return result.precompiledRefused() ? run(attempt, null) : result;
  }

  private ClangJob.Result run(Attempt attempt, @Nullable Path precompiled)
      throws InterruptedException {
    try (var job = new ClangJob(clang, attempt)) {
      return job.compile(headers, precompiled);
    }
  }

  private @Nullable Path precompiledFor(Attempt attempt) throws InterruptedException {
    return attempt.defaultHeaders()
        ? headers
            .precompiled(instructionsOf(attempt.source()), attempt.shim().renamedTypes())
            .orElse(null)
        : null;
  }

  private InstructionSet instructionsOf(BpfSource source) {
    return headers.instructions().orOf(source.flags());
  }

  private Optional<Attempt> fallback(Attempt failed, List<Diagnostic> diagnostics)
      throws InterruptedException {
    var given = new Given(headers.own(), headers.types(), headers.constants());
    return fallbacks.stream()
        .flatMap(f -> f.after(failed, diagnostics, given).stream())
        .filter(a -> !a.equals(failed))
        .findFirst();
  }

  /** Everything that influences the object, but for the included files, which the entry lists. */
  private String key(BpfSource source) throws InterruptedException {
    var hash = new Hash().add(clang.identity()).add(headers.flags());
    hash.add(source.name()).add(source.text()).add(source.flags());
    hash.add(source.includeDirectories().stream().map(Path::toString).toList());
    for (BpfSource.Header header : source.headers()) {
      hash.add(header.name()).add(header.text());
    }
    return hash.hex();
  }

  private CompileException failure(BpfSource source, ClangJob.Result result)
      throws InterruptedException {
    var what = "compile '" + source.name() + "': ";
    if (result.timedOut()) {
      return new CompileException(
          what
              + "clang did not end within "
              + Command.LIMIT.toSeconds()
              + " s (is a loop unrolled?)",
          result.diagnostics());
    }
    var diagnostics = new ArrayList<Diagnostic>();
    var seen = new HashSet<Diagnostic>();
    var why = headers.whyNoTypes();
    for (Diagnostic each : result.diagnostics()) {
      var explained =
          why.isPresent() && each.message().contains("'vmlinux.h' file not found")
              ? each.withMessage(each.message() + " (" + why.get() + ")")
              : Explanations.explain(each, source);
      // Several errors may mean the same; a note belongs to the error before it.
      if (explained.severity() == Severity.NOTE || seen.add(explained)) {
        diagnostics.add(explained);
      }
    }
    var first =
        diagnostics.stream().filter(d -> d.severity() == Severity.ERROR).findFirst().orElseThrow();
    long errors =
        new HashSet<>(diagnostics.stream().filter(d -> d.severity() == Severity.ERROR).toList())
            .size();
    return new CompileException(
        what
            + place(source, first)
            + first.message()
            + (errors > 1 ? " (the first of " + errors + " errors)" : "")
            + Explanations.dialect(source.text()),
        diagnostics);
  }

  private static String place(BpfSource source, Diagnostic first) {
    if (first.line() == 0) {
      return "";
    }
    var line = "line " + first.line() + ": ";
    return first.file().equals(source.name()) ? line : first.file() + ", " + line;
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
