package org.skep.notebook.shell;

import java.lang.classfile.AccessFlags;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.FieldModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.HashSet;
import java.util.Set;

/**
 * Weaves into the classes of cells what lets them be stopped: a check at the start of each method
 * and before each backward branch, as the JDK's own local engine does. Calls that would end the JVM
 * become calls that throw.
 *
 * <p>The woven calls go to a class of its own, {@value #SWITCH_CLASS}, which {@link #switchClass}
 * makes and the cells' class loader defines; so each shell has its own switch.
 */
final class StopWeaver {
  static final String SWITCH_CLASS = "REPL.$Stop$";
  static final String ARMED = "armed";
  static final String WHEN_ARMED = "whenArmed";
  static final String WHEN_EXITING = "whenExiting";

  private static final ClassDesc SWITCH = ClassDesc.of(SWITCH_CLASS);
  private static final ClassDesc RUNNABLE = ClassDesc.of("java.lang.Runnable");
  private static final ClassDesc INT_CONSUMER = ClassDesc.of("java.util.function.IntConsumer");
  private static final ClassDesc RUNTIME = ClassDesc.of("java.lang.Runtime");
  private static final MethodTypeDesc TAKES_INT =
      MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int);
  private static final MethodTypeDesc TAKES_RUNTIME_AND_INT =
      MethodTypeDesc.of(ConstantDescs.CD_void, RUNTIME, ConstantDescs.CD_int);

  private final ClassFile classFile;

  /**
   * @param hierarchy knows the classes that cells may name; stack maps are computed with it
   */
  StopWeaver(ClassHierarchyResolver hierarchy) {
    classFile = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(hierarchy));
  }

  /**
   * The class with the checks in.
   *
   * @throws IllegalArgumentException when a method has no room for them
   */
  byte[] weave(byte[] bytes) {
    return classFile.transformClass(
        classFile.parse(bytes),
        ClassTransform.transformingMethodBodies(CodeTransform.ofStateful(Checks::new)));
  }

  /**
   * The class with all public that is not private. Cells may name what others declare without a
   * modifier; to the JVM, with a loader for each, that would be another package.
   */
  static byte[] open(byte[] bytes) {
    return ClassFile.of()
        .transformClass(
            ClassFile.of().parse(bytes),
            (type, element) -> {
              switch (element) {
                case AccessFlags flags -> type.withFlags(open(flags.flagsMask()));
                case FieldModel field ->
                    type.transformField(
                        field,
                        (to, part) -> {
                          if (part instanceof AccessFlags flags) {
                            to.withFlags(open(flags.flagsMask()));
                          } else {
                            to.with(part);
                          }
                        });
                case MethodModel method ->
                    type.transformMethod(
                        method,
                        (to, part) -> {
                          if (part instanceof AccessFlags flags) {
                            to.withFlags(open(flags.flagsMask()));
                          } else {
                            to.with(part);
                          }
                        });
                default -> type.with(element);
              }
            });
  }

  private static int open(int flags) {
    boolean isPrivate = (flags & ClassFile.ACC_PRIVATE) != 0;
    return isPrivate ? flags : (flags & ~ClassFile.ACC_PROTECTED) | ClassFile.ACC_PUBLIC;
  }

  /** The class whose static fields decide whether a check throws. */
  static byte[] switchClass() {
    int open = ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC;
    return ClassFile.of()
        .build(
            SWITCH,
            type ->
                type.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL)
                    .withField(ARMED, ConstantDescs.CD_boolean, open | ClassFile.ACC_VOLATILE)
                    .withField(WHEN_ARMED, RUNNABLE, open)
                    .withField(WHEN_EXITING, INT_CONSUMER, open)
                    .withMethodBody(
                        "check",
                        ConstantDescs.MTD_void,
                        open,
                        code ->
                            code.getstatic(SWITCH, ARMED, ConstantDescs.CD_boolean)
                                .ifThen(
                                    armed ->
                                        armed
                                            .getstatic(SWITCH, WHEN_ARMED, RUNNABLE)
                                            .invokeinterface(
                                                RUNNABLE, "run", ConstantDescs.MTD_void))
                                .return_())
                    .withMethodBody(
                        "exit",
                        TAKES_INT,
                        open,
                        code ->
                            code.getstatic(SWITCH, WHEN_EXITING, INT_CONSUMER)
                                .iload(0)
                                .invokeinterface(INT_CONSUMER, "accept", TAKES_INT)
                                .return_())
                    .withMethodBody(
                        "exit",
                        TAKES_RUNTIME_AND_INT,
                        open,
                        code -> code.iload(1).invokestatic(SWITCH, "exit", TAKES_INT).return_()));
  }

  /** Puts the checks into one method. */
  private static final class Checks implements CodeTransform {
    private final Set<Label> passed = new HashSet<>();
    private boolean begun;

    @Override
    public void accept(CodeBuilder code, CodeElement element) {
      if (!begun && element instanceof Instruction) {
        begun = true; // behind the first line number, so that the check is on that line
        check(code);
      }
      switch (element) {
        case LabelTarget target -> passed.add(target.label());
        case BranchInstruction branch when passed.contains(branch.target()) -> check(code);
        case InvokeInstruction call when endsTheJvm(call) -> {
          code.invokestatic(
              SWITCH,
              "exit",
              call.opcode() == Opcode.INVOKESTATIC ? TAKES_INT : TAKES_RUNTIME_AND_INT);
          return;
        }
        default -> {}
      }
      code.with(element);
    }

    private static void check(CodeBuilder code) {
      code.invokestatic(SWITCH, "check", ConstantDescs.MTD_void);
    }

    private static boolean endsTheJvm(InvokeInstruction call) {
      String name = call.name().stringValue();
      return switch (call.owner().asInternalName()) {
        case "java/lang/System" -> name.equals("exit");
        case "java/lang/Runtime" -> name.equals("exit") || name.equals("halt");
        default -> false;
      };
    }
  }
}
