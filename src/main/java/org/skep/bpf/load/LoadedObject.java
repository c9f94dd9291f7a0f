package org.skep.bpf.load;

import java.util.List;
import java.util.Map;
import org.skep.Note;
import org.skep.bpf.base.NativeObject;

/**
 * What loading an object left.
 *
 * @param outcomes what became of each program, in the order of the source
 * @param logs what the verifier said of those that it accepted
 * @param notes what it lacks because a program was rejected
 */
public record LoadedObject(
    NativeObject object,
    Map<String, LoadOutcome> outcomes,
    Map<String, String> logs,
    List<Note> notes) {}
