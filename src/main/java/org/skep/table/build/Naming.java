package org.skep.table.build;

import java.util.function.LongFunction;

/**
 * Numbers of a column that have no name yet. To name them may ask the kernel and take long, so that
 * it is done apart from the rows, by {@link #resolve}; {@link #store} gives the names to the
 * column.
 */
public final class Naming {
  private final Dictionary dictionary;
  private final long[] numbers;
  private final String[] names;
  private final LongFunction<String> namer;

  Naming(Dictionary dictionary, long[] numbers, LongFunction<String> namer) {
    this.dictionary = dictionary;
    this.numbers = numbers;
    this.names = new String[numbers.length];
    this.namer = namer;
  }

  /** Finds the names, on any thread, while rows may be added. */
  public void resolve() {
    for (int i = 0; i < numbers.length; i++) {
      names[i] = namer.apply(numbers[i]);
    }
  }

  /** Gives the column the names that were found; on the thread of its rows. */
  public void store() {
    for (int i = 0; i < numbers.length; i++) {
      dictionary.name(numbers[i], names[i]);
    }
  }
}
