package org.skep.notebook;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import org.skep.notebook.shell.Evaluation;
import org.skep.notebook.wire.ExecuteReply;
import org.skep.notebook.wire.ExecuteRequest;
import org.skep.notebook.wire.MimeData;

/** Evaluates the expressions that a front end wants to know the values of after a cell. */
final class UserExpressions {
  private UserExpressions() {}

  static JsonObject evaluate(Session session, ExecuteRequest request) {
    var values = new JsonObject();
    request
        .userExpressions()
        .forEach((key, code) -> values.add(key, evaluate(session, code, request.executionCount())));
    return values;
  }

  private static JsonObject evaluate(Session session, String code, int executionCount) {
    try {
      return switch (session.run(code)) {
        case Evaluation.Value value -> ok(MimeJson.of(session.displays().render(value.value())));
        case Evaluation.Nothing _ -> ok(MimeData.plain(""));
        case Evaluation.CompileFailure failure -> error(ErrorText.compile(failure, executionCount));
        case Evaluation.Thrown thrown -> error(ErrorText.thrown(thrown));
        case Evaluation.Interrupted _ -> error(ErrorText.interrupted(List.of()));
      };
    } catch (Exception e) { // of a magic
      return error(ErrorText.ofMagic(e));
    }
  }

  private static JsonObject ok(MimeData content) {
    var reply = new JsonObject();
    reply.addProperty("status", "ok");
    reply.add("data", content.data());
    reply.add("metadata", content.metadata());
    return reply;
  }

  private static JsonObject error(ExecuteReply.Failed failed) {
    var reply = new JsonObject();
    reply.addProperty("status", "error");
    reply.addProperty("ename", failed.ename());
    reply.addProperty("evalue", failed.evalue());
    var traceback = new JsonArray();
    failed.traceback().forEach(traceback::add);
    reply.add("traceback", traceback);
    return reply;
  }
}
