package org.skep.notebook.wire;

/**
 * An input of a session.
 *
 * @param session counted from 1, over all kernels of the user
 * @param line the execution count
 */
record HistoryEntry(int session, int line, String source) {}
