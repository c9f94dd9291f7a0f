package org.skep.text;

import java.util.List;
import java.util.OptionalInt;

/** The names of error numbers and signals, which are the same on nearly all CPUs. */
public final class LinuxNames {
  private static final String[] ERRORS =
      ("EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT"
              + " ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY"
              + " ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG"
              + " ENOLCK ENOSYS ENOTEMPTY ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG"
              + " EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT - EBFONT ENOSTR"
              + " ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM EPROTO"
              + " EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD"
              + " ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ"
              + " EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP"
              + " EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET"
              + " ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT"
              + " ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM"
              + " ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED"
              + " EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL EHWPOISON")
          .split(" ", -1);

  private static final String[] SIGNALS =
      ("SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2"
              + " SIGPIPE SIGALRM SIGTERM SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU"
              + " SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGPWR SIGSYS")
          .split(" ", -1);

  private LinuxNames() {}

  /** {@code ENOENT} for -2 and for 2; 0 and unknown numbers stay numbers. */
  public static String error(long result) {
    long number = Math.abs(result);
    boolean known = number >= 1 && number <= ERRORS.length && !ERRORS[(int) number - 1].equals("-");
    if (known) {
      return ERRORS[(int) number - 1];
    }
    return switch (Math.clamp(number, 0, 1_000)) {
      // the kernel's own, which a program in it sees and a process never does
      case 512 -> "ERESTARTSYS";
      case 513 -> "ERESTARTNOINTR";
      case 514 -> "ERESTARTNOHAND";
      case 516 -> "ERESTART_RESTARTBLOCK";
      case 517 -> "EPROBE_DEFER";
      case 524 -> "ENOTSUPP";
      default -> Long.toString(result);
    };
  }

  /** {@code SIGKILL} for 9. */
  public static String signal(long number) {
    if (number >= 1 && number <= SIGNALS.length) {
      return SIGNALS[(int) number - 1];
    }
    return number >= 34 && number <= 64 ? "SIGRTMIN+" + (number - 34) : Long.toString(number);
  }

  /** The positive number of an error's name. */
  public static OptionalInt errorNumber(String name) {
    return number(ERRORS, name);
  }

  /** The number of a signal's name. */
  public static OptionalInt signalNumber(String name) {
    return number(SIGNALS, name);
  }

  private static OptionalInt number(String[] names, String name) {
    int at = name.equals("-") ? -1 : List.of(names).indexOf(name);
    return at < 0 ? OptionalInt.empty() : OptionalInt.of(at + 1);
  }
}
