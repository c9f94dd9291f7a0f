package org.skep.bpf;

import java.util.List;
import java.util.Map;
import org.skep.Note;

/**
 * What loading an object left.
 *
 * @param outcomes what became of each program, in the order of the source
 * @param logs what the verifier said of those that it accepted
 * @param notes what it lacks because a program was rejected
 */
record LoadedObject(
    NativeObject object,
    Map<String, LoadOutcome> outcomes,
    Map<String, String> logs,
    List<Note> notes) {}
